//! What a person should know before they confirm an order that may well be taken.

use std::fmt;

use super::{Figures, Means, Quote};
use crate::api::Order;
use crate::ids::OrderId;
use crate::money::{Percent, Price, Usd};
use crate::order::{BuySize, NewOrder, OrderType, Side};
use crate::time::Timestamp;

/// What an order may be worth at a server that is not configured otherwise.
const USUAL_MAX_ORDER_VALUE: Usd = Usd::whole(10_000);

/// From here on a purchase is a large part of all that somebody has, in hundredths of a percent.
const LARGE_SHARE_HUNDREDTHS: i128 = 50_00;

/// A price of the simulated market is of the last second, one from outside of the last minute.
const OLD_PRICE_MS: i64 = 75 * Timestamp::SECOND_MS;

/// A second order of the same within this time may be one that was typed twice.
const REPEATED_WITHIN_MS: i64 = 10 * 60 * Timestamp::SECOND_MS;

/// Something unusual about an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warning {
    /// It is worth more than most servers take.
    LargeOrder {
        /// What it is worth.
        value: Usd,
        /// What most take.
        usual_max: Usd,
    },
    /// It spends much of what the account is worth.
    LargeShare {
        /// How much.
        share: Percent,
        /// What the account is worth.
        worth: Usd,
    },
    /// It does not wait: the price is at or through its limit already.
    ExecutesAtOnce {
        /// The price.
        price: Price,
    },
    /// Its price is not of this moment, though it may still be traded on.
    OldPrice {
        /// How old it is.
        age_ms: i64,
    },
    /// It is the order before it once more.
    SameAsLast {
        /// That order.
        order_id: OrderId,
        /// When it was placed.
        created_at: Timestamp,
    },
}

impl Warning {
    /// A name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::LargeOrder { .. } => "large_order",
            Self::LargeShare { .. } => "large_share",
            Self::ExecutesAtOnce { .. } => "executes_at_once",
            Self::OldPrice { .. } => "old_price",
            Self::SameAsLast { .. } => "same_as_last",
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LargeOrder { value, usual_max } => write!(
                out,
                "It comes to {}; a server takes orders up to {} unless it is set otherwise.",
                value.dollars(),
                usual_max.dollars()
            ),
            Self::LargeShare { share, worth } => {
                write!(out, "It spends {share}% of all that you have ({}).", worth.dollars())
            }
            Self::ExecutesAtOnce { price } => {
                write!(out, "It will not wait: the price is {} already, so it executes at once.", price.dollars())
            }
            Self::OldPrice { age_ms } => {
                let seconds = age_ms / Timestamp::SECOND_MS;
                write!(
                    out,
                    "Its price was seen {seconds} s ago; the order takes that of the moment in which it is executed."
                )
            }
            Self::SameAsLast { order_id, .. } => write!(out, "It is the same as your last order, {order_id}."),
        }
    }
}

/// Everything unusual about an order.
pub(super) fn warnings(
    order: &NewOrder,
    figures: &Figures,
    quote: &Quote,
    means: &Means,
    now: Timestamp,
) -> Vec<Warning> {
    let found = [
        executes_at_once(order, quote),
        large_order(figures),
        large_share(order, figures, means),
        old_price(quote, now),
        same_as_last(order, means, now),
    ];
    found.into_iter().flatten().collect()
}

fn executes_at_once(order: &NewOrder, quote: &Quote) -> Option<Warning> {
    let (limit, price) = (order.limit()?.price, quote.price?);
    let takes = match order.side() {
        Side::Buy => price <= limit,
        Side::Sell => price >= limit,
    };
    takes.then_some(Warning::ExecutesAtOnce { price })
}

fn large_order(figures: &Figures) -> Option<Warning> {
    let (value, usual_max) = (figures.total, USUAL_MAX_ORDER_VALUE);
    (value > usual_max).then_some(Warning::LargeOrder { value, usual_max })
}

/// Only of what can be paid: the rest is an obstacle.
fn large_share(order: &NewOrder, figures: &Figures, means: &Means) -> Option<Warning> {
    let paid = order.side() == Side::Buy && figures.total <= means.available_cash;
    let share = figures.total.percent_of(means.worth).filter(|_| paid)?;
    (share.hundredths() >= LARGE_SHARE_HUNDREDTHS).then_some(Warning::LargeShare { share, worth: means.worth })
}

fn old_price(quote: &Quote, now: Timestamp) -> Option<Warning> {
    let age_ms = quote.age_ms(now)?;
    (age_ms >= OLD_PRICE_MS).then_some(Warning::OldPrice { age_ms })
}

fn same_as_last(order: &NewOrder, means: &Means, now: Timestamp) -> Option<Warning> {
    let last = means.last_order.as_ref()?;
    let age_ms = now.as_millis() - last.created_at.as_millis();
    let Order { order_id, created_at, .. } = *last;
    (age_ms < REPEATED_WITHIN_MS && repeats(order, last)).then_some(Warning::SameAsLast { order_id, created_at })
}

fn repeats(order: &NewOrder, last: &Order) -> bool {
    let alike = match order {
        NewOrder::MarketBuy { size: BuySize::Quantity(quantity), .. } => {
            last.order_type == OrderType::MarketBuy && last.quantity == quantity.get()
        }
        NewOrder::MarketBuy { size: BuySize::Amount(amount), .. } => {
            last.order_type == OrderType::MarketBuy
                && last.total_amount.is_some_and(|total| spends(amount.get(), total))
        }
        NewOrder::MarketSell { quantity, .. } => {
            last.order_type == OrderType::MarketSell && last.quantity == quantity.get()
        }
        NewOrder::LimitBuy(terms) | NewOrder::LimitSell(terms) => {
            let asked = (last.order_type, last.quantity, last.limit_price);
            asked == (order.order_type(), terms.quantity.get(), Some(terms.price))
        }
    };
    alike && last.asset_id == order.asset_id()
}

/// Whether a purchase for at most `amount` may have come to `total`: the quantity was rounded down, by less than a cent.
fn spends(amount: Usd, total: Usd) -> bool {
    let cent = Usd::from_units(Usd::whole(1).units() / 100).unwrap_or_default();
    amount.checked_sub(total).is_some_and(|rest| Usd::ZERO <= rest && rest < cent)
}
