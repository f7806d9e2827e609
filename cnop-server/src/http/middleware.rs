//! The frame around every request: its id, its time limit, its error document and its line in the log.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use cnop_core::ids::RequestId;
use tracing::Instrument;

use super::body::Incoming;
use super::problem::ApiError;
use crate::state::App;

/// A request that takes longer is answered with 503; what it began may still be done.
const TIME_LIMIT: Duration = Duration::from_secs(30);
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Runs a request inside its frame.
pub(super) async fn frame(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let request_id = request_id(&request);
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().map(|route| route.as_str().to_owned());
    request.extensions_mut().insert(request_id.clone());

    let span = tracing::error_span!("request", %request_id);
    let answered = tokio::time::timeout(TIME_LIMIT, respond(request, next)).instrument(span).await;
    let mut response = answered.unwrap_or_else(|_| ApiError::overloaded().into_response());
    if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        let allow = response.headers_mut().remove(header::ALLOW);
        response = error.into_problem(&path, &request_id, app.clock.now());
        response.headers_mut().extend(allow.map(|allow| (header::ALLOW, allow)));
    }
    if let Ok(value) = HeaderValue::from_str(request_id.as_str()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let duration_ms = started.elapsed().as_secs_f64() * 1_000.0;
    let status = response.status().as_u16();
    let route = route.as_deref().unwrap_or("-");
    if response.status().is_server_error() {
        tracing::warn!(%request_id, %method, route, status, duration_ms, "request");
    } else {
        tracing::debug!(%request_id, %method, route, status, duration_ms, "request");
    }
    response
}

/// Lets the handler answer, and takes in what it left of the body.
async fn respond(request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let incoming = Incoming::new(body);
    parts.extensions.insert(incoming.clone());
    let response = next.run(Request::from_parts(parts, Body::empty())).await;
    incoming.drain().await;
    response
}

/// The caller's id if it may be used, else a new one.
fn request_id(request: &Request) -> RequestId {
    let given = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok());
    given.and_then(RequestId::from_caller).unwrap_or_else(RequestId::generate)
}
