//! Answers that are remembered, and the settling of unknown outcomes.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use cnop_core::api::{SettleAnswer, SettleOutcome};
use cnop_core::form::FieldError;
use cnop_core::ids::IdempotencyKey;
use serde::Serialize;
use serde_json::value::RawValue;

use super::extract::{Caller, Segment};
use super::json::{Json, json_bytes, json_response};
use super::problem::{ApiError, ApiResult};
use crate::state::App;
use crate::store::commands::{Guard, Once, Recall, Rendered, Settle, Settled, key_digest};
use crate::store::{Command, Session, StorageFailure};

const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The body and status of something that was created.
pub(super) fn rendered<T: Serialize>(answer: &T) -> (u16, Vec<u8>) {
    (StatusCode::CREATED.as_u16(), json_bytes(answer))
}

/// Does it once and answers, or answers what was answered then.
pub(super) async fn answer_once<C: Command>(app: &App, command: Once<C>) -> ApiResult<Response> {
    Ok(respond(app.store.submit(command).await?))
}

/// Answers a request that no longer stands as it was answered when it did; else why it does not.
pub(super) async fn answer_again(
    app: &App,
    session: Session,
    guard: Option<Guard>,
    faults: Vec<FieldError>,
) -> ApiResult<Response> {
    let Some(guard) = guard else { return Err(faults.into()) };
    let answered = app.store.submit(Recall { session, guard }).await?;
    answered.map(respond).ok_or_else(|| faults.into())
}

fn respond(Rendered { status, body, replayed }: Rendered) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::CREATED);
    let mut response = json_response(status, body);
    if replayed {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

/// Says what became of an idempotency key, or closes it.
///
/// For a client that does not know whether its request arrived. If it did, its status and answer are told; if not,
/// a late arrival under the key is refused from then on. Nothing is placed or moved.
#[utoipa::path(
    post,
    path = "/api/v1/idempotency-keys/{key}/settle",
    tag = "orders",
    params(
        ("key" = IdempotencyKey, Path, description = "The key, as it was sent"),
    ),
    responses((status = 200, description = "What became of it", body = SettleAnswer)),
    security(("bearer_token" = [])),
)]
pub(super) async fn settle_key(
    State(app): State<Arc<App>>,
    Caller { session, .. }: Caller,
    Segment(text): Segment,
) -> ApiResult<Json<SettleAnswer>> {
    let key: IdempotencyKey = text.parse().map_err(|error| ApiError::field("key", error))?;
    let settled = app.store.submit(Settle { session, digest: key_digest(&key) }).await?;
    Ok(Json(match settled {
        Settled::Void => SettleAnswer { outcome: SettleOutcome::Void, status: None, answer: None },
        Settled::Done { status, body } => {
            SettleAnswer { outcome: SettleOutcome::Done, status: Some(status), answer: Some(as_json(body)?) }
        }
    }))
}

fn as_json(body: Vec<u8>) -> Result<Box<RawValue>, StorageFailure> {
    let text = String::from_utf8(body).ok().and_then(|text| RawValue::from_string(text).ok());
    text.ok_or(StorageFailure::Missing("the JSON of a remembered answer"))
}
