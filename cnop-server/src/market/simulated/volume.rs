//! Traded volume: the catalogue's figure, more on wild days, less on calm ones, and unevenly through each day.
//! Volumes of windows are differences of whole dollars, so that those of its parts add up to that of the whole.

use super::{
    moment::{Moment, Place, folded},
    noise::Noise,
    volatility::Volatility,
};

/// Volume grows a little slower than movement: daily candles show log-volumes that spread by about 0.5,
/// and this with the noise below gives as much.
const ELASTICITY: f64 = 0.75;

/// Standard deviation of the logarithm of an asset's own daily volume.
const OWN_DEVIATION: f64 = 0.25;

/// A day is halved this often, down to 42 s: within that, trading is even.
const LEVELS: u32 = 11;

/// How far a half's share of what its two halves trade strays from one half; at most 2.5 times as far.
/// Minutes then spread by about 0.7 in their logarithm, as busy and quiet minutes do.
const SHARE_DEVIATION: f64 = 0.1;

/// How busy an asset's trading is, day by day.
#[derive(Debug)]
pub(super) struct Volume {
    base_usd: f64,
    noise: Noise,
}

impl Volume {
    pub(super) fn new(base_usd: f64, noise: Noise) -> Self {
        Self { base_usd, noise }
    }

    /// USD traded in the 24 hours before a moment: the rest of one day and the start of the next.
    pub(super) fn last_24h(&self, place: Place, volatility: &Volatility) -> f64 {
        let Place { day, fraction } = place;
        let of_day = |day, share| self.of_day(day, volatility) * share;
        of_day(day - 1, 1.0 - self.share_by(day - 1, fraction)) + of_day(day, self.share_by(day, fraction))
    }

    /// Whole USD traded from one moment to another, which is not before it.
    pub(super) fn between(&self, from: Moment, to: Moment, volatility: &Volatility) -> i64 {
        let pieces = folded(from, to).map(|(from, to)| {
            let (from, to) = (from.place(), to.place());
            let whole_days: i64 = (from.day..to.day).map(|day| self.of_day(day, volatility).round() as i64).sum();
            whole_days + self.since_midnight(to, volatility) - self.since_midnight(from, volatility)
        });
        pieces.sum()
    }

    fn since_midnight(&self, place: Place, volatility: &Volatility) -> i64 {
        (self.of_day(place.day, volatility) * self.share_by(place.day, place.fraction)).round() as i64
    }

    /// USD of a whole day.
    fn of_day(&self, day: i64, volatility: &Volatility) -> f64 {
        let own = (OWN_DEVIATION * self.noise.day(day).normal()).exp();
        self.base_usd * volatility.on(day).powf(ELASTICITY) * own
    }

    /// The share of a day's volume that is traded once a fraction of the day has passed.
    fn share_by(&self, day: i64, mut fraction: f64) -> f64 {
        let noise = self.noise.day(day);
        let (mut before, mut within, mut node) = (0.0, 1.0, 1);
        for _ in 0..LEVELS {
            if fraction == 0.0 {
                return before;
            }
            let first = within * (0.5 + SHARE_DEVIATION * noise.child(node).normal().clamp(-2.5, 2.5));
            fraction *= 2.0;
            node *= 2;
            if fraction < 1.0 {
                within = first;
            } else {
                before += first;
                within -= first;
                fraction -= 1.0;
                node += 1;
            }
        }
        before + within * fraction
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE_USD: f64 = 1e9;
    const DAYS: i64 = 2_000;

    fn parts() -> (Volume, Volatility) {
        let noise = Noise::from_seed(6);
        (Volume::new(BASE_USD, noise.child(1)), Volatility::new(noise.child(2)))
    }

    fn mean(values: impl Iterator<Item = f64>) -> f64 {
        let (sum, count) = values.fold((0.0, 0.0), |(sum, n), v| (sum + v, n + 1.0));
        sum / count
    }

    #[test]
    fn volume_stays_near_its_base() {
        let (volume, volatility) = parts();
        let factor = |day| volume.last_24h(Place { day, fraction: 0.5 }, &volatility) / BASE_USD;
        let average = mean((0..DAYS).map(factor));
        assert!((0.8..1.2).contains(&average), "{average}");
        assert!((0..DAYS).all(|day| (0.1..6.0).contains(&factor(day))));
    }

    #[test]
    fn wild_days_trade_more_than_calm_ones() {
        let (volume, volatility) = parts();
        let of_days = |wanted: fn(f64) -> bool| {
            let days = (0..DAYS).filter(|day| wanted(volatility.on(*day)));
            mean(days.map(|day| volume.last_24h(Place { day, fraction: 1.0 }, &volatility)))
        };
        assert!(of_days(|v| v > 1.5) > 2.0 * of_days(|v| v < 0.7));
    }

    #[test]
    fn parts_of_a_window_trade_what_the_window_trades() {
        let (volume, volatility) = parts();
        let at = |minutes: i64| Moment::new(12_345, minutes * 60_000);
        for start in (-4_000..4_000).step_by(37) {
            let minutes: Vec<_> = (start..start + 15).map(|m| volume.between(at(m), at(m + 1), &volatility)).collect();
            assert!(minutes.iter().all(|usd| *usd > 0), "{minutes:?}");
            assert_eq!(minutes.iter().sum::<i64>(), volume.between(at(start), at(start + 15), &volatility));
        }
        let day = volume.between(at(0), at(24 * 60), &volatility) as f64;
        assert!((day / volume.last_24h(at(24 * 60).place(), &volatility) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn volume_moves_smoothly_from_day_to_day() {
        let (volume, volatility) = parts();
        for day in 0..DAYS {
            let end = volume.last_24h(Place { day, fraction: 1.0 }, &volatility);
            let start = volume.last_24h(Place { day: day + 1, fraction: 0.0 }, &volatility);
            assert!((end / start - 1.0).abs() < 1e-9, "day {day}");
        }
    }
}
