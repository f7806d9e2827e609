//! How the server is.

use std::time::Duration;

use reqwest::{Method, StatusCode};

use super::request::Request;
use super::{Client, ClientError};
use crate::api::Health;
use crate::time::Timestamp;

/// A server that needs longer to say how it is, is not well.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(5);

/// How a server is, and what its clock says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// Its state and that of its parts.
    pub health: Health,
    /// The second in which it answered, by its own clock (RFC 9110's `Date`); `None` where it does not say.
    pub date: Option<Timestamp>,
}

impl Client {
    /// `GET /health`: the server's state and that of its parts, also where it is degraded. Asked once: how it is now.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn health(&self) -> Result<Health, ClientError> {
        self.probe().await.map(|probe| probe.health)
    }

    /// As [`Client::health`], with the time at the server.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn probe(&self) -> Result<Probe, ClientError> {
        let mut url = self.origin.url();
        url.set_path("/health");
        let answer = Request::new(self, Method::GET, url).timeout(HEALTH_TIMEOUT).exchange().await?;
        let health = match answer.body() {
            Ok(health) if answer.status() == StatusCode::SERVICE_UNAVAILABLE => health,
            _ => answer.read()?,
        };
        Ok(Probe { health, date: answer.date() })
    }
}
