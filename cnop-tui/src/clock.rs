//! The only place of the terminal client that reads the clock.

use std::time::{SystemTime, UNIX_EPOCH};

use cnop_core::time::Timestamp;

/// This moment, by this machine.
#[expect(clippy::disallowed_methods, reason = "this is the clock module")]
pub(crate) fn now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}
