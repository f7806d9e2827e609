//! Prices as they were told last, a piece of text an asset, and the last ticks for who comes back.

use std::cell::OnceCell;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use cnop_core::api::PriceUpdate;
use cnop_core::asset_id::AssetId;
use cnop_core::money::Number;
use cnop_core::time::Timestamp;

use super::Assets;
use super::event::Encoder;
use super::hub::Now;
use crate::http::change_percentage;
use crate::market::{Board, Listing};

/// Ticks that are kept for who comes back.
const KEPT_TICKS: usize = 60;

/// One asset's price, as it stands in an event.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    asset_id: AssetId,
    json: Arc<str>,
}

/// Some prices of one moment.
#[derive(Debug, Clone)]
struct Sheet {
    time: Timestamp,
    pieces: Vec<Piece>,
}

impl Sheet {
    /// The event of those pieces that `assets` hold; `None` where it would be empty.
    fn event(&self, encoder: &Encoder, number: u64, assets: &Assets) -> Option<Bytes> {
        let mut data = format!(r#"{{"time":"{}","prices":["#, self.time);
        let beginning = data.len();
        for piece in self.pieces.iter().filter(|piece| assets.holds(piece.asset_id)) {
            if data.len() > beginning {
                data.push(',');
            }
            data.push_str(&piece.json);
        }
        let is_empty = data.len() == beginning;
        data.push_str("]}");
        (!is_empty).then(|| encoder.text("prices", number, &data))
    }
}

/// What a tick changed.
#[derive(Debug)]
struct Tick {
    number: u64,
    sheet: Sheet,
    /// Its event for those who want all of it, once somebody does.
    all: OnceCell<Option<Bytes>>,
}

impl Tick {
    fn event(&self, encoder: &Encoder, assets: &Assets) -> Option<Bytes> {
        let encode = || self.sheet.event(encoder, self.number, assets);
        match assets {
            Assets::All => self.all.get_or_init(encode).clone(),
            Assets::Only(_) => encode(),
        }
    }
}

/// Events for each set of assets that somebody wants; those that would be empty are `None`.
type Encoded = HashMap<Assets, Option<Bytes>>;

/// What the readers know of the market.
#[derive(Debug)]
pub(super) struct Market {
    known: Sheet,
    ticks: VecDeque<Tick>,
    /// Every change after this number is among the ticks.
    from: u64,
    /// The newest tick.
    newest: Encoded,
    /// All prices, as the event of a number.
    everything: (u64, Encoded),
}

impl Market {
    pub(super) fn new() -> Self {
        let known = Sheet { time: Timestamp::EPOCH, pieces: Vec::new() };
        Self { known, ticks: VecDeque::new(), from: 0, newest: Encoded::new(), everything: (0, Encoded::new()) }
    }

    /// Takes in a board. Whether it tells anything new: then that is tick `number`.
    pub(super) fn look(&mut self, board: &Board, now: Now<'_>, number: u64) -> bool {
        let listings = board.listings();
        let newest = listings.iter().filter_map(|listing| Some(listing.quote.as_ref()?.at)).max();
        let pieces: Vec<_> = listings.iter().map(|listing| piece(listing, now)).collect();
        // By asset: a source may rank them anew with every tick.
        let before: HashMap<_, _> = self.known.pieces.iter().map(|piece| (piece.asset_id, &piece.json)).collect();
        let is_new = |piece: &&Piece| before.get(&piece.asset_id) != Some(&&piece.json);
        let changed: Vec<_> = pieces.iter().filter(is_new).cloned().collect();
        if changed.is_empty() {
            return false;
        }
        let time = newest.unwrap_or(now.time);
        self.known = Sheet { time, pieces };
        self.newest.clear();
        self.everything.1.clear();
        if self.ticks.len() == KEPT_TICKS {
            self.from = self.ticks.pop_front().map_or(self.from, |dropped| dropped.number);
        }
        self.ticks.push_back(Tick { number, sheet: Sheet { time, pieces: changed }, all: OnceCell::new() });
        true
    }

    /// The newest tick's event; `None` where it changed none of `assets`.
    pub(super) fn newest(&mut self, encoder: &Encoder, assets: &Assets) -> Option<Bytes> {
        let tick = self.ticks.back()?;
        once_for(&mut self.newest, assets, || tick.event(encoder, assets))
    }

    /// All prices of `assets`, as event `number`.
    pub(super) fn everything(&mut self, encoder: &Encoder, number: u64, assets: &Assets) -> Option<Bytes> {
        if self.everything.0 != number {
            self.everything = (number, Encoded::new());
        }
        once_for(&mut self.everything.1, assets, || self.known.event(encoder, number, assets))
    }

    /// What changed after event `number`; `None` where that is no longer known.
    pub(super) fn since(&self, encoder: &Encoder, number: u64, assets: &Assets) -> Option<Vec<(u64, Bytes)>> {
        let later = self.ticks.iter().filter(|tick| tick.number > number);
        let event = |tick: &Tick| Some((tick.number, tick.event(encoder, assets)?));
        (number >= self.from).then(|| later.filter_map(event).collect())
    }
}

/// Encodes for the first who asks.
fn once_for(encoded: &mut Encoded, assets: &Assets, encode: impl FnOnce() -> Option<Bytes>) -> Option<Bytes> {
    if let Some(event) = encoded.get(assets) {
        return event.clone();
    }
    let event = encode();
    encoded.insert(assets.clone(), event.clone());
    event
}

fn piece(listing: &Listing, now: Now<'_>) -> Piece {
    let (asset_id, quote) = (listing.facts.asset_id, listing.quote.as_ref());
    let update = PriceUpdate {
        asset_id,
        price_usd: quote.map(|quote| Number(quote.price)),
        price_change_percentage_24h: quote.and_then(change_percentage),
        stale: quote.is_none_or(|quote| now.book.is_stale(quote, now.time)),
    };
    let json = serde_json::to_string(&update).expect("wire types have string keys and finite numbers");
    Piece { asset_id, json: json.into() }
}
