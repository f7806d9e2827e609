//! What a new order must be.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::words::OrderType;
use crate::asset_id::AssetId;
use crate::form::{FieldError, Form, FromField};
use crate::money::{OrderQuantity, Price, TransferAmount, decimal_text, is_positive};
use crate::time::Timestamp;

/// How much to buy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BuySize {
    /// So much of the asset.
    Quantity(OrderQuantity),
    /// As much of the asset as this amount pays for at the moment of execution.
    Amount(TransferAmount),
}

/// An order that passed every check that needs no account and no market.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewOrder {
    /// Buy now.
    MarketBuy {
        /// What to buy.
        asset_id: AssetId,
        /// How much.
        size: BuySize,
    },
    /// Sell now.
    MarketSell {
        /// What to sell.
        asset_id: AssetId,
        /// How much.
        quantity: OrderQuantity,
    },
}

impl NewOrder {
    /// What it trades.
    pub fn asset_id(&self) -> AssetId {
        match self {
            Self::MarketBuy { asset_id, .. } | Self::MarketSell { asset_id, .. } => *asset_id,
        }
    }

    /// Its type on the wire.
    pub fn order_type(&self) -> OrderType {
        match self {
            Self::MarketBuy { .. } => OrderType::MarketBuy,
            Self::MarketSell { .. } => OrderType::MarketSell,
        }
    }

    /// Reads an order from the body of `POST /orders`.
    ///
    /// # Errors
    /// Every field at fault.
    pub fn from_form(mut form: Form<'_>) -> Result<Self, Vec<FieldError>> {
        let order_type: Option<OrderType> = form.required("order_type");
        let asset_id: Option<AssetId> = form.required("asset_id");
        // Where the type itself is at fault, nothing is said against an amount.
        let by_amount = matches!(order_type, None | Some(OrderType::MarketBuy)) && form.has("amount_usd");
        let size = if by_amount { read_amount(&mut form) } else { read_quantity(&mut form) };
        check_price_and_expiry(&mut form, order_type);
        let order =
            order_type.zip(asset_id).zip(size).and_then(|((order_type, asset_id), size)| match (order_type, size) {
                (OrderType::MarketBuy, size) => Some(Self::MarketBuy { asset_id, size }),
                (OrderType::MarketSell, BuySize::Quantity(quantity)) => Some(Self::MarketSell { asset_id, quantity }),
                _ => None,
            });
        form.finish(order)
    }
}

/// A price that is looked at for its sign alone: a client may send its float's every digit.
struct AnyPrice;

impl FromField for AnyPrice {
    fn from_text(text: &str) -> Result<Self, String> {
        match is_positive(text) {
            Ok(true) => Ok(Self),
            Ok(false) => Err("must be more than 0".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn from_json(raw: &RawValue) -> Result<Self, String> {
        Self::from_text(&decimal_text(raw).ok_or("must be a number or a string")?)
    }
}

fn read_quantity(form: &mut Form<'_>) -> Option<BuySize> {
    if form.has("amount_usd") {
        form.fail("amount_usd", "is for market buys only");
    }
    form.required("quantity").map(BuySize::Quantity)
}

fn read_amount(form: &mut Form<'_>) -> Option<BuySize> {
    if form.has("quantity") {
        form.fail("amount_usd", "stands in place of quantity: give one of the two");
    }
    form.optional("amount_usd").map(BuySize::Amount)
}

/// A market order may carry a price, which is checked and otherwise ignored; a limit order needs one.
fn check_price_and_expiry(form: &mut Form<'_>, order_type: Option<OrderType>) {
    let limit = matches!(order_type, Some(OrderType::LimitBuy | OrderType::LimitSell));
    if limit {
        let _: Option<Price> = form.required("price");
        let _: Option<Timestamp> = form.optional("expires_at");
        form.fail("order_type", "limit orders are not available yet: use market_buy or market_sell");
    } else {
        let _: Option<Timestamp> = form.optional("expires_at");
        let _: Option<AnyPrice> = form.optional("price");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: Result<NewOrder, &[&str]>) {
        let read = NewOrder::from_form(Form::from_json(body.as_bytes()).unwrap());
        let faults = read.map_err(|errors| errors.into_iter().map(|error| error.field).collect::<Vec<_>>());
        assert_eq!(faults, expected.map_err(|fields| fields.iter().map(ToString::to_string).collect()), "{body}");
    }

    #[test]
    fn an_order_is_read_or_every_fault_is_named() {
        let btc: AssetId = "BTC".parse().unwrap();
        let tenth: OrderQuantity = "0.1".parse().unwrap();
        let buy = NewOrder::MarketBuy { asset_id: btc, size: BuySize::Quantity(tenth) };
        check(r#"{"order_type":"market_buy","asset_id":"btc","quantity":0.1}"#, Ok(buy));
        check(r#"{"order_type":"market_buy","asset_id":"BTC","quantity":"0.10","price":null,"note":1}"#, Ok(buy));
        for price in ["84110", "0.30000000000000004", "2000000", "\"1e-30\""] {
            let body = format!(r#"{{"order_type":"market_buy","asset_id":"BTC","quantity":"0.1","price":{price}}}"#);
            check(&body, Ok(buy));
        }
        check(
            r#"{"order_type":"market_buy","asset_id":"BTC","amount_usd":"500"}"#,
            Ok(NewOrder::MarketBuy { asset_id: btc, size: BuySize::Amount("500".parse().unwrap()) }),
        );
        check(
            r#"{"order_type":"market_sell","asset_id":"BTC","quantity":0.1}"#,
            Ok(NewOrder::MarketSell { asset_id: btc, quantity: tenth }),
        );
        check(r#"{"asset_id":"BTC","amount_usd":5}"#, Err(&["order_type"]));
        check(r#"{"order_type":"market_buy","asset_id":"BTC","quantity":1,"expires_at":5}"#, Err(&["expires_at"]));
        check("{}", Err(&["order_type", "asset_id", "quantity"]));
        check(
            r#"{"order_type":"buy","asset_id":"B-C","quantity":0,"price":0}"#,
            Err(&["order_type", "asset_id", "quantity", "price"]),
        );
        check(r#"{"order_type":"market_sell","asset_id":"BTC","amount_usd":5}"#, Err(&["amount_usd", "quantity"]));
        check(r#"{"order_type":"market_buy","asset_id":"BTC","amount_usd":5,"quantity":1}"#, Err(&["amount_usd"]));
        check(r#"{"order_type":"market_buy","asset_id":"BTC","amount_usd":"0.001"}"#, Err(&["amount_usd"]));
        check(r#"{"order_type":"limit_buy","asset_id":"BTC","quantity":1}"#, Err(&["price", "order_type"]));
    }
}
