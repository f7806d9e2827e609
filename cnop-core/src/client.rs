//! The typed HTTP client that both faces use.
//!
//! Owns how requests travel: where a secret may go, how long to wait, what is asked again, and how a refusal becomes a
//! [`ClientError`]. What an answer means is left to the caller.
//! Each resource of the contract is a file of methods beside `request`, through which all of them send.

mod account;
mod admin;
mod answer;
mod auth;
mod cancel;
mod error;
mod market;
mod movement;
mod operations;
mod orders;
mod page;
mod portfolio;
mod request;
mod stream;
#[cfg(test)]
mod stub;
#[cfg(test)]
mod tests;
mod watch;

pub use crate::origin::{InvalidOrigin, Origin};
pub use admin::{AuditFilter, Download};
pub use error::ClientError;
pub use operations::Probe;
pub use page::{OrderFilter, Page, PageStart, TransactionFilter};
pub use stream::{EventStream, StreamEvent};
pub use watch::Watcher;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use secrecy::SecretString;

use crate::session::{ForeignSession, Session};

/// Long enough for a lost SYN to be sent twice more (after 1 s and 3 s), short enough for a person to wait.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A kept connection is given up before servers usually do so: a write that meets a closing one has an unknown outcome.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(8);

/// How a client introduces itself, and what it may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientOptions {
    /// Name and version of the program, for the server's logs: visible ASCII.
    pub user_agent: String,
    /// Send passwords and tokens over plain http to other machines too. Everyone on the way can read them.
    pub allow_plain_http: bool,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self { user_agent: concat!("cnop-core/", env!("CARGO_PKG_VERSION")).to_owned(), allow_plain_http: false }
    }
}

/// Calls one server, with or without a session. Clones share their connections.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    origin: Origin,
    token: Option<SecretString>,
    allow_plain_http: bool,
    watcher: Option<Arc<dyn Watcher>>,
}

/// The answer to a request that moves money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done<T> {
    /// What the server answered when it was done.
    pub answer: T,
    /// Whether it had been done before, under the same idempotency key, and nothing moved this time.
    pub replayed: bool,
}

impl Client {
    /// A client without a session.
    ///
    /// # Errors
    /// [`ClientError::Setup`], such as for https on a machine without trusted certificates.
    pub fn new(origin: Origin, options: ClientOptions) -> Result<Self, ClientError> {
        let http = reqwest::Client::builder()
            .user_agent(options.user_agent)
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(POOL_IDLE_TIMEOUT)
            // Following one would carry a request to a server that nobody named.
            .redirect(Policy::none());
        let http = if origin.is_https() { http } else { without_tls(http) };
        let http = http.build().map_err(|error| ClientError::Setup { reason: error::reason(&error) })?;
        Ok(Self { http, origin, token: None, allow_plain_http: options.allow_plain_http, watcher: None })
    }

    /// The same client speaking for `session`'s user.
    ///
    /// # Errors
    /// [`ForeignSession`] where the session belongs to another server.
    pub fn with_session(&self, session: &Session) -> Result<Self, ForeignSession> {
        if session.origin() != &self.origin {
            return Err(ForeignSession { origin: session.origin().clone() });
        }
        Ok(Self { token: Some(session.token().clone()), ..self.clone() })
    }

    /// The server it talks to.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }
}

/// Needs no certificates, which a bare machine may not have, and no proxy, which would see all there is in clear text.
fn without_tls(http: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    http.tls_certs_only([]).no_proxy()
}

impl fmt::Debug for Client {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let has_session = self.token.is_some();
        out.debug_struct("Client").field("origin", &self.origin).field("has_session", &has_session).finish()
    }
}
