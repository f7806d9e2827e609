//! Whether a model may be asked now: one that fails again and again is left alone, and one question finds out whether it
//! is back.

use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use cnop_core::api::BreakerState;
use cnop_core::time::Timestamp;

use super::failure::Failure;
use crate::ops::OutsideError;
use crate::outside::{Breaker, LONGEST_ASKED, Trouble};

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
    /// Counted up whenever it shuts, tries or opens: questions from before say nothing of how it stands now.
    epoch: u64,
}

impl State {
    fn check(&self, now: Timestamp) -> Result<(), Failure> {
        match self.shut.filter(|(until, _)| *until > now) {
            Some((until, error)) => Err(left_alone(error, between(now, until))),
            None if self.breaker.state() == BreakerState::HalfOpen => {
                Err(left_alone(OutsideError::Unreachable, PROBE_TIME))
            }
            None => Ok(()),
        }
    }

    fn shut_until(&mut self, until: Timestamp, error: OutsideError) {
        if self.shut.is_none_or(|(before, _)| before < until) {
            self.shut = Some((until, error));
        }
    }
}

impl Gate {
    /// An open way.
    pub(crate) fn new() -> Self {
        Self { state: Mutex::new(State { breaker: Breaker::new(PAUSE), shut: None, epoch: 0 }) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder panics")
    }

    /// Whether a question may be asked now.
    ///
    /// # Errors
    /// [`Failure`] where the model is left alone, with the time to come back.
    pub(crate) fn check(&self, now: Timestamp) -> Result<(), Failure> {
        self.state().check(now)
    }

    /// Lets a question through.
    ///
    /// # Errors
    /// Those of [`Gate::check`].
    pub(crate) fn enter(&self, now: Timestamp) -> Result<Pass<'_>, Failure> {
        let mut state = self.state();
        state.check(now)?;
        if state.breaker.state() == BreakerState::Open {
            state.breaker.asking();
            state.epoch += 1;
        }
        Ok(Pass { gate: self, epoch: state.epoch, is_settled: false })
    }
}

/// A question on its way.
pub(crate) struct Pass<'g> {
    gate: &'g Gate,
    epoch: u64,
    is_settled: bool,
}

impl Pass<'_> {
    /// It was answered; says whether the model was away before.
    pub(crate) fn succeeded(mut self) -> bool {
        self.is_settled = true;
        let mut state = self.gate.state();
        if state.epoch != self.epoch {
            return false;
        }
        let was_away = state.breaker.state() != BreakerState::Closed;
        state.breaker.succeeded();
        state.shut = None;
        state.epoch += u64::from(was_away);
        was_away
    }

    /// It was not; says for how long the model is left alone from now on, if it is.
    pub(crate) fn failed(mut self, trouble: &Trouble, now: Timestamp) -> Option<Duration> {
        self.is_settled = true;
        let mut state = self.gate.state();
        let asked = trouble.retry_after.map(|asked| asked.min(LONGEST_ASKED));
        let pause = if state.epoch == self.epoch {
            let pause = state.breaker.failed(asked);
            let opens = state.breaker.state() == BreakerState::Open;
            state.epoch += u64::from(opens);
            (opens || asked.is_some()).then_some(pause)
        } else {
            asked
        };
        if let Some(pause) = pause {
            let millis = i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
            state.shut_until(now.plus_millis(millis), trouble.error);
        }
        state.shut.filter(|(until, _)| *until > now).map(|(until, _)| between(now, until))
    }
}

impl Drop for Pass<'_> {
    /// Nobody knows how it would have ended: the next one finds out.
    fn drop(&mut self) {
        let mut state = self.gate.state();
        if !self.is_settled && state.epoch == self.epoch {
            state.breaker.abandoned();
        }
    }
}

/// What is told of one that is left alone.
fn left_alone(error: OutsideError, wait: Duration) -> Failure {
    match error {
        OutsideError::RateLimited => Failure::Busy(Some(wait)),
        _ => Failure::Failed(Some(wait)),
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

    fn gone() -> Trouble {
        Trouble::new(OutsideError::Unreachable, "gone")
    }

    fn limited(seconds: u64) -> Trouble {
        Trouble {
            retry_after: Some(Duration::from_secs(seconds)),
            ..Trouble::new(OutsideError::RateLimited, "slow down")
        }
    }

    fn fail(gate: &Gate, now: Timestamp) -> bool {
        gate.enter(now).unwrap().failed(&gone(), now).is_some()
    }

    #[test]
    fn three_failures_shut_it_and_one_question_finds_out() {
        let gate = Gate::new();
        assert_eq!([0, 1, 2].map(|second| fail(&gate, at(second))), [false, false, true]);
        let Err(Failure::Failed(Some(wait))) = gate.check(at(3)) else { panic!("it is shut") };
        assert!(wait <= 2 * PAUSE, "{wait:?}");
        let later = at(60);
        let probe = gate.enter(later).unwrap();
        assert_eq!(gate.enter(later).err(), Some(Failure::Failed(Some(PROBE_TIME))), "one is enough");
        drop(probe);
        let probe = gate.enter(later).expect("nobody knows how that one would have ended");
        assert!(probe.failed(&gone(), later).is_some(), "shut again");
        assert!(gate.check(later).is_err());
        let back = at(600);
        assert!(gate.enter(back).unwrap().succeeded() && gate.check(back).is_ok());
        assert!(!gate.enter(back).unwrap().succeeded());
        assert!(!fail(&gate, back), "it counts anew");
    }

    #[test]
    fn questions_that_were_under_way_count_as_one_outage() {
        let gate = Gate::new();
        let passes: Vec<_> = (0..8).map(|_| gate.enter(at(0)).unwrap()).collect();
        for pass in passes {
            pass.failed(&gone(), at(30));
        }
        let Err(Failure::Failed(Some(wait))) = gate.check(at(30)) else { panic!("it is shut") };
        assert!(wait <= 2 * PAUSE, "the first pause, not the eighth: {wait:?}");
    }

    #[test]
    fn an_old_question_neither_ends_a_pause_nor_decides_for_the_one_that_finds_out() {
        let gate = Gate::new();
        let [late, slow, lost] = [(); 3].map(|()| gate.enter(at(0)).unwrap());
        assert_eq!([1, 2, 3].map(|second| fail(&gate, at(second))), [false, false, true]);
        assert!(!late.succeeded() && gate.check(at(4)).is_err(), "what was asked before says nothing");
        let probe = gate.enter(at(60)).unwrap();
        drop(lost);
        assert!(gate.enter(at(60)).is_err(), "still one finds out");
        slow.failed(&gone(), at(60));
        assert!(probe.succeeded() && gate.check(at(60)).is_ok());
    }

    #[test]
    fn who_asks_for_patience_gets_it_at_once_and_in_full() {
        let gate = Gate::new();
        let [first, second, third] = [(); 3].map(|()| gate.enter(at(0)).unwrap());
        assert_eq!(first.failed(&limited(600), at(0)), Some(Duration::from_secs(600)));
        assert_eq!(second.failed(&gone(), at(0)), Some(Duration::from_secs(600)), "a shorter pause changes nothing");
        third.failed(&gone(), at(0));
        assert_eq!(gate.check(at(1)), Err(Failure::Busy(Some(Duration::from_secs(599)))));
        assert!(gate.check(at(599)).is_err() && gate.check(at(600)).is_ok());
        let endless = gate.enter(at(600)).unwrap().failed(&limited(u64::MAX), at(600));
        assert_eq!(endless, Some(LONGEST_ASKED), "but not for ever");
        let nameless = Trouble::new(OutsideError::RateLimited, "slow down");
        let gate = Gate::new();
        assert_eq!(gate.enter(at(0)).unwrap().failed(&nameless, at(0)), None, "who names no time is asked again");
    }
}
