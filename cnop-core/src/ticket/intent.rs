//! What is about to be sent, as it is written down before.

use serde::{Deserialize, Serialize};

use super::Movement;
use crate::ids::IdempotencyKey;
use crate::origin::Origin;
use crate::session::Session;
use crate::time::Timestamp;
use crate::user::Username;

/// A movement with the key that makes it happen once, and whose it is. It holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// Under which the server does it once.
    pub key: IdempotencyKey,
    /// The only server that may be asked about it.
    pub origin: Origin,
    /// The only user who may ask.
    pub username: Username,
    /// What.
    pub movement: Movement,
    /// When it was written down, by this machine's clock.
    pub created_at: Timestamp,
}

impl Intent {
    /// A server remembers a key for 24 hours: after this time, with an hour for clocks that run apart, "I know nothing of
    /// it" no longer means that it was not done.
    pub const SETTLED_WITHIN_MS: i64 = Timestamp::DAY_MS - Self::CLOCK_ERROR_MS;
    const CLOCK_ERROR_MS: i64 = 3_600 * Timestamp::SECOND_MS;

    /// What `session`'s user wants at `now`.
    pub fn new(session: &Session, movement: Movement, key: IdempotencyKey, now: Timestamp) -> Self {
        let (origin, username) = (session.origin().clone(), session.username().clone());
        Self { key, origin, username, movement, created_at: now }
    }

    /// Whether `session` is that of the user and the server it belongs to.
    pub fn belongs_to(&self, session: &Session) -> bool {
        &self.origin == session.origin() && &self.username == session.username()
    }

    /// Whether the server may have forgotten the key, so that only what it does remember can be believed. A time far in
    /// the future tells that the clock was set back, and nothing about the age.
    pub fn is_too_old(&self, now: Timestamp) -> bool {
        let age_ms = now.as_millis() - self.created_at.as_millis();
        !(-Self::CLOCK_ERROR_MS..Self::SETTLED_WITHIN_MS).contains(&age_ms)
    }

    /// Whether `other` asks the same of the same server for the same user under the same key.
    pub fn is_repeated_by(&self, other: &Self) -> bool {
        *self == Self { created_at: self.created_at, ..other.clone() }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::ticket) fn intent(amount: &str) -> Intent {
        Intent {
            key: IdempotencyKey::generate(),
            origin: "http://127.0.0.1:8080".parse().unwrap(),
            username: "ada_lovelace".parse().unwrap(),
            movement: Movement::Deposit(amount.parse().unwrap()),
            created_at: Timestamp::from_millis(1_700_000_000_000),
        }
    }

    #[test]
    fn a_key_is_believed_forgotten_before_the_server_forgets_it() {
        let intent = intent("5");
        let after = |hours: i64| intent.is_too_old(intent.created_at.plus_millis(hours * 3_600_000));
        assert!(!after(0) && !after(22) && after(23) && after(24 * 365));
        assert!(!after(-1) && after(-2), "a clock that was set back says nothing about the age");
    }

    #[test]
    fn only_the_same_request_is_a_repetition() {
        let first = intent("5");
        let later = Intent { created_at: first.created_at.plus_millis(1), ..first.clone() };
        assert!(first.is_repeated_by(&later));
        let others = [
            Intent { key: IdempotencyKey::generate(), ..first.clone() },
            Intent { origin: "http://127.0.0.1:8081".parse().unwrap(), ..first.clone() },
            Intent { username: "grace_hopper".parse().unwrap(), ..first.clone() },
            Intent { movement: Movement::Withdrawal("5".parse().unwrap()), ..first.clone() },
        ];
        for other in others {
            assert!(!first.is_repeated_by(&other), "{other:?}");
        }
    }
}
