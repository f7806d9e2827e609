//! What a model is asked: figures and ids of one portfolio, and how to speak of them. Nothing that a user typed is in it.
//!
//! Both parts stand here, under one version: whoever changes a word or a figure counts it up, and what was answered to the
//! old ones is not answered again.

use std::fmt::Write;

use cnop_core::money::{Percent, Price, Usd};
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
        let _ = write!(text, " ({}%)", percent(share)); // A text takes everything.
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
    text.push_str("id share% price(*old) 24h% 7d% average-cost profit\n");
    let (told, rest) = facts.holdings.split_at(facts.holdings.len().min(MAX_HOLDINGS));
    told.iter().for_each(|holding| text.push_str(&row(holding)));
    if !rest.is_empty() {
        let share = Percent::from_hundredths(rest.iter().map(|holding| holding.share.hundredths()).sum());
        let _ = writeln!(text, "{} more: {}%", rest.len(), percent(share));
    }
    if !facts.unpriced.is_empty() {
        let _ = writeln!(text, "{} without a price, not counted", facts.unpriced.len());
    }
}

fn row(holding: &HoldingFacts) -> String {
    let HoldingFacts { asset_id, share, price, change_24h, change_7d, average_cost, unrealized_pnl, stale, .. } =
        holding;
    let old = if *stale { "*" } else { "" };
    let [share, day, week] = [percent(*share), change(*change_24h), change(*change_7d)];
    let [price, cost] = [brief_price(*price), brief(*average_cost)];
    // Below a cent it is what rounding left.
    let profit = if unrealized_pnl.cents_half_even() == 0 { "0".to_owned() } else { brief(*unrealized_pnl) };
    format!("{asset_id} {share} {price}{old} {day} {week} {cost} {profit}\n")
}

fn orders(text: &mut String, facts: &Facts) {
    if facts.recent_orders.is_empty() {
        text.push_str("No orders yet\n");
        return;
    }
    let _ = writeln!(text, "Orders in 7 days: {}. Latest: days-ago side id total", facts.orders_last_7_days);
    for OrderFacts { side, asset_id, total, when, .. } in &facts.recent_orders {
        let side = match side {
            Side::Buy => "buy",
            Side::Sell => "sell",
        };
        let _ = writeln!(text, "{} {side} {asset_id} {}", days_between(*when, facts.now), brief(*total));
    }
}

/// `?` where it is unknown.
fn change(known: Option<Percent>) -> String {
    known.map_or_else(|| "?".to_owned(), percent)
}

/// Without decimals from 10 % on, else with one.
fn percent(percent: Percent) -> String {
    let hundredths = percent.hundredths();
    shortened(hundredths, 2, u32::from(hundredths.abs() < 1_000))
}

fn brief(amount: Usd) -> String {
    legible(amount.units(), Usd::DECIMALS)
}

fn brief_price(price: Price) -> String {
    legible(price.units(), Price::DECIMALS)
}

/// As many digits as a sentence needs: none behind the point from 100 on, two from 1 on, else the first four.
fn legible(units: i128, decimals: u32) -> String {
    let (size, one) = (units.unsigned_abs(), 10_u128.pow(decimals));
    let kept = match size {
        _ if size >= 100 * one => 0,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insights::testing::{account, holding, order};

    const SPREAD: &str = "\
Account: 40 days old, cash 950 (16%), total 6014
id share% price(*old) 24h% 7d% average-cost profit
ETH 47 2801 3 -12 2500 301
SOL 37 150 -0.7 ? 160 -150
SHIB 0.2 0.00001297* ? ? 0.0000131 -0.13
1 without a price, not counted
Orders in 7 days: 2. Latest: days-ago side id total
1 sell BTC 104
3 buy XRP 2000
";
    const CASH: &str = "\
Account: 0 days old, cash 10000 (100%), total 10000
No holdings
No orders yet
";

    /// A new word is a new version, or answers to the old ones are given for a day.
    #[test]
    fn the_version_is_that_of_the_words() {
        let words = [SYSTEM, SPREAD, CASH].concat();
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, words.as_bytes());
        let begin: String = digest.as_ref()[..4].iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((VERSION, begin.as_str()), (1, "8b433396"), "count VERSION up, and put the new digest here");
    }

    fn spread() -> Facts {
        let holdings = [
            HoldingFacts { change_7d: Some(Percent::from_hundredths(-1_234)), ..eth() },
            holding("SOL Solana", "15", "160", "150", Some("151")),
            HoldingFacts { stale: true, ..holding("SHIB Shiba Inu", "1000000", "0.0000131", "0.00001297", None) },
        ];
        let bought = order(Side::Buy, "XRP", "1000.5", "2000.12345678", "2026-02-12T07:00:00Z");
        let sold = order(Side::Sell, "BTC", "0.00123456", "103.7", "2026-02-14T23:59:59Z");
        let facts = account("950.129").with(holdings).traded(2, sold);
        let recent_orders = facts.recent_orders.iter().cloned().chain([bought]).collect();
        Facts { recent_orders, unpriced: vec!["PI".parse().unwrap()], ..facts }.added_up()
    }

    fn eth() -> HoldingFacts {
        holding("ETH Ethereum", "1", "2500", "2800.75", Some("2720"))
    }

    #[test]
    fn a_known_portfolio_is_told_like_this() {
        assert_eq!(Prompt::of(&spread()).user, SPREAD);
        assert_eq!(Prompt::of(&account("10000").aged(0).added_up()).user, CASH);
    }

    /// As models count: a token for three digits, for a sign, for four letters. A real count of the longest question gives
    /// some 400.
    fn tokens(text: &str) -> usize {
        let words =
            text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()).map(str::trim).filter(|word| !word.is_empty());
        words.map(|word| word.len().div_ceil(if word.starts_with(|c: char| c.is_ascii_digit()) { 3 } else { 4 })).sum()
    }

    #[test]
    fn the_longest_question_is_not_long() {
        let id = |number: usize| format!("AB{} Coin", char::from(b'A' + number as u8 % 26));
        let holding = |number: usize| holding(&id(number), "123.12345678", "1234.1", "1234.9", Some("1200"));
        let holdings = (0..40).map(holding).map(|holding| HoldingFacts { change_7d: holding.change_24h, ..holding });
        let traded = order(Side::Buy, "ABC", "12.12345678", "9999.99", "2026-01-05T00:00:00Z");
        let facts = account("123456.78").aged(4_000).with(holdings).traded(9_999, traded.clone());
        let prompt = Prompt::of(&Facts { recent_orders: vec![traded; 10], ..facts }.added_up());
        assert_eq!(prompt.user.lines().count(), 1 + 1 + MAX_HOLDINGS + 1 + 1 + 10, "{}", prompt.user);
        assert!(prompt.user.contains("30 more: 74%"), "{}", prompt.user);
        let tokens = tokens(prompt.system) + tokens(&prompt.user);
        assert!((200..450).contains(&tokens), "{tokens}: {}", prompt.user);
    }

    #[test]
    fn figures_are_as_long_as_a_sentence_needs_them() {
        for (amount, expected) in [
            ("0", "0"),
            ("123456.789", "123457"),
            ("1000", "1000"),
            ("999.996", "1000"),
            ("999.4", "999"),
            ("84.114", "84.11"),
            ("1.5", "1.5"),
            ("0.12345678", "0.1235"),
            ("0.00001297", "0.00001297"),
            ("0.00000001", "0.00000001"),
            ("-588.96", "-589"),
        ] {
            assert_eq!(brief(amount.parse().unwrap()), expected);
        }
        let percents = [-4, 5, 340, 999, -1_000, 1_250].map(Percent::from_hundredths).map(percent);
        assert_eq!(percents, ["0", "0.1", "3.4", "10", "-10", "13"]);
    }
}
