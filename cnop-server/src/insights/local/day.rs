//! What prices did to the assets in 24 hours, and which of them mattered most.
//!
//! A day change compares what is owned now at two prices; it may have been bought since. So the sentence speaks
//! of the prices of 24 hours ago, not of what the account gained.

use cnop_core::money::Usd;

use super::prose::{Direction, in_percent, money, movement};
use super::{Observation, weight};
use crate::insights::facts::{Facts, HoldingFacts, sum};

const BASE: u32 = 15;
const UNCHANGED: u32 = 5;
const MOST: u32 = 90;

/// `None` where no asset's price of 24 hours ago is known.
pub(super) fn day(facts: &Facts) -> Option<Observation> {
    let changes: Vec<Usd> = facts.holdings.iter().filter_map(|holding| holding.day_change).collect();
    let (total, (mover, change)) = (sum(changes.iter().copied())?, facts.largest_mover()?);
    let said = match changes.len() {
        1 => format!("{} is {}{}", mover.asset_id, movement(change), change_in_percent(mover, change)),
        known => format!("{} are {}", subject(facts, known), all_of_them(&changes, total, mover, change)),
    };
    let sentence = format!("Against the prices of 24 hours ago, {said}.");
    Some(Observation { telling: telling(change, facts.total_value), sentence })
}

fn telling(change: Usd, total_value: Usd) -> u32 {
    match Direction::of(change) {
        Direction::Flat => UNCHANGED,
        // A move by 1 % of the portfolio adds 20.
        _ => (BASE + weight(change, total_value) / 5).min(MOST),
    }
}

fn subject(facts: &Facts, known: usize) -> &'static str {
    if known == facts.holdings.len() { "your assets" } else { "those of your assets with a known change" }
}

fn all_of_them(changes: &[Usd], total: Usd, mover: &HoldingFacts, change: Usd) -> String {
    let (id, percent) = (mover.asset_id, change_in_percent(mover, change));
    let moved = movement(total);
    match (Direction::of(total), Direction::of(change)) {
        (_, Direction::Flat) => moved,
        (Direction::Flat, _) => {
            format!("{moved} in sum, with {id} {}{percent} and the rest against it", movement(change))
        }
        _ if only_one_moved(changes) => format!("{moved}, all of it from {id}{percent}"),
        (Direction::Up, Direction::Up) => format!("{moved}, led by {id} with {}{percent}", money(change)),
        (Direction::Down, Direction::Down) => format!("{moved}, dragged down by {id} with {}{percent}", money(change)),
        _ => format!("{moved}, despite the largest mover {id}, which is {}{percent}", movement(change)),
    }
}

fn only_one_moved(changes: &[Usd]) -> bool {
    changes.iter().filter(|change| **change != Usd::ZERO).count() == 1
}

fn change_in_percent(mover: &HoldingFacts, change: Usd) -> String {
    in_percent(mover.change_24h.filter(|_| Direction::of(change) != Direction::Flat))
}
