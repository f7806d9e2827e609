//! Limit orders: one row from birth to end, one more for an execution, and a short one while it waits.
//!
//! The order's row stands under its placement, the execution's under its own place in the sequence, so that histories of
//! balances and assets stay in the order in which things happened. What waits also has a row in a table of its own: a
//! start reads that table, not a history.

use cnop_core::asset_id::AssetId;
use cnop_core::ids::Sequence;
use cnop_core::ledger::Trade;
use cnop_core::money::{Price, Quantity, Usd};
use cnop_core::order::{LimitOrder, LimitState, Seen, Side, WhyCancelled};
use cnop_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::history::{OriginRow, SideRow};
use crate::store::Origin;
use crate::store::codec::Row;

/// See [`LimitOrder`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct LimitOrderRow {
    pub(in crate::store) side: SideRow,
    pub(in crate::store) asset_id: AssetId,
    pub(in crate::store) quantity: Quantity,
    pub(in crate::store) limit: Price,
    pub(in crate::store) expires_at: Timestamp,
    pub(in crate::store) seen_price: Price,
    pub(in crate::store) seen_at: Timestamp,
    pub(in crate::store) state: LimitStateRow,
    pub(in crate::store) placed_by: OriginRow,
}

/// See [`LimitState`]. Stored by its place here, so new states go to the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) enum LimitStateRow {
    Queued,
    Completed {
        at: Sequence,
        price: Price,
        total: Usd,
    },
    /// By its owner's request, or, without one, because its asset may no longer be bought.
    Cancelled {
        at: Sequence,
        by: Option<OriginRow>,
    },
    Expired {
        at: Sequence,
    },
    Failed {
        at: Sequence,
    },
}

/// An execution of a limit order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct FillRow {
    pub(in crate::store) order: Sequence,
    pub(in crate::store) side: SideRow,
    pub(in crate::store) asset_id: AssetId,
    pub(in crate::store) quantity: Quantity,
    pub(in crate::store) price: Price,
    pub(in crate::store) total: Usd,
    pub(in crate::store) balance_after: Usd,
}

/// What the matcher must know of an order that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct OpenOrderRow {
    side: SideRow,
    asset_id: AssetId,
    limit: Price,
    expires_at: Timestamp,
    seen_price: Price,
    seen_at: Timestamp,
}

impl Row for LimitOrderRow {
    const WHAT: &'static str = "limit order";
}

impl Row for FillRow {
    const WHAT: &'static str = "execution";
}

impl Row for OpenOrderRow {
    const WHAT: &'static str = "open order";
}

impl LimitOrderRow {
    /// A new order's row.
    pub(in crate::store) fn placed(order: &LimitOrder, placed_by: Origin) -> Self {
        Self {
            side: order.side.into(),
            asset_id: order.asset_id,
            quantity: order.quantity,
            limit: order.limit,
            expires_at: order.expires_at,
            seen_price: order.placed_at.price,
            seen_at: order.placed_at.at,
            state: LimitStateRow::Queued,
            placed_by: placed_by.into(),
        }
    }

    /// The same order in another state. `by` is the request of the owner who cancelled it, if one did.
    pub(in crate::store) fn ended(self, state: LimitState, by: Option<Origin>) -> Self {
        let state = match state {
            LimitState::Queued => LimitStateRow::Queued,
            LimitState::Completed { at, price, total } => LimitStateRow::Completed { at, price, total },
            LimitState::Cancelled { at, .. } => LimitStateRow::Cancelled { at, by: by.map(OriginRow::from) },
            LimitState::Expired { at } => LimitStateRow::Expired { at },
            LimitState::Failed { at } => LimitStateRow::Failed { at },
        };
        Self { state, ..self }
    }

    /// The order.
    pub(in crate::store) fn order(&self) -> LimitOrder {
        LimitOrder {
            side: self.side.into(),
            asset_id: self.asset_id,
            quantity: self.quantity,
            limit: self.limit,
            expires_at: self.expires_at,
            placed_at: Seen { price: self.seen_price, at: self.seen_at },
            state: match &self.state {
                LimitStateRow::Queued => LimitState::Queued,
                LimitStateRow::Completed { at, price, total } => {
                    LimitState::Completed { at: *at, price: *price, total: *total }
                }
                LimitStateRow::Cancelled { at, by } => {
                    let why = if by.is_some() { WhyCancelled::ByOwner } else { WhyCancelled::NotTradable };
                    LimitState::Cancelled { at: *at, why }
                }
                LimitStateRow::Expired { at } => LimitState::Expired { at: *at },
                LimitStateRow::Failed { at } => LimitState::Failed { at: *at },
            },
        }
    }
}

impl FillRow {
    /// The execution, as the ledger knows it.
    pub(in crate::store) fn trade(&self) -> Trade {
        let Self { side, asset_id, quantity, price, total, .. } = self;
        Trade { side: (*side).into(), asset_id: *asset_id, quantity: *quantity, price: *price, total: *total }
    }
}

impl From<&LimitOrder> for OpenOrderRow {
    fn from(order: &LimitOrder) -> Self {
        Self {
            side: order.side.into(),
            asset_id: order.asset_id,
            limit: order.limit,
            expires_at: order.expires_at,
            seen_price: order.placed_at.price,
            seen_at: order.placed_at.at,
        }
    }
}

/// What the matcher knows of an order that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Waits {
    /// Which way the asset goes.
    pub(crate) side: Side,
    /// What is traded.
    pub(crate) asset_id: AssetId,
    /// The worst price that will do.
    pub(crate) limit: Price,
    /// From this moment on it is never executed.
    pub(crate) expires_at: Timestamp,
    /// The price that stood when it was placed.
    pub(crate) placed_at: Seen,
}

impl From<&LimitOrder> for Waits {
    fn from(order: &LimitOrder) -> Self {
        let LimitOrder { side, asset_id, limit, expires_at, placed_at, .. } = *order;
        Self { side, asset_id, limit, expires_at, placed_at }
    }
}

impl From<OpenOrderRow> for Waits {
    fn from(row: OpenOrderRow) -> Self {
        let OpenOrderRow { side, asset_id, limit, expires_at, seen_price, seen_at } = row;
        Self { side: side.into(), asset_id, limit, expires_at, placed_at: Seen { price: seen_price, at: seen_at } }
    }
}
