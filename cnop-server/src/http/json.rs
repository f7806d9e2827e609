//! Answers as JSON.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// Most answers fit without growing.
const TYPICAL_BYTES: usize = 2_048;

/// A 200 with this body; another status stands before it in a tuple.
pub(super) struct Json<T>(pub(super) T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        json_response(StatusCode::OK, json_bytes(&self.0))
    }
}

/// A value as JSON text.
pub(super) fn json_bytes<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(TYPICAL_BYTES);
    serde_json::to_writer(&mut bytes, value).expect("wire types have string keys and finite numbers");
    bytes
}

/// An answer whose JSON text is written already.
pub(super) fn json_response(status: StatusCode, text: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
