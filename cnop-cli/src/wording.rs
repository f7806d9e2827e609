//! Orders in a few words.

use cnop_core::api::Order;
use cnop_core::money::Price;
use cnop_core::order::{OrderType, Side};

use crate::format;

/// `buy 0.05 BTC at $60,000.00 or less`.
pub(crate) fn of_order(order: &Order) -> String {
    let Order { order_type, quantity, asset_id, limit_price, .. } = order;
    let (verb, side) = match order_type {
        OrderType::MarketBuy | OrderType::LimitBuy => ("buy", Side::Buy),
        OrderType::MarketSell | OrderType::LimitSell => ("sell", Side::Sell),
    };
    let at = limit_price.map_or_else(|| "the market price".to_owned(), |price| limit(price, side));
    format!("{verb} {quantity} {asset_id} at {at}")
}

/// `$60,000.00 or less` for a purchase, `or more` for a sale.
pub(crate) fn limit(price: Price, side: Side) -> String {
    let or_better = if side == Side::Buy { "less" } else { "more" };
    format!("{} or {or_better}", format::price(price))
}
