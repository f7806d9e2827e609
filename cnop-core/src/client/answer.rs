//! What came back: its status, the headers that matter, and its body up to a limit.

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use serde::de::DeserializeOwned;

use super::ClientError;
use crate::api::Problem;
use crate::time::Timestamp;

/// The longest page is below 1 MiB; a server that sends more is not one of ours, and must not fill the memory.
const MAX_BODY_BYTES: usize = 8 << 20;

/// How much of an unexpected body is worth showing.
const EXCERPT_CHARS: usize = 200;

/// An answer that arrived in full.
pub(super) struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    /// Reads the body. The outer error is the transport's, the inner one is a body beyond all measure.
    pub(super) async fn receive(mut response: Response) -> Result<Result<Self, ClientError>, reqwest::Error> {
        let status = response.status();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > MAX_BODY_BYTES {
                return Ok(Err(unexpected(status, format!("it is longer than {MAX_BODY_BYTES} bytes"))));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Ok(Self { status, headers: std::mem::take(response.headers_mut()), body }))
    }

    /// The HTTP status.
    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    /// Whether it repeats an earlier answer to the same idempotency key.
    pub(super) fn replayed(&self) -> bool {
        self.headers.get("Idempotency-Replayed").is_some_and(|value| value == "true")
    }

    /// When the server says that it answered.
    pub(super) fn date(&self) -> Option<Timestamp> {
        Timestamp::from_http_date(self.headers.get(DATE)?.to_str().ok()?)
    }

    /// The body of a success.
    ///
    /// # Errors
    /// [`ClientError::Refused`] for a problem, [`ClientError::UnexpectedAnswer`] for anything else.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, ClientError> {
        if self.status.is_success() { self.body() } else { Err(self.refusal()) }
    }

    /// The body, whatever the status says.
    pub(super) fn body<T: DeserializeOwned>(&self) -> Result<T, ClientError> {
        serde_json::from_slice(&self.body).map_err(|error| unexpected(self.status, format!("cannot be read: {error}")))
    }

    /// What an answer other than a success means.
    pub(super) fn refusal(&self) -> ClientError {
        match serde_json::from_slice::<Problem>(&self.body) {
            Ok(problem) => ClientError::Refused { problem: Box::new(problem), retry_after: self.retry_after() },
            Err(_) if self.status.is_redirection() => unexpected(self.status, "a redirect, which is not followed"),
            Err(_) => unexpected(self.status, self.excerpt()),
        }
    }

    fn retry_after(&self) -> Option<u64> {
        self.headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok()
    }

    fn excerpt(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        let excerpt: String = text.trim().chars().take(EXCERPT_CHARS).collect();
        if excerpt.is_empty() { "an empty body".to_owned() } else { excerpt }
    }
}

fn unexpected(status: StatusCode, text: impl Into<String>) -> ClientError {
    ClientError::UnexpectedAnswer { status: status.as_u16(), text: text.into() }
}
