//! What an insight may be drawn from: one portfolio and its recent orders at one moment.
//!
//! Owns the figures and the sums over them. Reading them from the ledger and the market is the caller's,
//! putting them into words is a provider's, such as `local`.

use std::cmp::Reverse;

use cnop_core::asset_id::AssetId;
use cnop_core::money::{Percent, Price, Quantity, Usd};
use cnop_core::order::Side;
use cnop_core::time::Timestamp;

/// One portfolio at one moment. Every amount is in US dollars.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    /// All cash, what open orders hold included; never negative.
    pub(crate) cash: Usd,
    /// Cash and the value of `holdings` together.
    pub(crate) total_value: Usd,
    /// UTC days since the one on which the account was opened, 0 on that day; see [`days_between`].
    pub(crate) account_age_days: u32,
    /// What is owned and has a price, quantity above 0, the most valuable first.
    pub(crate) holdings: Vec<HoldingFacts>,
    /// What is owned and has no known price; it counts in no other figure.
    pub(crate) unpriced: Vec<AssetId>,
    /// The last executed orders, newest first, at most 10.
    pub(crate) recent_orders: Vec<OrderFacts>,
    /// How many orders were executed in the 7 times 24 hours before `now`, whether or not they are in `recent_orders`.
    pub(crate) orders_last_7_days: usize,
    /// When all of this was true.
    pub(crate) now: Timestamp,
}

/// What is owned of one asset.
#[derive(Debug, Clone)]
pub(crate) struct HoldingFacts {
    /// Which asset.
    pub(crate) asset_id: AssetId,
    /// Its name in the catalogue, such as `Bitcoin`.
    pub(crate) name: String,
    /// How much is owned, what open sell orders hold included.
    pub(crate) quantity: Quantity,
    /// What all of it is worth at the last known price, rounded down.
    pub(crate) value: Usd,
    /// `value` in percent of `total_value`; 0 where that is 0.
    pub(crate) share: Percent,
    /// Of one unit.
    pub(crate) price: Price,
    /// What one unit cost.
    pub(crate) average_cost: Usd,
    /// `value` less what the quantity cost; negative for a loss.
    pub(crate) unrealized_pnl: Usd,
    /// How far the price moved in 24 hours, in percent of the older one; `None` where that is unknown.
    pub(crate) change_24h: Option<Percent>,
    /// The same for 7 days.
    pub(crate) change_7d: Option<Percent>,
    /// The quantity of now at the price of now, less at the price of 24 hours ago; `None` where that is unknown.
    pub(crate) day_change: Option<Usd>,
    /// Whether the price is too old to trade on.
    pub(crate) stale: bool,
}

/// One executed order.
#[derive(Debug, Clone)]
pub(crate) struct OrderFacts {
    /// Which way the asset went.
    pub(crate) side: Side,
    /// What was traded.
    pub(crate) asset_id: AssetId,
    /// How much of it.
    pub(crate) quantity: Quantity,
    /// What was paid, or received; above 0 for both sides.
    pub(crate) total: Usd,
    /// When it was executed.
    pub(crate) when: Timestamp,
}

impl Facts {
    /// Whether there is no cash and no asset.
    pub(crate) fn is_empty(&self) -> bool {
        self.cash <= Usd::ZERO && self.holdings.is_empty() && self.unpriced.is_empty()
    }

    /// What the holdings are worth; `None` beyond the range.
    pub(crate) fn assets_value(&self) -> Option<Usd> {
        sum(self.holdings.iter().map(|holding| holding.value))
    }

    /// The most valuable holding, of equal ones the first.
    pub(crate) fn largest_holding(&self) -> Option<&HoldingFacts> {
        self.holdings.iter().min_by_key(|holding| Reverse(holding.value))
    }

    /// The holding that moved the total most in 24 hours and by how much, up or down; of equal ones the first.
    pub(crate) fn largest_mover(&self) -> Option<(&HoldingFacts, Usd)> {
        let known = self.holdings.iter().filter_map(|holding| Some((holding, holding.day_change?)));
        known.min_by_key(|(_, change)| Reverse(change.units().unsigned_abs()))
    }
}

/// The sum; `None` beyond the range.
pub(crate) fn sum(amounts: impl IntoIterator<Item = Usd>) -> Option<Usd> {
    amounts.into_iter().try_fold(Usd::ZERO, Usd::checked_add)
}

/// How many UTC days lie between the days of two moments: 0 for today, 1 for yesterday; 0 also where `earlier` is later.
pub(crate) fn days_between(earlier: Timestamp, later: Timestamp) -> u32 {
    let day = |time: Timestamp| time.as_millis() / Timestamp::DAY_MS;
    u32::try_from(day(later) - day(earlier)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(earlier: &str, later: &str, expected: u32) {
        assert_eq!(days_between(earlier.parse().unwrap(), later.parse().unwrap()), expected, "{earlier} to {later}");
    }

    #[test]
    fn days_are_counted_by_the_calendar() {
        check("2026-02-15T00:00:00Z", "2026-02-15T23:59:59.999Z", 0);
        check("2026-02-14T23:59:59.999Z", "2026-02-15T00:00:00Z", 1);
        check("2026-02-15T08:00:00Z", "2026-03-01T07:00:00Z", 14);
        check("2026-02-16T00:00:00Z", "2026-02-15T23:00:00Z", 0);
    }

    #[test]
    fn a_sum_beyond_the_range_is_none() {
        let most: Usd = "100000000000000000000".parse().unwrap();
        assert_eq!(sum([most, Usd::whole(1)]), None);
        assert_eq!(sum([most, most.negated()]), Some(Usd::ZERO));
    }
}
