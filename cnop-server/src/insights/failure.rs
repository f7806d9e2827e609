//! Why there is no insight, as a user is told of it.

use std::time::Duration;

use crate::ops::OutsideError;
use crate::outside::Trouble;

/// Why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The provider has no key, or no address.
    NotConfigured,
    /// The user had insights written anew too often; after this they may again.
    AnewTooOften(Duration),
    /// The user caused too many questions; after this they may again.
    TooOften(Duration),
    /// The provider wants to be left alone, for so long where it says.
    Busy(Option<Duration>),
    /// The provider wrote something and does not give it out.
    Withheld,
    /// The provider failed; one that does so again and again is left alone for so long.
    Failed(Option<Duration>),
    /// The provider did not answer in time; it may be left alone for so long.
    Timeout(Option<Duration>),
}

impl Failure {
    /// What is told of trouble with a provider that is left alone for `pause`.
    pub(crate) fn of(trouble: &Trouble, pause: Option<Duration>) -> Self {
        match trouble.error {
            OutsideError::RateLimited => Self::Busy(pause),
            OutsideError::Withheld => Self::Withheld,
            OutsideError::Timeout => Self::Timeout(pause),
            OutsideError::Unreachable | OutsideError::Status | OutsideError::Invalid => Self::Failed(pause),
        }
    }
}
