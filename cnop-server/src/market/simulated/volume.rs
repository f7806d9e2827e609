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
