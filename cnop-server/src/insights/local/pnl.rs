//! Where the assets stand against what they cost: in all, the best and the worst.

use std::cmp::Reverse;

use cnop_core::money::Usd;

use super::prose::{Direction, in_percent, movement, unit_cost};
use super::{Observation, weight};
use crate::insights::facts::{Facts, HoldingFacts, sum};

const BASE: u32 = 10;
const MOST: u32 = 85;

/// `None` where nothing stands above or below its cost by a cent.
pub(super) fn pnl(facts: &Facts) -> Option<Observation> {
    let total = sum(facts.holdings.iter().map(|holding| holding.unrealized_pnl))?;
    let best = facts.holdings.iter().min_by_key(|holding| Reverse(holding.unrealized_pnl))?;
    let worst = facts.holdings.iter().min_by_key(|holding| holding.unrealized_pnl)?;
    let sentence = match (facts.holdings.as_slice(), direction(best), direction(worst)) {
        (_, Direction::Flat, Direction::Flat) => return None,
        ([only], ..) => one(only),
        (all, Direction::Up, Direction::Up) => together(all, "above", total, &leads(best)),
        (all, Direction::Down, Direction::Down) => together(all, "below", total, &trails(worst)),
        (_, Direction::Up, Direction::Down) => {
            format!(
                "Against what you paid, your assets are {}: {}, and {}.",
                movement(total),
                leads(best),
                trails(worst)
            )
        }
        (_, Direction::Up, _) => format!("Against what you paid, {}, and no asset is down.", leads(best)),
        _ => format!("Against what you paid, {}, and no asset is up.", trails(worst)),
    };
    let size = weight(best.unrealized_pnl, facts.total_value).max(weight(worst.unrealized_pnl, facts.total_value));
    // A standing of 1 % of the portfolio adds 10.
    Some(Observation { telling: (BASE + size / 10).min(MOST), sentence })
}

fn direction(holding: &HoldingFacts) -> Direction {
    Direction::of(holding.unrealized_pnl)
}

fn one(holding: &HoldingFacts) -> String {
    let HoldingFacts { quantity, asset_id, average_cost, .. } = holding;
    format!("Your {quantity} {asset_id}, bought at {} on average, is {}.", unit_cost(*average_cost), stands(holding))
}

fn together(holdings: &[HoldingFacts], side: &str, total: Usd, extreme: &str) -> String {
    let all = if holdings.len() == 2 { "Both assets".to_owned() } else { format!("All {} assets", holdings.len()) };
    format!("{all} stand {side} what you paid, {} in all, and {extreme}.", movement(total))
}

fn leads(best: &HoldingFacts) -> String {
    format!("{} leads, {}", best.asset_id, stands(best))
}

fn trails(worst: &HoldingFacts) -> String {
    format!("{} trails, {}", worst.asset_id, stands(worst))
}

/// `up $300.00 (+12.0%)`, the percentage being of the cost.
fn stands(holding: &HoldingFacts) -> String {
    let pnl = holding.unrealized_pnl;
    let cost = holding.value.checked_sub(pnl);
    format!("{}{}", movement(pnl), in_percent(cost.and_then(|cost| pnl.percent_of(cost))))
}
