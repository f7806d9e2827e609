//! One request: built by the routes, sent here and nowhere else.

use std::any::Any;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, RequestBuilder, Response, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::answer::Answer;
use super::{Client, ClientError, Done};
use crate::ids::IdempotencyKey;

/// The server gives up on a request after 30 s and says so: waiting a little longer hears it.
pub(super) const ANSWER_TIMEOUT: Duration = Duration::from_secs(35);

/// Reads take milliseconds, and [`READ_RETRIES`] more tries of this length still end before a write's only one.
const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// How often a read that found no answer is sent again.
const READ_RETRIES: usize = 2;

/// The first pause before a read is sent again; each is twice as long, with jitter so that many clients do not march.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// The longest pause that a `Retry-After` may ask of a person in front of a screen.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// A request in the making.
#[must_use]
pub(super) struct Request<'a> {
    client: &'a Client,
    method: Method,
    url: Url,
    body: Option<Vec<u8>>,
    key: Option<&'a IdempotencyKey>,
    token: Option<&'a SecretString>,
    carries_password: bool,
    timeout: Duration,
    /// A request lives as long as its answer is awaited.
    _awaited: Option<Box<dyn Any + Send + Sync>>,
}

impl Client {
    /// `GET` on a path below `/api/v1`.
    pub(super) fn get(&self, path: &[&str]) -> Request<'_> {
        Request { timeout: READ_TIMEOUT, ..self.request(Method::GET, path) }
    }

    /// `POST` on a path below `/api/v1`.
    pub(super) fn post(&self, path: &[&str]) -> Request<'_> {
        self.request(Method::POST, path)
    }

    /// `PUT` on a path below `/api/v1`.
    pub(super) fn put(&self, path: &[&str]) -> Request<'_> {
        self.request(Method::PUT, path)
    }

    /// `DELETE` on a path below `/api/v1`.
    pub(super) fn delete(&self, path: &[&str]) -> Request<'_> {
        self.request(Method::DELETE, path)
    }

    fn request(&self, method: Method, path: &[&str]) -> Request<'_> {
        let mut url = self.origin.url();
        url.path_segments_mut().expect("http and https URLs have paths").extend(["api", "v1"]).extend(path);
        Request::new(self, method, url)
    }
}

impl<'a> Request<'a> {
    pub(super) fn new(client: &'a Client, method: Method, url: Url) -> Self {
        let (timeout, awaited) = (ANSWER_TIMEOUT, client.watcher.as_ref().map(|watcher| watcher.begins()));
        let (body, key, token, carries_password) = (None, None, None, false);
        Self { client, method, url, body, key, token, carries_password, timeout, _awaited: awaited }
    }

    /// Adds `name=value` to the query, where there is a value.
    pub(super) fn query(mut self, name: &str, value: Option<impl ToString>) -> Self {
        if let Some(value) = value {
            self.url.query_pairs_mut().append_pair(name, &value.to_string());
        }
        self
    }

    /// Sends `body` as JSON.
    pub(super) fn json(mut self, body: &impl Serialize) -> Self {
        self.body = Some(serde_json::to_vec(body).expect("wire types have string keys and finite numbers"));
        self
    }

    /// Speaks for the client's session, if it has one; if not, the server will ask for it.
    pub(super) fn authorized(mut self) -> Self {
        self.token = self.client.token.as_ref();
        self
    }

    /// Marks a body that holds a password.
    pub(super) fn confidential(mut self) -> Self {
        self.carries_password = true;
        self
    }

    /// Makes it happen once, however often it is sent.
    pub(super) fn once(mut self, key: &'a IdempotencyKey) -> Self {
        self.key = Some(key);
        self
    }

    /// Waits so long for the whole answer.
    pub(super) fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Asks, and asks again where nothing or only "not now" came back. For reads: they change nothing.
    pub(super) async fn fetch<T: DeserializeOwned>(self) -> Result<T, ClientError> {
        let backoff = ExponentialBuilder::new().with_min_delay(FIRST_PAUSE).with_max_times(READ_RETRIES).with_jitter();
        (|| self.ask())
            .retry(backoff)
            .when(ClientError::is_transient)
            .adjust(|error, pause| pause_before_retry(error.retry_after(), pause))
            .await
    }

    /// Sends it exactly once.
    pub(super) async fn send<T: DeserializeOwned>(self) -> Result<T, ClientError> {
        self.ask().await
    }

    /// Sends it exactly once, and tells whether the answer is one that was given before.
    pub(super) async fn perform<T: DeserializeOwned>(self) -> Result<Done<T>, ClientError> {
        let answer = self.exchange().await?;
        let replayed = answer.replayed();
        answer.read().map(|answer| Done { answer, replayed })
    }

    async fn ask<T: DeserializeOwned>(&self) -> Result<T, ClientError> {
        self.exchange().await?.read()
    }

    /// One request, one answer of whatever status.
    pub(super) async fn exchange(&self) -> Result<Answer, ClientError> {
        self.check_transport()?;
        let request = self.build()?.timeout(self.timeout).header(ACCEPT, "application/json, application/problem+json");
        let response = request.send().await.map_err(|error| self.lost(&error))?;
        Answer::receive(response).await.map_err(|error| self.lost(&error))?
    }

    /// Asks for a stream of events after `last_event_id`. Its beginning is waited for, its end is not.
    pub(super) async fn open_stream(self, last_event_id: Option<&str>) -> Result<Response, ClientError> {
        let mut request = self.build()?.header(ACCEPT, "text/event-stream, application/problem+json");
        if let Some(id) = last_event_id {
            request = request.header("Last-Event-ID", id);
        }
        self.begin(request).await
    }

    /// Asks for a file. Its beginning is waited for, its end is not.
    pub(super) async fn download(self) -> Result<Response, ClientError> {
        let request = self.build()?.header(ACCEPT, "application/octet-stream, application/problem+json");
        self.begin(request).await
    }

    async fn begin(&self, request: RequestBuilder) -> Result<Response, ClientError> {
        self.check_transport()?;
        let too_late = || ClientError::no_answer(&self.client.origin, "it took too long");
        let response = tokio::time::timeout(self.timeout, request.send()).await.map_err(|_| too_late())?;
        let response = response.map_err(|error| self.lost(&error))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let answer = tokio::time::timeout(self.timeout, Answer::receive(response)).await.map_err(|_| too_late())?;
        Err(answer.map_err(|error| self.lost(&error))??.refusal())
    }

    fn check_transport(&self) -> Result<(), ClientError> {
        let secret = self.carries_password || self.token.is_some();
        let origin = &self.client.origin;
        if secret && !origin.is_confidential() && !self.client.allow_plain_http {
            return Err(ClientError::InsecureTransport { origin: origin.clone() });
        }
        Ok(())
    }

    fn build(&self) -> Result<RequestBuilder, ClientError> {
        let http = &self.client.http;
        let mut request = http.request(self.method.clone(), self.url.clone());
        if let Some(body) = &self.body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.clone());
        }
        if let Some(key) = self.key {
            request = request.header("Idempotency-Key", key.as_str());
        }
        if let Some(token) = self.token {
            request = request.header(AUTHORIZATION, bearer(token)?);
        }
        Ok(request)
    }

    fn lost(&self, error: &reqwest::Error) -> ClientError {
        ClientError::from_transport(&self.client.origin, error)
    }
}

fn bearer(token: &SecretString) -> Result<HeaderValue, ClientError> {
    let header = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()));
    let mut header = header.map_err(|_| ClientError::Setup { reason: "the token cannot stand in a header".into() })?;
    header.set_sensitive(true);
    Ok(header)
}

/// The pause before the next try; `None` gives up, also where the server wants more patience than a person has.
fn pause_before_retry(retry_after: Option<u64>, pause: Option<Duration>) -> Option<Duration> {
    let wanted = retry_after.map_or(Duration::ZERO, Duration::from_secs);
    pause.map(|pause| pause.max(wanted)).filter(|pause| *pause <= LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_may_ask_for_a_little_patience_only() {
        let pause = Some(Duration::from_millis(150));
        assert_eq!(pause_before_retry(None, pause), pause);
        assert_eq!(pause_before_retry(Some(1), pause), Some(Duration::from_secs(1)));
        assert_eq!(pause_before_retry(Some(60), pause), None);
        assert_eq!(pause_before_retry(Some(1), None), None);
    }
}
