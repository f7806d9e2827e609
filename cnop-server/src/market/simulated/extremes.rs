//! The lowest and the highest price of a window, found without looking at every second of it.
//! A Brownian path strays from the ends of a stretch about as far as the root of the stretch's length, so
//! stretches that cannot hold a new extreme are dropped and the others halved, down to the finest grid.

use super::moment::{Moment, Span};

/// A window starts as at least half as many stretches, unless it is longer than this many days:
/// whole days are in the tables and cost nearly nothing.
const FIRST_STRETCHES: i64 = 16;

/// How many deviations of its own length a stretch may hide beyond its ends. What lies beyond is missed with
/// a probability below exp(-2·2²), 0.03 %, and then only by a sliver.
const REACH: f64 = 2.0;

/// Finds `(low, high)` from `from` to `to`, both included and in this order. `daily_deviation` is that of the
/// logarithm of the price on the day of a moment. Looks at some 200 prices, and one more a day.
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

fn halved(
    stretches: &[Stretch],
    half: Span,
    seen: &mut Seen,
    price: impl Fn(Moment) -> f64,
) -> Vec<Stretch> {
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
        Self {
            from,
            to,
            low: first.min(last),
            high: first.max(last),
        }
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
