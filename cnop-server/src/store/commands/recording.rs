//! Keeping what came from outside: candles and last prices, a few rows at a time, and forgetting what is too old.

use cnop_core::api::Interval;
use cnop_core::time::Timestamp;

use super::{Command, Decided, Stamp};
use crate::market::{Bar, Listing};
use crate::store::candles::{CandleKey, Recording, candle_key, listing_key};
use crate::store::changes::Changes;
use crate::store::codec::encode;
use crate::store::rows::{CandleRow, ListingRow};
use crate::store::space::{Source, Space};
use crate::store::view::Snapshot;

/// Rows that one command forgets.
const PRUNED_AT_ONCE: usize = 256;

/// Keeps candles as they are now.
pub(crate) struct SaveCandles {
    /// Whose.
    pub(crate) recording: Recording,
    /// Which.
    pub(crate) rows: Vec<(CandleKey, Bar)>,
}

impl Command for SaveCandles {
    type Answer = ();

    fn decide<S: Source>(&self, _view: &Snapshot<'_, S>, _stamp: Stamp) -> Decided<()> {
        let mut changes = Changes::none();
        for (key, bar) in &self.rows {
            changes.put(Space::Market, &candle_key(self.recording, *key), encode(&CandleRow::from(*bar)));
        }
        Ok((changes, ()))
    }
}

/// Keeps the last that was seen of some assets.
pub(crate) struct KeepListings {
    /// Whose.
    pub(crate) recording: Recording,
    /// Which.
    pub(crate) listings: Vec<Listing>,
}

impl Command for KeepListings {
    type Answer = ();

    fn decide<S: Source>(&self, _view: &Snapshot<'_, S>, _stamp: Stamp) -> Decided<()> {
        let mut changes = Changes::none();
        for listing in &self.listings {
            let key = listing_key(self.recording, listing.facts.asset_id);
            changes.put(Space::Market, &key, encode(&ListingRow::from(listing)));
        }
        Ok((changes, ()))
    }
}

/// Forgets some candles whose time is over; answers how many.
pub(crate) struct PruneCandles {
    /// The time.
    pub(crate) now: Timestamp,
}

impl Command for PruneCandles {
    type Answer = usize;

    fn decide<S: Source>(&self, view: &Snapshot<'_, S>, _stamp: Stamp) -> Decided<usize> {
        let (mut changes, mut pruned) = (Changes::none(), 0);
        for (recording, interval) in Recording::ALL.into_iter().flat_map(|of| Interval::ALL.map(|each| (of, each))) {
            for key in view.candles_past_keeping(recording, interval, self.now, PRUNED_AT_ONCE - pruned)? {
                changes.remove(Space::Market, &key);
                pruned += 1;
            }
        }
        Ok((changes, pruned))
    }
}
