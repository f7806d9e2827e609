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
        let cash = facts.cash.percent_of(facts.total_value).map(in_steps);
        let all = (prompt::VERSION, model, cash, holdings, unpriced, orders);
        let bytes = postcard::to_allocvec(&all).expect("a vector takes everything");
        let mut first = [0; 16];
        first.copy_from_slice(&digest(&SHA256, &bytes).as_ref()[..16]);
        Self(first)
    }
}

fn in_steps(share: Percent) -> i128 {
    (share.hundredths() + SHARE_STEP / 2).div_euclid(SHARE_STEP)
}
