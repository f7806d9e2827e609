//! One wandering value: an Ornstein-Uhlenbeck process from day to day, a Brownian bridge within the day.
//! It knows no prices: its unit is the standard deviation of one day's movement.

use std::f64::consts::FRAC_1_SQRT_2;

use super::{
    day_table::DayTable,
    moment::{LEVELS, Node, Place},
    noise::Noise,
    volatility::Volatility,
};

const DAYS: u64 = 0;
const BRIDGES: u64 = 1;

/// A bridge's deviation in the middle of a whole day.
const WHOLE_DAY: f64 = 0.5;

/// A path that is 0 at the epoch and is drawn back to 0 from wherever it wanders.
#[derive(Debug)]
pub(super) struct Path {
    days: DayTable,
    bridges: Noise,
}

impl Path {
    /// `reversion_days` is how long it takes to lose all but 1/e of a deviation. The process looks the same
    /// in both directions of time, so the past is made by running it backwards.
    pub(super) fn new(noise: Noise, reversion_days: f64, volatility: &Volatility) -> Self {
        let keep = (-1.0 / reversion_days).exp();
        let shocks = noise.child(DAYS);
        Self {
            days: DayTable::grown(0.0, |value, day| keep * value + volatility.on(day) * shocks.day(day).normal()),
            bridges: noise.child(BRIDGES),
        }
    }

    /// The value at a moment, in standard deviations of a day.
    pub(super) fn at(&self, place: Place, volatility: &Volatility) -> f64 {
        self.over(place, bridge(self.bridges.day(place.day), place.fraction), volatility)
    }

    /// The value at a moment where the bridge is known.
    pub(super) fn over(&self, place: Place, bridge: f64, volatility: &Volatility) -> f64 {
        let (from, to) = (self.days.at(place.day), self.days.at(place.day + 1));
        let straight = from + (to - from) * place.fraction;
        straight + volatility.on(place.day) * bridge
    }

    /// The bridge in the middle of a stretch, from the bridge at its ends: one step of what [`Path::at`] does.
    pub(super) fn middle(&self, node: Node, left: f64, right: f64) -> f64 {
        displaced(self.bridges.day(node.day), node.number(), left, right, DEVIATIONS[node.level as usize])
    }
}

/// The bridge's deviation in the middle of a stretch that is so many halvings of a day.
const DEVIATIONS: [f64; LEVELS as usize] = {
    let mut deviations = [WHOLE_DAY; LEVELS as usize];
    let mut level = 1;
    while level < deviations.len() {
        deviations[level] = deviations[level - 1] * FRAC_1_SQRT_2;
        level += 1;
    }
    deviations
};

fn displaced(noise: Noise, node: u64, left: f64, right: f64, deviation: f64) -> f64 {
    0.5 * (left + right) + deviation * noise.child(node).normal()
}

/// A Brownian bridge over one day, 0 at both ends, by displacing midpoints down to the finest grid and
/// joining those by straight lines. A point of a coarser grid is reached after fewer steps.
fn bridge(noise: Noise, mut fraction: f64) -> f64 {
    let (mut left, mut right) = (0.0, 0.0);
    let mut node = 1;
    for deviation in DEVIATIONS {
        if fraction == 0.0 {
            return left;
        }
        let middle = displaced(noise, node, left, right, deviation);
        fraction *= 2.0;
        node *= 2;
        if fraction < 1.0 {
            right = middle;
        } else {
            left = middle;
            fraction -= 1.0;
            node += 1;
        }
    }
    left + (right - left) * fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINEST_STEPS: u32 = 1 << LEVELS;

    fn mean_square(values: impl Iterator<Item = f64>) -> f64 {
        let (sum, count) = values.fold((0.0, 0.0), |(sum, n), v| (sum + v * v, n + 1.0));
        sum / count
    }

    #[test]
    fn a_bridge_starts_and_ends_at_zero() {
        let last = 1.0 - 1.0 / f64::from(FINEST_STEPS);
        for seed in 0..100 {
            let noise = Noise::from_seed(seed);
            assert_eq!(bridge(noise, 0.0), 0.0);
            assert!(bridge(noise, last).abs() < 0.02, "seed {seed}");
        }
    }

    #[test]
    fn a_bridge_has_the_variance_of_a_brownian_one() {
        for fraction in [0.5, 0.25, 0.1, 0.9] {
            let found = mean_square((0..4_000).map(|s| bridge(Noise::from_seed(s), fraction)));
            let expected = fraction * (1.0 - fraction);
            assert!((found / expected - 1.0).abs() < 0.1, "{fraction}: {found}");
        }
    }

    #[test]
    fn short_moves_of_a_bridge_have_the_variance_of_their_length() {
        for steps in [256_u32, 16, 1] {
            let length = f64::from(steps) / f64::from(FINEST_STEPS);
            let moves = (0..4_000).map(|i| {
                let noise = Noise::from_seed(i / 400);
                let from = f64::from(i as u32 % 400) / 401.0;
                let start = (from / length).floor() * length;
                bridge(noise, start + length) - bridge(noise, start)
            });
            let found = mean_square(moves) / length;
            assert!((found - 1.0).abs() < 0.1, "{steps} steps: {found}");
        }
    }

    #[test]
    fn a_path_is_drawn_back_to_zero() {
        let volatility = Volatility::new(Noise::from_seed(3));
        let noise = Noise::from_seed(4);
        let spread = |reversion_days| {
            let path = Path::new(noise, reversion_days, &volatility);
            let at = |day| path.at(Place { day, fraction: 0.0 }, &volatility);
            mean_square((-3_000..10_000).map(at)).sqrt()
        };
        // The stationary deviation is the square root of half the reversion time.
        assert!((1.4..2.0).contains(&spread(5.0)), "{}", spread(5.0));
        assert!((8.0..20.0).contains(&spread(365.0)), "{}", spread(365.0));
    }
}
