//! What only an order with a limit has to show.

use cnop_core::money::Percent;
use cnop_core::order::{DEFAULT_LIFE_MS, LimitTerms, Side};
use cnop_core::ticket::Preview;
use cnop_core::time::Timestamp;

use crate::cell::Cell;
use crate::clock;
use crate::format;
use crate::view::{Fact, data, shown};
use crate::wording;

/// `at $60,000.00 or less`, or `at the market price`.
pub(super) fn bound(preview: &Preview) -> String {
    match preview.order.limit() {
        Some(terms) => format!("at {}", wording::limit(terms.price, preview.order.side())),
        None => "at the market price".to_owned(),
    }
}

/// For people: the limit, what is set aside for it and for how long.
pub(super) fn shown_facts(preview: &Preview) -> Vec<Fact> {
    let Some(terms) = preview.order.limit() else { return Vec::new() };
    let limit = format::price(terms.price);
    let limit = preview.distance().map_or(limit.clone(), |distance| format!("{limit}, {}", words(distance)));
    let held = match preview.order.side() {
        Side::Buy => Cell::maybe(preview.figures, |figures| Cell::usd(figures.total)),
        Side::Sell => Cell::text(format_args!("{} {}", terms.quantity, terms.asset_id)),
    };
    vec![
        shown("Limit", Cell::text(limit)),
        shown("Waits until", Cell::time_utc(expires_at(terms, clock::now()))),
        shown("Held meanwhile", held),
    ]
}

/// The same for programs; nothing where the order takes the market price.
pub(super) fn records(preview: &Preview) -> [Fact; 5] {
    let terms = preview.order.limit();
    let held = |side: Side| terms.filter(|_| preview.order.side() == side);
    let amount = held(Side::Buy).and(preview.figures).map(|figures| figures.total);
    [
        data("limit_price", Cell::maybe(terms, |terms| Cell::price(terms.price))),
        data("limit_distance", Cell::maybe(preview.distance(), Cell::percent)),
        data("held_amount", Cell::maybe(amount, Cell::usd)),
        data("held_quantity", Cell::maybe(held(Side::Sell), |terms| Cell::text(terms.quantity))),
        data("expires_at", Cell::maybe(terms, |terms| Cell::time(expires_at(terms, clock::now())))),
    ]
}

fn words(distance: Percent) -> String {
    match distance.hundredths() {
        0 => "the price now".to_owned(),
        hundredths => {
            let magnitude = Percent::from_hundredths(hundredths.abs());
            format!("{magnitude}% {} the price", if hundredths < 0 { "below" } else { "above" })
        }
    }
}

/// When it gives up; the server counts from the moment it arrives where nothing is said.
pub(super) fn expires_at(terms: &LimitTerms, now: Timestamp) -> Timestamp {
    terms.expires_at.unwrap_or_else(|| now.plus_millis(DEFAULT_LIFE_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_told_by_how_far_away_it_is() {
        let told = |hundredths| words(Percent::from_hundredths(hundredths));
        assert_eq!(
            [told(-2_867), told(5), told(0)],
            ["28.67% below the price", "0.05% above the price", "the price now"]
        );
    }
}
