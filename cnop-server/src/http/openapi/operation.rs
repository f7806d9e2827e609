//! What every operation has beside its handler's own words: headers, errors, and the defaults of its parameters.

use std::collections::BTreeMap;

use cnop_core::api::Code;
use serde_json::{Value, json};
use utoipa::openapi::path::{Operation, Parameter};
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{Content, Ref, RefOr, Response, ResponseBuilder};

use super::{codes, shared};
use crate::http::meaning::{meaning, word};

/// Adds to an operation, as its handler describes it, what all of them have.
pub(super) fn complete(operation: &mut Operation, writes: bool) {
    let id = operation.operation_id.clone().unwrap_or_default();
    let errors = codes::of(operation, writes);
    if let Some(summary) = &mut operation.summary {
        *summary = summary.trim_end_matches('.').to_owned();
    }
    let parameters = operation.parameters.iter_mut().flatten();
    parameters.for_each(|parameter| set_default(&id, parameter));
    operation.parameters.get_or_insert_default().extend(headers_of_requests(&id));
    add_errors(operation, &errors);
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response {
            add_headers(&id, status, response, &errors);
        }
    }
}

fn headers_of_requests(operation_id: &str) -> Vec<RefOr<Parameter>> {
    let mut names = vec![shared::REQUEST_ID];
    if codes::takes_key(operation_id) {
        names.push(shared::IDEMPOTENCY_KEY);
    }
    if operation_id == "open_stream" {
        names.push(shared::LAST_EVENT_ID);
    }
    names.into_iter().map(|name| RefOr::Ref(Ref::new(format!("#/components/parameters/{name}")))).collect()
}

/// One response a status, which names its codes. What the handler describes itself stays.
fn add_errors(operation: &mut Operation, errors: &[Code]) {
    let mut by_status: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    for code in errors {
        by_status.entry(meaning(*code).status.as_u16()).or_default().push(format!("`{}`", word(*code)));
    }
    for (status, words) in by_status {
        let responses = &mut operation.responses.responses;
        responses.entry(status.to_string()).or_insert_with(|| RefOr::T(problem(&words.join(", "))));
    }
}

fn problem(description: &str) -> Response {
    let body = Content::new(Some(Ref::from_schema_name("Problem")));
    ResponseBuilder::new().description(description).content("application/problem+json", body).build()
}

fn add_headers(operation_id: &str, status: &str, response: &mut Response, errors: &[Code]) {
    let mut names = vec![shared::REQUEST_ID];
    names.extend(shared::RATE_LIMIT);
    match status {
        "401" => names.push(shared::WWW_AUTHENTICATE),
        "403" if errors.contains(&Code::IpBlocked) => names.push(shared::RETRY_AFTER),
        "429" | "503" if !codes::is_exempt(operation_id) => names.push(shared::RETRY_AFTER),
        _ if status.starts_with('2') && codes::takes_key(operation_id) => names.push(shared::IDEMPOTENCY_REPLAYED),
        _ => {}
    }
    let headers = names.into_iter().map(|name| (name.to_owned(), shared::header(name)));
    response.headers.extend(headers);
}

/// What a parameter is where it is left out.
fn default_of(operation_id: &str, parameter: &str) -> Option<Value> {
    Some(match (operation_id, parameter) {
        ("list_assets", "active_only") => json!(true),
        ("list_candles", "interval") => json!("1h"),
        ("list_candles", "limit") => json!(200),
        ("open_stream", "topics") => json!(["prices"]),
        (_, "limit") => json!(50),
        (_, "offset") => json!(0),
        _ => return None,
    })
}

fn set_default(operation_id: &str, parameter: &mut RefOr<Parameter>) {
    let RefOr::T(parameter) = parameter else { return };
    let default = default_of(operation_id, &parameter.name);
    match &mut parameter.schema {
        Some(RefOr::Ref(schema)) => schema.default = default,
        Some(RefOr::T(Schema::Object(schema))) => schema.default = default,
        Some(RefOr::T(Schema::Array(schema))) => schema.default = default,
        _ => {}
    }
}
