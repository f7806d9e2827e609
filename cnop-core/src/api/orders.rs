//! Orders, trades and the settling of unknown outcomes.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::asset_id::AssetId;
use crate::ids::OrderId;
use crate::money::{OrderQuantity, Price, Quantity, TransferAmount, Usd};
use crate::order::{AssetTransactionStatus, AssetTransactionType, BuySize, NewOrder, OrderStatus, OrderType};
use crate::time::Timestamp;

/// `POST /orders`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderRequest {
    /// What to do.
    pub order_type: OrderType,
    /// With which asset.
    pub asset_id: AssetId,
    /// How much of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<OrderQuantity>,
    /// For a market buy, in place of `quantity`: the most to spend.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount_usd: Option<TransferAmount>,
    /// For a limit order: the worst price that will do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::SentPrice>))]
    pub price: Option<Price>,
    /// For a limit order: when to give up; without it the server's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

impl From<&NewOrder> for OrderRequest {
    fn from(order: &NewOrder) -> Self {
        let (quantity, amount_usd) = match order {
            NewOrder::MarketBuy { size: BuySize::Quantity(quantity), .. } | NewOrder::MarketSell { quantity, .. } => {
                (Some(*quantity), None)
            }
            NewOrder::MarketBuy { size: BuySize::Amount(amount), .. } => (None, Some(*amount)),
            NewOrder::LimitBuy(terms) | NewOrder::LimitSell(terms) => (Some(terms.quantity), None),
        };
        Self {
            order_type: order.order_type(),
            asset_id: order.asset_id(),
            quantity,
            amount_usd,
            price: order.limit().map(|terms| terms.price),
            expires_at: order.limit().and_then(|terms| terms.expires_at),
        }
    }
}

/// An order. `price` and `total_amount` are the execution's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Order {
    /// Its id.
    pub order_id: OrderId,
    /// What it does.
    pub order_type: OrderType,
    /// With which asset.
    pub asset_id: AssetId,
    /// How much of it.
    pub quantity: Quantity,
    /// The price of the execution.
    pub price: Option<Price>,
    /// How far it has come.
    pub status: OrderStatus,
    /// The cost or the proceeds.
    pub total_amount: Option<Usd>,
    /// When it was placed.
    pub created_at: Timestamp,
    /// The price that was asked for; `None` for market orders.
    pub limit_price: Option<Price>,
    /// When it was executed.
    pub executed_at: Option<Timestamp>,
    /// When it gives up waiting; `None` for market orders.
    pub expires_at: Option<Timestamp>,
    /// What it has set aside in USD; `None` where it holds an asset, or nothing any more.
    pub held_amount: Option<Usd>,
}

/// `GET /orders`, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderPage {
    /// This page.
    pub data: Vec<Order>,
    /// Whether there are more.
    pub has_more: bool,
    /// Where the next page begins; `None` on the last.
    pub next_cursor: Option<String>,
}

/// A trade of one asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssetTransaction {
    /// Which asset.
    pub asset_id: AssetId,
    /// Which way it went.
    pub transaction_type: AssetTransactionType,
    /// How much of it.
    pub quantity: Quantity,
    /// For how much each.
    pub price: Price,
    /// How far it has come.
    pub status: AssetTransactionStatus,
    /// When.
    pub timestamp: Timestamp,
    /// The order behind it.
    pub order_id: OrderId,
    /// The cost or the proceeds.
    pub total_amount: Usd,
}

/// `GET /assets/{asset_id}/transactions`, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssetTransactionPage {
    /// This page.
    pub data: Vec<AssetTransaction>,
    /// Whether there are more.
    pub has_more: bool,
    /// Where the next page begins; `None` on the last.
    pub next_cursor: Option<String>,
}

/// What became of a request with an idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SettleOutcome {
    /// It arrived and did what it asked.
    Done,
    /// It did not, and never will.
    Void,
}

/// `POST /idempotency-keys/{key}/settle`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SettleAnswer {
    /// Whether the request arrived.
    pub outcome: SettleOutcome,
    /// The status it was answered with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The body it was answered with.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub answer: Option<Box<RawValue>>,
}
