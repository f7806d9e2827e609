//! What is kept of markets whose prices come from outside: candles, and the last that was seen of each asset.
//!
//! Candles lie by time and then by asset: those that are under way share some pages, and old ones go together.

use cnop_core::api::Interval;
use cnop_core::asset_id::AssetId;
use cnop_core::time::Timestamp;

use super::codec::decode;
use super::failure::StorageFailure;
use super::rows::{CandleRow, ListingRow};
use super::space::{Source, Space};
use super::view::Snapshot;
use crate::market::{Bar, Listing};

/// Whose prices they are: those of one provider are never mixed with another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Recording {
    /// Files played again.
    Replay = 1,
    /// CoinGecko's.
    Coingecko = 2,
}

impl Recording {
    /// Every one.
    pub(super) const ALL: [Self; 2] = [Self::Replay, Self::Coingecko];
}

/// How long candles are kept, in milliseconds: some 2,000 to 3,700 of each length.
pub(crate) fn kept_ms(interval: Interval) -> i64 {
    let days = match interval {
        Interval::M1 => 2,
        Interval::M5 => 7,
        Interval::M15 => 30,
        Interval::H1 => 90,
        Interval::H4 => 365,
        Interval::D1 => 3_653,
    };
    days * Timestamp::DAY_MS
}

/// Which candle of a recording. They are ordered as they lie in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct CandleKey {
    /// How long it lasts.
    pub(crate) interval: Interval,
    /// When it begins.
    pub(crate) begin: Timestamp,
    /// Whose price.
    pub(crate) asset_id: AssetId,
}

/// Kinds of rows of the market.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Candle = 1,
    Listing = 2,
}

/// The length of a candle's key before the asset.
const PREFIX: usize = 11;

/// Where the candles of an interval that begin at a moment lie.
fn beginning(recording: Recording, interval: Interval, begin: Timestamp) -> [u8; PREFIX] {
    let mut key = [0; PREFIX];
    key[..3].copy_from_slice(&[Kind::Candle as u8, recording as u8, word(interval)]);
    key[3..].copy_from_slice(&begin.as_millis().to_be_bytes());
    key
}

/// An interval in a key. It must not change.
fn word(interval: Interval) -> u8 {
    match interval {
        Interval::M1 => 1,
        Interval::M5 => 2,
        Interval::M15 => 3,
        Interval::H1 => 4,
        Interval::H4 => 5,
        Interval::D1 => 6,
    }
}

/// Where a candle lies.
pub(super) fn candle_key(recording: Recording, key: CandleKey) -> Vec<u8> {
    [&beginning(recording, key.interval, key.begin)[..], key.asset_id.as_str().as_bytes()].concat()
}

/// Where the last that was seen of an asset lies.
pub(super) fn listing_key(recording: Recording, asset_id: AssetId) -> Vec<u8> {
    [&[Kind::Listing as u8, recording as u8], asset_id.as_str().as_bytes()].concat()
}

/// The asset at the end of a key.
fn asset_of(key: &[u8], prefix: usize) -> Result<AssetId, StorageFailure> {
    let ticker = key.get(prefix..).and_then(|ticker| std::str::from_utf8(ticker).ok());
    ticker.and_then(|ticker| ticker.parse().ok()).ok_or(StorageFailure::Missing("the asset of a market row"))
}

impl<S: Source> Snapshot<'_, S> {
    /// One candle.
    pub(crate) fn candle(&self, recording: Recording, key: CandleKey) -> Result<Option<Bar>, StorageFailure> {
        let row = self.source().get(Space::Market, &candle_key(recording, key))?;
        row.map(|row| Ok(decode::<CandleRow>(row.value())?.into())).transpose()
    }

    /// The candles of all assets that begin at a moment.
    pub(crate) fn candles_beginning(
        &self,
        recording: Recording,
        interval: Interval,
        begin: Timestamp,
    ) -> Result<Vec<(CandleKey, Bar)>, StorageFailure> {
        let from = beginning(recording, interval, begin);
        let to = [&from[..], &[u8::MAX]].concat();
        let rows = self.source().range(Space::Market, &from..=to.as_slice())?;
        let read = rows.map(|row| {
            let (key, row) = row?;
            let asset_id = asset_of(key.value(), PREFIX)?;
            Ok((CandleKey { interval, begin, asset_id }, decode::<CandleRow>(row.value())?.into()))
        });
        read.collect()
    }

    /// The keys of candles that began before what is kept of their interval, `most` at a time.
    pub(super) fn candles_past_keeping(
        &self,
        recording: Recording,
        interval: Interval,
        now: Timestamp,
        most: usize,
    ) -> Result<Vec<Vec<u8>>, StorageFailure> {
        let from = beginning(recording, interval, Timestamp::EPOCH);
        let to = beginning(recording, interval, now.plus_millis(-kept_ms(interval)));
        let rows = self.source().range(Space::Market, &from[..]..=&to[..])?;
        rows.take(most).map(|row| Ok(row?.0.value().to_vec())).collect()
    }

    /// The last that was seen of every asset, by rank.
    pub(crate) fn listings(&self, recording: Recording) -> Result<Vec<Listing>, StorageFailure> {
        let from = [Kind::Listing as u8, recording as u8];
        let to = [from[0], from[1], u8::MAX];
        let rows = self.source().range(Space::Market, &from[..]..=&to[..])?;
        let read = rows.map(|row| {
            let (key, row) = row?;
            decode::<ListingRow>(row.value())?.listing(asset_of(key.value(), from.len())?)
        });
        let mut listings: Vec<Listing> = read.collect::<Result<_, StorageFailure>>()?;
        listings.sort_by_key(|listing| (listing.facts.rank, listing.facts.asset_id));
        Ok(listings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_lie_in_the_order_of_candles() {
        let key = |interval, begin, asset_id: &str| CandleKey {
            interval,
            begin: Timestamp::from_millis(begin),
            asset_id: asset_id.parse().unwrap(),
        };
        let keys = [
            key(Interval::M1, 60_000, "A"),
            key(Interval::M1, 60_000, "ETH"),
            key(Interval::M1, 120_000, "BTC"),
            key(Interval::M5, 0, "ZZZZZZZZZZ"),
            key(Interval::D1, 0, "BTC"),
        ];
        assert!(keys.is_sorted());
        let bytes = keys.map(|key| candle_key(Recording::Coingecko, key));
        assert!(bytes.is_sorted());
        assert!(candle_key(Recording::Replay, keys[4]) < bytes[0]);
        assert_eq!(asset_of(&bytes[1], PREFIX).unwrap(), keys[1].asset_id);
    }
}
