//! Traded volume: the catalogue's figure, more on wild days, less on calm ones.

use super::{moment::Place, noise::Noise, volatility::Volatility};

/// Volume grows a little slower than movement: daily candles show log-volumes that spread by about 0.5,
/// and this with the noise below gives as much.
const ELASTICITY: f64 = 0.75;

/// Standard deviation of the logarithm of an asset's own daily volume.
const OWN_DEVIATION: f64 = 0.25;

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

    /// USD traded in the 24 hours before a moment. They cover the rest of one day and the start of the next,
    /// so the sum moves smoothly from the one day's volume to the other's.
    pub(super) fn last_24h(&self, place: Place, volatility: &Volatility) -> f64 {
        let before = self.activity(place.day - 1, volatility);
        let today = self.activity(place.day, volatility);
        self.base_usd * (before + (today - before) * place.fraction)
    }

    fn activity(&self, day: i64, volatility: &Volatility) -> f64 {
        let own = (OWN_DEVIATION * self.noise.day(day).normal()).exp();
        volatility.on(day).powf(ELASTICITY) * own
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
    fn volume_moves_smoothly_from_day_to_day() {
        let (volume, volatility) = parts();
        for day in 0..DAYS {
            let end = volume.last_24h(Place { day, fraction: 1.0 }, &volatility);
            let start = volume.last_24h(Place { day: day + 1, fraction: 0.0 }, &volatility);
            assert!((end / start - 1.0).abs() < 1e-12, "day {day}");
        }
    }
}
