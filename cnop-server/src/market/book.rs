//! The newest quotes, shared by everyone who reads them.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use arc_swap::ArcSwap;
use cnop_core::asset_id::AssetId;
use cnop_core::money::{Figure, Price};
use cnop_core::order::Seen;
use cnop_core::time::Timestamp;
use tokio::sync::{broadcast, watch};

/// What does not change from tick to tick about an asset.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    /// Its ticker.
    pub(crate) asset_id: AssetId,
    /// Its name.
    pub(crate) name: String,
    /// What it is, in a sentence.
    pub(crate) description: String,
    /// What kind of asset it is.
    pub(crate) category: String,
    /// The address of a picture.
    pub(crate) image: Option<String>,
    /// What the provider calls it, where that is not its ticker.
    pub(crate) provider_id: Option<String>,
    /// Its place by market capitalisation, from 1.
    pub(crate) rank: u32,
    /// Units in circulation.
    pub(crate) circulating_supply: Option<Figure>,
    /// Units in existence.
    pub(crate) total_supply: Option<Figure>,
    /// The most units there will ever be.
    pub(crate) max_supply: Option<Figure>,
    /// All-time high in USD, and when.
    pub(crate) all_time_high: Option<(Figure, Timestamp)>,
    /// All-time low in USD, and when.
    pub(crate) all_time_low: Option<(Figure, Timestamp)>,
}

/// A price and what surrounds it.
#[derive(Debug, Clone)]
pub(crate) struct Quote {
    /// USD for one unit.
    pub(crate) price: Price,
    /// When it was seen.
    pub(crate) at: Timestamp,
    /// The price 24 hours earlier.
    pub(crate) day_ago: Option<Price>,
    /// The price 7 days earlier.
    pub(crate) week_ago: Option<Price>,
    /// The price 30 days earlier.
    pub(crate) month_ago: Option<Price>,
    /// The lowest and the highest price of the last 24 hours.
    pub(crate) day_range: Option<(Price, Price)>,
    /// The lowest and the highest price since the market's beginning, and when they were.
    pub(crate) records: Option<[(Price, Timestamp); 2]>,
    /// USD traded in the last 24 hours.
    pub(crate) volume_24h: Option<Figure>,
}

/// An asset as the market lists it.
#[derive(Debug, Clone)]
pub(crate) struct Listing {
    /// What it is.
    pub(crate) facts: Arc<Facts>,
    /// Whether it may be bought; it may always be sold.
    pub(crate) is_active: bool,
    /// Its newest price, if it ever had one.
    pub(crate) quote: Option<Quote>,
}

/// Everything listed at one moment, by rank.
#[derive(Debug, Clone, Default)]
pub(crate) struct Board {
    listings: Vec<Listing>,
    places: Arc<HashMap<AssetId, usize>>,
    number: u64,
}

impl Board {
    /// A board of `listings`, which are in the order of their rank.
    pub(crate) fn new(listings: Vec<Listing>) -> Self {
        let places = listings.iter().enumerate().map(|(place, listing)| (listing.facts.asset_id, place)).collect();
        Self { listings, places: Arc::new(places), number: 0 }
    }

    /// Its place among the boards that a book published, from 1; 0 before it was published.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// All listings by rank.
    pub(crate) fn listings(&self) -> &[Listing] {
        &self.listings
    }

    /// One listing.
    pub(crate) fn get(&self, asset_id: AssetId) -> Option<&Listing> {
        self.places.get(&asset_id).map(|place| &self.listings[*place])
    }

    /// The same, with some assets closed for purchases.
    fn without(&self, closed: &BTreeSet<AssetId>) -> Self {
        let mut board = self.clone();
        for place in closed.iter().filter_map(|asset_id| self.places.get(asset_id)) {
            board.listings[*place].is_active = false;
        }
        board
    }

    /// The same assets with new quotes, in the order of their rank.
    pub(crate) fn with_quotes(&self, quotes: impl IntoIterator<Item = Option<Quote>>) -> Self {
        let listings = self.listings.iter().zip(quotes).map(|(listing, quote)| Listing { quote, ..listing.clone() });
        Self { listings: listings.collect(), places: Arc::clone(&self.places), number: 0 }
    }
}

/// Why there is no price to trade at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoQuote {
    /// The asset is not listed.
    UnknownAsset,
    /// It may not be bought.
    NotTradable,
    /// It has no price, or only an old one.
    NoCurrentPrice,
}

/// What a board is made from.
struct Made {
    /// What the source said.
    from: Board,
    /// What an administrator has closed.
    closed: BTreeSet<AssetId>,
}

/// Ticks that a listener may be behind.
const KEPT_TICKS: usize = 64;

/// The newest board, and every one of them for those who listen. Readers never wait for the feed, nor it for them.
pub(crate) struct PriceBook {
    board: ArcSwap<Board>,
    // Held while a board is made and told, never across an await.
    made: Mutex<Made>,
    ticks: broadcast::Sender<Arc<Board>>,
    settled: watch::Sender<u64>,
    max_age_ms: i64,
}

impl PriceBook {
    /// A book whose prices may be traded on for `max_age_ms`.
    pub(crate) fn new(board: Board, max_age_ms: i64) -> Self {
        Self {
            made: Mutex::new(Made { from: board.clone(), closed: BTreeSet::new() }),
            board: ArcSwap::from_pointee(board),
            ticks: broadcast::Sender::new(KEPT_TICKS),
            settled: watch::Sender::new(0),
            max_age_ms,
        }
    }

    /// The newest board.
    pub(crate) fn board(&self) -> Arc<Board> {
        self.board.load_full()
    }

    /// Replaces the board, tells who listens, and answers its number.
    pub(crate) fn publish(&self, board: Board) -> u64 {
        let mut made = self.made.lock().expect("no holder panics");
        made.from = board;
        self.tell(&made)
    }

    /// Closes the assets that are found for purchases, and opens all others that their source does not close. Of two who
    /// do so at once, the later one finds what the earlier one did.
    ///
    /// # Errors
    /// That of `find`; then everything stays as it is.
    pub(crate) fn close<E>(&self, find: impl FnOnce() -> Result<BTreeSet<AssetId>, E>) -> Result<(), E> {
        let mut made = self.made.lock().expect("no holder panics");
        made.closed = find()?;
        self.tell(&made);
        Ok(())
    }

    fn tell(&self, made: &Made) -> u64 {
        let number = self.board.load().number + 1;
        let board = Arc::new(Board { number, ..made.from.without(&made.closed) });
        self.board.store(Arc::clone(&board));
        let _ = self.ticks.send(board); // Nobody may be listening.
        number
    }

    /// Notes that everything that the boards up to this one triggered is on disk.
    pub(crate) fn settle(&self, number: u64) {
        self.settled.send_replace(number);
    }

    /// Completes once everything that the boards up to this one triggered is on disk: a market that goes at its own
    /// speed waits here, so that no price passes an order by.
    pub(crate) async fn settled(&self, number: u64) {
        let settled = self.settled.subscribe().wait_for(|settled| *settled >= number).await.map(drop);
        settled.expect("the sender lives as long as the book");
    }

    /// Every board from now on.
    pub(crate) fn listen(&self) -> broadcast::Receiver<Arc<Board>> {
        self.ticks.subscribe()
    }

    /// Whether a price is too old to trade on at `now`.
    pub(crate) fn is_stale(&self, quote: &Quote, now: Timestamp) -> bool {
        now.as_millis() - quote.at.as_millis() > self.max_age_ms
    }

    /// Whether anything can be traded at `now`.
    pub(crate) fn is_live(&self, now: Timestamp) -> bool {
        self.board
            .load()
            .listings
            .iter()
            .filter_map(|listing| listing.quote.as_ref())
            .any(|quote| !self.is_stale(quote, now))
    }

    /// When the newest price was seen.
    pub(crate) fn newest(&self) -> Option<Timestamp> {
        self.board.load().listings.iter().filter_map(|listing| Some(listing.quote.as_ref()?.at)).max()
    }

    /// The price to buy at.
    pub(crate) fn buying_price(&self, asset_id: AssetId, now: Timestamp) -> Result<Seen, NoQuote> {
        let board = self.board.load();
        let listing = board.get(asset_id).ok_or(NoQuote::UnknownAsset)?;
        if !listing.is_active {
            return Err(NoQuote::NotTradable);
        }
        self.current_price(listing, now)
    }

    /// The price to sell at. What may not be bought can still be sold.
    pub(crate) fn selling_price(&self, asset_id: AssetId, now: Timestamp) -> Result<Seen, NoQuote> {
        let board = self.board.load();
        self.current_price(board.get(asset_id).ok_or(NoQuote::UnknownAsset)?, now)
    }

    fn current_price(&self, listing: &Listing, now: Timestamp) -> Result<Seen, NoQuote> {
        let quote = listing.quote.as_ref().filter(|quote| !self.is_stale(quote, now));
        quote.map(|quote| Seen { price: quote.price, at: quote.at }).ok_or(NoQuote::NoCurrentPrice)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A listing for tests: `price` seen at `at`, nothing else known.
    pub(crate) fn listing(asset_id: &str, price: &str, at: Timestamp, is_active: bool) -> Listing {
        let facts = Facts {
            asset_id: asset_id.parse().unwrap(),
            name: asset_id.to_owned(),
            description: String::new(),
            category: String::new(),
            image: None,
            provider_id: None,
            rank: 1,
            circulating_supply: None,
            total_supply: None,
            max_supply: None,
            all_time_high: None,
            all_time_low: None,
        };
        let quote = Quote {
            price: price.parse().unwrap(),
            at,
            day_ago: None,
            week_ago: None,
            month_ago: None,
            day_range: None,
            records: None,
            volume_24h: None,
        };
        Listing { facts: Arc::new(facts), is_active, quote: Some(quote) }
    }

    #[test]
    fn nothing_trades_on_an_old_price_or_buys_what_is_inactive() {
        let seen = Timestamp::from_millis(1_000_000);
        let board = Board::new(vec![listing("BTC", "50000", seen, true), listing("OLD", "1", seen, false)]);
        let book = PriceBook::new(board, 10_000);
        let (btc, old, none) = ("BTC".parse().unwrap(), "OLD".parse().unwrap(), "NONE".parse().unwrap());
        let (last, late) = (seen.plus_millis(10_000), seen.plus_millis(10_001));
        assert_eq!(book.buying_price(btc, last), Ok(Seen { price: "50000".parse().unwrap(), at: seen }));
        assert_eq!(book.buying_price(btc, late), Err(NoQuote::NoCurrentPrice));
        assert_eq!(book.buying_price(old, last), Err(NoQuote::NotTradable));
        assert_eq!(book.selling_price(old, last), Ok(Seen { price: "1".parse().unwrap(), at: seen }));
        assert_eq!(book.selling_price(old, late), Err(NoQuote::NoCurrentPrice));
        assert_eq!(book.buying_price(none, last), Err(NoQuote::UnknownAsset));
        assert!(book.is_live(last) && !book.is_live(late));
    }
}
