//! Which part of a list is asked for.

use crate::asset_id::AssetId;
use crate::order::{OrderStatus, OrderType, TransactionType};

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum PageStart {
    /// With the newest.
    #[default]
    Newest,
    /// Where another page ended: its `next_cursor`. As fast however deep.
    Cursor(String),
    /// So many after the newest; at most 100,000.
    Offset(u32),
}

/// A part of a list, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// At most so many, 1 to 100; `None` leaves it to the server.
    pub limit: Option<u32>,
    /// Where to begin.
    pub start: PageStart,
}

/// Which balance changes are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TransactionFilter {
    /// Only of this type.
    pub transaction_type: Option<TransactionType>,
}

/// Which orders are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrderFilter {
    /// Only of this asset.
    pub asset_id: Option<AssetId>,
    /// Only of this type.
    pub order_type: Option<OrderType>,
    /// Only in this state.
    pub status: Option<OrderStatus>,
}
