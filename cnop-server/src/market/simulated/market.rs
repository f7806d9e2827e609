//! What all assets share: how wild each day is, and the movement of the market as a whole.

use super::{noise::Noise, path::Path, volatility::Volatility};

/// Price levels forget where they were in about a year, so that a server may run for decades
/// and no price wanders off to nothing.
pub(super) const REVERSION_DAYS: f64 = 365.0;

const VOLATILITY: u64 = 1;
const SHARED_PATH: u64 = 2;

/// The common part of the simulation.
#[derive(Debug)]
pub(super) struct Market {
    pub(super) volatility: Volatility,
    path: Path,
}

impl Market {
    pub(super) fn new(noise: Noise) -> Self {
        let volatility = Volatility::new(noise.child(VOLATILITY));
        let path = Path::new(noise.child(SHARED_PATH), REVERSION_DAYS, &volatility);
        Self { volatility, path }
    }

    /// Where the market stands against the epoch, in standard deviations of a day.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}
