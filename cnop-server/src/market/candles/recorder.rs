//! Candles of prices that come from outside, made of what was seen and kept in the store.
//!
//! A tick touches memory alone. Every few seconds what has changed goes to the store in small commands, beside the orders;
//! a crash loses those seconds, and a restart goes on with the candles that it finds.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use cnop_core::api::Interval;
use cnop_core::asset_id::AssetId;
use cnop_core::money::Price;
use cnop_core::time::Timestamp;
use tokio::time::{MissedTickBehavior, interval};

use super::{Bar, Window, begin_of, beginnings};
use crate::clock::Clock;
use crate::market::book::{Board, Listing};
use crate::store::commands::{KeepListings, PruneCandles, SaveCandles};
use crate::store::{CandleKey, Recording, StorageFailure, Store, SubmitError, kept_ms};

/// How often changes are written.
const SAVE_EVERY: Duration = Duration::from_secs(5);
/// Saves after which old candles are looked for.
const PRUNE_EVERY: u32 = 12;
/// Rows in one command: small beside a batch of orders.
const CHUNK: usize = 128;
/// Candles that may wait for the store: an hour of 250 assets. Beyond it the oldest are given up.
const MAX_UNSAVED: usize = 100_000;

/// Makes candles of the boards that it is shown.
pub(crate) struct Recorder {
    recording: Recording,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    assets: HashMap<AssetId, Running>,
    /// Candles that are not in the store as they are now.
    unsaved: BTreeMap<CandleKey, Bar>,
    /// Candles that were under way when the server stopped.
    found: HashMap<CandleKey, Bar>,
    board: Board,
    /// The times of the quotes that are in the store.
    kept: HashMap<AssetId, Timestamp>,
}

/// The newest price of an asset, and its candles that are under way with their beginnings.
#[derive(Default)]
struct Running {
    seen: Option<(Timestamp, Price)>,
    bars: [Option<(Timestamp, Bar)>; Interval::ALL.len()],
}

impl Recorder {
    /// Goes on where the store left off.
    ///
    /// # Errors
    /// [`StorageFailure`] where it cannot be read.
    pub(crate) fn open(store: &Store, recording: Recording, now: Timestamp) -> Result<Self, StorageFailure> {
        let mut found = HashMap::new();
        for interval in Interval::ALL {
            found.extend(store.read(|view| view.candles_beginning(recording, interval, begin_of(now, interval)))?);
        }
        Ok(Self { recording, state: Mutex::new(State { found, ..State::default() }) })
    }

    /// Takes in the prices of a board that are new.
    pub(crate) fn take(&self, board: &Board) {
        let mut state = self.lock();
        for listing in board.listings() {
            if let Some(quote) = &listing.quote {
                state.take(listing.facts.asset_id, quote.price, quote.at);
            }
        }
        state.board = board.clone();
    }

    /// Saves what has changed every few seconds, for ever. The caller drops it to stop.
    pub(crate) async fn run(self: Arc<Self>, store: Store, clock: Clock) {
        let mut rounds = interval(SAVE_EVERY);
        rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for round in 0_u32.. {
            rounds.tick().await;
            if let Err(error) = self.save(&store).await {
                tracing::warn!("candles wait for the store: {error}");
            }
            if round % PRUNE_EVERY == 0 {
                let now = clock.now();
                while store.submit(PruneCandles { now }).await.is_ok_and(|pruned| pruned > 0) {}
            }
        }
    }

    /// Saves everything that is new, a little at a time.
    ///
    /// # Errors
    /// [`SubmitError`] where the store does not take it; the rest waits for the next time.
    pub(super) async fn save(&self, store: &Store) -> Result<(), SubmitError> {
        let mut after = None;
        loop {
            let rows = self.lock().unsaved_after(after);
            let Some((last, _)) = rows.last() else { break };
            after = Some(*last);
            store.submit(SaveCandles { recording: self.recording, rows: rows.clone() }).await?;
            self.lock().saved(&rows);
        }
        let unkept = self.lock().unkept();
        for listings in unkept.chunks(CHUNK) {
            store.submit(KeepListings { recording: self.recording, listings: listings.to_vec() }).await?;
            self.lock().kept.extend(listings.iter().filter_map(seen));
        }
        Ok(())
    }

    /// What was seen of an asset, whether it is in the store already or not. Gaps stay gaps.
    pub(super) fn newest_first(
        &self,
        store: &Store,
        asset_id: AssetId,
        window: Window,
    ) -> Result<Vec<(Timestamp, Bar)>, StorageFailure> {
        // Memory first: what is saved in between is found twice, not missed.
        let unsaved = self.lock().unsaved_of(asset_id, window.interval);
        let oldest = window.end.plus_millis(-kept_ms(window.interval));
        let mut bars = Vec::new();
        store.read(|view| {
            for begin in beginnings(window).take_while(|begin| *begin > oldest) {
                let key = CandleKey { interval: window.interval, begin, asset_id };
                let bar = match unsaved.get(&begin) {
                    Some(bar) => Some(*bar),
                    None => view.candle(self.recording, key)?,
                };
                bars.extend(bar.map(|bar| (begin, bar)));
                if bars.len() == window.limit {
                    break;
                }
            }
            Ok(bars)
        })
    }

    /// Held for lookups in memory, never across an await.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder panics")
    }
}

impl State {
    fn take(&mut self, asset_id: AssetId, price: Price, at: Timestamp) {
        let Self { assets, unsaved, found, .. } = self;
        let running = assets.entry(asset_id).or_default();
        // The same once more, or older. A fast replay has several prices in a millisecond.
        if running.seen.is_some_and(|(seen, last)| at < seen || (at == seen && price == last)) {
            return;
        }
        running.seen = Some((at, price));
        for (interval, running) in Interval::ALL.into_iter().zip(&mut running.bars) {
            let key = CandleKey { interval, begin: begin_of(at, interval), asset_id };
            let bar = running.take().filter(|(begin, _)| *begin == key.begin).map(|(_, bar)| bar);
            let bar = match bar.or_else(|| found.remove(&key)) {
                Some(mut bar) => {
                    bar.widen(price);
                    bar
                }
                None => Bar::of(price),
            };
            *running = Some((key.begin, bar));
            unsaved.insert(key, bar);
        }
        while unsaved.len() > MAX_UNSAVED {
            unsaved.pop_first();
        }
    }

    /// Listings whose newest quote is not in the store.
    fn unkept(&self) -> Vec<Listing> {
        let is_kept = |(asset_id, at): (AssetId, Timestamp)| self.kept.get(&asset_id) == Some(&at);
        let unkept = |listing: &&Listing| seen(listing).is_some_and(|seen| !is_kept(seen));
        self.board.listings().iter().filter(unkept).cloned().collect()
    }

    fn unsaved_after(&self, after: Option<CandleKey>) -> Vec<(CandleKey, Bar)> {
        use std::ops::Bound::{Excluded, Unbounded};
        let rest = self.unsaved.range((after.map_or(Unbounded, Excluded), Unbounded));
        rest.take(CHUNK).map(|(key, bar)| (*key, *bar)).collect()
    }

    /// Forgets what is in the store, unless it has changed since.
    fn saved(&mut self, rows: &[(CandleKey, Bar)]) {
        for (key, bar) in rows {
            if self.unsaved.get(key) == Some(bar) {
                self.unsaved.remove(key);
            }
        }
    }

    fn unsaved_of(&self, asset_id: AssetId, interval: Interval) -> HashMap<Timestamp, Bar> {
        let wanted = |key: &CandleKey| key.asset_id == asset_id && key.interval == interval;
        self.unsaved.iter().filter(|(key, _)| wanted(key)).map(|(key, bar)| (key.begin, *bar)).collect()
    }
}

/// When a listing's price was seen.
fn seen(listing: &Listing) -> Option<(AssetId, Timestamp)> {
    listing.quote.as_ref().map(|quote| (listing.facts.asset_id, quote.at))
}

#[cfg(test)]
mod tests {
    use cnop_core::asset_id::AssetId;

    use super::*;
    use crate::market::book::tests::listing;
    use crate::store::commands::tests::bench::Bench;

    const MINUTE_MS: i64 = 60_000;

    fn recorder(bench: &Bench) -> Recorder {
        Recorder::open(&bench.store, Recording::Replay, bench.now()).unwrap()
    }

    /// Shows a recorder one price of BTC, seen now.
    fn see(recorder: &Recorder, bench: &Bench, price: &str) {
        recorder.take(&Board::new(vec![listing("BTC", price, bench.now(), true)]));
    }

    fn save(recorder: &Recorder, bench: &Bench) {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(recorder.save(&bench.store)).unwrap();
    }

    /// Minutes since noon and figures of the newest candles, oldest first.
    fn bars(recorder: &Recorder, bench: &Bench, interval: Interval, limit: usize) -> Vec<String> {
        let window = Window { interval, limit, end: bench.now() };
        let mut bars = recorder.newest_first(&bench.store, "BTC".parse().unwrap(), window).unwrap();
        bars.reverse();
        let text = |(begin, bar): (Timestamp, Bar)| {
            let minutes = (begin.as_millis() - crate::store::commands::tests::bench::NOON) / MINUTE_MS;
            let Bar { open, high, low, close, volume } = bar;
            assert_eq!(volume, None, "nobody said");
            format!("{minutes}: {open} {high} {low} {close}")
        };
        bars.into_iter().map(text).collect()
    }

    /// At noon 5, 7, 4, 6; a minute later 6; nothing in the next; then 8.
    fn recorded(bench: &Bench) -> Recorder {
        let recorder = recorder(bench);
        for (price, wait_ms) in [("5", 1), ("7", 1), ("4", 1), ("6", MINUTE_MS), ("6", 2 * MINUTE_MS), ("8", 0)] {
            see(&recorder, bench, price);
            bench.step_clock(wait_ms);
        }
        recorder
    }

    const MINUTES: [&str; 3] = ["0: 5 7 4 6", "1: 6 6 6 6", "3: 8 8 8 8"];

    #[test]
    fn what_was_seen_is_told_before_and_after_it_is_saved() {
        let bench = Bench::new();
        let recorder = recorded(&bench);
        for _ in 0..2 {
            assert_eq!(bars(&recorder, &bench, Interval::M1, 10), MINUTES, "a gap stays a gap");
            assert_eq!(bars(&recorder, &bench, Interval::M1, 2), MINUTES[1..]);
            assert_eq!(bars(&recorder, &bench, Interval::M5, 10), ["0: 5 8 4 8"]);
            assert_eq!(bars(&recorder, &bench, Interval::D1, 10), ["-720: 5 8 4 8"]);
            save(&recorder, &bench);
            assert!(recorder.lock().unsaved.is_empty());
        }
    }

    #[test]
    fn the_same_price_once_more_is_no_news() {
        let bench = Bench::new();
        let recorder = recorded(&bench);
        save(&recorder, &bench);
        see(&recorder, &bench, "8");
        assert!(recorder.lock().unsaved.is_empty());
        see(&recorder, &bench, "9");
        assert_eq!(bars(&recorder, &bench, Interval::M1, 1), ["3: 8 9 8 9"], "another one in the same millisecond");
    }

    #[test]
    fn a_restart_goes_on_with_the_candles_under_way() {
        let bench = Bench::new();
        let first = recorded(&bench);
        save(&first, &bench);
        let bench = bench.reopened();
        bench.step_clock(1);
        let second = recorder(&bench);
        see(&second, &bench, "3");
        assert_eq!(bars(&second, &bench, Interval::M1, 10), ["0: 5 7 4 6", "1: 6 6 6 6", "3: 8 8 3 3"]);
        assert_eq!(bars(&second, &bench, Interval::H4, 10), ["0: 5 8 3 3"]);
        save(&second, &bench);
        assert_eq!(bars(&recorder(&bench), &bench, Interval::H4, 10), ["0: 5 8 3 3"]);
    }

    #[test]
    fn old_candles_are_forgotten_a_few_at_a_time() {
        let bench = Bench::new();
        let recorder = recorder(&bench);
        for _ in 0..600 {
            see(&recorder, &bench, "5");
            bench.step_clock(MINUTE_MS);
        }
        save(&recorder, &bench);
        bench.step_clock(2 * Timestamp::DAY_MS - 100 * MINUTE_MS);
        assert_eq!(bars(&recorder, &bench, Interval::M1, 1_000).len(), 99, "nobody is shown what is past keeping");
        let mut rounds = Vec::new();
        while rounds.last() != Some(&0) {
            rounds.push(bench.run(PruneCandles { now: bench.now() }).unwrap());
        }
        assert_eq!(rounds, [256, 244, 0]);
        assert_eq!(bars(&recorder, &bench, Interval::M1, 1_000).len(), 99);
        assert_eq!(bars(&recorder, &bench, Interval::H1, 1_000).len(), 10, "longer ones are kept for longer");
    }

    #[test]
    fn the_last_that_was_seen_outlives_a_restart() {
        let bench = Bench::new();
        let recorder = recorder(&bench);
        let mut other = listing("ETH", "2000", bench.now(), false);
        let facts = std::sync::Arc::make_mut(&mut other.facts);
        (facts.rank, facts.provider_id) = (2, Some("ethereum".to_owned()));
        (facts.max_supply, facts.all_time_low) =
            ("1e-20".parse().ok(), "0.000000000046962".parse().ok().zip(Some(bench.now())));
        let board = Board::new(vec![listing("BTC", "50000", bench.now(), true), other]);
        recorder.take(&board);
        save(&recorder, &bench);
        let bench = bench.reopened();
        let kept = bench.look(|view| view.listings(Recording::Replay));
        assert_eq!(format!("{kept:?}"), format!("{:?}", board.listings()));
        assert!(bench.look(|view| view.listings(Recording::Coingecko)).is_empty(), "another's");
        let none: Vec<AssetId> = recorder.lock().unkept().into_iter().map(|listing| listing.facts.asset_id).collect();
        assert_eq!(none, []);
    }
}
