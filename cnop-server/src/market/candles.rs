//! How prices went: candles of six lengths.
//!
//! The simulated market computes them, as far back as its path goes; what comes from outside is recorded as it comes, and
//! where nothing came there is a gap. Times are the server's, and each candle begins at a multiple of its length.

mod computed;
mod recorder;

use cnop_core::api::{Candle, Interval};
use cnop_core::asset_id::AssetId;
use cnop_core::money::{Figure, Number, Price};
use cnop_core::time::Timestamp;

pub(super) use computed::Computed;
pub(crate) use recorder::Recorder;

use crate::store::{StorageFailure, Store};

/// Which candles are wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    /// How long each lasts.
    pub(crate) interval: Interval,
    /// The most of them.
    pub(crate) limit: usize,
    /// None that begins after this.
    pub(crate) end: Timestamp,
}

/// Where candles come from.
pub(crate) enum Candles {
    /// The simulated market.
    Computed(Computed),
    /// What was seen.
    Recorded(std::sync::Arc<Recorder>),
}

impl Candles {
    /// The last candles of a window, oldest first. The one that is under way counts: it is closed at the newest price,
    /// which was seen `at`.
    ///
    /// # Errors
    /// [`StorageFailure`] where the store cannot be read.
    pub(crate) fn of(
        &self,
        store: &Store,
        asset_id: AssetId,
        window: Window,
        at: Timestamp,
    ) -> Result<Vec<Candle>, StorageFailure> {
        let window = Window { end: window.end.min(at), ..window };
        let mut bars = match self {
            Self::Computed(computed) => computed.newest_first(asset_id, window, at),
            Self::Recorded(recorder) => recorder.newest_first(store, asset_id, window)?,
        };
        bars.reverse();
        Ok(bars.into_iter().map(|(time, bar)| bar.candle(time)).collect())
    }

    /// Saves what is not in the store yet, before it closes.
    pub(crate) async fn save(&self, store: &Store) {
        if let Self::Recorded(recorder) = self
            && let Err(error) = recorder.save(store).await
        {
            tracing::warn!("the last seconds of candles are lost: {error}");
        }
    }
}

/// What a candle says, but for its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bar {
    /// The first price.
    pub(crate) open: Price,
    /// The highest.
    pub(crate) high: Price,
    /// The lowest.
    pub(crate) low: Price,
    /// The last.
    pub(crate) close: Price,
    /// How much was traded, in whole USD.
    pub(crate) volume: Option<u64>,
}

impl Bar {
    /// One price, and nothing known of how much was traded at it.
    fn of(price: Price) -> Self {
        Self { open: price, high: price, low: price, close: price, volume: None }
    }

    /// Takes in a later price.
    fn widen(&mut self, price: Price) {
        self.high = self.high.max(price);
        self.low = self.low.min(price);
        self.close = price;
    }

    fn candle(self, time: Timestamp) -> Candle {
        Candle {
            time,
            open: Number(self.open),
            high: Number(self.high),
            low: Number(self.low),
            close: Number(self.close),
            volume: self.volume.and_then(|usd| Figure::from_units(usd.into(), 0)),
        }
    }
}

/// The moments at which candles of a window begin, newest first.
fn beginnings(window: Window) -> impl Iterator<Item = Timestamp> {
    let length = window.interval.as_millis();
    let newest = begin_of(window.end, window.interval);
    (0..)
        .map(move |back| newest.as_millis() - back * length)
        .take_while(|begin| *begin >= 0)
        .map(Timestamp::from_millis)
}

/// When the candle that a moment belongs to begins.
fn begin_of(at: Timestamp, interval: Interval) -> Timestamp {
    Timestamp::from_millis(at.as_millis() / interval.as_millis() * interval.as_millis())
}
