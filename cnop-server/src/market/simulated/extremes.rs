//! The lowest and the highest price of a window, found without looking at every second of it.
//! A Brownian path strays from the ends of a stretch about as far as the root of the stretch's length, so
//! stretches that cannot hold a new extreme are dropped and the others halved, down to the finest grid.

use super::moment::{Moment, Span};

/// A window starts as about this many stretches. A longer one starts as days, which are in the tables and
/// cost nearly nothing.
const FIRST_STRETCHES: i64 = 4;

/// How many deviations of its length a stretch may hide beyond its ends. One with both ends at the very edge
/// hides more with a probability of exp(-2·1.5²), 1 %, most others with far less, and then only a sliver more.
const REACH: f64 = 1.5;

/// Finds `(low, high)` from `from` to `to`, both included and in this order. `daily_deviation` is that of the
/// logarithm of the price on the day of a moment. Looks at some 60 prices for a minute, 280 for a day,
/// 700 for a year.
pub(super) fn extremes(
    from: Moment,
    to: Moment,
    price: impl Fn(Moment) -> f64,
    daily_deviation: impl Fn(Moment) -> f64,
) -> (f64, f64) {
    let mut seen = Seen::new(from, to, price(from), price(to));
    let mut step = first_step(to.since(from));
    let mut stretches = first_stretches(&mut seen, step, &price);
    while step > Span::FINEST {
        let spread = REACH * step.days().sqrt();
        stretches.retain(|s| seen.may_be_widened_by(s, spread * daily_deviation(s.start)));
        step = step.half();
        stretches = halved(&stretches, step, &mut seen, &price);
    }
    (seen.low, seen.high)
}

/// The step of the first, coarsest grid: at most a day, because a day's wildness is known only for itself.
fn first_step(window: Span) -> Span {
    let mut step = Span::DAY;
    while step > Span::FINEST && window.0 / step.0 < FIRST_STRETCHES {
        step = step.half();
    }
    step
}

/// The stretches of the coarsest grid that cover the window, the outermost reaching beyond it.
/// Grids start at the epoch and not at the window, so a window that moves on sees the same prices again.
fn first_stretches(seen: &mut Seen, step: Span, price: impl Fn(Moment) -> f64) -> Vec<Stretch> {
    let mut start = seen.from.rounded_down(step);
    let mut left = price(start);
    let mut stretches = Vec::new();
    while start < seen.to {
        let end = start + step;
        let right = price(end);
        seen.widen(end, right);
        stretches.push(Stretch { start, left, right });
        (start, left) = (end, right);
    }
    stretches
}

fn halved(stretches: &[Stretch], half: Span, seen: &mut Seen, price: impl Fn(Moment) -> f64) -> Vec<Stretch> {
    let mut halves = Vec::with_capacity(2 * stretches.len());
    for stretch in stretches {
        let middle = stretch.start + half;
        let value = price(middle);
        seen.widen(middle, value);
        halves.extend(stretch.split(middle, value));
    }
    // At the window's edges a half may lie outside it.
    halves.retain(|h| h.start < seen.to && h.start + half > seen.from);
    halves
}

/// A piece of the path whose price is known at both ends.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    start: Moment,
    left: f64,
    right: f64,
}

impl Stretch {
    fn split(&self, middle: Moment, value: f64) -> [Self; 2] {
        let first = Self { right: value, ..*self };
        let second = Self { start: middle, left: value, ..*self };
        [first, second]
    }
}

/// The extremes among the prices looked at so far.
struct Seen {
    from: Moment,
    to: Moment,
    low: f64,
    high: f64,
}

impl Seen {
    fn new(from: Moment, to: Moment, first: f64, last: f64) -> Self {
        Self { from, to, low: first.min(last), high: first.max(last) }
    }

    fn widen(&mut self, at: Moment, price: f64) {
        if self.from <= at && at <= self.to {
            self.low = self.low.min(price);
            self.high = self.high.max(price);
        }
    }

    /// Whether a price that is `spread` (a small share) beyond the stretch's ends would be a new extreme.
    fn may_be_widened_by(&self, stretch: &Stretch, spread: f64) -> bool {
        stretch.left.max(stretch.right) * (1.0 + spread) > self.high
            || stretch.left.min(stretch.right) / (1.0 + spread) < self.low
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

        fn price(&self, at_ms: i64) -> f64 {
            self.price_of(Moment::new(0, at_ms))
        }

        fn price_of(&self, moment: Moment) -> f64 {
            self.looks.update(|looks| looks + 1);
            (DAILY_DEVIATION * self.path.at(moment.place(), &self.volatility)).exp()
        }

        fn range(&self, from_ms: i64, to_ms: i64) -> (f64, f64) {
            let deviation = |moment: Moment| DAILY_DEVIATION * self.volatility.on(moment.place().day);
            let (from, to) = (Moment::new(0, from_ms), Moment::new(0, to_ms));
            extremes(from, to, |moment| self.price_of(moment), deviation)
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

    #[test]
    fn a_days_range_is_that_of_its_hours() {
        let sample = Sample::new();
        for from_ms in (0..20).map(|day| day * DAY_MS + 777) {
            let hours = (0..24).map(|hour| from_ms + hour * HOUR_MS);
            let of_hours =
                hours.map(|at_ms| sample.range(at_ms, at_ms + HOUR_MS)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
            assert_eq!(of_hours, Some(sample.range(from_ms, from_ms + DAY_MS)));
        }
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
        check_looks(60_000, 80, 150);
        check_looks(HOUR_MS, 240, 400);
        check_looks(DAY_MS, 340, 550);
        check_looks(365 * DAY_MS, 800, 1_100);
    }
}
