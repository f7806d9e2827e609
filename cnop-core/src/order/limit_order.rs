//! A limit order that was placed: what it waits for, and how it ended. What that does to an account: `ledger::waiting`.

use super::new_order::{DEFAULT_LIFE_MS, LimitTerms};
use super::words::{OrderStatus, Side};
use crate::asset_id::AssetId;
use crate::ids::Sequence;
use crate::money::{Price, Quantity, Usd};
use crate::time::Timestamp;

/// A limit order and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitOrder {
    /// Which way the asset goes.
    pub side: Side,
    /// What is traded.
    pub asset_id: AssetId,
    /// How much; it executes in full.
    pub quantity: Quantity,
    /// The worst price that will do.
    pub limit: Price,
    /// From this moment on it is never executed.
    pub expires_at: Timestamp,
    /// The price that stood when it was placed.
    pub placed_at: Seen,
    /// How far it has come.
    pub state: LimitState,
}

/// A price of the market, and when it was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// USD for one unit.
    pub price: Price,
    /// When.
    pub at: Timestamp,
}

/// How far a limit order has come. It leaves `Queued` once, for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitState {
    /// It waits, and holds what it needs.
    Queued,
    /// It was executed.
    Completed {
        /// Where in the sequence.
        at: Sequence,
        /// For how much each: the limit, or better.
        price: Price,
        /// The cost or the proceeds.
        total: Usd,
    },
    /// It was taken back.
    Cancelled {
        /// Where in the sequence.
        at: Sequence,
        /// Why.
        why: WhyCancelled,
    },
    /// Its time ran out.
    Expired {
        /// Where in the sequence.
        at: Sequence,
    },
    /// Its price came, and the account could not take the trade.
    Failed {
        /// Where in the sequence.
        at: Sequence,
    },
}

/// Why an order was cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyCancelled {
    /// Its owner wanted it.
    ByOwner,
    /// Its asset may no longer be bought.
    NotTradable,
}

impl LimitOrder {
    /// An order placed at `now`, while the price was `placed_at`.
    pub fn new(side: Side, terms: &LimitTerms, placed_at: Seen, now: Timestamp) -> Self {
        Self {
            side,
            asset_id: terms.asset_id,
            quantity: terms.quantity.get(),
            limit: terms.price,
            expires_at: terms.expires_at.unwrap_or_else(|| now.plus_millis(DEFAULT_LIFE_MS)),
            placed_at,
            state: LimitState::Queued,
        }
    }

    /// Whether `price` is at or through the limit.
    pub fn takes(&self, price: Price) -> bool {
        match self.side {
            Side::Buy => price <= self.limit,
            Side::Sell => price >= self.limit,
        }
    }

    /// Whether it is over at `now`, executed or not.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.expires_at
    }

    /// Whether it waits.
    pub fn is_open(&self) -> bool {
        self.state == LimitState::Queued
    }
}

impl LimitState {
    /// The word on the wire.
    pub fn status(&self) -> OrderStatus {
        match self {
            Self::Queued => OrderStatus::Queued,
            Self::Completed { .. } => OrderStatus::Completed,
            Self::Cancelled { .. } => OrderStatus::Cancelled,
            Self::Expired { .. } => OrderStatus::Expired,
            Self::Failed { .. } => OrderStatus::Failed,
        }
    }

    /// Where in the sequence it ended; `None` while it waits.
    pub fn ended_at(&self) -> Option<Sequence> {
        match self {
            Self::Queued => None,
            Self::Completed { at, .. } | Self::Cancelled { at, .. } | Self::Expired { at } | Self::Failed { at } => {
                Some(*at)
            }
        }
    }
}
