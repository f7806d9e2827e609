//! What a new order must be.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::words::{OrderType, Side};
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
    /// Buy once the price is at or below the limit.
    LimitBuy(LimitTerms),
    /// Sell once the price is at or above the limit.
    LimitSell(LimitTerms),
}

/// What a limit order asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitTerms {
    /// What to trade.
    pub asset_id: AssetId,
    /// How much.
    pub quantity: OrderQuantity,
    /// The worst price that will do.
    pub price: Price,
    /// When to give up; `None` leaves it to the server, which waits for [`DEFAULT_LIFE_MS`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// A limit order that says nothing waits for 30 days.
pub const DEFAULT_LIFE_MS: i64 = 30 * Timestamp::DAY_MS;
/// A limit order waits for at most a year of 365 days.
pub const MAX_LIFE_MS: i64 = 365 * Timestamp::DAY_MS;

/// Whether a limit order that is placed at `now` may wait until `expires_at`.
///
/// # Errors
/// What is wrong with it, in words that go on after the field's name.
pub fn check_expiry(expires_at: Timestamp, now: Timestamp) -> Result<(), &'static str> {
    if expires_at <= now {
        return Err("must be in the future");
    }
    if expires_at > now.plus_millis(MAX_LIFE_MS) {
        return Err("must be at most 365 days ahead");
    }
    Ok(())
}

impl NewOrder {
    /// What it trades.
    pub fn asset_id(&self) -> AssetId {
        match self {
            Self::MarketBuy { asset_id, .. } | Self::MarketSell { asset_id, .. } => *asset_id,
            Self::LimitBuy(terms) | Self::LimitSell(terms) => terms.asset_id,
        }
    }

    /// Its type on the wire.
    pub fn order_type(&self) -> OrderType {
        match self {
            Self::MarketBuy { .. } => OrderType::MarketBuy,
            Self::MarketSell { .. } => OrderType::MarketSell,
            Self::LimitBuy(_) => OrderType::LimitBuy,
            Self::LimitSell(_) => OrderType::LimitSell,
        }
    }

    /// Which way the asset goes.
    pub fn side(&self) -> Side {
        match self {
            Self::MarketBuy { .. } | Self::LimitBuy(_) => Side::Buy,
            Self::MarketSell { .. } | Self::LimitSell(_) => Side::Sell,
        }
    }

    /// What it asks for, where it waits for its price.
    pub fn limit(&self) -> Option<&LimitTerms> {
        match self {
            Self::LimitBuy(terms) | Self::LimitSell(terms) => Some(terms),
            Self::MarketBuy { .. } | Self::MarketSell { .. } => None,
        }
    }

    /// Reads an order from the body of `POST /orders`, which arrived at `now`.
    ///
    /// # Errors
    /// Every field at fault.
    pub fn from_form(mut form: Form<'_>, now: Timestamp) -> Result<Self, Vec<FieldError>> {
        let order_type: Option<OrderType> = form.required("order_type");
        let asset_id: Option<AssetId> = form.required("asset_id");
        // Where the type itself is at fault, nothing is said against an amount.
        let by_amount = matches!(order_type, None | Some(OrderType::MarketBuy)) && form.has("amount_usd");
        let size = if by_amount { read_amount(&mut form) } else { read_quantity(&mut form) };
        let limit = match order_type {
            Some(OrderType::LimitBuy | OrderType::LimitSell) => read_limit(&mut form, now),
            _ => check_ignored(&mut form),
        };
        let order = order_type
            .zip(asset_id)
            .zip(size)
            .and_then(|((order_type, asset_id), size)| assemble(order_type, asset_id, size, limit));
        form.finish(order)
    }
}

fn assemble(order_type: OrderType, asset_id: AssetId, size: BuySize, limit: Option<Limit>) -> Option<NewOrder> {
    let terms =
        |quantity| limit.map(|Limit { price, expires_at }| LimitTerms { asset_id, quantity, price, expires_at });
    match (order_type, size) {
        (OrderType::MarketBuy, size) => Some(NewOrder::MarketBuy { asset_id, size }),
        (OrderType::MarketSell, BuySize::Quantity(quantity)) => Some(NewOrder::MarketSell { asset_id, quantity }),
        (OrderType::LimitBuy, BuySize::Quantity(quantity)) => terms(quantity).map(NewOrder::LimitBuy),
        (OrderType::LimitSell, BuySize::Quantity(quantity)) => terms(quantity).map(NewOrder::LimitSell),
        (_, BuySize::Amount(_)) => None,
    }
}

/// What only a limit order has.
struct Limit {
    price: Price,
    expires_at: Option<Timestamp>,
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

/// A market order may carry a price and an end, which are checked and otherwise ignored.
fn check_ignored(form: &mut Form<'_>) -> Option<Limit> {
    let _: Option<AnyPrice> = form.optional("price");
    let _: Option<Timestamp> = form.optional("expires_at");
    None
}

fn read_limit(form: &mut Form<'_>, now: Timestamp) -> Option<Limit> {
    let price = form.required("price");
    let expires_at: Option<Timestamp> = form.optional("expires_at");
    if let Some(Err(error)) = expires_at.map(|expires_at| check_expiry(expires_at, now)) {
        form.fail("expires_at", error);
    }
    price.map(|price| Limit { price, expires_at })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> Timestamp {
        "2026-02-15T12:00:00Z".parse().unwrap()
    }

    #[track_caller]
    fn check(body: &str, expected: Result<NewOrder, &[&str]>) {
        let read = NewOrder::from_form(Form::from_json(body.as_bytes()).unwrap(), noon());
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
    }

    #[test]
    fn a_limit_order_needs_a_price_and_ends_within_a_year() {
        let terms = |expires_at: Option<&str>| LimitTerms {
            asset_id: "BTC".parse().unwrap(),
            quantity: "0.1".parse().unwrap(),
            price: "60000.5".parse().unwrap(),
            expires_at: expires_at.map(|text| text.parse().unwrap()),
        };
        let body =
            |kind: &str, rest: &str| format!(r#"{{"order_type":"{kind}","asset_id":"BTC","quantity":"0.1"{rest}}}"#);
        let price = r#","price":60000.50"#;
        check(&body("limit_buy", price), Ok(NewOrder::LimitBuy(terms(None))));
        check(&body("limit_sell", price), Ok(NewOrder::LimitSell(terms(None))));
        let ending = |time: &str| body("limit_buy", &format!(r#"{price},"expires_at":"{time}""#));
        for time in ["2026-02-15T12:00:00.001Z", "2027-02-15T12:00:00Z"] {
            check(&ending(time), Ok(NewOrder::LimitBuy(terms(Some(time)))));
        }
        for time in ["2026-02-15T12:00:00Z", "2020-01-01T00:00:00Z", "2027-02-15T12:00:00.001Z", "tomorrow"] {
            check(&ending(time), Err(&["expires_at"]));
        }
        check(&body("limit_buy", ""), Err(&["price"]));
        check(&body("limit_buy", r#","price":null"#), Err(&["price"]));
        check(&body("limit_sell", r#","price":1000000.1,"expires_at":7"#), Err(&["price", "expires_at"]));
        check(r#"{"order_type":"limit_buy","price":0}"#, Err(&["asset_id", "quantity", "price"]));
        check(
            r#"{"order_type":"limit_buy","asset_id":"BTC","amount_usd":5,"price":1}"#,
            Err(&["amount_usd", "quantity"]),
        );
    }

    #[test]
    fn a_limit_order_that_names_no_end_is_kept_without_one() {
        let json = r#"{"limit_buy":{"asset_id":"BTC","quantity":"0.1","price":"60000.5"}}"#;
        let order: NewOrder = serde_json::from_str(json).unwrap();
        assert_eq!(order.limit().unwrap().expires_at, None);
        assert_eq!(serde_json::to_string(&order).unwrap(), json);
    }
}
