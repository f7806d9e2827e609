//! What the rows hold, apart from the domain's own types: those may change, a stored row may not.

mod account;
mod history;
mod idempotency;
mod meta;
mod user;

pub(super) use account::AccountRow;
pub(super) use history::{CashMoveKind, CashMoveRow, MarketOrderRow, OrderRow};
pub(super) use idempotency::{IdempotencyRow, KEY_LIFE_MS, KeyAgeRow, Remembered};
pub(crate) use meta::MarketSeed;
pub(crate) use user::{Access, Profile, UserRecord};

#[cfg(test)]
mod golden;
