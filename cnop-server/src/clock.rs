//! The only place that reads the system's clock; everything else is told the time.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use cnop_core::time::Timestamp;

/// Tells the time to the whole server, and never an earlier one than before: when the system's clock steps back, time
/// stands still until it has caught up. Tests put their own time in.
///
/// There is one a server, clones share it: tokens, prices and the writer must agree on what is before what.
#[derive(Clone)]
pub struct Clock {
    source: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    latest: Arc<AtomicI64>,
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self::new(system_now)
    }

    /// A clock of one's own.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self { source: Arc::new(now), latest: Arc::new(AtomicI64::new(0)) }
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.not_before((self.source)())
    }

    /// Lets time go on from `floor` at least, such as the last moment that the store knows, and answers the time.
    pub(crate) fn not_before(&self, floor: Timestamp) -> Timestamp {
        let before = self.latest.fetch_max(floor.as_millis(), Ordering::Relaxed);
        Timestamp::from_millis(before.max(floor.as_millis()))
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Clock").field("latest", &self.latest).finish_non_exhaustive()
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock module")]
fn system_now() -> Timestamp {
    Timestamp::from_millis(jiff::Timestamp::now().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_stands_still_while_the_system_clock_is_behind() {
        let system = Arc::new(AtomicI64::new(5_000));
        let source = Arc::clone(&system);
        let clock = Clock::new(move || Timestamp::from_millis(source.load(Ordering::Relaxed)));
        let told = |millis| {
            system.store(millis, Ordering::Relaxed);
            clock.now().as_millis()
        };
        assert_eq!([told(5_000), told(4_000), told(5_001), told(1)], [5_000, 5_000, 5_001, 5_001]);
        clock.not_before(Timestamp::from_millis(9_000));
        assert_eq!([told(6_000), told(9_500)], [9_000, 9_500]);
    }
}
