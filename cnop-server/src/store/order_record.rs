//! An order as its owner sees it, whatever rows it lies in.

use cnop_core::api;
use cnop_core::asset_id::AssetId;
use cnop_core::ids::{OrderId, Sequence};
use cnop_core::ledger::{Hold, Trade};
use cnop_core::order::{LimitOrder, OrderStatus, OrderType};

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OrderRecord {
    /// Its place in the sequence: id, and the time at which it was placed.
    pub(crate) sequence: Sequence,
    /// What it is.
    pub(crate) kind: OrderKind,
}

/// What an order is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OrderKind {
    /// Executed when it was placed.
    Market(Trade),
    /// Waiting for its price, or ended. Boxed: pages are mostly market orders, of half its size.
    Limit(Box<LimitOrder>),
}

/// An execution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TradeRecord {
    /// Its place in the sequence.
    pub(crate) sequence: Sequence,
    /// That of the order behind it.
    pub(crate) order: Sequence,
    /// What was traded.
    pub(crate) trade: Trade,
}

impl OrderRecord {
    /// What it trades.
    pub(crate) fn asset_id(&self) -> AssetId {
        match &self.kind {
            OrderKind::Market(trade) => trade.asset_id,
            OrderKind::Limit(order) => order.asset_id,
        }
    }

    /// Its type on the wire.
    pub(crate) fn order_type(&self) -> OrderType {
        match &self.kind {
            OrderKind::Market(trade) => trade.side.market(),
            OrderKind::Limit(order) => order.side.limit(),
        }
    }

    /// How far it has come.
    pub(crate) fn status(&self) -> OrderStatus {
        match &self.kind {
            OrderKind::Market(_) => OrderStatus::Completed,
            OrderKind::Limit(order) => order.state.status(),
        }
    }

    /// Its execution, if there was one.
    pub(crate) fn execution(&self) -> Option<TradeRecord> {
        let order = self.sequence;
        match &self.kind {
            OrderKind::Market(trade) => Some(TradeRecord { sequence: order, order, trade: *trade }),
            OrderKind::Limit(limit) => {
                let (trade, sequence) = limit.execution().zip(limit.state.ended_at())?;
                Some(TradeRecord { sequence, order, trade })
            }
        }
    }
}

impl From<&OrderRecord> for api::Order {
    fn from(record: &OrderRecord) -> Self {
        let execution = record.execution();
        let limit = match &record.kind {
            OrderKind::Market(_) => None,
            OrderKind::Limit(order) => Some(order),
        };
        Self {
            order_id: OrderId::new(record.sequence),
            order_type: record.order_type(),
            asset_id: record.asset_id(),
            quantity: match &record.kind {
                OrderKind::Market(trade) => trade.quantity,
                OrderKind::Limit(order) => order.quantity,
            },
            price: execution.as_ref().map(|execution| execution.trade.price),
            status: record.status(),
            total_amount: execution.as_ref().map(|execution| execution.trade.total),
            created_at: record.sequence.time(),
            limit_price: limit.map(|order| order.limit),
            executed_at: execution.as_ref().map(|execution| execution.sequence.time()),
            expires_at: limit.map(|order| order.expires_at),
            held_amount: limit.filter(|order| order.is_open()).and_then(|order| match order.hold() {
                Hold::Cash(amount) => Some(amount),
                Hold::Asset(..) => None,
            }),
        }
    }
}
