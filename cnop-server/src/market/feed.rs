//! Keeps the book filled from a provider, for as long as the server runs.

use std::sync::Arc;

use arc_swap::ArcSwap;
use cnop_core::api::BreakerState;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::book::PriceBook;
use super::candles::Recorder;
use super::provider::{Next, Provider};
use crate::clock::Clock;
use crate::ops::Metrics;
use crate::outside::Breaker;

/// How a feed is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FeedState {
    /// Whether the provider is being asked.
    pub(crate) breaker: BreakerState,
    /// Whether it has said its last.
    pub(crate) ended: bool,
}

/// The state of the feed, for whoever asks, and where its prices come from.
pub(crate) struct FeedStatus {
    source: &'static str,
    state: ArcSwap<FeedState>,
}

impl FeedStatus {
    /// Of a feed that is about to begin.
    pub(super) fn new(source: &'static str) -> Self {
        let state = FeedState { breaker: BreakerState::Closed, ended: false };
        Self { source, state: ArcSwap::from_pointee(state) }
    }

    /// The provider's word.
    pub(crate) fn source(&self) -> &'static str {
        self.source
    }

    /// How it is.
    pub(crate) fn state(&self) -> FeedState {
        **self.state.load()
    }

    fn tell(&self, breaker: BreakerState, ended: bool) {
        self.state.store(Arc::new(FeedState { breaker, ended }));
    }
}

/// A provider and what it fills.
pub(super) struct Feed<P> {
    pub(super) provider: P,
    pub(super) book: Arc<PriceBook>,
    /// Keeps candles, where the provider cannot compute them.
    pub(super) recorder: Option<Arc<Recorder>>,
    pub(super) status: Arc<FeedStatus>,
    pub(super) clock: Clock,
    pub(super) metrics: Arc<Metrics>,
}

impl<P: Provider> Feed<P> {
    /// Publishes boards for ever. The caller drops it to stop.
    pub(super) async fn run(mut self) {
        let usual = self.provider.interval();
        let mut breaker = Breaker::new(usual);
        let mut ticks = interval(usual);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        ticks.tick().await;
        loop {
            breaker.asking();
            self.status.tell(breaker.state(), false);
            match self.provider.look(self.clock.now()).await {
                Ok(look) => {
                    if breaker.succeeded() {
                        tracing::info!(source = P::NAME, "there are new prices again");
                    }
                    self.status.tell(breaker.state(), look.next == Next::Never);
                    if let Some(recorder) = &self.recorder {
                        recorder.take(&look.board);
                    }
                    let number = self.book.publish(look.board);
                    match look.next {
                        Next::Interval => drop(ticks.tick().await),
                        Next::After(wait) => sleep(wait).await,
                        Next::OnceSettled => self.book.settled(number).await,
                        Next::Never => std::future::pending().await,
                    }
                }
                Err(trouble) => {
                    self.metrics.outside_failed(P::NAME, trouble.error);
                    let wait = breaker.failed(trouble.retry_after);
                    self.status.tell(breaker.state(), false);
                    let (source, breaker, seconds) = (P::NAME, breaker.state(), wait.as_secs_f64());
                    tracing::warn!(source, ?breaker, retry_in_seconds = %format_args!("{seconds:.1}"), "no new prices: {trouble}");
                    sleep(wait).await;
                    ticks.reset();
                }
            }
        }
    }
}
