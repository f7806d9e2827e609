//! What every refusal has in common: one shape, complete, and true to its own request.

use cnop_tests::Answer;

use crate::wire::{check_fields, kind_of_text, list, text};

/// Holds that an answer is this refusal, in the full shape of RFC 9457, naming exactly these fields.
#[track_caller]
pub(crate) fn check_refused(answer: &Answer, status: u16, code: &str, fields: &[&str]) {
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code), "{}: {}", answer.path, answer.body);
    check_shape(answer);
    assert_eq!(text(&answer.body, &["status"]), status.to_string());
    assert_eq!(fields_at_fault(answer), fields, "{}: {}", answer.path, answer.body);
}

/// Holds that an answer is a whole problem document, whichever it is.
#[track_caller]
pub(crate) fn check_shape(answer: &Answer) {
    let body = &answer.body;
    let errors = if fields_at_fault(answer).is_empty() { "" } else { "errors:list" };
    let request_id = kind_of_text(answer.header("x-request-id"));
    check_fields(
        body,
        &format!(
            "type:text title:text status:number detail:text instance:text code:text message:text timestamp:time \
             trace_id:{request_id} {errors}"
        ),
    );
    assert_eq!(text(body, &["type"]), format!("/docs/errors/{}", answer.code()));
    assert_eq!(text(body, &["instance"]), answer.path, "{body}");
    assert_eq!(text(body, &["message"]), text(body, &["detail"]), "{body}");
    assert_eq!(text(body, &["trace_id"]), answer.header("x-request-id"), "{body}");
    assert!(!text(body, &["title"]).is_empty(), "{body}");
    assert!(text(body, &["detail"]).chars().count() > 10, "a person can act on it: {body}");
    assert_eq!(answer.header("content-type"), "application/problem+json", "{body}");
    let challenge = if answer.status == 401 { "Bearer" } else { "" };
    assert_eq!(answer.header("www-authenticate"), challenge, "{body}");
}

/// The fields that a problem names, in its order.
#[track_caller]
fn fields_at_fault(answer: &Answer) -> Vec<String> {
    if answer.value().get("errors").is_none() {
        return Vec::new();
    }
    let errors = list(&answer.body, &["errors"]);
    assert!(!errors.is_empty(), "no `errors` where no field is at fault: {}", answer.body);
    errors.iter().for_each(|error| check_fields(error, "field:text message:text"));
    errors.iter().map(|error| text(error, &["field"])).collect()
}
