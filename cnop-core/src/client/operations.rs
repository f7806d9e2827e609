//! How the server is.

use std::time::Duration;

use reqwest::{Method, StatusCode};

use super::request::Request;
use super::{Client, ClientError};
use crate::api::Health;

/// A server that needs longer to say how it is, is not well.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(5);

impl Client {
    /// `GET /health`: the server's state and that of its parts, also where it is degraded. Asked once: how it is now.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn health(&self) -> Result<Health, ClientError> {
        let mut url = self.origin.url();
        url.set_path("/health");
        let answer = Request::new(self, Method::GET, url).timeout(HEALTH_TIMEOUT).exchange().await?;
        match answer.body() {
            Ok(health) if answer.status() == StatusCode::SERVICE_UNAVAILABLE => Ok(health),
            _ => answer.read(),
        }
    }
}
