//! How the connection is, and what may be said of what is on the screen.

use std::time::Duration;

use cnop_core::time::Timestamp;

/// The connection of the stream.
#[derive(Debug, Clone, Default)]
pub(crate) enum Link {
    /// It was not yet there.
    #[default]
    Connecting,
    /// It stands.
    Up,
    /// It broke.
    Down {
        /// When.
        since: Timestamp,
        /// The next try.
        retry_at: Timestamp,
    },
}

/// The same in the words of the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Connecting,
    /// Prices come.
    Live,
    /// It stands, and prices are old all the same.
    Stale,
    /// The next try is so many seconds away.
    Reconnecting(u64),
    /// It is away for a while; what is seen is of then.
    Offline {
        since: Timestamp,
        seconds: u64,
    },
}

/// Somebody who is away for longer is not just reconnecting.
const OFFLINE_AFTER_MS: i64 = 30 * Timestamp::SECOND_MS;

impl Link {
    /// It broke, and is tried again after a while. Whether that is news.
    pub(crate) fn broke(&mut self, after: Duration, now: Timestamp) -> bool {
        let (since, is_news) = match self {
            Self::Down { since, .. } => (*since, false),
            _ => (now, true),
        };
        let retry_at = now.plus_millis(after.as_millis().try_into().unwrap_or(i64::MAX));
        *self = Self::Down { since, retry_at };
        is_news
    }

    /// How it is at `now`, with prices that are old or not, the last of `last_prices`.
    pub(crate) fn standing(&self, is_stale: bool, last_prices: Option<Timestamp>, now: Timestamp) -> Standing {
        match self {
            Self::Connecting => Standing::Connecting,
            Self::Up if is_stale => Standing::Stale,
            Self::Up => Standing::Live,
            Self::Down { since, retry_at } => {
                let seconds = seconds_until(*retry_at, now);
                if now.as_millis() - since.as_millis() < OFFLINE_AFTER_MS {
                    Standing::Reconnecting(seconds)
                } else {
                    Standing::Offline { since: last_prices.unwrap_or(*since), seconds }
                }
            }
        }
    }
}

/// Rounded up, so that it reaches 0 only at the moment itself.
fn seconds_until(at: Timestamp, now: Timestamp) -> u64 {
    let millis = u64::try_from(at.as_millis() - now.as_millis()).unwrap_or(0);
    millis.div_ceil(1_000)
}
