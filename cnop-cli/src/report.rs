//! A failure as programs read it: one line of JSON on stderr, under `--output json`.
//!
//! `code` is the server's own where it refused, and one of the command line's where it was that could not go on: both
//! are for programs to decide by. The rest is for people, and for who looks the request up in the server's log.

use std::borrow::Cow;

use cnop_core::api::{Code, Problem};
use cnop_core::client::ClientError;
use cnop_core::form::FieldError;
use cnop_core::session::SessionError;
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;

/// What is printed.
#[derive(Debug, Serialize)]
pub(crate) struct Report<'a> {
    error: Error<'a>,
}

/// What is known about a failure; what is not is left out.
#[derive(Debug, Serialize)]
struct Error<'a> {
    exit_code: u8,
    code: Cow<'static, str>,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    fields: &'a [FieldError],
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
}

impl<'a> Report<'a> {
    /// About `failure`; `None` where the command did what was wanted of it.
    pub(crate) fn of(failure: &'a Failure) -> Option<Self> {
        if matches!(failure, Failure::ClosedPipe) {
            return None;
        }
        let client = failure.client_error();
        let error = Error {
            exit_code: Exit::of(failure).code(),
            code: code(failure),
            message: failure.sentence().unwrap_or_else(|| "interrupted".to_owned()),
            hint: failure.hint(),
            fields: failure.fields(),
            trace_id: client.and_then(problem).map(|problem| problem.trace_id.as_str()),
            retry_after: client.and_then(ClientError::retry_after),
        };
        Some(Self { error })
    }
}

/// What programs decide by.
fn code(failure: &Failure) -> Cow<'static, str> {
    let code = match failure {
        Failure::Client(error) => return code_of_client(error),
        Failure::Step { cause, .. } => return code(cause),
        Failure::Usage { .. } => "usage",
        Failure::NotLoggedIn { .. } => "not_logged_in",
        Failure::Session(SessionError::Foreign(_)) => "foreign_session",
        Failure::Session(SessionError::Damaged { .. } | SessionError::Unreadable { .. }) => "session_unreadable",
        Failure::Session(SessionError::Io { .. } | SessionError::NoHome(_)) => "session_not_kept",
        Failure::OutcomeUnknown { .. } => "outcome_unknown",
        Failure::NotDone { .. } => "not_done",
        Failure::AnswerUnreadable { .. } => "answer_unreadable",
        Failure::Move(failure) => failure.code(),
        Failure::Degraded => "degraded",
        Failure::Unwell { .. } => "unwell",
        Failure::Declined => "declined",
        Failure::Contradiction(_) => "contradiction",
        Failure::Interrupted => "interrupted",
        Failure::ClosedPipe => "closed_pipe",
        Failure::System(_) => "system",
    };
    Cow::Borrowed(code)
}

/// What the client could not do.
pub(crate) fn code_of_client(error: &ClientError) -> Cow<'static, str> {
    let code = match error {
        ClientError::Refused { problem, .. } => return code_of_problem(problem),
        ClientError::Unreachable { .. } => "unreachable",
        ClientError::NoAnswer { .. } => "no_answer",
        ClientError::UnexpectedAnswer { .. } => "unexpected_answer",
        ClientError::InsecureTransport { .. } => "insecure_transport",
        ClientError::Setup { .. } => "setup",
    };
    Cow::Borrowed(code)
}

/// A code of a newer server is still the end of the problem's type.
fn code_of_problem(problem: &Problem) -> Cow<'static, str> {
    if problem.code == Code::Unknown {
        let code = problem.kind.rsplit('/').next().filter(|code| is_code(code)).unwrap_or("unknown");
        return Cow::Owned(code.to_owned());
    }
    match serde_json::to_value(problem.code) {
        Ok(serde_json::Value::String(code)) => Cow::Owned(code),
        _ => Cow::Borrowed("unknown"),
    }
}

fn is_code(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

fn problem(error: &ClientError) -> Option<&Problem> {
    match error {
        ClientError::Refused { problem, .. } => Some(problem),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use cnop_core::time::Timestamp;

    use super::*;

    fn refused(code: Code, kind: &str, retry_after: Option<u64>) -> Failure {
        let problem = Problem {
            kind: kind.to_owned(),
            title: "Title".to_owned(),
            status: 422,
            detail: "A sentence.".to_owned(),
            instance: "/".to_owned(),
            code,
            message: String::new(),
            errors: vec![FieldError { field: "amount".to_owned(), message: "must be more than 0".to_owned() }],
            timestamp: Timestamp::EPOCH,
            trace_id: "t-1".to_owned(),
        };
        Failure::Client(ClientError::Refused { problem: Box::new(problem), retry_after })
    }

    #[track_caller]
    fn check(failure: &Failure, expected: &str) {
        let report = Report::of(failure).expect("it is told");
        assert_eq!(serde_json::to_string(&report).unwrap(), expected);
    }

    #[test]
    fn a_refusal_is_told_with_all_that_the_server_said() {
        check(
            &refused(Code::ValidationFailed, "/docs/errors/validation_failed", Some(7)),
            r#"{"error":{"exit_code":4,"code":"validation_failed","message":"A sentence.","hint":"try again in 7 s","fields":[{"field":"amount","message":"must be more than 0"}],"trace_id":"t-1","retry_after":7}}"#,
        );
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let origin = "http://127.0.0.1:1".parse().unwrap();
        check(
            &Failure::NotLoggedIn { origin },
            r#"{"error":{"exit_code":3,"code":"not_logged_in","message":"not logged in at http://127.0.0.1:1","hint":"log in with `cnop login USER`"}}"#,
        );
        check(&Failure::Declined, r#"{"error":{"exit_code":8,"code":"declined","message":"nothing was sent"}}"#);
        check(&Failure::Interrupted, r#"{"error":{"exit_code":130,"code":"interrupted","message":"interrupted"}}"#);
    }

    #[test]
    fn a_closed_pipe_is_no_failure() {
        assert!(Report::of(&Failure::ClosedPipe).is_none());
    }

    #[test]
    fn a_code_from_the_future_is_taken_from_the_type() {
        let code = |kind| code(&refused(Code::Unknown, kind, None)).into_owned();
        assert_eq!(code("/docs/errors/too_cloudy"), "too_cloudy");
        for kind in ["", "about:blank", "/docs/errors/", "/docs/errors/\u{1b}[2J"] {
            assert_eq!(code(kind), "unknown");
        }
    }

    #[test]
    fn a_step_has_the_code_of_its_cause() {
        let cause = Box::new(refused(Code::RegistrationClosed, "", None));
        assert_eq!(code(&Failure::Step { step: "step 1".to_owned(), cause }), "registration_closed");
    }
}
