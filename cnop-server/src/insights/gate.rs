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
