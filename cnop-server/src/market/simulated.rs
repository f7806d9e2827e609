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
mod model;
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
mod woven;

pub(crate) use model::{AssetModel, Behaviour, asset_key};

use asset::{Asset, Motion};
use market::Market;
use moment::{MS_PER_DAY, Moment, PAST_DAYS, Place, Span};
use noise::Noise;
use path::Path;
use woven::{PATHS, Woven};

const MARKET: u64 = 1;
const ASSETS: u64 = 2;

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
            models.iter().all(|model| model.follows_nothing_or_a_coin_of(&models)),
            "an asset follows another that is not a coin of the list"
        );
        let noise = Noise::from_seed(seed);
        let market = Market::new(noise.child(MARKET));
        let own_noise = |model: &AssetModel| noise.child(ASSETS).child(model.key);
        let assets = models.into_iter().map(|model| Asset::new(&model, own_noise(&model), &market)).collect();
        Self { epoch_ms, market, assets }
    }

    /// The price in USD, above 0.
    pub(crate) fn price_at(&self, asset: usize, at_ms: i64) -> f64 {
        self.woven(asset).at(self.moment(at_ms).place())
    }

    /// The lowest and the highest price in USD between two times, both included, in either order.
    /// Every [`Simulation::price_at`] of the window lies within, but for a sliver once in millions of windows.
    pub(crate) fn range(&self, asset: usize, from_ms: i64, to_ms: i64) -> (f64, f64) {
        let to = self.moment(from_ms.max(to_ms));
        let from = self.moment(from_ms.min(to_ms)).max(to.before_by(Span::PERIOD));
        extremes::extremes(&self.woven(asset), from, to)
    }

    /// The volume of the 24 hours before a time, in USD.
    pub(crate) fn volume_24h(&self, asset: usize, at_ms: i64) -> f64 {
        let place = self.moment(at_ms).place();
        self.assets[asset].volume.last_24h(place, &self.market.volatility)
    }

    /// The volume between two times, in either order, in whole USD. Parts of a window add up to it.
    pub(crate) fn volume(&self, asset: usize, from_ms: i64, to_ms: i64) -> i64 {
        let to = self.moment(from_ms.max(to_ms));
        let from = self.moment(from_ms.min(to_ms)).max(to.before_by(Span::PERIOD));
        self.assets[asset].volume.between(from, to, &self.market.volatility)
    }

    /// The first moment that has a path of its own, in Unix milliseconds.
    pub(crate) fn begins_ms(&self) -> i64 {
        self.epoch_ms.saturating_sub(PAST_DAYS * MS_PER_DAY)
    }

    fn moment(&self, at_ms: i64) -> Moment {
        Moment::new(self.epoch_ms, at_ms)
    }

    /// What an asset's price is made of.
    fn woven(&self, asset: usize) -> Woven<'_, impl Fn(Place, [f64; PATHS]) -> f64> {
        Woven {
            paths: self.paths(asset),
            volatility: &self.market.volatility,
            price: move |place, values| self.price(asset, place, values),
            daily_deviation: self.daily_deviation(asset),
        }
    }

    /// The market's, the coin's own, and that of what is held in place; only those that the price depends on.
    fn paths(&self, asset: usize) -> [Option<&Path>; PATHS] {
        match &self.assets[asset].motion {
            Motion::Coin(coin) => [Some(self.market.path()), Some(coin.own()), None],
            Motion::Pegged(peg) => [None, None, Some(peg.path())],
            Motion::Follows(leader, wobble) => {
                let [market, own, _] = self.paths(*leader);
                [market, own, Some(wobble.path())]
            }
        }
    }

    /// The price where the paths have these values.
    fn price(&self, asset: usize, place: Place, [market, own, wobbling]: [f64; PATHS]) -> f64 {
        let Asset { start_price, motion, .. } = &self.assets[asset];
        match motion {
            Motion::Coin(coin) => start_price * coin.relative(market, own),
            Motion::Pegged(peg) => peg.price(place, wobbling),
            Motion::Follows(leader, wobble) => {
                let moved = self.price(*leader, place, [market, own, 0.0]) / self.assets[*leader].start_price;
                start_price * moved * (1.0 + wobble.share(wobbling))
            }
        }
    }

    fn daily_deviation(&self, asset: usize) -> f64 {
        match &self.assets[asset].motion {
            Motion::Coin(coin) => coin.daily_deviation(),
            Motion::Pegged(peg) => peg.daily_deviation(),
            Motion::Follows(leader, wobble) => self.daily_deviation(*leader) + wobble.daily_deviation(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EPOCH_MS: i64 = 1_741_046_400_000;
    const HOUR_MS: i64 = 3_600_000;
    const DAY_MS: i64 = 24 * HOUR_MS;
    const BTC: usize = 0;

    fn model(asset_id: &str, start_price: f64, behaviour: Behaviour) -> AssetModel {
        AssetModel { key: asset_key(asset_id), start_price, base_volume: 1e9, behaviour }
    }

    fn coin(annual_volatility: f64, market_loading: f64) -> Behaviour {
        Behaviour::Coin { annual_volatility, market_loading }
    }

    fn models() -> Vec<AssetModel> {
        vec![
            model("BTC", 84_110.4, coin(0.47, 0.9)),
            model("SHIB", 0.000_012_967_3, coin(1.0, 0.77)),
            model("USDS", 1.001_41, Behaviour::Pegged),
            model("WBTC", 83_785.9, Behaviour::Follows(BTC)),
        ]
    }

    fn simulation(seed: u64) -> Simulation {
        Simulation::new(seed, EPOCH_MS, models())
    }

    fn scattered_times() -> Vec<i64> {
        (-50..50).map(|i| EPOCH_MS + i * 7_919_333_777 + i * i).collect()
    }

    fn prices(simulation: &Simulation, asset: usize, times: &[i64]) -> Vec<f64> {
        let price = |at_ms: &i64| simulation.price_at(asset, *at_ms);
        times.iter().map(price).collect()
    }

    #[test]
    fn the_order_of_calls_does_not_change_a_path() {
        let (forwards, backwards) = (simulation(5), simulation(5));
        let times = scattered_times();
        let reversed: Vec<i64> = times.iter().rev().copied().collect();
        for asset in 0..4 {
            let mut late = prices(&backwards, 3 - asset, &reversed);
            late.reverse();
            assert_eq!(prices(&forwards, 3 - asset, &times), late);
        }
    }

    #[test]
    fn the_order_of_assets_does_not_change_a_path() {
        let mut list = models();
        list.truncate(3);
        list.reverse();
        let reversed = Simulation::new(5, EPOCH_MS, list);
        let times = scattered_times();
        for asset in 0..3 {
            let expected = prices(&simulation(5), asset, &times);
            assert_eq!(prices(&reversed, 2 - asset, &times), expected);
        }
    }

    #[test]
    fn the_price_at_the_epoch_is_the_start_price() {
        for (asset, model) in models().iter().enumerate() {
            assert_eq!(simulation(9).price_at(asset, EPOCH_MS), model.start_price);
        }
    }

    #[test]
    fn another_seed_is_another_path() {
        let times = [EPOCH_MS + DAY_MS, EPOCH_MS - DAY_MS];
        for asset in 0..4 {
            let (one, other) = (simulation(1), simulation(2));
            assert_ne!(prices(&one, asset, &times), prices(&other, asset, &times));
        }
    }

    #[test]
    fn another_epoch_shifts_the_same_path() {
        let shift_ms = 123_456_789;
        let shifted = Simulation::new(5, EPOCH_MS + shift_ms, models());
        let times = scattered_times();
        let later: Vec<i64> = times.iter().map(|at_ms| at_ms + shift_ms).collect();
        for asset in 0..4 {
            let expected = prices(&simulation(5), asset, &times);
            assert_eq!(prices(&shifted, asset, &later), expected);
        }
    }

    /// A server keeps seed and epoch and counts on the path: changing it is changing every stored market.
    #[test]
    fn the_path_of_a_seed_stays_as_it_was_published() {
        let at_ms = EPOCH_MS + 400 * DAY_MS + 12_345_678;
        let published = [101_392.326_646_671, 1.709_039_929_185e-5, 1.000_497_560_225_7, 100_911.395_745_628];
        for (asset, published) in published.into_iter().enumerate() {
            let found = simulation(1).price_at(asset, at_ms);
            assert!((found / published - 1.0).abs() < 1e-9, "{asset}: {found}");
        }
    }

    #[test]
    fn nothing_jumps_where_one_day_meets_the_next() {
        let simulation = simulation(3);
        let second = 0.47 / (365.0 * 86_400.0_f64).sqrt();
        for day in -400..400 {
            let midnight_ms = EPOCH_MS + day * DAY_MS;
            for at_ms in [midnight_ms - 1_000, midnight_ms - 500, midnight_ms] {
                let moved = simulation.price_at(BTC, at_ms + 1_000) / simulation.price_at(BTC, at_ms);
                // The wildest day is 3.6 times the usual one, and few moves exceed 5 deviations.
                assert!(moved.ln().abs() < 18.0 * second, "day {day}: {moved}");
            }
        }
    }

    #[test]
    fn two_ticks_in_a_row_nearly_always_differ_by_cents() {
        let simulation = simulation(3);
        let cents = |tick: i64| (simulation.price_at(BTC, EPOCH_MS + tick * 1_000) * 100.0).round();
        let same = (0..10_000).filter(|t| cents(*t) == cents(*t + 1)).count();
        assert!(same < 50, "{same} of 10000");
    }

    #[test]
    fn any_time_has_a_finite_price_range_and_volume() {
        let times = [i64::MIN, i64::MIN + 1, -1, 0, EPOCH_MS, i64::MAX - 1, i64::MAX];
        for (epoch_ms, at_ms) in times.iter().flat_map(|e| times.map(|t| (*e, t))) {
            let simulation = Simulation::new(1, epoch_ms, models()[..1].to_vec());
            let (low, high) = simulation.range(BTC, at_ms, at_ms.saturating_add(DAY_MS));
            let found = [low, high, simulation.price_at(BTC, at_ms), simulation.volume_24h(BTC, at_ms)];
            assert!(found.iter().all(|v| v.is_finite() && *v > 0.0), "{found:?}");
        }
    }

    #[test]
    fn a_range_over_all_time_is_finite() {
        let (low, high) = simulation(1).range(BTC, i64::MIN, i64::MAX);
        assert!(0.0 < low && low < 84_110.4 && high > 84_110.4 && high.is_finite());
    }

    #[test]
    #[should_panic(expected = "not a coin of the list")]
    fn following_a_follower_is_refused() {
        let list = vec![model("WETH", 2_118.54, Behaviour::Follows(0))];
        let _ = Simulation::new(1, EPOCH_MS, list);
    }

    #[test]
    fn threads_share_a_simulation() {
        fn is_shared<T: Send + Sync>(_: &T) {}
        is_shared(&simulation(1));
    }
}
