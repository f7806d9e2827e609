//! The rules of money: who may move what, and what it changes. Pure functions over values.
//!
//! [`decide()`] answers a [`Command`] with [`Effects`] or a [`Refused`]; [`place()`] and [`meet()`] do so for orders that
//! wait for their price. Nothing else decides about money.
//! An account changes in one place only, [`Account::post`], from an [`Entry`] that is kept for ever: replaying a user's
//! entries gives the account again, which is how `cnop-server verify` finds what does not add up.

mod account;
mod decide;
mod entry;
mod holding;
mod refused;
mod waiting;

pub use account::{Account, AccountState, DayTotals, EntryCounts, Hold, PostError};
pub use decide::{Command, Effects, Limits, decide};
pub use entry::{Entry, RedPocket, Trade};
pub use holding::Holding;
pub use refused::{DailyLimit, Purpose, Refused};
pub use waiting::{Ended, Event, MAX_OPEN_ORDERS, meet, place};
