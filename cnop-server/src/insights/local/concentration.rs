//! How much hangs on the largest holding.

use cnop_core::money::{Percent, Usd};

use super::prose::{count, full_name, share};
use super::{Observation, weight};
use crate::insights::facts::{Facts, HoldingFacts};

const BASE: u32 = 30;

/// `None` where there are no assets, or they are worth nothing.
pub(super) fn concentration(facts: &Facts) -> Option<Observation> {
    let top = facts.largest_holding()?;
    let of_assets = top.value.percent_of(facts.assets_value()?)?;
    let alone = facts.holdings.len() == 1;
    let sentence = match of_assets {
        _ if alone => only_asset(facts, top),
        of_assets if over_half(of_assets) => heavy(facts, top, of_assets),
        _ => spread(facts, top),
    };
    let telling = if over_half(of_assets) { BASE + weight(top.value, facts.total_value) / 200 } else { BASE };
    Some(Observation { telling, sentence })
}

fn only_asset(facts: &Facts, top: &HoldingFacts) -> String {
    let name = full_name(top);
    if facts.cash <= Usd::ZERO {
        return format!("All of it is in {name}, which alone drives the result.");
    }
    let only = if facts.unpriced.is_empty() { "only asset" } else { "only asset with a known price" };
    format!("{name} is your {only}, at {} of the total, and alone drives the result.", share(top.share))
}

fn heavy(facts: &Facts, top: &HoldingFacts, of_assets: Percent) -> String {
    let (name, effect) = (full_name(top), effect(facts, top));
    if over_half(top.share) {
        return format!("{name} makes up {} of the total {effect}.", share(top.share));
    }
    format!("{name} is {} of the total and {} of the assets, {effect}.", share(top.share), share(of_assets))
}

/// Weight is not movement: a stablecoin can be most of a portfolio and move none of it.
fn effect(facts: &Facts, top: &HoldingFacts) -> String {
    let size = |change: Usd| change.units().unsigned_abs();
    match (facts.largest_mover(), top.day_change) {
        (Some((mover, change)), Some(own)) if size(own) < size(change) => {
            format!("but moved less in dollars than {} over 24 hours", mover.asset_id)
        }
        _ => "and drives the result".to_owned(),
    }
}

fn over_half(percent: Percent) -> bool {
    percent > Percent::from_hundredths(5_000)
}

fn spread(facts: &Facts, top: &HoldingFacts) -> String {
    let assets = count(facts.holdings.len(), "asset");
    format!("Your money is spread over {assets}, led by {} at {} of the total.", full_name(top), share(top.share))
}
