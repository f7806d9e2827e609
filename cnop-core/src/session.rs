//! Who is logged in where, in memory and between runs.
//!
//! A session belongs to one server's origin: [`crate::client::Client::with_session`] takes no other, so that no mistake
//! of a face sends a token to a stranger.
//! The files are left to [`SessionStore`]. Nothing here reads a clock: the moment is always an argument.

mod store;

pub use store::{SessionError, SessionStore};

use secrecy::SecretString;

use crate::api::TokenAnswer;
use crate::origin::Origin;
use crate::time::Timestamp;
use crate::user::Username;

/// A login that still stands, or did until it expired. Not serializable, so that no output holds its token by mistake.
#[derive(Debug, Clone)]
pub struct Session {
    username: Username,
    origin: Origin,
    token: SecretString,
    expires_at: Timestamp,
}

/// The session belongs to another server than the one it was wanted for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the session belongs to {origin}")]
pub struct ForeignSession {
    /// The server it belongs to.
    pub origin: Origin,
}

impl Session {
    /// The session that a login or a refresh at `origin` began; `now` is when the answer came.
    pub fn new(username: Username, origin: Origin, answer: TokenAnswer, now: Timestamp) -> Self {
        let seconds = i64::try_from(answer.expires_in).unwrap_or(i64::MAX);
        let expires_at = now.plus_millis(seconds.saturating_mul(Timestamp::SECOND_MS));
        Self { username, origin, token: SecretString::from(answer.access_token), expires_at }
    }

    /// Whose it is.
    pub fn username(&self) -> &Username {
        &self.username
    }

    /// Whose server it belongs to.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// When the token stops working, by this machine's clock.
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// Milliseconds that the token still works; 0 once it has expired.
    pub fn remaining_ms(&self, now: Timestamp) -> i64 {
        (self.expires_at.as_millis() - now.as_millis()).max(0)
    }

    pub(crate) fn token(&self) -> &SecretString {
        &self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{Client, ClientOptions};

    const NOON: Timestamp = Timestamp::EPOCH;

    fn session(origin: &str, expires_in: u64) -> Session {
        let answer = TokenAnswer { access_token: "s3cret".into(), token_type: "bearer".into(), expires_in };
        Session::new("ada_lovelace".parse().unwrap(), origin.parse().unwrap(), answer, NOON)
    }

    #[test]
    fn a_session_lasts_as_long_as_its_token() {
        let session = session("http://127.0.0.1:8080", 3600);
        assert_eq!(session.expires_at(), NOON.plus_millis(3_600_000));
        assert_eq!(session.remaining_ms(NOON.plus_millis(3_599_000)), 1_000);
        assert_eq!(session.remaining_ms(NOON.plus_millis(3_600_001)), 0);
    }

    #[test]
    fn an_absurd_life_is_kept_within_the_calendar() {
        assert_eq!(session("http://127.0.0.1:8080", u64::MAX).expires_at(), Timestamp::MAX);
    }

    #[test]
    fn a_client_takes_no_session_of_another_server() {
        let client = Client::new("http://127.0.0.1:8080".parse().unwrap(), ClientOptions::default()).unwrap();
        assert!(client.with_session(&session("http://127.0.0.1:8080/", 1)).is_ok());
        for other in ["http://127.0.0.1:8081", "http://localhost:8080", "https://127.0.0.1:8080"] {
            let foreign = client.with_session(&session(other, 1)).unwrap_err();
            assert_eq!(foreign.origin.as_str(), other);
        }
    }

    #[test]
    fn a_token_is_never_shown() {
        let session = session("http://127.0.0.1:8080", 1);
        let client = Client::new(session.origin().clone(), ClientOptions::default()).unwrap();
        let client = client.with_session(&session).unwrap();
        let shown = format!("{session:?} {client:?}");
        assert!(!shown.contains("s3cret"), "{shown}");
    }
}
