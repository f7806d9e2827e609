//! The highest and the lowest price that an asset of the simulated market has had since its beginning.

use super::simulated::Simulation;

/// Stretches of time are halved down to this, in milliseconds: a record is known to the minute.
const FINE_ENOUGH_MS: i64 = 60_000;

/// A price of the model and when it was, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Moment {
    /// The price in USD.
    pub(super) price: f64,
    /// When.
    pub(super) at_ms: i64,
}

/// Both records of one asset.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Record {
    /// The highest price.
    pub(super) high: Moment,
    /// The lowest price.
    pub(super) low: Moment,
}

/// The records of the time before the market, in USD; 0 and infinity where they are unknown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Known {
    /// The highest price.
    pub(super) high: f64,
    /// The lowest price.
    pub(super) low: f64,
}

impl Record {
    /// The records from `from_ms` to `to_ms`. When they were is looked for only where they go beyond what is `known` of
    /// older times; the others are nobody's records.
    pub(super) fn of(simulation: &Simulation, asset: usize, from_ms: i64, to_ms: i64, known: Known) -> Self {
        let (low, high) = simulation.range(asset, from_ms, to_ms);
        let when = |beyond: bool, extreme, better| {
            if beyond { search(simulation, asset, from_ms, to_ms, extreme, better) } else { to_ms }
        };
        let high_at = when(high > known.high, |(_, high)| high, |first, second| first >= second);
        let low_at = when(low < known.low, |(low, _)| low, |first, second| first <= second);
        Self { high: Moment { price: high, at_ms: high_at }, low: Moment { price: low, at_ms: low_at } }
    }

    /// Takes in a new price.
    pub(super) fn widen(&mut self, price: f64, at_ms: i64) {
        let now = Moment { price, at_ms };
        if price > self.high.price {
            self.high = now;
        }
        if price < self.low.price {
            self.low = now;
        }
    }
}

/// Halves the stretch towards the extreme, until its moment is known well enough.
fn search(
    simulation: &Simulation,
    asset: usize,
    mut from_ms: i64,
    mut to_ms: i64,
    extreme: fn((f64, f64)) -> f64,
    better: fn(f64, f64) -> bool,
) -> i64 {
    while to_ms - from_ms > FINE_ENOUGH_MS {
        let middle = from_ms + (to_ms - from_ms) / 2;
        let [first, second] =
            [(from_ms, middle), (middle, to_ms)].map(|(from, to)| extreme(simulation.range(asset, from, to)));
        if better(first, second) {
            to_ms = middle;
        } else {
            from_ms = middle;
        }
    }
    to_ms
}
