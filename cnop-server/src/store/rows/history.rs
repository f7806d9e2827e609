//! Histories. A market order is one row: the order, its payment and its trade at once.
//! Their time is the sequence in their key.

use std::net::IpAddr;

use cnop_core::asset_id::AssetId;
use cnop_core::ids::RequestId;
use cnop_core::ledger::{Entry, RedPocket, Trade};
use cnop_core::money::{Price, Quantity, Usd};
use cnop_core::order::Side;
use serde::{Deserialize, Serialize};

use crate::store::Origin;
use crate::store::codec::Row;

/// Where a change came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct OriginRow {
    request_id: RequestIdRow,
    address: IpAddr,
}

/// A request id; our own take 16 bytes in place of 32 characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum RequestIdRow {
    Ours([u8; 16]),
    Theirs(String),
}

/// Which way an asset went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) enum SideRow {
    Buy,
    Sell,
}

/// An order with everything that became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) enum OrderRow {
    Market(MarketOrderRow),
}

/// A market order is complete from birth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct MarketOrderRow {
    pub(in crate::store) side: SideRow,
    pub(in crate::store) asset_id: AssetId,
    pub(in crate::store) quantity: Quantity,
    pub(in crate::store) price: Price,
    pub(in crate::store) total: Usd,
    pub(in crate::store) balance_after: Usd,
    pub(in crate::store) origin: OriginRow,
}

/// Money that moved without an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct CashMoveRow {
    pub(in crate::store) kind: CashMoveKind,
    pub(in crate::store) amount: Usd,
    pub(in crate::store) balance_after: Usd,
    pub(in crate::store) origin: OriginRow,
}

/// Why it moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) enum CashMoveKind {
    Deposit,
    Withdrawal,
    RedPocket { big: bool },
}

impl Row for OrderRow {
    const WHAT: &'static str = "order";
}

impl Row for CashMoveRow {
    const WHAT: &'static str = "cash move";
}

impl From<Origin> for OriginRow {
    fn from(origin: Origin) -> Self {
        let text = origin.request_id.as_str();
        let ours = uuid::Uuid::try_parse(text).ok().filter(|id| id.simple().to_string() == text);
        let request_id = match ours {
            Some(id) => RequestIdRow::Ours(id.into_bytes()),
            None => RequestIdRow::Theirs(text.to_owned()),
        };
        Self { request_id, address: origin.address }
    }
}

impl OriginRow {
    /// The request; `None` where the row holds an id that no request can have.
    pub(in crate::store) fn origin(&self) -> Option<Origin> {
        let request_id = match &self.request_id {
            RequestIdRow::Ours(bytes) => RequestId::from_caller(&uuid::Uuid::from_bytes(*bytes).simple().to_string())?,
            RequestIdRow::Theirs(text) => RequestId::from_caller(text)?,
        };
        Some(Origin { request_id, address: self.address })
    }
}

impl From<Side> for SideRow {
    fn from(side: Side) -> Self {
        match side {
            Side::Buy => Self::Buy,
            Side::Sell => Self::Sell,
        }
    }
}

impl From<SideRow> for Side {
    fn from(side: SideRow) -> Self {
        match side {
            SideRow::Buy => Self::Buy,
            SideRow::Sell => Self::Sell,
        }
    }
}

impl MarketOrderRow {
    /// The execution, as the ledger knows it.
    pub(in crate::store) fn trade(&self) -> Trade {
        let Self { side, asset_id, quantity, price, total, .. } = self;
        Trade { side: (*side).into(), asset_id: *asset_id, quantity: *quantity, price: *price, total: *total }
    }
}

impl OrderRow {
    /// The ledger's entry behind it, and the balance that it left.
    pub(in crate::store) fn entry(&self) -> (Entry, Usd) {
        let Self::Market(order) = self;
        (Entry::Trade(order.trade()), order.balance_after)
    }
}

impl CashMoveRow {
    /// The ledger's entry behind it.
    pub(in crate::store) fn entry(&self) -> Entry {
        match self.kind {
            CashMoveKind::Deposit => Entry::Deposit(self.amount),
            CashMoveKind::Withdrawal => Entry::Withdrawal(self.amount),
            CashMoveKind::RedPocket { big } => Entry::RedPocket(RedPocket { amount: self.amount, big }),
        }
    }
}
