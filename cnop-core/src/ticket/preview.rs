//! What an order would do at the price of this moment, and what speaks against it. The order takes the price of the next.

mod obstacle;
mod warning;

pub use obstacle::Obstacle;
pub use warning::Warning;

use super::Means;
use crate::api::AssetDetail;
use crate::asset_id::AssetId;
use crate::ledger::{Purpose, Refused};
use crate::money::{Percent, Price, Quantity, Usd};
use crate::order::{BuySize, NewOrder, Side};
use crate::time::Timestamp;

/// An asset's price as the market last told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// Which asset.
    pub asset_id: AssetId,
    /// Its name, in the server's words.
    pub name: String,
    /// USD for one; `None` where there never was one.
    pub price: Option<Price>,
    /// When it was seen.
    pub seen_at: Option<Timestamp>,
    /// Whether it is too old to trade on.
    pub stale: bool,
    /// Whether the asset may be bought.
    pub can_be_bought: bool,
}

/// An order with a price, and what follows from both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The order.
    pub order: NewOrder,
    /// The price.
    pub quote: Quote,
    /// What it comes to, at its limit where it has one; `None` without a price.
    pub figures: Option<Figures>,
    /// Why it would be refused at this moment.
    pub obstacle: Option<Obstacle>,
    /// What a person should know before they confirm it.
    pub warnings: Vec<Warning>,
}

/// What an order comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// How much of the asset.
    pub quantity: Quantity,
    /// What it costs, rounded up, or brings, rounded down.
    pub total: Usd,
    /// All cash afterwards; `None` where it cannot be paid.
    pub cash_after: Option<Usd>,
    /// All of the asset afterwards; `None` where there is not enough to sell.
    pub position_after: Option<Quantity>,
}

impl Quote {
    /// From what the server answers about the asset.
    pub fn of(asset: &AssetDetail) -> Self {
        Self {
            asset_id: asset.asset_id,
            name: asset.name.clone(),
            price: asset.price_usd.map(|price| price.0),
            seen_at: asset.price_updated_at,
            stale: asset.stale,
            can_be_bought: asset.is_active,
        }
    }

    /// Milliseconds since the price was seen. Clocks that disagree make nothing older than now.
    pub fn age_ms(&self, now: Timestamp) -> Option<i64> {
        self.seen_at.map(|seen| (now.as_millis() - seen.as_millis()).max(0))
    }
}

impl Preview {
    /// Looks at `order` with `quote` and `means` at `now`.
    pub fn of(order: NewOrder, quote: Quote, means: &Means, now: Timestamp) -> Self {
        let price = order.limit().map(|terms| terms.price).or(quote.price);
        let figures = price.and_then(|price| Figures::of(&order, price, means));
        let obstacle = obstacle(&order, &quote, figures.as_ref(), means);
        let warnings =
            figures.map(|figures| warning::warnings(&order, &figures, &quote, means, now)).unwrap_or_default();
        Self { order, quote, figures, obstacle, warnings }
    }

    /// How far the limit is above the price, less than 0 where it is below; `None` without either.
    pub fn distance(&self) -> Option<Percent> {
        Some(self.order.limit()?.price.percent_above(self.quote.price?))
    }
}

impl Figures {
    /// `None` where an amount would buy more than a quantity can be.
    fn of(order: &NewOrder, price: Price, means: &Means) -> Option<Self> {
        let quantity = match order {
            NewOrder::MarketBuy { size: BuySize::Amount(amount), .. } => price.quantity_for(amount.get())?,
            NewOrder::MarketBuy { size: BuySize::Quantity(quantity), .. } | NewOrder::MarketSell { quantity, .. } => {
                quantity.get()
            }
            NewOrder::LimitBuy(terms) | NewOrder::LimitSell(terms) => terms.quantity.get(),
        };
        match order.side() {
            Side::Buy => {
                let total = price.cost_rounded_up(quantity);
                let cash_after = means.cash.checked_sub(total).filter(|_| total <= means.available_cash);
                Some(Self { quantity, total, cash_after, position_after: means.owned.checked_add(quantity) })
            }
            Side::Sell => {
                let total = price.value_rounded_down(quantity);
                let position_after = means.owned.checked_sub(quantity).filter(|_| quantity <= means.available);
                Some(Self { quantity, total, cash_after: means.cash.checked_add(total), position_after })
            }
        }
    }
}

/// The first reason to refuse, in the server's order. What an order may be worth is the server's setting: that is a
/// warning.
fn obstacle(order: &NewOrder, quote: &Quote, figures: Option<&Figures>, means: &Means) -> Option<Obstacle> {
    let asset_id = order.asset_id();
    if order.side() == Side::Buy && !quote.can_be_bought {
        return Some(Obstacle::NotForSale(asset_id));
    }
    if quote.price.is_none() || quote.stale {
        return Some(Obstacle::NoCurrentPrice(asset_id));
    }
    let refused = match (order.side(), figures) {
        (_, None) => Some(Refused::TooLarge),
        (Side::Buy, Some(figures)) => beyond_cash(asset_id, figures, means),
        (Side::Sell, Some(figures)) => beyond_holding(asset_id, figures, means),
    };
    refused.map(Obstacle::Rule)
}

fn beyond_cash(asset_id: AssetId, figures: &Figures, means: &Means) -> Option<Refused> {
    let Figures { quantity, total: needed, .. } = *figures;
    let available = means.available_cash;
    let purpose = Purpose::Purchase { asset_id, quantity };
    (needed > available).then_some(Refused::InsufficientFunds { purpose, needed, available })
}

fn beyond_holding(asset_id: AssetId, figures: &Figures, means: &Means) -> Option<Refused> {
    let (wanted, available) = (figures.quantity, means.available);
    if wanted > available {
        return Some(Refused::InsufficientAssets { asset_id, wanted, available });
    }
    (figures.total == Usd::ZERO).then_some(Refused::WorthNothing(wanted, asset_id))
}

#[cfg(test)]
mod tests;
