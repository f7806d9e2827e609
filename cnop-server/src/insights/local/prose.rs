//! Figures and small words as sentences need them.
//!
//! Amounts are rounded to cents and percentages to one decimal, half to even, for reading only.

use cnop_core::asset_id::AssetId;
use cnop_core::money::{Percent, Usd};
use cnop_core::time::Timestamp;

use crate::insights::facts::{Facts, HoldingFacts, days_between};

const UNITS_A_CENT: i128 = 10_i128.pow(Usd::DECIMALS - 2);
/// So many ids are read out; of more only the number is said.
const MAX_LISTED: usize = 3;

/// Which way an amount went, as far as cents show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Up,
    Flat,
    Down,
}

impl Direction {
    pub(super) fn of(amount: Usd) -> Self {
        match amount.cents_half_even() {
            1.. => Self::Up,
            0 => Self::Flat,
            _ => Self::Down,
        }
    }
}

/// `$8,411.04`. Without a sign: which way an amount went is for the sentence to say.
pub(super) fn money(amount: Usd) -> String {
    match amount.cents_half_even().abs() {
        0 if amount != Usd::ZERO => "less than $0.01".to_owned(),
        cents => Usd::from_units(cents * UNITS_A_CENT).unwrap_or(amount).dollars().to_string(),
    }
}

/// `$84,110.40`, but every digit of a cost below a dollar: cents would say nothing of a coin at $0.00001297.
pub(super) fn unit_cost(cost: Usd) -> String {
    if cost < Usd::whole(1) { cost.dollars().to_string() } else { money(cost) }
}

/// `up $80.00`, `down $80.00` or `unchanged`.
pub(super) fn movement(amount: Usd) -> String {
    match Direction::of(amount) {
        Direction::Up => format!("up {}", money(amount)),
        Direction::Flat => "unchanged".to_owned(),
        Direction::Down => format!("down {}", money(amount)),
    }
}

/// ` (+3.4%)` to stand behind an amount; nothing where it is unknown or would read 0.0%.
pub(super) fn in_percent(percent: Option<Percent>) -> String {
    match percent.map(Percent::tenths_half_even) {
        None | Some(0) => String::new(),
        Some(tenths) => format!(" ({}{}%)", if tenths < 0 { '-' } else { '+' }, one_decimal(tenths)),
    }
}

/// `62.0%` of something, where saying all or nothing of it would be wrong.
pub(super) fn share(percent: Percent) -> String {
    match percent.tenths_half_even() {
        ..=0 => "less than 0.1%".to_owned(),
        tenths @ 1..1_000 => format!("{}%", one_decimal(tenths)),
        _ => "more than 99.9%".to_owned(),
    }
}

/// `Bitcoin (BTC)`, or the id alone where the name is the same.
pub(super) fn full_name(holding: &HoldingFacts) -> String {
    let HoldingFacts { name, asset_id, .. } = holding;
    if name.eq_ignore_ascii_case(asset_id.as_str()) { asset_id.to_string() } else { format!("{name} ({asset_id})") }
}

/// `1 order`, `2 orders`.
pub(super) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// `BTC`, `BTC and ETH`, `BTC, ETH and SOL`, `4 assets`.
pub(super) fn listed(ids: &[AssetId]) -> String {
    let words: Vec<_> = ids.iter().map(AssetId::as_str).collect();
    match words.as_slice() {
        many if many.len() > MAX_LISTED => count(many.len(), "asset"),
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        one => one.concat(),
    }
}

/// `today`, `yesterday`, `3 days ago`.
pub(super) fn days_ago(facts: &Facts, when: Timestamp) -> String {
    ago(days_between(when, facts.now))
}

/// As [`days_ago`], for a number of days.
pub(super) fn ago(days: u32) -> String {
    match days {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }
}

/// Tenths without their sign, as `3.4`.
fn one_decimal(tenths: i128) -> String {
    let size = tenths.unsigned_abs();
    format!("{}.{}", size / 10, size % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_money(amount: &str, written: &str, moved: &str) {
        let amount: Usd = amount.parse().unwrap();
        assert_eq!((money(amount).as_str(), movement(amount).as_str()), (written, moved), "{amount}");
    }

    #[test]
    fn money_is_written_in_cents_half_to_even() {
        check_money("8411.04", "$8,411.04", "up $8,411.04");
        check_money("0.005", "less than $0.01", "unchanged");
        check_money("0.00500001", "$0.01", "up $0.01");
        check_money("0.015", "$0.02", "up $0.02");
        check_money("0.025", "$0.02", "up $0.02");
        check_money("-0.025", "$0.02", "down $0.02");
        check_money("-0.005", "less than $0.01", "unchanged");
        check_money("-1234.56789", "$1,234.57", "down $1,234.57");
        check_money("0", "$0.00", "unchanged");
        check_money("100000000000000000000", "$100,000,000,000,000,000,000.00", "up $100,000,000,000,000,000,000.00");
    }

    #[track_caller]
    fn check_percent(hundredths: i128, as_share: &str, as_change: &str) {
        let percent = Percent::from_hundredths(hundredths);
        assert_eq!((share(percent).as_str(), in_percent(Some(percent)).as_str()), (as_share, as_change));
    }

    #[test]
    fn percentages_have_one_decimal_half_to_even() {
        check_percent(6200, "62.0%", " (+62.0%)");
        check_percent(1235, "12.4%", " (+12.4%)");
        check_percent(1245, "12.4%", " (+12.4%)");
        check_percent(5, "less than 0.1%", "");
        check_percent(6, "0.1%", " (+0.1%)");
        check_percent(0, "less than 0.1%", "");
        check_percent(9994, "99.9%", " (+99.9%)");
        check_percent(9996, "more than 99.9%", " (+100.0%)");
        check_percent(-341, "less than 0.1%", " (-3.4%)");
        assert_eq!(in_percent(None), "");
    }

    #[test]
    fn up_to_three_ids_are_read_out() {
        let ids = ["BTC", "ETH", "SOL", "ADA"].map(|id| id.parse().unwrap());
        let lists = [1, 2, 3, 4].map(|length| listed(&ids[..length]));
        assert_eq!(lists, ["BTC", "BTC and ETH", "BTC, ETH and SOL", "4 assets"]);
    }

    #[test]
    fn a_cost_below_a_dollar_keeps_its_digits() {
        let costs = ["0.00001297", "0.5", "1.23456789"].map(|cost| unit_cost(cost.parse().unwrap()));
        assert_eq!(costs, ["$0.00001297", "$0.50", "$1.23"]);
    }
}
