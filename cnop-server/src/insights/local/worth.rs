//! What the portfolio is worth and how much of that is cash: always the first sentence.

use cnop_core::money::Usd;

use super::prose::{Direction, money, share};
use crate::insights::facts::Facts;

/// Below 5 % cash there is little left to buy with.
const LITTLE: i128 = 500;
const HALF: i128 = 5_000;

pub(super) fn worth(facts: &Facts) -> String {
    if facts.holdings.is_empty() { cash_alone(facts) } else { both(facts) }
}

fn cash_alone(facts: &Facts) -> String {
    let cash = money(facts.cash);
    match (facts.unpriced.is_empty(), facts.recent_orders.is_empty()) {
        (true, true) => format!("Your portfolio is {cash} in cash, with no assets yet."),
        (true, false) => format!("Your portfolio is {cash}, all of it in cash, so prices do not move it."),
        (false, _) if facts.cash > Usd::ZERO => format!("Only the cash in your portfolio can be valued: {cash}."),
        (false, _) => "Nothing in your portfolio can be valued at the moment, and there is no cash.".to_owned(),
    }
}

fn both(facts: &Facts) -> String {
    format!("Your portfolio is worth {}, {}.", money(facts.total_value), cash_part(facts))
}

fn cash_part(facts: &Facts) -> String {
    let Some(percent) = facts.cash.percent_of(facts.total_value).filter(|_| facts.cash > Usd::ZERO) else {
        return "none of it in cash".to_owned();
    };
    let cash = format!("{} ({})", money(facts.cash), share(percent));
    match percent.hundredths() {
        _ if Direction::of(facts.cash) == Direction::Flat => "practically none of it in cash".to_owned(),
        ..LITTLE => format!("of which only {cash} is cash"),
        LITTLE..=HALF => format!("of which {cash} is cash"),
        _ => format!("and most of that, {cash}, is cash"),
    }
}
