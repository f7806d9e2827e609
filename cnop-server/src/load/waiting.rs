//! A store full of orders that wait, and what a tick costs among them: from the moment at which it is published to the
//! one at which everything that it triggers is on disk.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use cnop_core::asset_id::AssetId;
use cnop_core::money::{OrderQuantity, Price, Quantity, Usd};
use cnop_core::order::{BuySize, LimitTerms, NewOrder};
use cnop_core::time::Timestamp;

use super::{Crowd, Place};
use crate::clock::Clock;
use crate::market::{Board, PriceBook, Quote};
use crate::matching::Matcher;
use crate::store::Store;

/// Every so-manieth order is a sale. Prime, so that purchases fall on every asset.
const SALE_EVERY: u32 = 11;
/// What each user owns for their sales, of one asset.
const OWNED: Usd = Usd::whole(100);
/// What a purchase spends, if the least quantity does not cost more.
const BID: Usd = Usd::whole(1);
const LEAST: &str = "0.001";
/// Purchases wait from this percentage of the price down, so deep: no market comes here by itself.
const BID_FROM: i128 = 60;
const BID_DEPTH: i128 = 20;
/// Sales wait at this percentage of it.
const SELL_AT: i128 = 300;

/// How many orders wait, and whose they are.
#[derive(Debug, Clone)]
pub struct WaitingLoad {
    /// Users who trade.
    pub users: u32,
    /// Orders of each; at most as many as may be open.
    pub orders_each: u32,
    /// Everybody's password hash in PHC form.
    pub password_hash: String,
}

/// A store that was filled with waiting orders.
pub struct WaitingMarket {
    load: WaitingLoad,
    /// The prices that the limits were made from.
    board: Arc<Board>,
}

/// Ticks to be timed.
#[derive(Debug, Clone, Copy)]
pub struct Ticks {
    /// Ticks that trigger nothing.
    pub quiet: u32,
    /// Ticks that trigger so many orders: of another asset each time.
    pub loud: u32,
    /// How many.
    pub triggered: usize,
}

/// What was timed.
#[derive(Debug, Clone)]
pub struct TickTimes {
    /// Reading all waiting orders from the store, until the first tick is matched.
    pub load: Duration,
    /// Each tick that triggered nothing.
    pub quiet: Vec<Duration>,
    /// Each tick that triggered orders, until all of them were on disk.
    pub loud: Vec<Duration>,
}

impl WaitingLoad {
    /// Fills a store: users, each with cash, something to sell, and orders that wait.
    ///
    /// # Errors
    /// Where the store cannot be opened or written.
    pub async fn write(self, file: &Path, clock: Clock) -> anyhow::Result<WaitingMarket> {
        let place = Place::open(file, clock).await?;
        let market = Arc::new(WaitingMarket { load: self, board: place.book.board() });
        let mut crowd = Crowd::default();
        for number in 0..market.load.users {
            let (market, place) = (Arc::clone(&market), place.clone());
            crowd.add(async move { market.write_user(&place, number).await }).await?;
        }
        crowd.finish().await?;
        place.store.close();
        Arc::into_inner(market).ok_or_else(|| anyhow::anyhow!("every user is written"))
    }
}

impl WaitingMarket {
    /// Times ticks in the filled store, in this process.
    ///
    /// # Errors
    /// Where the store fails or is not sound in the end, or a tick triggers another number of orders than it should.
    pub async fn time(&self, file: &Path, clock: Clock, ticks: Ticks) -> anyhow::Result<TickTimes> {
        let store = Store::open(file, clock.clone())?;
        let book = Arc::new(PriceBook::new(self.board_at(clock.now(), None), Timestamp::DAY_MS));
        let matcher = Matcher::new(store.clone(), Arc::clone(&book), clock.clone());
        let matching = tokio::spawn(matcher.run());
        let tick = async |asked: Option<(AssetId, Price)>| {
            let published = Instant::now();
            let number = book.publish(self.board_at(clock.now(), asked));
            book.settled(number).await;
            published.elapsed()
        };
        let mut times = TickTimes { load: tick(None).await, quiet: Vec::new(), loud: Vec::new() };
        for _ in 0..ticks.quiet {
            times.quiet.push(tick(None).await);
        }
        for listing in 0..ticks.loud as usize {
            let before = open_orders(&store)?;
            times.loud.push(tick(Some(self.trigger(listing, ticks.triggered)?)).await);
            let gone = before - open_orders(&store)?;
            ensure!(gone == ticks.triggered, "a tick triggered {gone} orders in place of {}", ticks.triggered);
        }
        matching.abort();
        let findings = store.verify()?.findings;
        ensure!(findings.is_empty(), "the store is not sound: {findings:?}");
        store.close();
        Ok(times)
    }

    /// All prices as they were, but for one.
    fn board_at(&self, now: Timestamp, asked: Option<(AssetId, Price)>) -> Board {
        self.board.with_quotes(self.board.listings().iter().map(|listing| {
            let asked = asked.filter(|(asset_id, _)| *asset_id == listing.facts.asset_id);
            let quote = listing.quote.as_ref()?;
            Some(Quote { price: asked.map_or(quote.price, |(_, price)| price), at: now, ..quote.clone() })
        }))
    }

    /// The price of an asset at which so many of its purchases are reached.
    fn trigger(&self, listing: usize, count: usize) -> anyhow::Result<(AssetId, Price)> {
        let is_of_it = |turn: &u32| !is_sale(*turn) && *turn as usize % self.board.listings().len() == listing;
        let turns = || (0..self.load.orders_each).filter(is_of_it);
        let bids = (0..self.load.users).flat_map(|user| turns().map(move |turn| self.bid(user, turn)));
        let mut bids = bids.collect::<anyhow::Result<Vec<_>>>()?;
        bids.sort_unstable_by(|(_, one), (_, other)| other.cmp(one));
        bids.get(count - 1).copied().with_context(|| format!("only {} purchases of it wait", bids.len()))
    }

    async fn write_user(&self, place: &Place, number: u32) -> anyhow::Result<()> {
        place.register(number, &self.load.password_hash).await?;
        let session = place.fund(number).await?;
        let belongings = self.belongings(number)?;
        place.order(session, belongings.purchase()).await?;
        for turn in 0..self.load.orders_each {
            let order = if is_sale(turn) { belongings.sale()? } else { self.purchase(number, turn)? };
            place.order(session, order).await?;
        }
        Ok(())
    }

    /// An asset of which each sale's part is a lawful quantity.
    fn belongings(&self, user: u32) -> anyhow::Result<Belongings> {
        let sales = i128::from(self.load.orders_each.div_ceil(SALE_EVERY));
        let all = self.board.listings().iter().filter_map(|listing| {
            let price = listing.quote.as_ref()?.price;
            let quantity = price.quantity_for(OWNED)?.units();
            let part = OrderQuantity::from_units(quantity / sales).ok()?;
            let whole = OrderQuantity::from_units(quantity).ok()?;
            Some(Belongings { asset_id: listing.facts.asset_id, price, whole, part })
        });
        let mut all: Vec<_> = all.collect();
        ensure!(!all.is_empty(), "nothing is cheap enough to be sold in parts");
        Ok(all.swap_remove(user as usize % all.len()))
    }

    fn purchase(&self, user: u32, turn: u32) -> anyhow::Result<NewOrder> {
        let (asset_id, price) = self.bid(user, turn)?;
        let quantity = price.quantity_for(BID).map_or(0, Quantity::units);
        let quantity = OrderQuantity::from_units(quantity).or_else(|_| LEAST.parse())?;
        Ok(NewOrder::LimitBuy(LimitTerms { asset_id, quantity, price, expires_at: None }))
    }

    /// What a purchase waits for: no two limits of an asset are alike, as far as its price has digits.
    fn bid(&self, user: u32, turn: u32) -> anyhow::Result<(AssetId, Price)> {
        let WaitingLoad { users, orders_each, .. } = self.load;
        let (listings, number, all) = (self.board.listings(), turn * users + user, users * orders_each);
        let listing = &listings[turn as usize % listings.len()];
        let quote = listing.quote.as_ref().context("everything on a simulated market has a price")?;
        let units = quote.price.units() / 100;
        let limit = units * BID_FROM - units * BID_DEPTH * i128::from(number) / i128::from(all);
        Ok((listing.facts.asset_id, Price::from_units(limit)?))
    }
}

/// What a user owns, and the part of it that each sale offers.
struct Belongings {
    asset_id: AssetId,
    price: Price,
    whole: OrderQuantity,
    part: OrderQuantity,
}

impl Belongings {
    fn purchase(&self) -> NewOrder {
        NewOrder::MarketBuy { asset_id: self.asset_id, size: BuySize::Quantity(self.whole) }
    }

    fn sale(&self) -> anyhow::Result<NewOrder> {
        let Self { asset_id, part: quantity, .. } = *self;
        let price = Price::from_units(self.price.units() * SELL_AT / 100)?;
        Ok(NewOrder::LimitSell(LimitTerms { asset_id, quantity, price, expires_at: None }))
    }
}

fn is_sale(turn: u32) -> bool {
    turn.is_multiple_of(SALE_EVERY)
}

fn open_orders(store: &Store) -> anyhow::Result<usize> {
    Ok(store.read(|view| view.open_orders().map(Iterator::count))?)
}
