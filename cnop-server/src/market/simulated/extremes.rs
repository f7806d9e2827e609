//! The lowest and the highest price of a window, found without looking at every second of it.
//! How far a Brownian path strays beyond the ends of a stretch is known as a probability, so stretches that will not hold
//! a new extreme are dropped and the others halved, down to the finest grid.

use super::{
    moment::{LEVELS, Moment, Place, days, folded},
    woven::{PATHS, Stretch, Woven},
};

/// A stretch is dropped once the probability that it holds a new extreme is below exp(-16), one in nine million:
/// windows that share stretches then agree about them. A bridge of variance v between two values that are a and b below
/// some level reaches it with the probability exp(-2ab/v).
const CERTAINTY: f64 = 16.0;

/// Finds `(low, high)` from `from` to `to`, both included and in this order.
/// Looks at some 100 prices for a minute, 330 for a day, 1,000 for a year.
pub(super) fn extremes<F: Fn(Place, [f64; PATHS]) -> f64>(
    woven: &Woven<'_, F>,
    from: Moment,
    to: Moment,
) -> (f64, f64) {
    let (first, last) = (woven.at(from.place()), woven.at(to.place()));
    let mut seen = Seen { low: first.min(last), high: first.max(last) };
    for (from, to) in folded(from, to) {
        seen.widen_along(woven, from, to);
    }
    (seen.low, seen.high)
}

/// The extremes among the prices looked at so far.
struct Seen {
    low: f64,
    high: f64,
}

impl Seen {
    /// Takes in everything of a piece of the tables.
    fn widen_along<F: Fn(Place, [f64; PATHS]) -> f64>(&mut self, woven: &Woven<'_, F>, from: Moment, to: Moment) {
        let mut stretches: Vec<_> = days(from, to).map(|day| woven.day(day)).collect();
        for stretch in &stretches {
            self.widen(stretch.start(), stretch.left, from, to);
            self.widen(stretch.end(), stretch.right, from, to);
        }
        for _ in 0..LEVELS {
            let mut halves = Vec::with_capacity(2 * stretches.len());
            for stretch in &stretches {
                if !self.may_be_widened_by(stretch, woven.deviation(stretch)) {
                    continue;
                }
                let [first, second] = woven.halves(stretch);
                self.widen(second.start(), second.left, from, to);
                // At the window's edges a half may lie outside it.
                halves.extend([first, second].into_iter().filter(|half| half.start() < to && half.end() > from));
            }
            stretches = halves;
        }
    }

    fn widen(&mut self, at: Moment, price: f64, from: Moment, to: Moment) {
        if from <= at && at <= to {
            self.low = self.low.min(price);
            self.high = self.high.max(price);
        }
    }

    /// Whether a price beyond what was seen is to be expected between the stretch's ends.
    fn may_be_widened_by(&self, stretch: &Stretch, deviation: f64) -> bool {
        let Stretch { left, right, .. } = *stretch;
        let enough = 0.5 * CERTAINTY * deviation * deviation;
        // The distances of logarithms, near enough. At the window's edges an end outside it may lie beyond what was seen.
        let above = (self.high / left - 1.0).max(0.0) * (self.high / right - 1.0).max(0.0);
        let below = (left / self.low - 1.0).max(0.0) * (right / self.low - 1.0).max(0.0);
        above < enough || below < enough
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::super::{noise::Noise, path::Path, volatility::Volatility};
    use super::*;

    const HOUR_MS: i64 = 3_600_000;
    const DAY_MS: i64 = 24 * HOUR_MS;
    const DAILY_DEVIATION: f64 = 0.05;

    /// A price, the extremes of its windows, and how often it was looked at.
    struct Sample {
        volatility: Volatility,
        path: Path,
        looks: Cell<u32>,
    }

    impl Sample {
        fn new() -> Self {
            let noise = Noise::from_seed(4);
            let volatility = Volatility::new(noise.child(1));
            let path = Path::new(noise.child(2), 365.0, &volatility);
            Self { volatility, path, looks: Cell::new(0) }
        }

        fn woven(&self) -> Woven<'_, impl Fn(Place, [f64; PATHS]) -> f64> {
            let price = |_, [value, ..]: [f64; PATHS]| {
                self.looks.update(|looks| looks + 1);
                (DAILY_DEVIATION * value).exp()
            };
            let paths = [Some(&self.path), None, None];
            Woven { paths, volatility: &self.volatility, price, daily_deviation: DAILY_DEVIATION }
        }

        fn price(&self, at_ms: i64) -> f64 {
            self.woven().at(Moment::new(0, at_ms).place())
        }

        fn range(&self, from_ms: i64, to_ms: i64) -> (f64, f64) {
            extremes(&self.woven(), Moment::new(0, from_ms), Moment::new(0, to_ms))
        }
    }

    #[test]
    fn every_price_of_a_window_lies_within_its_range() {
        let sample = Sample::new();
        for window in 0..20 {
            let from_ms = window * 5 * DAY_MS + 12_345;
            let (low, high) = sample.range(from_ms, from_ms + 6 * HOUR_MS);
            for at_ms in (from_ms..=from_ms + 6 * HOUR_MS).step_by(9_000) {
                let price = sample.price(at_ms);
                assert!(low <= price && price <= high, "{low} {price} {high}");
            }
        }
    }

    #[track_caller]
    fn check_parts(length_ms: i64, parts: i64, windows: i64) {
        let sample = Sample::new();
        for from_ms in (0..windows).map(|window| window * 7 * HOUR_MS + 60_000) {
            let part = |part| from_ms + part * length_ms;
            let of_parts = (0..parts)
                .map(|number| sample.range(part(number), part(number + 1)))
                .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
            assert_eq!(of_parts, Some(sample.range(from_ms, part(parts))), "from {from_ms}");
        }
    }

    #[test]
    fn a_windows_range_is_that_of_its_parts() {
        check_parts(60_000, 5, 1_000);
        check_parts(15 * 60_000, 4, 500);
        check_parts(HOUR_MS, 24, 50);
        check_parts(DAY_MS, 30, 10);
    }

    #[test]
    fn the_range_of_one_moment_is_its_price() {
        let sample = Sample::new();
        let price = sample.price(98_765_432);
        assert_eq!(sample.range(98_765_432, 98_765_432), (price, price));
    }

    #[track_caller]
    fn check_looks(length_ms: i64, usual: u32, most: u32) {
        let sample = Sample::new();
        let looks = (0..50).map(|window| {
            sample.looks.set(0);
            sample.range(window * 7 * DAY_MS + 321, window * 7 * DAY_MS + 321 + length_ms);
            sample.looks.get()
        });
        let looks: Vec<u32> = looks.collect();
        let (mean, max) = (looks.iter().sum::<u32>() / 50, looks.iter().max().copied());
        assert!(mean <= usual && max <= Some(most), "{mean} on average, at most {max:?}");
    }

    #[test]
    fn a_range_looks_at_few_prices() {
        check_looks(60_000, 120, 200);
        check_looks(HOUR_MS, 350, 600);
        check_looks(DAY_MS, 500, 800);
        check_looks(365 * DAY_MS, 1_500, 2_500);
    }
}
