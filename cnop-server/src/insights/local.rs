//! The local analyst: 2 to 4 sentences computed from a portfolio's own figures. No network, no key, no cache.
//!
//! Owns what is said and in which order; each file beside it makes one kind of sentence and says how telling it is.
//! It does not know where the figures come from (`facts`) and gives no advice. Every number it writes can be worked
//! out again from [`Facts`]; `prose` rounds and spells them.

mod caution;
mod concentration;
mod day;
mod pace;
mod pnl;
mod prose;
mod worth;

#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;

use cnop_core::money::Usd;

use crate::insights::facts::Facts;

/// What an answer names as its writer.
pub(crate) const MODEL: &str = "local-analyst";

/// The contract's upper bound.
const MAX_SENTENCES: usize = 4;
/// Below this an observation is left out, unless the text would be a single sentence.
const WORTH_SAYING: u32 = 20;

/// One sentence, and how much it tells: 0 is nothing, 100 the most.
struct Observation {
    telling: u32,
    sentence: String,
}

/// Puts a portfolio into 2 to 4 sentences.
pub(crate) fn summarize(facts: &Facts) -> String {
    if facts.is_empty() {
        return beginning(facts);
    }
    let caution = caution::caution(facts);
    let room = MAX_SENTENCES - 1 - usize::from(caution.is_some());
    let mut sentences = vec![worth::worth(facts)];
    sentences.extend(most_telling(observations(facts), room));
    sentences.extend(caution);
    sentences.join(" ")
}

/// Everything that could be said of a portfolio, in reading order. Trading pace always can.
fn observations(facts: &Facts) -> Vec<Observation> {
    let of_assets = [concentration::concentration(facts), day::day(facts), pnl::pnl(facts)];
    of_assets.into_iter().flatten().chain([pace::pace(facts)]).collect()
}

/// The most telling one and up to `room` in all that are worth saying, in the order given.
fn most_telling(observations: Vec<Observation>, room: usize) -> Vec<String> {
    let mut ranked: Vec<_> = observations.into_iter().enumerate().collect();
    ranked.sort_by_key(|(_, observation)| Reverse(observation.telling));
    let worth_saying = ranked.iter().filter(|(_, observation)| observation.telling >= WORTH_SAYING).count();
    ranked.truncate(worth_saying.clamp(1, room));
    ranked.sort_by_key(|(place, _)| *place);
    ranked.into_iter().map(|(_, observation)| observation.sentence).collect()
}

/// For who owns nothing: where they stand and how to start.
fn beginning(facts: &Facts) -> String {
    let standing = match (facts.recent_orders.first(), facts.account_age_days) {
        (Some(order), _) => {
            let (order, when) = (pace::described(order), prose::days_ago(facts, order.when));
            format!("Your portfolio is empty again; the latest order was {order} {when}.")
        }
        (None, 0) => "Welcome: your account was opened today and is still empty.".to_owned(),
        (None, age) => format!("Your account is {} old and still empty.", prose::count(age as usize, "day")),
    };
    format!("{standing} Deposit some US dollars and buy an asset to begin, and this summary will follow your figures.")
}

/// How large `amount`, either way, is beside `whole`, in hundredths of a percent, at most 10,000; 0 where `whole` is 0.
fn weight(amount: Usd, whole: Usd) -> u32 {
    let size = if amount < Usd::ZERO { amount.negated() } else { amount };
    let hundredths = size.percent_of(whole).map_or(0, |percent| percent.hundredths().clamp(0, 10_000));
    u32::try_from(hundredths).unwrap_or(0)
}
