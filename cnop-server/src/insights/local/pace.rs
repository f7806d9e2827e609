//! How often orders are executed, and when the latest was.

use cnop_core::order::Side;

use super::Observation;
use super::prose::{ago, count, days_ago, money};
use crate::insights::facts::{Facts, OrderFacts};

const WEEK_DAYS: u32 = 7;
/// From two orders a day on, the number a day says more than the sum.
const BUSY: usize = 14;
const ACTIVE: u32 = 35;
/// So many orders count towards how telling the pace is, each for 3.
const MOST_COUNTED: usize = 15;
const IDLE: u32 = 25;
const NEVER: u32 = 15;

/// There is always something to say of the pace, if only that there is none.
pub(super) fn pace(facts: &Facts) -> Observation {
    let latest = facts.recent_orders.first();
    let counted = facts.orders_last_7_days.min(MOST_COUNTED) as u32;
    let (telling, said) = match (facts.orders_last_7_days, latest) {
        (0, None) => (NEVER, format!("No order has been executed {}", ever(facts))),
        (0, Some(order)) => {
            let (order, when) = (described(order), days_ago(facts, order.when));
            (IDLE, format!("No order has been executed {}; the latest was {order} {when}", period(facts)))
        }
        (number, latest) => (ACTIVE + 3 * counted, active(facts, number, latest)),
    };
    Observation { telling, sentence: format!("{said}.") }
}

/// `a purchase of 0.1 BTC for $8,411.04`.
pub(super) fn described(order: &OrderFacts) -> String {
    let noun = match order.side {
        Side::Buy => "purchase",
        Side::Sell => "sale",
    };
    format!("a {noun} of {} {} for {}", order.quantity, order.asset_id, money(order.total))
}

fn active(facts: &Facts, number: usize, latest: Option<&OrderFacts>) -> String {
    let have = if number == 1 { "has" } else { "have" };
    let said = format!("{} {have} been executed {}{}", count(number, "order"), period(facts), each_day(facts, number));
    match latest.map(|order| (described(order), days_ago(facts, order.when))) {
        None => said,
        Some((order, _)) if number == 1 && opened_today(facts) => format!("{said}: {order}"),
        Some((order, when)) if number == 1 => format!("{said}: {order} {when}"),
        Some((order, _)) if opened_today(facts) => format!("{said}, the latest being {order}"),
        Some((order, when)) => format!("{said}, the latest {when}: {order}"),
    }
}

/// Then the sentence has said "today" already.
fn opened_today(facts: &Facts) -> bool {
    facts.account_age_days == 0
}

fn each_day(facts: &Facts, number: usize) -> String {
    let busy = number >= BUSY && facts.account_age_days >= WEEK_DAYS;
    // The number plus half a week, so that the division rounds to the nearest.
    if busy { format!(", about {} a day", (number + 3) / WEEK_DAYS as usize) } else { String::new() }
}

/// The last 7 days, or the account's whole life where that is shorter.
fn period(facts: &Facts) -> String {
    match facts.account_age_days {
        age @ ..WEEK_DAYS => format!("since you opened your account {}", ago(age)),
        _ => "in the last 7 days".to_owned(),
    }
}

fn ever(facts: &Facts) -> String {
    format!("since you opened your account {}", ago(facts.account_age_days))
}
