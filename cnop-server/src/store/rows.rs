//! What the rows hold: structs and enums of their own, so that the domain's may change where a stored row may not.
//!
//! Single fields are the domain's checked types. Their rules may only ever widen: a row that was good must stay readable.

mod account;
mod audit;
mod block;
mod history;
mod idempotency;
mod insight;
mod limit;
mod market;
mod meta;
mod user;

pub(super) use account::AccountRow;
pub(super) use audit::AuditRow;
pub(crate) use audit::{Act, AdminAct};
pub(crate) use block::Block;
pub(super) use block::ClosedAssetRow;
pub(super) use history::{CashMoveKind, CashMoveRow, MarketOrderRow, OrderRow};
pub(super) use idempotency::{IdempotencyRow, KEY_LIFE_MS, KeyAgeRow, Remembered};
pub(crate) use insight::KeptInsight;
pub(crate) use limit::Waits;
pub(super) use limit::{FillRow, LimitOrderRow, LimitStateRow, OpenOrderRow};
#[cfg(test)]
use market::QuoteRow;
pub(super) use market::{CandleRow, ListingRow};
pub(crate) use meta::MarketSeed;
pub(crate) use user::{Access, Profile, Role, UserRecord};

#[cfg(test)]
mod golden;
