//! Small bounded noise for prices that are held in place, by a peg or by the asset they stand for.

use super::{noise::Noise, path::Path, volatility::Volatility};

/// Arbitrage closes a gap within days.
const REVERSION_DAYS: f64 = 5.0;

/// A day's movement as a share of the bound: with the reversion above, the deviation of the whole is
/// 0.15 of the bound, less than a tenth of a percent on a stablecoin.
const DAILY_SHARE: f64 = 0.09;

/// Noise that is 0 at the epoch and never leaves its bound.
#[derive(Debug)]
pub(super) struct Wobble {
    bound: f64,
    path: Path,
}

impl Wobble {
    /// `bound` is the largest deviation, as a share of the price.
    pub(super) fn new(bound: f64, noise: Noise, volatility: &Volatility) -> Self {
        let path = Path::new(noise, REVERSION_DAYS, volatility);
        Self { bound, path }
    }

    /// What it wanders along.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The deviation as a share of the price, from where its path stands.
    pub(super) fn share(&self, value: f64) -> f64 {
        self.bound * squashed(DAILY_SHARE * value)
    }

    /// Standard deviation of the change over a day of ordinary wildness.
    pub(super) fn daily_deviation(&self) -> f64 {
        self.bound * DAILY_SHARE
    }
}

/// All numbers to between -1 and 1, the small ones nearly unchanged.
fn squashed(value: f64) -> f64 {
    value / (1.0 + value * value).sqrt()
}

#[cfg(test)]
mod tests {
    use super::super::moment::Place;
    use super::*;

    #[test]
    fn the_noise_is_zero_at_the_epoch_and_keeps_its_bound() {
        let noise = Noise::from_seed(2);
        let volatility = Volatility::new(noise.child(1));
        let wobble = Wobble::new(0.004, noise.child(2), &volatility);
        let at = |day, fraction| wobble.share(wobble.path().at(Place { day, fraction }, &volatility));
        assert_eq!(at(0, 0.0), 0.0);
        let values: Vec<f64> = (-3_000..3_000).map(|day| at(day, 0.6)).collect();
        assert!(values.iter().all(|v| v.abs() < 0.004));
        let deviation = (values.iter().map(|v| v * v).sum::<f64>() / 6_000.0).sqrt();
        assert!((0.000_3..0.001).contains(&deviation), "{deviation}");
    }

    #[test]
    fn squashing_keeps_small_numbers_and_bounds_large_ones() {
        assert!((squashed(0.01) - 0.01).abs() < 1e-6);
        assert!(squashed(1e9) <= 1.0 && squashed(-1e9) >= -1.0);
    }
}
