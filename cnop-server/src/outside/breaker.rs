//! When a provider in trouble is asked again.
//!
//! Closed: it is asked again soon, then less soon. After some failures in a row the breaker opens: it is left alone for a
//! while, longer each time. Then one question, while half-open, decides: an answer closes it, another failure opens it.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use cnop_core::api::BreakerState;

/// Failures in a row that open it.
const OPENS_AFTER: u32 = 3;
/// The first wait is this part of the interval.
const SOON: u32 = 8;
/// Nobody is left alone for more intervals than this, but for the jitter, unless it asked for it.
const LONGEST_INTERVALS: u32 = 10;
/// What a provider may ask for at most.
pub(crate) const LONGEST_ASKED: Duration = Duration::from_secs(3_600);

/// Counts failures and says how long to wait.
pub(crate) struct Breaker {
    interval: Duration,
    state: BreakerState,
    failures: u32,
    soon: ExponentialBackoff,
    late: ExponentialBackoff,
}

impl Breaker {
    /// A closed one, for a provider with this interval.
    pub(crate) fn new(interval: Duration) -> Self {
        let [soon, late] = [
            ExponentialBuilder::new().with_min_delay(interval / SOON).with_max_delay(interval),
            ExponentialBuilder::new().with_min_delay(interval).with_max_delay(interval * LONGEST_INTERVALS),
        ]
        .map(|delays| delays.with_jitter().without_max_times().build());
        Self { interval, state: BreakerState::Closed, failures: 0, soon, late }
    }

    /// Where it stands.
    pub(crate) fn state(&self) -> BreakerState {
        self.state
    }

    /// A question is about to be asked.
    pub(crate) fn asking(&mut self) {
        if self.state == BreakerState::Open {
            self.state = BreakerState::HalfOpen;
        }
    }

    /// The question that was asked will not be answered, for a reason that is not the provider's.
    pub(crate) fn abandoned(&mut self) {
        if self.state == BreakerState::HalfOpen {
            self.state = BreakerState::Open;
        }
    }

    /// It was answered; says whether it had not been before.
    pub(crate) fn succeeded(&mut self) -> bool {
        let recovered = self.failures > 0;
        if recovered {
            *self = Self::new(self.interval);
        }
        recovered
    }

    /// It was not: how long to wait. A provider that asked to be left alone is, for an hour at most.
    pub(crate) fn failed(&mut self, asked: Option<Duration>) -> Duration {
        self.failures = self.failures.saturating_add(1);
        let delays = if self.failures < OPENS_AFTER {
            &mut self.soon
        } else {
            self.state = BreakerState::Open;
            &mut self.late
        };
        let delay = delays.next().unwrap_or(self.interval);
        asked.map_or(delay, |asked| asked.min(LONGEST_ASKED).max(delay))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn it_opens_probes_and_closes() {
        let mut breaker = Breaker::new(MINUTE);
        for _ in 1..OPENS_AFTER {
            breaker.asking();
            let wait = breaker.failed(None);
            assert!(wait >= MINUTE / SOON && wait <= 2 * MINUTE, "{wait:?}");
            assert_eq!(breaker.state(), BreakerState::Closed);
        }
        assert!(breaker.failed(None) >= MINUTE);
        assert_eq!(breaker.state(), BreakerState::Open);
        breaker.asking();
        assert_eq!(breaker.state(), BreakerState::HalfOpen);
        breaker.abandoned();
        assert_eq!(breaker.state(), BreakerState::Open, "the next one finds out");
        breaker.asking();
        assert!(breaker.failed(None) >= 2 * MINUTE);
        assert_eq!(breaker.state(), BreakerState::Open);
        breaker.asking();
        assert!(breaker.succeeded() && !breaker.succeeded());
        assert_eq!(breaker.state(), BreakerState::Closed);
        breaker.failed(None);
        assert_eq!(breaker.state(), BreakerState::Closed, "it counts from the beginning");
        breaker.abandoned();
        assert_eq!(breaker.state(), BreakerState::Closed);
    }

    #[test]
    fn waits_are_bounded_and_never_shorter_than_asked_for() {
        let mut breaker = Breaker::new(MINUTE);
        assert_eq!(breaker.failed(Some(Duration::from_secs(900))), Duration::from_secs(900));
        assert_eq!(breaker.failed(Some(Duration::MAX)), LONGEST_ASKED);
        for _ in 0..100 {
            assert!(breaker.failed(None) <= 2 * LONGEST_INTERVALS * MINUTE);
        }
    }
}
