//! Turns the simulated market into quotes, one tick a second.
//!
//! The mathematics is `simulated`'s; floats become exact decimals here.

use std::sync::Arc;
use std::time::Duration;

use cnop_core::money::{Figure, Price};
use cnop_core::time::Timestamp;

use super::book::{Board, Facts, Listing, Quote};
use super::catalog::CatalogEntry;
use super::provider::{Look, Next, Provider};
use super::record::{Known, Moment, Record};
use super::simulated::Simulation;
use crate::outside::Trouble;
use crate::store::MarketSeed;

/// The time from tick to tick.
const TICK: Duration = Duration::from_secs(1);
/// Ticks after which the range of the last day is computed anew; between them it only widens.
const RANGE_EVERY: u32 = 60;
const WEEK_MS: i64 = 7 * Timestamp::DAY_MS;
const MONTH_MS: i64 = 30 * Timestamp::DAY_MS;

/// The simulated market, in exact decimals. Clones share it.
#[derive(Clone)]
pub(crate) struct Exact {
    /// The market.
    pub(crate) simulation: Arc<Simulation>,
    decimals: Arc<[usize]>,
}

impl Exact {
    /// The model's float as a price of this asset; `None` where no price can be so high or low.
    pub(crate) fn price(&self, asset: usize, value: f64) -> Option<Price> {
        exact_price(value, self.decimals[asset])
    }
}

/// The simulated market and the board that it keeps.
pub(crate) struct Simulator {
    exact: Exact,
    board: Board,
    ranges: Vec<(f64, f64)>,
    records: Vec<Record>,
    ticks: u32,
}

impl Simulator {
    /// The market that belongs to `seed`, with a first board of `now`.
    pub(crate) fn new(catalog: Vec<CatalogEntry>, seed: MarketSeed, now: Timestamp) -> Self {
        let decimals = catalog.iter().map(|entry| decimals_for(entry.model.start_price)).collect();
        let (facts, models): (Vec<_>, Vec<_>) = catalog.into_iter().map(|entry| (entry.facts, entry.model)).unzip();
        let listing = |facts| Listing { facts: Arc::new(facts), is_active: true, quote: None };
        let assets = models.len();
        let (began, until) = (seed.epoch.as_millis(), now.as_millis().max(seed.epoch.as_millis()));
        let simulation = Simulation::new(seed.seed, began, models);
        let mut feed = Self {
            ranges: vec![(0.0, 0.0); assets],
            records: facts
                .iter()
                .enumerate()
                .map(|(asset, facts)| Record::of(&simulation, asset, began, until, known(facts)))
                .collect(),
            exact: Exact { simulation: Arc::new(simulation), decimals },
            board: Board::new(facts.into_iter().map(listing).collect()),
            ticks: 0,
        };
        feed.tick(now);
        feed
    }

    /// The market itself.
    pub(crate) fn exact(&self) -> &Exact {
        &self.exact
    }

    /// The newest board.
    pub(crate) fn board(&self) -> Board {
        self.board.clone()
    }

    /// Moves the market to `now`.
    fn tick(&mut self, now: Timestamp) {
        if self.ticks.is_multiple_of(RANGE_EVERY) {
            let (from, to) = (now.as_millis() - Timestamp::DAY_MS, now.as_millis());
            self.ranges = (0..self.ranges.len()).map(|asset| self.exact.simulation.range(asset, from, to)).collect();
        }
        self.ticks = self.ticks.wrapping_add(1);
        let quotes: Vec<_> = (0..self.ranges.len()).map(|asset| self.quote(asset, now)).collect();
        self.board = self.board.with_quotes(quotes);
    }

    fn quote(&mut self, asset: usize, now: Timestamp) -> Option<Quote> {
        let exact = |value: f64| self.exact.price(asset, value);
        let simulation = &self.exact.simulation;
        let ago = |millis: i64| exact(simulation.price_at(asset, now.as_millis() - millis));
        let value = simulation.price_at(asset, now.as_millis());
        self.records[asset].widen(value, now.as_millis());
        let Record { high: highest, low: lowest } = self.records[asset];
        let seen = |Moment { price, at_ms }| Some((exact(price)?, Timestamp::from_millis(at_ms)));
        let (low, high) = self.ranges[asset];
        let range = (low.min(value), high.max(value));
        let quote = Quote {
            price: exact(value)?,
            at: now,
            day_ago: ago(Timestamp::DAY_MS),
            week_ago: ago(WEEK_MS),
            month_ago: ago(MONTH_MS),
            day_range: exact(range.0).zip(exact(range.1)),
            records: seen(lowest).zip(seen(highest)).map(|(lowest, highest)| [lowest, highest]),
            volume_24h: Figure::from_f64(simulation.volume_24h(asset, now.as_millis()), 0),
        };
        self.ranges[asset] = range;
        Some(quote)
    }
}

impl Provider for Simulator {
    const NAME: &'static str = "simulated";

    fn interval(&self) -> Duration {
        TICK
    }

    async fn look(&mut self, now: Timestamp) -> Result<Look, Trouble> {
        self.tick(now);
        Ok(Look { board: self.board(), next: Next::Interval })
    }
}

/// The records that are facts of older times.
fn known(facts: &Facts) -> Known {
    Known {
        high: facts.all_time_high.map_or(0.0, |(price, _)| price.to_f64()),
        low: facts.all_time_low.map_or(f64::INFINITY, |(price, _)| price.to_f64()),
    }
}

/// Decimals that give a price some seven digits: cents for BTC, eleven for SHIB.
fn decimals_for(start_price: f64) -> usize {
    let magnitude = start_price.log10().floor() as i32;
    (6 - magnitude).clamp(2, Price::DECIMALS as i32) as usize
}

/// The model's float as an exact price.
fn exact_price(value: f64, decimals: usize) -> Option<Price> {
    format!("{value:.decimals$}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::catalog::catalog;

    fn market_at(epoch: Timestamp, now: Timestamp) -> Simulator {
        Simulator::new(catalog().unwrap(), MarketSeed { seed: 7, epoch }, now)
    }

    #[test]
    fn every_figure_is_there_from_the_first_second() {
        let epoch: Timestamp = "2026-11-24T00:00:00Z".parse().unwrap();
        let board = market_at(epoch, epoch).board();
        let btc = board.get("BTC".parse().unwrap()).unwrap().quote.clone().unwrap();
        assert_eq!(btc.price.to_string(), "84110.4");
        for listing in board.listings() {
            let quote = listing.quote.as_ref().unwrap();
            let (low, high) = quote.day_range.unwrap();
            assert!(low <= quote.price && quote.price <= high && low < high, "{quote:?}");
            assert!(quote.day_ago.is_some() && quote.week_ago.is_some() && quote.month_ago.is_some());
            assert!(quote.volume_24h.is_some());
        }
    }

    #[test]
    fn a_restart_continues_the_same_path() {
        let epoch: Timestamp = "2026-11-24T00:00:00Z".parse().unwrap();
        let later = epoch.plus_millis(3 * Timestamp::DAY_MS + 1_000);
        let mut running = market_at(epoch, epoch);
        running.tick(later);
        let prices =
            |board: Board| board.listings().iter().map(|l| l.quote.as_ref().unwrap().price).collect::<Vec<_>>();
        assert_eq!(prices(running.board()), prices(market_at(epoch, later).board()));
    }

    #[test]
    fn a_record_of_last_week_is_remembered_by_a_new_process() {
        let epoch: Timestamp = "2026-11-24T00:00:00Z".parse().unwrap();
        let later = epoch.plus_millis(14 * Timestamp::DAY_MS);
        let mut catalog = catalog().unwrap();
        (catalog[0].facts.all_time_high, catalog[0].facts.all_time_low) = (None, None);
        let board = Simulator::new(catalog, MarketSeed { seed: 7, epoch }, later).board();
        let [(lowest, low_at), (highest, high_at)] = board.listings()[0].quote.as_ref().unwrap().records.unwrap();
        let simulation = market_at(epoch, epoch).exact.simulation;
        for hour in 0..14 * 24 {
            let price = exact_price(simulation.price_at(0, epoch.as_millis() + hour * 3_600_000), 2).unwrap();
            assert!(lowest <= price && price <= highest);
        }
        let minute_before = |at: Timestamp| simulation.range(0, at.as_millis() - 60_000, at.as_millis());
        assert_eq!(exact_price(minute_before(high_at).1, 2), Some(highest));
        assert_eq!(exact_price(minute_before(low_at).0, 2), Some(lowest));
        assert!([low_at, high_at].iter().all(|at| (epoch..=later).contains(at)));
    }

    #[test]
    fn prices_have_about_seven_digits() {
        for (price, decimals) in [(84_110.4, 2), (2_111.14, 3), (1.0, 6), (0.196, 7), (0.000_012_967, 11), (1e-9, 12)] {
            assert_eq!(decimals_for(price), decimals, "{price}");
        }
    }
}
