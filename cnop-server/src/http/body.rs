//! The body of a request: read when a handler gets to it, so that whatever comes first in the contract's order of checks
//! is answered without waiting for it.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body as Stream, Bytes, HttpBody};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use cnop_core::api::Code;
use cnop_core::form::Form;

use super::middleware::Exchange;
use super::problem::{ApiError, ApiResult};

/// The largest body that is taken.
const BODY_LIMIT: usize = 64 * 1024;
/// What nobody read of a body is thrown away up to here. Who sends even more may meet a closed connection.
const DRAIN_LIMIT: usize = 1024 * 1024;
/// An answer waits no longer for the rest of a body than this.
const DRAIN_TIME: Duration = Duration::from_millis(500);

/// A body that has not been read yet, shared by the frame around a request and its handler.
pub(super) struct Incoming(Mutex<Option<Stream>>);

impl Incoming {
    /// The body of a request.
    pub(super) fn new(stream: Stream) -> Self {
        Self(Mutex::new(Some(stream)))
    }

    // The lock is held for a move of the stream, never across an await.
    fn take(&self) -> Option<Stream> {
        self.0.lock().expect("no holder panics").take()
    }

    fn put_back(&self, stream: Stream) {
        *self.0.lock().expect("no holder panics") = Some(stream);
    }

    /// Reads and throws away what the handler left: a connection that is closed on unread bytes is reset, and an answer
    /// to who is still sending would be lost.
    pub(super) async fn drain(&self) {
        let Some(mut stream) = self.take().filter(|stream| !stream.is_end_stream()) else { return };
        if stream.size_hint().lower() > DRAIN_LIMIT as u64 {
            return;
        }
        let rest = async {
            let mut length = 0;
            while let Some(Ok(chunk)) = next_chunk(&mut stream).await {
                length += chunk.len();
                if length > DRAIN_LIMIT {
                    return;
                }
            }
        };
        let _ = tokio::time::timeout(DRAIN_TIME, rest).await; // Then the answer goes out as it is.
    }

    /// All of a body whose type and size may be taken.
    async fn read(&self, headers: &HeaderMap) -> ApiResult<Bytes> {
        let Some(mut stream) = self.take() else { return Ok(Bytes::new()) };
        let size = stream.size_hint();
        if size.lower() > BODY_LIMIT as u64 {
            self.put_back(stream);
            return Err(too_large());
        }
        // A size that was announced need not be waited for.
        if size.upper().is_some()
            && let Err(error) = check_content_type(headers)
        {
            self.put_back(stream);
            return Err(error);
        }
        let mut kept = Vec::new();
        while let Some(chunk) = next_chunk(&mut stream).await {
            let chunk =
                chunk.map_err(|()| ApiError::new(Code::MalformedRequest, "The body broke off before its end."))?;
            if kept.len() + chunk.len() > BODY_LIMIT {
                self.put_back(stream);
                return Err(too_large());
            }
            kept.extend_from_slice(&chunk);
        }
        check_content_type(headers)?;
        Ok(kept.into())
    }
}

async fn next_chunk(stream: &mut Stream) -> Option<Result<Bytes, ()>> {
    let frame = poll_fn(|context| Pin::new(&mut *stream).poll_frame(context)).await?;
    Some(frame.map(|frame| frame.into_data().unwrap_or_default()).map_err(drop))
}

fn too_large() -> ApiError {
    ApiError::new(Code::BodyTooLarge, "The body is larger than 64 KiB.")
}

fn check_content_type(headers: &HeaderMap) -> ApiResult<()> {
    let Some(value) = headers.get(header::CONTENT_TYPE) else { return Ok(()) };
    let essence = value.to_str().unwrap_or("").split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    let json = essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"));
    if json { Ok(()) } else { Err(ApiError::new(Code::UnsupportedMediaType, "Send the body as application/json.")) }
}

/// A JSON body. A missing content type is taken as JSON: older clients leave it out.
pub(crate) struct Body(Bytes);

impl Body {
    /// Its fields.
    ///
    /// # Errors
    /// 400 where it is not JSON, 422 where it has no fields.
    pub(crate) fn form(&self) -> ApiResult<Form<'_>> {
        Ok(Form::from_json(&self.0)?)
    }

    /// Its fields; none where it is empty.
    ///
    /// # Errors
    /// 400 where it is not JSON, 422 where it is no object.
    pub(crate) fn form_or_empty(&self) -> ApiResult<Form<'_>> {
        if self.0.iter().all(u8::is_ascii_whitespace) { Ok(Form::from_pairs([])) } else { self.form() }
    }

    /// Its bytes, as they were sent.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Body {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let Some(exchange) = parts.extensions.get::<Arc<Exchange>>().cloned() else { return Ok(Self(Bytes::new())) };
        exchange.incoming.read(&parts.headers).await.map(Self)
    }
}
