//! What a model is asked: figures and ids of one portfolio, and how to speak of them. Nothing that a user typed is in it.
//!
//! Both parts stand here, under one version: whoever changes a word or a figure counts it up, and what was answered to the
//! old ones is not answered again.

use std::fmt::Write;

use cnop_core::money::{Percent, Price, Quantity, Usd};
use cnop_core::order::Side;

use super::facts::{Facts, HoldingFacts, OrderFacts, days_between};

/// Of both parts.
pub(crate) const VERSION: u32 = 1;

/// How to speak.
const SYSTEM: &str = "You tell the owner of a practice trading account how it stands. Answer with 2 to 4 sentences of plain \
text, at most 80 words: no headings, no lists, no markup. Amounts are US dollars. Use only the figures given, rounded for \
reading. Say how it is spread, what moved it, and the one risk that stands out. Advise nothing and predict nothing.";

/// Holdings that are told one by one.
const MAX_HOLDINGS: usize = 10;

/// Two parts, as models take them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Prompt {
    /// How to speak.
    pub(crate) system: &'static str,
    /// Of what.
    pub(crate) user: String,
}

impl Prompt {
    /// The question for one portfolio: some 400 tokens at most.
    pub(crate) fn of(facts: &Facts) -> Self {
        Self { system: SYSTEM, user: user(facts) }
    }
}

fn user(facts: &Facts) -> String {
    let mut text = format!("Account: {} days old, cash {}", facts.account_age_days, brief(facts.cash));
    if let Some(share) = facts.cash.percent_of(facts.total_value) {
        let _ = write!(text, " ({})", share_of(share)); // A text takes everything.
    }
    let _ = writeln!(text, ", total {}", brief(facts.total_value));
    holdings(&mut text, facts);
    orders(&mut text, facts);
    text
}

fn holdings(text: &mut String, facts: &Facts) {
    if facts.holdings.is_empty() {
        text.push_str("No holdings\n");
        return;
    }
    text.push_str("Holdings: share, price, 24h, 7d, average cost, profit\n");
    let (told, rest) = facts.holdings.split_at(facts.holdings.len().min(MAX_HOLDINGS));
    told.iter().for_each(|holding| text.push_str(&row(holding)));
    if !rest.is_empty() {
        let share = Percent::from_hundredths(rest.iter().map(|holding| holding.share.hundredths()).sum());
        let _ = writeln!(text, "{} more: {}", rest.len(), share_of(share));
    }
    if !facts.unpriced.is_empty() {
        let _ = writeln!(text, "{} without a price, not counted", facts.unpriced.len());
    }
}

fn row(holding: &HoldingFacts) -> String {
    let HoldingFacts { asset_id, share, price, change_24h, change_7d, average_cost, unrealized_pnl, stale, .. } =
        holding;
    let old = if *stale { " (old price)" } else { "" };
    let [share, day, week] = [share_of(*share), change(*change_24h), change(*change_7d)];
    let [price, cost, profit] = [brief_price(*price), brief(*average_cost), brief(*unrealized_pnl)];
    format!("{asset_id} {share} {price}{old} {day} {week} {cost} {profit}\n")
}

fn orders(text: &mut String, facts: &Facts) {
    if facts.recent_orders.is_empty() {
        text.push_str("No orders yet\n");
        return;
    }
    let _ = writeln!(text, "Orders in 7 days: {}. Latest: days ago, side, quantity, total", facts.orders_last_7_days);
    for OrderFacts { side, asset_id, quantity, total, when } in &facts.recent_orders {
        let side = match side {
            Side::Buy => "buy",
            Side::Sell => "sell",
        };
        let (days, total) = (days_between(*when, facts.now), brief(*total));
        let _ = writeln!(text, "{days} {side} {} {asset_id} {total}", brief_quantity(*quantity));
    }
}

fn share_of(percent: Percent) -> String {
    format!("{}%", tenths(percent))
}

/// `?` where it is unknown.
fn change(percent: Option<Percent>) -> String {
    percent.map_or_else(|| "?".to_owned(), |percent| format!("{}%", tenths(percent)))
}

fn tenths(percent: Percent) -> String {
    shortened(percent.hundredths(), 2, 1)
}

fn brief(amount: Usd) -> String {
    legible(amount.units(), Usd::DECIMALS)
}

fn brief_price(price: Price) -> String {
    legible(price.units(), Price::DECIMALS)
}

fn brief_quantity(quantity: Quantity) -> String {
    legible(quantity.units(), Quantity::DECIMALS)
}

/// As many digits as a sentence needs: none behind the point from 1,000 on, two from 1 on, else the first four.
fn legible(units: i128, decimals: u32) -> String {
    let (size, one) = (units.unsigned_abs(), 10_u128.pow(decimals));
    let kept = match size {
        _ if size >= 1_000 * one => 0,
        _ if size >= one => 2,
        0 => 0,
        _ => decimals.saturating_sub(size.ilog10()) + 3,
    };
    shortened(units, decimals, kept.min(decimals))
}

/// With `kept` decimals of `decimals`, rounded to the nearest, without zeros at the end.
fn shortened(units: i128, decimals: u32, kept: u32) -> String {
    let step = 10_u128.pow(decimals - kept);
    let size = (units.unsigned_abs() + step / 2) / step;
    let (whole, part) = (size / 10_u128.pow(kept), size % 10_u128.pow(kept));
    let part = format!("{part:0width$}", width = kept as usize);
    let part = if kept == 0 { "" } else { part.trim_end_matches('0') };
    let (sign, point) = (if units < 0 && size > 0 { "-" } else { "" }, if part.is_empty() { "" } else { "." });
    format!("{sign}{whole}{point}{part}")
}
