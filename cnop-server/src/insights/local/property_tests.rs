//! What holds of every text: its shape, and that no figure in it is made up.
//!
//! The figures are read back out of the text and looked for among those that follow from the facts, which are worked
//! out here anew, as fractions and without `prose`.

use cnop_core::asset_id::AssetId;
use cnop_core::money::{Percent, Price, Quantity, Usd};
use cnop_core::order::Side;
use cnop_core::time::Timestamp;
use proptest::prelude::*;

use super::summarize;
use crate::insights::facts::{Facts, HoldingFacts, OrderFacts};

/// Beyond any account: a holding is at most 10¹² at 1,000,000 USD.
const MOST_UNITS: i128 = 10_i128.pow(26);
const HALF_A_CENT: i128 = 500_000;

/// Figures of every size, nothing among them.
fn units() -> impl Strategy<Value = i128> {
    prop_oneof![1 => Just(0), 3 => 1..100_000_000_i128, 6 => 1..10_i128.pow(12), 1 => 1..MOST_UNITS]
}

fn usd() -> impl Strategy<Value = Usd> {
    units().prop_map(|units| Usd::from_units(units).unwrap())
}

fn signed_usd() -> impl Strategy<Value = Usd> {
    (usd(), any::<bool>()).prop_map(|(amount, loss)| if loss { amount.negated() } else { amount })
}

fn quantity() -> impl Strategy<Value = Quantity> {
    (1..10_i128.pow(20)).prop_map(|units| Quantity::from_units(units).unwrap())
}

fn asset_id() -> impl Strategy<Value = AssetId> {
    "[A-Z0-9]{1,10}".prop_map(|text| text.parse().unwrap())
}

fn percent() -> impl Strategy<Value = Percent> {
    prop_oneof![-10..10_i128, -9_999..100_000_i128].prop_map(Percent::from_hundredths)
}

prop_compose! {
    fn holding()(
        asset_id in asset_id(), name in "[A-Z][a-z]{0,11}( [A-Z][a-z]{1,9})?", quantity in quantity(), value in usd(),
        average_cost in usd(), unrealized_pnl in signed_usd(), change_24h in prop::option::of(percent()),
        day_change in prop::option::of(signed_usd()), stale in prop::bool::weighted(0.2),
    ) -> HoldingFacts {
        let (share, price, change_7d) = (Percent::default(), Price::from_units(1).unwrap(), None);
        HoldingFacts {
            asset_id, name, quantity, value, share, price, average_cost, unrealized_pnl, change_24h, change_7d, day_change,
            stale,
        }
    }
}

prop_compose! {
    fn order()(
        sell in any::<bool>(), asset_id in asset_id(), quantity in quantity(), total in usd(), days in 0..30_i64,
    ) -> OrderFacts {
        let side = if sell { Side::Sell } else { Side::Buy };
        OrderFacts { side, asset_id, quantity, total, when: now().plus_millis(-days * Timestamp::DAY_MS) }
    }
}

prop_compose! {
    fn facts()(
        cash in usd(), account_age_days in prop_oneof![0..9_u32, 0..20_000_u32],
        holdings in prop::collection::vec(holding(), 0..6),
        unpriced in prop::collection::vec(asset_id(), 0..3),
        recent_orders in prop::collection::vec(order(), 0..4), more in 0..200_usize,
    ) -> Facts {
        let (total_value, orders_last_7_days, now) = (Usd::ZERO, more + recent_orders.len(), now());
        let facts = Facts {
            cash, total_value, account_age_days, holdings, unpriced, recent_orders, orders_last_7_days, now,
        };
        facts.added_up()
    }
}

fn now() -> Timestamp {
    "2026-02-15T08:00:00Z".parse().unwrap()
}

/// Every dollar amount that may stand in a text, in units, without its sign.
fn amounts(facts: &Facts) -> Vec<i128> {
    let of_holding = |holding: &HoldingFacts| {
        let day_change = holding.day_change.unwrap_or_default();
        [holding.average_cost, holding.unrealized_pnl, day_change].map(Usd::units)
    };
    let each: Vec<_> = facts.holdings.iter().map(of_holding).collect();
    let sum_of = |place: usize| each.iter().map(|figures| figures[place]).sum();
    let sums = [facts.cash.units(), facts.total_value.units(), sum_of(1), sum_of(2)];
    let totals = facts.recent_orders.iter().map(|order| order.total.units());
    sums.into_iter().chain(totals).chain(each.iter().flatten().copied()).map(i128::abs).collect()
}

/// Every percentage that may stand in a text, as a fraction.
fn fractions(facts: &Facts) -> Vec<(i128, i128)> {
    let assets = facts.holdings.iter().map(|holding| holding.value.units()).sum();
    let of_holding = |holding: &HoldingFacts| {
        let (value, pnl) = (holding.value.units(), holding.unrealized_pnl.units());
        let change = holding.change_24h.unwrap_or_default().hundredths();
        [(value, facts.total_value.units()), (value, assets), (pnl, value - pnl), (change, 10_000)]
    };
    let cash = (facts.cash.units(), facts.total_value.units());
    facts.holdings.iter().flat_map(of_holding).chain([cash]).filter(|(_, whole)| *whole > 0).collect()
}

/// Whether `tenths` of a percent are `part` of `whole`, rounded to hundredths and then to tenths.
fn is_percentage(tenths: i128, (part, whole): (i128, i128)) -> bool {
    (tenths * 10 * whole - part * 10_000).abs() * 10 <= 55 * whole
}

/// Every other number that may stand in a text: counts, quantities, days.
fn numbers(facts: &Facts) -> Vec<String> {
    let orders = facts.orders_last_7_days;
    let days = |order: &OrderFacts| {
        let day = |time: Timestamp| time.as_millis().div_euclid(Timestamp::DAY_MS);
        (day(facts.now) - day(order.when)).to_string()
    };
    let counts =
        [orders, (orders + 3) / 7, facts.holdings.len(), facts.unpriced.len(), facts.account_age_days as usize, 7, 24];
    let stale = facts.holdings.iter().filter(|holding| holding.stale).count();
    let standing =
        |sign: i128| facts.holdings.iter().filter(|holding| holding.unrealized_pnl.units().signum() == sign).count();
    let counts = counts.into_iter().chain([stale, standing(1), standing(-1)]).map(|count| count.to_string());
    let quantities = facts.holdings.iter().map(|holding| holding.quantity.to_string());
    let traded = facts.recent_orders.iter().flat_map(|order| [order.quantity.to_string(), days(order)]);
    // Ids may look like numbers.
    let ids = facts.holdings.iter().map(|holding| holding.asset_id).chain(facts.unpriced.iter().copied());
    let ids = ids.chain(facts.recent_orders.iter().map(|order| order.asset_id)).map(|id| id.to_string());
    counts.chain(quantities).chain(traded).chain(ids).collect()
}

/// Why the word `figure` does not follow from the facts, `before` being the word before it.
fn made_up(facts: &Facts, before: &str, figure: &str) -> Option<String> {
    let figure = figure.trim_matches(['(', ')', ',', '.', ':', ';']);
    let known = if let Some(dollars) = figure.strip_prefix('$') {
        let shown = dollars.replace(',', "").parse::<Usd>().unwrap().units();
        let below = before == "than";
        amounts(facts).into_iter().any(|amount| match below {
            true => amount <= HALF_A_CENT,
            false => (amount - shown).abs() <= HALF_A_CENT,
        })
    } else if let Some(percentage) = figure.strip_suffix('%') {
        let digits = percentage.trim_start_matches('+').replace('.', "");
        let tenths: i128 = digits.parse().unwrap();
        let below = before == "than" && tenths == 1;
        let above = before == "than" && tenths == 999;
        fractions(facts).into_iter().any(|(part, whole)| match (below, above) {
            (true, _) => part * 2_000 <= whole * 2,
            (_, true) => part * 10_000 >= whole * 9_994,
            _ => is_percentage(tenths, (part, whole)),
        })
    } else {
        figure.parse::<f64>().is_err() || numbers(facts).iter().any(|number| number == figure)
    };
    (!known).then(|| format!("{before} {figure}"))
}

/// The first figure of a text that does not follow from the facts, and the word before it.
pub(super) fn made_up_in(facts: &Facts, text: &str) -> Option<String> {
    let words: Vec<_> = text.split(' ').collect();
    words.windows(2).find_map(|pair| made_up(facts, pair[0], pair[1]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_text_is_2_to_4_well_formed_sentences(facts in facts()) {
        let text = summarize(&facts);
        let sentences = text.split(". ").count();
        prop_assert!((2..=4).contains(&sentences) && text.ends_with('.'), "{sentences} sentences: {text}");
        for never in ["NaN", "$-", "-$", "  ", "..", "-0.0%", "+0.0%", " ,", " ."] {
            prop_assert!(!text.contains(never), "{never}: {text}");
        }
        prop_assert!(text.len() < 700, "{} long: {text}", text.len());
        for sentence in text.split(". ") {
            prop_assert!(!sentence.starts_with(|first: char| first.is_lowercase()), "{text}");
        }
    }

    #[test]
    fn no_figure_is_made_up(facts in facts()) {
        let text = summarize(&facts);
        prop_assert_eq!(made_up_in(&facts, &text), None, "{}", text);
    }

    #[test]
    fn old_and_missing_prices_are_never_passed_over(facts in facts()) {
        let doubtful = facts.holdings.iter().any(|holding| holding.stale) || !facts.unpriced.is_empty();
        prop_assert_eq!(summarize(&facts).contains("Read these figures with care"), doubtful);
    }
}
