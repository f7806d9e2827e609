//! How wild each day is. One multiplier for the whole market: calm and wild days take turns, and that alone
//! gives daily returns the fat tails of real ones, while correlations stay what the loadings say.

use super::{day_table::DayTable, noise::Noise};

/// Standard deviation of the multiplier's logarithm `s`: kurtosis is 3·exp(4·s²), about 9 over the long run
/// and, because the rarest days are mostly absent, about 6.5 in the median single year.
const LOG_DEVIATION: f64 = 0.52;

/// How much of a day's wildness the next day keeps: absolute returns then correlate about 0.2 from
/// day to day, as the daily candles of 2024 to 2026 do (0.13 to 0.29).
const PERSISTENCE: f64 = 0.7;

/// No day is wilder than this many standard deviations, which is 3.6 times the usual one.
const WILDEST: f64 = 3.0;

/// The multiplier of every day: log-normal, mean square 1.
#[derive(Debug)]
pub(super) struct Volatility(DayTable);

impl Volatility {
    pub(super) fn new(noise: Noise) -> Self {
        let fresh = (1.0 - PERSISTENCE * PERSISTENCE).sqrt();
        let at_epoch = noise.normal();
        let levels = DayTable::grown(at_epoch, |level, day| PERSISTENCE * level + fresh * noise.day(day).normal());
        Self(levels.map(multiplier))
    }

    /// The factor on all movement during `day`.
    pub(super) fn on(&self, day: i64) -> f64 {
        self.0.at(day)
    }
}

fn multiplier(level: f64) -> f64 {
    (LOG_DEVIATION * level.min(WILDEST) - LOG_DEVIATION * LOG_DEVIATION).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn multipliers(seed: u64) -> Vec<f64> {
        let volatility = Volatility::new(Noise::from_seed(seed));
        (0..10_000).map(|day| volatility.on(day)).collect()
    }

    #[test]
    fn the_mean_square_is_one() {
        let squares: Vec<f64> = (0..8).flat_map(multipliers).map(|v| v * v).collect();
        let mean = squares.iter().sum::<f64>() / squares.len() as f64;
        assert!((mean - 1.0).abs() < 0.05, "{mean}");
    }

    #[test]
    fn a_wild_day_is_often_followed_by_another() {
        let values = multipliers(1);
        let wild = |v: f64| v > 1.2;
        let again = values.windows(2).filter(|w| wild(w[0]) && wild(w[1])).count();
        let days = values.iter().filter(|v| wild(**v)).count();
        assert!(again * 2 > days, "{again} of {days}");
        assert!(days * 4 < values.len(), "{days}");
    }
}
