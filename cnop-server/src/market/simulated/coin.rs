//! A coin: part of its movement is the market's, the rest its own.

use super::{
    market::{Market, REVERSION_DAYS},
    moment::Place,
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

    /// The price as a multiple of that at the epoch.
    pub(super) fn relative(&self, place: Place, market: &Market) -> f64 {
        let own = self.own.at(place, &market.volatility);
        (self.market_deviation * market.at(place) + self.own_deviation * own).exp()
    }

    /// Standard deviation of the log-price over a day of ordinary wildness.
    pub(super) fn daily_deviation(&self) -> f64 {
        self.market_deviation.hypot(self.own_deviation)
    }
}
