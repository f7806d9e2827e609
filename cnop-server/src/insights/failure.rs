//! Why there is no insight, as a user is told of it.

use std::time::Duration;

use crate::ops::OutsideError;
use crate::outside::Trouble;

/// Why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The provider has no key, or no address.
    NotConfigured,
    /// The user asked too often; after this they may again.
    TooOften(Duration),
    /// The provider wants to be left alone, for so long where it says.
    Busy(Option<Duration>),
    /// The provider wrote something and does not give it out.
    Withheld,
    /// The provider failed; one that does so again and again is left alone for so long.
    Failed(Option<Duration>),
    /// The provider did not answer in time.
    Timeout,
}

impl From<&Trouble> for Failure {
    fn from(trouble: &Trouble) -> Self {
        match trouble.error {
            OutsideError::RateLimited => Self::Busy(trouble.retry_after),
            OutsideError::Withheld => Self::Withheld,
            OutsideError::Timeout => Self::Timeout,
            OutsideError::Unreachable | OutsideError::Status | OutsideError::Invalid => {
                Self::Failed(trouble.retry_after)
            }
        }
    }
}
