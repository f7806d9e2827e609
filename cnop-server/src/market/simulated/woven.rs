//! A price made of paths, looked at along the tree of halves that each day of a path is: the middle of a stretch whose
//! ends are known costs one step, where reaching a moment from the whole day costs one for every halving.

use super::{
    moment::{FUTURE_DAYS, Moment, Node, Place},
    path::Path,
    volatility::Volatility,
};

/// The most paths that a price depends on: the market's, the coin's own, and the wobble of what follows it.
pub(super) const PATHS: usize = 3;

/// Paths, and how their values make a price.
pub(super) struct Woven<'a, F> {
    pub(super) paths: [Option<&'a Path>; PATHS],
    pub(super) volatility: &'a Volatility,
    /// The price at a place where the paths have these values; 0 for a path that is not there.
    pub(super) price: F,
    /// Standard deviation of the logarithm of the price over a day of ordinary wildness.
    pub(super) daily_deviation: f64,
}

/// A stretch of a day: the bridges and the price at both of its ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    node: Node,
    bridges: [[f64; PATHS]; 2],
    pub(super) left: f64,
    pub(super) right: f64,
}

impl<F: Fn(Place, [f64; PATHS]) -> f64> Woven<'_, F> {
    /// The price at any place.
    pub(super) fn at(&self, place: Place) -> f64 {
        (self.price)(place, self.paths.map(|path| path.map_or(0.0, |path| path.at(place, self.volatility))))
    }

    /// A whole day of the tables.
    pub(super) fn day(&self, day: i64) -> Stretch {
        let none = [0.0; PATHS];
        // A day ends where the next one begins, to the last bit.
        let end =
            if day + 1 < FUTURE_DAYS { Place { day: day + 1, fraction: 0.0 } } else { Place { day, fraction: 1.0 } };
        let (left, right) = (self.over(Place { day, fraction: 0.0 }, none), self.over(end, none));
        Stretch { node: Node::of_day(day), bridges: [none, none], left, right }
    }

    /// Both halves of a stretch.
    pub(super) fn halves(&self, stretch: &Stretch) -> [Stretch; 2] {
        let Stretch { node, bridges: [left, right], .. } = *stretch;
        let middle: [f64; PATHS] =
            std::array::from_fn(|path| self.paths[path].map_or(0.0, |of| of.middle(node, left[path], right[path])));
        let [first, second] = node.halves();
        let price = self.over(second.start().place(), middle);
        [
            Stretch { node: first, bridges: [left, middle], right: price, ..*stretch },
            Stretch { node: second, bridges: [middle, right], left: price, ..*stretch },
        ]
    }

    /// Standard deviation of the logarithm of the price over a stretch.
    pub(super) fn deviation(&self, stretch: &Stretch) -> f64 {
        self.daily_deviation * self.volatility.on(stretch.node.day) * stretch.node.length().days().sqrt()
    }

    fn over(&self, place: Place, bridges: [f64; PATHS]) -> f64 {
        let value = |path: usize| self.paths[path].map_or(0.0, |of| of.over(place, bridges[path], self.volatility));
        (self.price)(place, std::array::from_fn(value))
    }
}

impl Stretch {
    pub(super) fn start(&self) -> Moment {
        self.node.start()
    }

    pub(super) fn end(&self) -> Moment {
        self.node.start() + self.node.length()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{moment::LEVELS, noise::Noise};
    use super::*;

    #[test]
    fn halving_meets_the_same_prices_to_the_last_bit() {
        let noise = Noise::from_seed(4);
        let volatility = Volatility::new(noise.child(1));
        let (one, other) = (Path::new(noise.child(2), 365.0, &volatility), Path::new(noise.child(3), 5.0, &volatility));
        let woven = Woven {
            paths: [Some(&one), None, Some(&other)],
            volatility: &volatility,
            price: |_, [a, _, b]: [f64; PATHS]| (0.05 * a + 0.01 * b).exp(),
            daily_deviation: 0.05,
        };
        for day in -40..40 {
            let mut stretch = woven.day(day);
            for level in 0..LEVELS {
                let at = |moment: Moment| woven.at(moment.place());
                assert_eq!((stretch.left, stretch.right), (at(stretch.start()), at(stretch.end())), "{stretch:?}");
                stretch = woven.halves(&stretch)[(day.unsigned_abs() as usize >> (level % 6)) & 1];
            }
        }
    }
}
