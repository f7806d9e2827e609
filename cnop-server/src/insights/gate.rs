//! Whether a model may be asked now: one that fails again and again is left alone, and one question finds out whether it
//! is back.

use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use cnop_core::api::BreakerState;
use cnop_core::time::Timestamp;

use super::failure::Failure;
use crate::ops::OutsideError;
use crate::outside::{Breaker, Trouble};

/// A model is left alone for this at first, and ten times as long at most.
const PAUSE: Duration = Duration::from_secs(10);
/// While one question finds out, others come back after this.
const PROBE_TIME: Duration = Duration::from_secs(5);

/// Lets questions through, or not.
pub(crate) struct Gate {
    // Held for a look, never across an await.
    state: Mutex<State>,
}

struct State {
    breaker: Breaker,
    /// Until when, and for which kind of trouble.
    shut: Option<(Timestamp, OutsideError)>,
}

impl Gate {
    /// An open way.
    pub(crate) fn new() -> Self {
        Self { state: Mutex::new(State { breaker: Breaker::new(PAUSE), shut: None }) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder panics")
    }

    /// Whether it was answered lately, as far as anybody asked.
    pub(crate) fn is_open(&self, now: Timestamp) -> bool {
        let state = self.state();
        state.breaker.state() == BreakerState::Closed && state.shut.is_none_or(|(until, _)| until <= now)
    }

    /// Lets a question through.
    ///
    /// # Errors
    /// [`Failure`] where the model is left alone, with the time to come back.
    pub(crate) fn enter(&self, now: Timestamp) -> Result<Pass<'_>, Failure> {
        let mut state = self.state();
        if let Some((until, error)) = state.shut.filter(|(until, _)| *until > now) {
            return Err(left_alone(error, Some(between(now, until))));
        }
        match state.breaker.state() {
            BreakerState::HalfOpen => Err(left_alone(OutsideError::Unreachable, Some(PROBE_TIME))),
            BreakerState::Closed | BreakerState::Open => {
                state.breaker.asking();
                Ok(Pass { gate: self, is_settled: false })
            }
        }
    }
}

/// A question on its way.
pub(crate) struct Pass<'g> {
    gate: &'g Gate,
    is_settled: bool,
}

impl Pass<'_> {
    /// It was answered; says whether the one before was not.
    pub(crate) fn succeeded(mut self) -> bool {
        self.is_settled = true;
        let mut state = self.gate.state();
        state.shut = None;
        state.breaker.succeeded()
    }

    /// It was not; says whether that shuts the gate.
    pub(crate) fn failed(mut self, trouble: &Trouble, now: Timestamp) -> bool {
        self.is_settled = true;
        let mut state = self.gate.state();
        let pause = state.breaker.failed(trouble.retry_after);
        let shuts = state.breaker.state() == BreakerState::Open || trouble.retry_after.is_some();
        if shuts {
            let millis = i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
            state.shut = Some((now.plus_millis(millis), trouble.error));
        }
        shuts
    }
}

impl Drop for Pass<'_> {
    /// Nobody knows how it would have ended: the next one finds out.
    fn drop(&mut self) {
        if !self.is_settled {
            self.gate.state().breaker.abandoned();
        }
    }
}

/// What is told of one that is left alone.
fn left_alone(error: OutsideError, wait: Option<Duration>) -> Failure {
    match error {
        OutsideError::RateLimited => Failure::Busy(wait),
        _ => Failure::Failed(wait),
    }
}

fn between(earlier: Timestamp, later: Timestamp) -> Duration {
    Duration::from_millis((later.as_millis() - earlier.as_millis()).unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(1_771_156_800_000 + seconds * 1_000)
    }

    fn fail(gate: &Gate, now: Timestamp) -> bool {
        gate.enter(now).unwrap().failed(&Trouble::new(OutsideError::Unreachable, "gone"), now)
    }

    #[test]
    fn three_failures_shut_it_and_one_question_finds_out() {
        let gate = Gate::new();
        assert_eq!([0, 1, 2].map(|second| fail(&gate, at(second))), [false, false, true]);
        assert!(!gate.is_open(at(3)));
        let Err(Failure::Failed(Some(wait))) = gate.enter(at(3)) else { panic!("it is shut") };
        assert!(wait <= 2 * PAUSE, "{wait:?}");
        let later = at(60);
        let probe = gate.enter(later).unwrap();
        assert_eq!(gate.enter(later).err(), Some(Failure::Failed(Some(PROBE_TIME))), "one is enough");
        drop(probe);
        let probe = gate.enter(later).expect("nobody knows how that one would have ended");
        assert!(probe.failed(&Trouble::new(OutsideError::Timeout, "slow"), later), "shut again");
        assert!(gate.enter(later).is_err());
        let back = at(600);
        assert!(gate.enter(back).unwrap().succeeded() && gate.is_open(back));
        assert!(!gate.enter(back).unwrap().succeeded());
        assert!(!fail(&gate, back), "it counts anew");
    }

    #[test]
    fn who_asks_for_patience_gets_it_at_once_and_is_named_for_it() {
        let gate = Gate::new();
        let mut trouble = Trouble::new(OutsideError::RateLimited, "slow down");
        trouble.retry_after = Some(Duration::from_secs(600));
        assert!(gate.enter(at(0)).unwrap().failed(&trouble, at(0)));
        assert_eq!(gate.enter(at(1)).err(), Some(Failure::Busy(Some(Duration::from_secs(599)))));
        assert!(!gate.is_open(at(599)) && gate.is_open(at(600)));
        assert!(gate.enter(at(600)).is_ok());
        let limited = Trouble::new(OutsideError::RateLimited, "slow down");
        let gate = Gate::new();
        assert!(!gate.enter(at(0)).unwrap().failed(&limited, at(0)), "who names no time is asked again");
    }
}
