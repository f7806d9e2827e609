//! Requests as they are, right or wrong.

use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::Value;

/// Sends to one server.
#[derive(Debug, Clone)]
pub struct Raw {
    http: Client,
    url: String,
    token: Option<String>,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The path that was asked.
    pub path: String,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: String,
}

impl Raw {
    pub(crate) fn new(url: &str) -> Self {
        Self {
            http: Client::builder().tls_certs_only([]).no_proxy().build().expect("plain http needs no setup"),
            url: url.to_owned(),
            token: None,
        }
    }

    /// The same with a token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// A request to a path below `/api/v1`, or to `path` itself where it begins with two slashes.
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let path = path
            .strip_prefix('/')
            .filter(|path| path.starts_with('/'))
            .map_or_else(|| format!("/api/v1{path}"), str::to_owned);
        let method = Method::from_bytes(method.as_bytes()).expect("a method is a word");
        let request = self.http.request(method, format!("{}{path}", self.url));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request.
    ///
    /// # Panics
    /// Where no answer comes.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.expect("the server answers");
        let (status, headers) = (response.status(), response.headers().clone());
        let path = response.url().path().to_owned();
        Answer { path, status, headers, body: response.text().await.expect("answers are text") }
    }

    /// Gets a path.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path)).await
    }

    /// Sends a JSON body.
    pub async fn json(&self, method: &str, path: &str, body: impl Into<String>) -> Answer {
        self.send(self.request(method, path).header("content-type", "application/json").body(body.into())).await
    }
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Panics
    /// Where it is none.
    pub fn value(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The problem's code; empty for a success.
    pub fn code(&self) -> String {
        let value: Value = serde_json::from_str(&self.body).unwrap_or_default();
        value["code"].as_str().unwrap_or_default().to_owned()
    }

    /// A header as text; empty where it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}
