//! A coin: part of its movement is the market's, the rest its own.

use super::{
    market::{Market, REVERSION_DAYS},
    noise::Noise,
    path::Path,
};

/// Crypto trades every day of the year, so a day's deviation is the year's over the root of 365.
const DAYS_PER_YEAR: f64 = 365.0;

/// A freely floating price. Two coins' daily returns correlate as the product of their loadings.
#[derive(Debug)]
pub(super) struct Coin {
    market_deviation: f64,
    own_deviation: f64,
    own: Path,
}

impl Coin {
    /// `market_loading` is the correlation with the market, from -1 to 1.
    pub(super) fn new(annual_volatility: f64, market_loading: f64, noise: Noise, market: &Market) -> Self {
        let daily = annual_volatility / DAYS_PER_YEAR.sqrt();
        let loading = market_loading.clamp(-1.0, 1.0);
        Self {
            market_deviation: daily * loading,
            own_deviation: daily * (1.0 - loading * loading).sqrt(),
            own: Path::new(noise, REVERSION_DAYS, &market.volatility),
        }
    }

    /// Where the coin stands on its own, in standard deviations of a day.
    pub(super) fn own(&self) -> &Path {
        &self.own
    }

    /// The price as a multiple of that at the epoch, from where the market and the coin's own path stand.
    pub(super) fn relative(&self, market: f64, own: f64) -> f64 {
        (self.market_deviation * market + self.own_deviation * own).exp()
    }

    /// Standard deviation of the log-price over a day of ordinary wildness.
    pub(super) fn daily_deviation(&self) -> f64 {
        self.market_deviation.hypot(self.own_deviation)
    }
}
