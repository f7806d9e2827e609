//! The simulated market: a price is a pure function of (seed, epoch, asset, time), so a start is instant,
//! any moment can be computed again, and a restart goes on along the same path without a jump.
//!
//! Owns the mathematics alone, in binary floating point. The clock, the catalogue and exact decimals are its
//! caller's. A log-price is `coin.rs` over `path.rs`: a coarse path from day to day, refined within the day on
//! demand with noise from `noise.rs` that is a hash of its place. Same results on one machine only: the last
//! digits of `exp` and `ln` are the platform's.

mod asset;
mod coin;
mod day_table;
mod extremes;
mod market;
mod moment;
mod noise;
mod normal;
mod path;
mod peg;
#[cfg(test)]
mod statistics;
mod volatility;
mod volume;
mod wobble;

use asset::{Asset, Motion};
use market::Market;
use moment::{Moment, Place, Span};
use noise::Noise;

const MARKET: u64 = 1;
const ASSETS: u64 = 2;

/// How one asset moves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Behaviour {
    /// Floats freely. `annual_volatility` is the standard deviation of a year's log-returns (0.5 is 50 %),
    /// `market_loading` the correlation with the market, from -1 to 1.
    Coin {
        annual_volatility: f64,
        market_loading: f64,
    },
    /// Stays within half a percent of one dollar.
    Pegged,
    /// Moves as the coin at this index of the list does, within 0.4 %.
    Follows(usize),
}

/// What the simulation needs to know about one asset.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AssetModel {
    /// Names the asset's noise, see [`asset_key`]: its path stays when the list is reordered.
    pub(crate) key: u64,
    /// Price at the epoch in USD, above 0.
    pub(crate) start_price: f64,
    /// Usual volume of 24 hours in USD.
    pub(crate) base_volume: f64,
    pub(crate) behaviour: Behaviour,
}

/// The stable number of an asset id such as `BTC`: FNV-1a, 64 bits.
pub(crate) fn asset_key(asset_id: &str) -> u64 {
    asset_id.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

/// Prices and volumes of all assets at any time. Assets are named by their index in the list given to
/// [`Simulation::new`]; every method panics when there is none. Times are Unix milliseconds, and any will do:
/// past 10 years before the epoch and 30 years after it the path runs back the way it came.
#[derive(Debug)]
pub(crate) struct Simulation {
    epoch_ms: i64,
    market: Market,
    assets: Vec<Asset>,
}

impl Simulation {
    /// Lays the day-by-day paths of 40 years, some milliseconds of work and 4 MB for 30 assets.
    ///
    /// # Panics
    /// When an asset follows one that is not in the list or is not a coin.
    pub(crate) fn new(seed: u64, epoch_ms: i64, models: Vec<AssetModel>) -> Self {
        assert!(
            models.iter().all(|model| follows_a_coin(model, &models)),
            "an asset follows another that is not a coin of the list"
        );
        let noise = Noise::from_seed(seed);
        let market = Market::new(noise.child(MARKET));
        let own_noise = |model: &AssetModel| noise.child(ASSETS).child(model.key);
        let assets = models
            .into_iter()
            .map(|model| Asset::new(&model, own_noise(&model), &market))
            .collect();
        Self {
            epoch_ms,
            market,
            assets,
        }
    }

    /// The price in USD, above 0.
    pub(crate) fn price_at(&self, asset: usize, at_ms: i64) -> f64 {
        self.price(asset, self.moment(at_ms).place())
    }

    /// The lowest and the highest price in USD between two times, both included, in either order.
    /// Every [`Simulation::price_at`] of the window lies within, but for a sliver in very rare cases.
    pub(crate) fn range(&self, asset: usize, from_ms: i64, to_ms: i64) -> (f64, f64) {
        let to = self.moment(from_ms.max(to_ms));
        let from = self.moment(from_ms.min(to_ms)).max(to.before_by(Span::PERIOD));
        let daily = self.daily_deviation(asset);
        extremes::extremes(
            from,
            to,
            |moment| self.price(asset, moment.place()),
            |moment| daily * self.market.volatility.on(moment.place().day),
        )
    }

    /// The volume of the 24 hours before a time, in USD.
    pub(crate) fn volume_24h(&self, asset: usize, at_ms: i64) -> f64 {
        let place = self.moment(at_ms).place();
        self.assets[asset]
            .volume
            .last_24h(place, &self.market.volatility)
    }

    fn moment(&self, at_ms: i64) -> Moment {
        Moment::new(self.epoch_ms, at_ms)
    }

    fn price(&self, asset: usize, place: Place) -> f64 {
        let Asset {
            start_price,
            motion,
            ..
        } = &self.assets[asset];
        match motion {
            Motion::Coin(coin) => start_price * coin.relative(place, &self.market),
            Motion::Pegged(peg) => peg.price(place, &self.market.volatility),
            Motion::Follows(leader, wobble) => {
                let moved = self.price(*leader, place) / self.assets[*leader].start_price;
                start_price * moved * (1.0 + wobble.at(place, &self.market.volatility))
            }
        }
    }

    fn daily_deviation(&self, asset: usize) -> f64 {
        match &self.assets[asset].motion {
            Motion::Coin(coin) => coin.daily_deviation(),
            Motion::Pegged(peg) => peg.daily_deviation(),
            Motion::Follows(leader, wobble) => {
                self.daily_deviation(*leader) + wobble.daily_deviation()
            }
        }
    }
}

/// Following one another in a circle would never end, so only coins may be followed.
fn follows_a_coin(model: &AssetModel, models: &[AssetModel]) -> bool {
    let Behaviour::Follows(leader) = model.behaviour else {
        return true;
    };
    matches!(
        models.get(leader).map(|leader| leader.behaviour),
        Some(Behaviour::Coin { .. })
    )
}
