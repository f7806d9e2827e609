//! What an insight depends on: while it is the same, an earlier one is still true enough.
//!
//! Quantities, orders and who answers are exact; what prices move is rounded, so that an ordinary hour changes nothing.

use aws_lc_rs::digest::{SHA256, digest};
use cnop_core::money::Percent;
use serde::{Deserialize, Serialize};

use super::facts::{Facts, HoldingFacts, OrderFacts};
use super::prompt;

/// Shares are told apart by so many hundredths of a percent.
const SHARE_STEP: i128 = 500;

/// A digest of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// Of a portfolio as `model` is asked about it.
    pub(crate) fn of(facts: &Facts, model: &str) -> Self {
        let holding =
            |holding: &HoldingFacts| (holding.asset_id.to_string(), holding.quantity.units(), in_steps(holding.share));
        let order = |order: &OrderFacts| {
            (order.asset_id.to_string(), order.quantity.units(), order.total.units(), order.when.as_millis())
        };
        let mut holdings: Vec<_> = facts.holdings.iter().map(holding).collect();
        holdings.sort_unstable(); // Their order follows prices.
        let mut unpriced: Vec<_> = facts.unpriced.iter().map(ToString::to_string).collect();
        unpriced.sort_unstable();
        let orders: Vec<_> = facts.recent_orders.iter().map(order).collect();
        // Prices move no cash: it changes with a deposit or a trade.
        let all = (prompt::VERSION, model, facts.cash.units(), holdings, unpriced, orders);
        let bytes = postcard::to_allocvec(&all).expect("a vector takes everything");
        let mut first = [0; 16];
        first.copy_from_slice(&digest(&SHA256, &bytes).as_ref()[..16]);
        Self(first)
    }
}

fn in_steps(share: Percent) -> i128 {
    (share.hundredths() + SHARE_STEP / 2).div_euclid(SHARE_STEP)
}

#[cfg(test)]
mod tests {
    use cnop_core::order::Side;

    use super::*;
    use crate::insights::testing::{account, holding, order};

    fn facts(price: &str) -> Facts {
        let holdings =
            [holding("BTC Bitcoin", "0.1", "80000", price, None), holding("ETH Ethereum", "1", "2500", "2800", None)];
        account("5000")
            .with(holdings)
            .traded(1, order(Side::Buy, "BTC", "0.1", "8000", "2026-02-14T08:00:00Z"))
            .added_up()
    }

    #[test]
    fn ordinary_price_moves_do_not_matter_and_large_ones_do() {
        let of = |price: &str| Fingerprint::of(&facts(price), "model");
        assert_eq!(of("80000"), of("80800"));
        assert_eq!(of("80000"), of("79500"));
        assert_ne!(of("80000"), of("120000"));
    }

    #[test]
    fn what_is_owned_what_was_done_and_who_is_asked_matter() {
        let before = facts("80000");
        let of = |facts: &Facts| Fingerprint::of(facts, "model");
        assert_ne!(of(&before), Fingerprint::of(&before, "another"));
        let mut more = before.clone();
        more.holdings[1].quantity = "1.00000001".parse().unwrap();
        assert_ne!(of(&before), of(&more));
        let mut deposited = before.clone();
        deposited.cash = deposited.cash.checked_add(cnop_core::money::Usd::whole(1)).unwrap();
        assert_ne!(of(&before), of(&deposited));
        let mut traded = before.clone();
        traded.recent_orders.insert(0, order(Side::Sell, "ETH", "0.00000001", "0.01", "2026-02-15T08:00:00Z"));
        assert_ne!(of(&before), of(&traded));
        let mut later = before.clone();
        later.now = later.now.plus_millis(86_400_000);
        later.account_age_days += 1;
        later.holdings.reverse();
        assert_eq!(of(&before), of(&later), "neither time nor order of value");
        let unpriced = Facts { unpriced: vec!["PI".parse().unwrap()], ..before.clone() };
        assert_ne!(of(&before), of(&unpriced));
    }
}
