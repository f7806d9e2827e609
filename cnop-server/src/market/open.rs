//! Which market belongs to which setting.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;

use super::book::{Board, PriceBook};
use super::candles::{Candles, Computed, Recorder};
use super::catalog::catalog;
use super::coingecko::{Coingecko, Service};
use super::feed::{Feed, FeedStatus};
use super::provider::Provider;
use super::replay::Replay;
use super::simulator::Simulator;
use crate::clock::Clock;
use crate::config::{MarketChoice, MarketSettings};
use crate::ops::Metrics;
use crate::store::commands::ChooseMarket;
use crate::store::{Recording, Store};

/// A price may be traded on for so many intervals of its provider, where the settings say nothing else.
const MAX_AGE_INTERVALS: u32 = 10;

/// A market that is ready to run.
pub(crate) struct Market {
    /// Its prices.
    pub(crate) book: Arc<PriceBook>,
    /// How they went.
    pub(crate) candles: Candles,
    /// How it is.
    pub(crate) status: Arc<FeedStatus>,
    /// Keeps it going for ever: whoever listens to the book must do so before this is started.
    pub(crate) feed: Pin<Box<dyn Future<Output = ()> + Send>>,
}

/// Makes the market of the settings. Prices are there from the start, but for an outside source that was never reached.
///
/// # Errors
/// Where a setting is missing or wrong, a file of a replay is, or the store fails.
pub(crate) async fn open(
    settings: &MarketSettings,
    store: &Store,
    clock: &Clock,
    metrics: &Arc<Metrics>,
) -> anyhow::Result<Market> {
    let shared = Shared { settings, store, clock, metrics };
    match settings.choice()? {
        MarketChoice::Simulated { seed } => {
            // What was chosen before is only read: a full disk does not keep a server from starting.
            let stored = store.read(|view| view.market_seed())?.filter(|stored| stored.seed == seed);
            let seed = match stored {
                Some(stored) => stored,
                None => store.submit(ChooseMarket { seed }).await?,
            };
            let simulator = Simulator::new(catalog()?, seed, clock.now());
            let board = simulator.board();
            let computed = Computed::new(simulator.exact().clone(), &board);
            Ok(shared.market(simulator, board, Candles::Computed(computed)))
        }
        MarketChoice::Replay(replay) => {
            let replay = Replay::open(&replay, clock.now()).context("the replay")?;
            let board = replay.board();
            shared.recorded(replay, board, Recording::Replay)
        }
        MarketChoice::Coingecko { url, interval, key } => {
            let before = store.read(|view| view.listings(Recording::Coingecko))?;
            let coingecko = Coingecko::new(Service::new(&url, key.as_ref())?, interval, before)?;
            let board = coingecko.board();
            shared.recorded(coingecko, board, Recording::Coingecko)
        }
    }
}

/// What every market needs.
struct Shared<'a> {
    settings: &'a MarketSettings,
    store: &'a Store,
    clock: &'a Clock,
    metrics: &'a Arc<Metrics>,
}

impl Shared<'_> {
    fn recorded<P: Provider>(&self, provider: P, board: Board, recording: Recording) -> anyhow::Result<Market> {
        let recorder = Arc::new(Recorder::open(self.store, recording, self.clock.now())?);
        Ok(self.market(provider, board, Candles::Recorded(recorder)))
    }

    fn market<P: Provider>(&self, provider: P, board: Board, candles: Candles) -> Market {
        let max_age = self.settings.max_price_age().unwrap_or(provider.interval() * MAX_AGE_INTERVALS);
        let book = Arc::new(PriceBook::new(board, age_ms(max_age)));
        let status = Arc::new(FeedStatus::new(P::NAME));
        let recorder = match &candles {
            Candles::Recorded(recorder) => Some(Arc::clone(recorder)),
            Candles::Computed(_) => None,
        };
        let recording = recorder.clone().map(|recorder| recorder.run(self.store.clone(), self.clock.clone()));
        let clock = self.clock.clone();
        let metrics = Arc::clone(self.metrics);
        let feed = Feed { provider, book: Arc::clone(&book), recorder, status: Arc::clone(&status), clock, metrics };
        let feed = Box::pin(async move {
            let recording = async {
                match recording {
                    Some(recording) => recording.await,
                    None => std::future::pending().await,
                }
            };
            // Neither ends by itself: whichever does, the market is at its end.
            tokio::select! {
                () = feed.run() => {}
                () = recording => {}
            }
        });
        Market { book, candles, status, feed }
    }
}

fn age_ms(age: Duration) -> i64 {
    age.as_millis().try_into().unwrap_or(i64::MAX)
}
