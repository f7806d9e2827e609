//! Where prices come from: the simulated market, a replay of files, or somebody else's service.
//!
//! A provider makes boards; [`super::feed`] asks it for the next one, publishes it, and deals with its troubles.

use std::future::Future;
use std::time::Duration;

use cnop_core::time::Timestamp;

use super::book::Board;
use crate::outside::Trouble;

/// Makes boards.
pub(crate) trait Provider: Send + 'static {
    /// The word for it in settings and in `/health`.
    const NAME: &'static str;

    /// The usual time from board to board.
    fn interval(&self) -> Duration;

    /// The board of `now`. Dropping the future must lose nothing.
    ///
    /// # Errors
    /// [`Trouble`] where there is none; the last one stands, and ages.
    fn look(&mut self, now: Timestamp) -> impl Future<Output = Result<Look, Trouble>> + Send;
}

/// What a provider sees.
pub(crate) struct Look {
    /// Everything listed.
    pub(crate) board: Board,
    /// When to look again.
    pub(crate) next: Next,
}

/// When to look again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// An interval after the last look.
    Interval,
    /// After so long, which is less than an interval.
    After(Duration),
    /// As soon as everything that this board triggers is done: no price is to pass an order by.
    OnceSettled,
    /// Never: this was the last one.
    Never,
}
