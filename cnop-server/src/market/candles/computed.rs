//! Candles of the simulated market, computed from its function: nothing is stored, and the past is there from the start.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;

use cnop_core::api::Interval;
use cnop_core::asset_id::AssetId;
use cnop_core::time::Timestamp;
use quick_cache::sync::Cache;

use super::{Bar, Window};
use crate::market::book::Board;
use crate::market::simulator::Exact;

/// Candles that are computed and remembered together.
const BLOCK: i64 = 64;
/// Blocks that are remembered: some 6 MB, more than 60 charts of 1,000 candles.
const REMEMBERED: usize = 1_000;

/// The market, and which of its assets is which.
pub(crate) struct Computed {
    exact: Exact,
    places: HashMap<AssetId, usize>,
    /// Blocks that are over: they never change.
    blocks: Cache<Block, Arc<[(Timestamp, Bar)]>>,
}

/// Candles of one asset and length that follow one another; the block number 0 begins in 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Block {
    asset: usize,
    interval: Interval,
    number: i64,
}

impl Block {
    fn begin_ms(self) -> i64 {
        self.number * BLOCK * self.interval.as_millis()
    }
}

impl Computed {
    /// Of a market whose board lists its assets in its own order.
    pub(crate) fn new(exact: Exact, board: &Board) -> Self {
        let places = board.listings().iter().enumerate().map(|(place, listing)| (listing.facts.asset_id, place));
        Self { exact, places: places.collect(), blocks: Cache::new(REMEMBERED) }
    }

    /// Bars of an asset; none where it is unknown, nor from before the path of its own.
    pub(super) fn newest_first(&self, asset_id: AssetId, window: Window, at: Timestamp) -> Vec<(Timestamp, Bar)> {
        let Some(&asset) = self.places.get(&asset_id) else { return Vec::new() };
        let Window { interval, limit, end } = window;
        let newest = end.as_millis() / (BLOCK * interval.as_millis());
        let mut bars = Vec::with_capacity(limit);
        for number in (0..=newest).rev() {
            let block = self.block(Block { asset, interval, number }, at);
            bars.extend(block.iter().rev().filter(|(begin, _)| *begin <= end).take(limit - bars.len()));
            if bars.len() == limit || block.is_empty() {
                break;
            }
        }
        bars
    }

    /// A block's candles up to now, oldest first.
    fn block(&self, block: Block, at: Timestamp) -> Arc<[(Timestamp, Bar)]> {
        let length = block.interval.as_millis();
        if at.as_millis() < block.begin_ms() + BLOCK * length {
            return self.compute(block, at);
        }
        let computed: Result<_, Infallible> = self.blocks.get_or_insert_with(&block, || Ok(self.compute(block, at)));
        let Ok(bars) = computed;
        bars
    }

    fn compute(&self, block: Block, at: Timestamp) -> Arc<[(Timestamp, Bar)]> {
        let length = block.interval.as_millis();
        let begins = (0..BLOCK).map(|number| block.begin_ms() + number * length);
        let is_there = |begin: &i64| (self.exact.simulation.begins_ms()..=at.as_millis()).contains(begin);
        let bar = |begin: i64| {
            let end = at.as_millis().min(begin + length);
            Some((Timestamp::from_millis(begin), self.bar(block.asset, begin, end)?))
        };
        begins.filter(is_there).filter_map(bar).collect()
    }

    /// Both ends belong to it, and each candle opens at the price that the one before it closed at: the market never
    /// stands still in between. `None` where a price is beyond what a price can be.
    fn bar(&self, asset: usize, from_ms: i64, to_ms: i64) -> Option<Bar> {
        let simulation = &self.exact.simulation;
        let exact = |value| self.exact.price(asset, value);
        let (low, high) = simulation.range(asset, from_ms, to_ms);
        Some(Bar {
            open: exact(simulation.price_at(asset, from_ms))?,
            high: exact(high)?,
            low: exact(low)?,
            close: exact(simulation.price_at(asset, to_ms))?,
            volume: simulation.volume(asset, from_ms, to_ms).try_into().ok(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::market::catalog::catalog;
    use crate::market::simulator::Simulator;
    use crate::store::MarketSeed;

    fn now() -> Timestamp {
        "2026-11-24T10:33:21.456Z".parse().unwrap()
    }

    fn computed() -> Computed {
        let simulator = Simulator::new(catalog().unwrap(), MarketSeed { seed: 7, epoch: now() }, now());
        Computed::new(simulator.exact().clone(), &simulator.board())
    }

    fn bars(computed: &Computed, asset_id: &str, interval: Interval, limit: usize, end: &str) -> Vec<(Timestamp, Bar)> {
        let window = Window { interval, limit, end: end.parse().unwrap() };
        computed.newest_first(asset_id.parse().unwrap(), window, now())
    }

    fn joined(parts: &[(Timestamp, Bar)]) -> (Timestamp, Bar) {
        let (newest, oldest) = (&parts[0], &parts[parts.len() - 1]);
        let volumes = parts.iter().map(|(_, bar)| bar.volume.unwrap());
        let bar = Bar {
            open: oldest.1.open,
            high: parts.iter().map(|(_, bar)| bar.high).max().unwrap(),
            low: parts.iter().map(|(_, bar)| bar.low).min().unwrap(),
            close: newest.1.close,
            volume: Some(volumes.sum()),
        };
        (oldest.0, bar)
    }

    #[test]
    fn candles_of_every_length_agree() {
        let computed = computed();
        let end = "2026-11-20T23:59:59Z"; // The last moment of a candle of every length.
        for (short, long) in Interval::ALL.into_iter().zip(&Interval::ALL[1..]) {
            let parts = (long.as_millis() / short.as_millis()) as usize;
            for asset_id in ["BTC", "SHIB", "USDT", "WBTC"] {
                let short = bars(&computed, asset_id, short, 60 * parts, end);
                let long = bars(&computed, asset_id, *long, 60, end);
                assert_eq!(short.chunks(parts).map(joined).collect::<Vec<_>>(), long, "{asset_id}");
            }
        }
    }

    #[test]
    fn each_candle_opens_where_the_one_before_it_closed() {
        for bars in bars(&computed(), "ETH", Interval::M1, 300, "2026-11-24T10:00:00Z").windows(2) {
            let [(later, bar), (earlier, before)] = bars else { panic!("two") };
            assert_eq!((bar.open, later.as_millis()), (before.close, earlier.as_millis() + 60_000));
            assert!(bar.low <= bar.open.min(bar.close) && bar.open.max(bar.close) <= bar.high && bar.low < bar.high);
        }
    }

    #[test]
    fn the_candle_under_way_ends_now() {
        let computed = computed();
        let newest = bars(&computed, "BTC", Interval::H1, 1, "2026-11-24T10:33:21.456Z")[0];
        assert_eq!(
            (newest.0.to_string().as_str(), newest.1.close.to_string().as_str()),
            ("2026-11-24T10:00:00.000Z", "84110.4")
        );
        let minutes = bars(&computed, "BTC", Interval::M1, 34, "2026-11-24T10:33:21.456Z");
        assert_eq!(joined(&minutes), newest);
    }

    #[test]
    fn the_past_is_ten_years_long_and_no_longer() {
        let computed = computed();
        assert_eq!(bars(&computed, "BTC", Interval::D1, 9_999, "2026-11-24T00:00:00Z").len(), 3_660);
        assert_eq!(bars(&computed, "BTC", Interval::M1, 10, "2016-01-01T00:00:00Z"), []);
        assert_eq!(bars(&computed, "NOPE", Interval::M1, 10, "2026-01-01T00:00:00Z"), []);
    }

    /// Generous, for a debug build on a busy machine: it takes a tenth of it.
    #[test]
    fn a_thousand_candles_of_any_length_take_little_time() {
        let computed = computed();
        for interval in Interval::ALL {
            let began = Instant::now();
            let bars = bars(&computed, "WBTC", interval, 1_000, "2026-11-24T00:00:00Z");
            let took = began.elapsed();
            assert!(bars.len() == 1_000 && took < Duration::from_secs(3), "{interval}: {took:?}");
        }
    }
}
