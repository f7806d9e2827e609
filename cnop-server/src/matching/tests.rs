//! The matcher with a real store and a market that the test writes, tick by tick.

use cnop_core::ids::Sequence;
use cnop_core::order::OrderStatus;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use super::*;
use crate::market::book::tests::listing;
use crate::store::Session;
use crate::store::commands::tests::bench::{Bench, MAX_PRICE_AGE_MS, block_on, buy, limit, limit_until, queue, read};

/// A bench whose orders are matched.
struct Market {
    runtime: Runtime,
    matcher: JoinHandle<String>,
    bench: Bench,
}

impl Market {
    fn open(bench: Bench) -> Self {
        let runtime = runtime();
        let matcher = Matcher::new(bench.store.clone(), Arc::clone(&bench.book), bench.clock());
        Self { matcher: runtime.spawn(matcher.run()), runtime, bench }
    }

    /// With a user who has 9,000 USD.
    fn with_ada() -> (Self, Session) {
        let market = Self::open(Bench::new());
        let ada = market.bench.funded("ada_lovelace");
        (market, ada)
    }

    /// A tick a second after the last, and everything that it triggered on disk.
    fn tick(&self, btc: &str) {
        self.bench.step_clock(1_000);
        self.settle(self.bench.publish(btc));
    }

    fn settle(&self, number: u64) {
        self.runtime.block_on(self.bench.book.settled(number));
    }

    /// Ends the matcher and the store, and all that is only in memory.
    fn stopped(self) -> Bench {
        self.matcher.abort();
        let _ = self.runtime.block_on(self.matcher);
        drop(self.runtime);
        self.bench.reopened()
    }

    /// The state of an order, or the price at which it was executed.
    fn fate(&self, session: Session, order: Sequence) -> String {
        let record = self.bench.look(|view| view.order(session.user, order)).unwrap();
        record.execution().map_or_else(|| record.status().to_string(), |execution| execution.trade.price.to_string())
    }

    /// Waits until an order is told of in another state.
    fn until_told(&self, news: &mut Receiver<Bulletin>, order: Sequence, status: OrderStatus) {
        let told = |news: &News| matches!(&news.what, What::Order(record) if record.sequence == order && record.status() == status);
        while !self.runtime.block_on(news.recv()).unwrap().iter().any(told) {}
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap()
}

#[test]
fn an_order_executes_at_the_first_price_at_or_through_its_limit() {
    let (market, ada) = Market::with_ada();
    market.bench.place(ada, buy("BTC", "0.02"));
    let place = |side, price| market.bench.place(ada, limit(side, "BTC", "0.01", price));
    let [low, lower, high, higher] =
        [place(Side::Buy, "49000"), place(Side::Buy, "48000"), place(Side::Sell, "51000"), place(Side::Sell, "52000")];
    let fates = || [low, lower, high, higher].map(|order| market.fate(ada, order));
    market.tick("49000.000000000001");
    market.tick("50999.999999999999");
    assert_eq!(fates(), ["queued"; 4]);
    market.tick("51000");
    assert_eq!(fates(), ["queued", "queued", "51000", "queued"]);
    market.tick("48500.5");
    assert_eq!(fates(), ["48500.5", "queued", "51000", "queued"]);
    market.tick("60000");
    market.tick("40000");
    market.tick("30000");
    assert_eq!(fates(), ["48500.5", "40000", "51000", "60000"]);
    assert_eq!(market.bench.account(ada).available(), market.bench.account(ada).state().cash);
    market.bench.assert_sound();
}

#[test]
fn an_order_whose_price_already_stands_executes_at_that_price() {
    let (market, ada) = Market::with_ada();
    let mut news = market.bench.store.listen();
    let order = market.bench.place(ada, limit(Side::Buy, "BTC", "0.01", "60000"));
    market.until_told(&mut news, order, OrderStatus::Completed);
    assert_eq!(market.fate(ada, order), "50000");
    let sale = market.bench.place(ada, limit(Side::Sell, "BTC", "0.01", "50000"));
    market.until_told(&mut news, sale, OrderStatus::Completed);
    assert_eq!(market.fate(ada, sale), "50000");
    market.bench.assert_sound();
}

#[test]
fn an_order_that_was_committed_before_a_tick_meets_it() {
    let (market, ada) = Market::with_ada();
    for round in 0..50 {
        let order = market.bench.place(ada, limit(Side::Buy, "BTC", "0.001", "49000"));
        market.tick("48999");
        market.tick("50000");
        assert_eq!(market.fate(ada, order), "48999", "round {round}");
    }
}

/// What is committed while ticks go by is told of after them, and still meets the first that reached it.
#[test]
fn an_order_that_was_told_of_late_meets_the_ticks_since_its_placement() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    let mut sight = Sight::new(Arc::clone(&bench.book));
    let order = bench.place(ada, limit(Side::Buy, "BTC", "0.01", "49000"));
    let OrderKind::Limit(placed) = bench.look(|view| view.order(ada.user, order)).unwrap().kind else { panic!() };
    let waits = Waits::from(placed.as_ref());
    assert_eq!(sight.reached(&waits, bench.now()), None);
    for price in ["49500", "48000", "47000", "50000"] {
        bench.step_clock(1_000);
        bench.publish(price);
        sight.push(bench.book.board());
    }
    assert_eq!(sight.reached(&waits, bench.now()), Some(read("48000")));
    let younger = Waits { placed_at: Seen { price: read("47000"), at: bench.now() }, ..waits };
    assert_eq!(sight.reached(&younger, bench.now()), Some(read("47000")), "the price that stood then");
    let youngest = Waits { placed_at: Seen { price: read("50000"), at: bench.now() }, ..waits };
    assert_eq!(sight.reached(&youngest, bench.now()), None, "what was before it does not count");
    assert_eq!(sight.reached(&waits, bench.now().plus_millis(MAX_PRICE_AGE_MS + 1)), None, "old prices do not either");
}

/// Boards that came within a millisecond, or later with an older quote, are told apart by their order.
#[test]
fn an_order_that_was_told_of_late_meets_no_board_of_before_its_placement() {
    let bench = Bench::new();
    let now = bench.now();
    let mut sight = Sight::new(Arc::clone(&bench.book));
    for (price, at) in [("48000", now), ("51000", now.plus_millis(-9_000)), ("49000", now.plus_millis(-9_000))] {
        bench.book.publish(Board::new(vec![listing("BTC", price, at, true)]));
        sight.push(bench.book.board());
    }
    let seen = |price| Seen { price: read(price), at: now.plus_millis(-9_000) };
    let waits = |placed_at| Waits {
        side: Side::Buy,
        asset_id: read("BTC"),
        limit: read("49500"),
        expires_at: now.plus_millis(1_000),
        placed_at,
    };
    assert_eq!(sight.reached(&waits(seen("51000")), now), Some(read("49000")));
    let waits = Waits { limit: read("48500"), ..waits(seen("51000")) };
    assert_eq!(sight.reached(&waits, now), None, "48000 was before");
}

/// While the matcher reads everything that waits, the market goes on, and so do its users.
#[test]
fn an_order_does_not_meet_the_ticks_that_the_matcher_had_yet_to_look_at_when_it_was_placed() {
    for told in [Told::ByTheStore, Told::ByNews] {
        let bench = Bench::new();
        let ada = bench.funded("ada_lovelace");
        let mut matcher = Matcher::new(bench.store.clone(), Arc::clone(&bench.book), bench.clock());
        let older = bench.place(ada, limit(Side::Buy, "BTC", "0.01", "49000"));
        let runtime = runtime();
        if told == Told::ByNews {
            runtime.block_on(matcher.load()).unwrap();
        }
        for price in ["48000", "50000"] {
            bench.step_clock(1_000);
            bench.publish(price);
        }
        let [younger, cancelled] = [(); 2].map(|()| bench.place(ada, limit(Side::Buy, "BTC", "0.01", "49000")));
        bench.cancel(ada, cancelled).unwrap();
        let market = Market { matcher: runtime.spawn(matcher.run()), runtime, bench };
        market.settle(market.bench.book.board().number());
        assert_eq!([older, younger].map(|order| market.fate(ada, order)), ["48000", "queued"], "{told:?}");
        market.tick("48500");
        assert_eq!(market.fate(ada, younger), "48500", "{told:?}");
        market.bench.assert_sound();
    }
}

/// How the matcher learns of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    ByTheStore,
    ByNews,
}

#[test]
fn a_damaged_row_of_what_waits_holds_up_nobody_elses_orders() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    let [damaged, sound] = [(); 2].map(|()| bench.place(ada, limit(Side::Buy, "BTC", "0.01", "49000")));
    bench.damage_open_order(ada, damaged);
    let market = Market::open(bench);
    market.tick("48000");
    assert_eq!([damaged, sound].map(|order| market.fate(ada, order)), ["queued", "48000"]);
}

#[test]
fn a_cancelled_order_meets_no_price() {
    let (market, ada) = Market::with_ada();
    let order = market.bench.place(ada, limit(Side::Buy, "BTC", "0.01", "49000"));
    market.bench.cancel(ada, order).unwrap();
    market.tick("48000");
    assert_eq!(market.fate(ada, order), "cancelled");
    assert_eq!(market.bench.history(ada).len(), 1);
}

#[test]
fn an_order_expires_by_itself_and_is_never_executed_after_its_time() {
    let (market, ada) = Market::with_ada();
    let mut news = market.bench.store.listen();
    let short =
        market.bench.place(ada, limit_until(Side::Buy, "BTC", "0.01", "49000", market.bench.now().plus_millis(5_000)));
    let long = market.bench.place(ada, limit(Side::Buy, "BTC", "0.01", "49000"));
    market.bench.step_clock(5_000);
    market.until_told(&mut news, short, OrderStatus::Expired);
    market.tick("48000");
    assert_eq!([short, long].map(|order| market.fate(ada, order)), ["expired", "48000"]);
    market.bench.assert_sound();
}

#[test]
fn an_old_price_triggers_nothing() {
    let (market, ada) = Market::with_ada();
    let order = market.bench.place(ada, limit(Side::Buy, "BTC", "0.01", "49000"));
    let old = listing("BTC", "48000", market.bench.now().plus_millis(-MAX_PRICE_AGE_MS - 1), true);
    market.settle(market.bench.book.publish(Board::new(vec![old])));
    assert_eq!(market.fate(ada, order), "queued");
    market.tick("48500");
    assert_eq!(market.fate(ada, order), "48500");
}

#[test]
fn the_purchases_of_an_asset_that_may_not_be_bought_any_more_are_cancelled() {
    let (market, ada) = Market::with_ada();
    market.bench.place(ada, buy("BTC", "0.01"));
    let purchase = market.bench.place(ada, limit(Side::Buy, "BTC", "0.01", "49000"));
    let sale = market.bench.place(ada, limit(Side::Sell, "BTC", "0.01", "51000"));
    let publish = |price| {
        market.bench.step_clock(1_000);
        let inactive = listing("BTC", price, market.bench.now(), false);
        market.settle(market.bench.book.publish(Board::new(vec![inactive])));
    };
    publish("48000");
    assert_eq!([purchase, sale].map(|order| market.fate(ada, order)), ["cancelled", "queued"]);
    publish("52000");
    assert_eq!(market.fate(ada, sale), "52000", "what is owned can still be sold");
    market.bench.assert_sound();
}

#[test]
fn a_restart_goes_on_where_it_was() {
    let (market, ada) = Market::with_ada();
    let waiting = market.bench.place(ada, limit(Side::Buy, "BTC", "0.01", "49000"));
    let bench = market.stopped();
    // Placed while nobody matches: it stood at its price, the next is reached while nobody looks.
    let standing = bench.place(ada, limit(Side::Buy, "BTC", "0.01", "50000"));
    let missed = bench.place(ada, limit_until(Side::Buy, "BTC", "0.01", "49000", bench.now().plus_millis(1_500)));
    bench.step_clock(1_000);
    bench.publish("49500");
    let mut news = bench.store.listen();
    let market = Market::open(bench);
    market.until_told(&mut news, standing, OrderStatus::Completed);
    market.tick("48000");
    assert_eq!([waiting, standing, missed].map(|order| market.fate(ada, order)), ["48000", "50000", "expired"]);
    market.bench.assert_sound();
}

/// The store is stopped at every point between a trigger and its execution that there is: before the writer was asked.
#[test]
fn what_a_restart_finds_triggered_is_neither_lost_nor_done_twice() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    let orders: Vec<_> = (0..20).map(|_| bench.place(ada, limit(Side::Buy, "ETH", "0.01", "1000"))).collect();
    // The first ten were executed, and the matcher that asked for it is gone with its memory.
    let event = Event::Price(read("900"));
    orders[..10].iter().for_each(|order| assert!(bench.advance(ada, *order, event).is_some()));
    let market = Market::open(bench.reopened());
    market.bench.step_clock(1_000);
    let reached = listing("ETH", "900", market.bench.now(), true);
    market.settle(market.bench.book.publish(Board::new(vec![reached])));
    assert!(orders.iter().all(|order| market.fate(ada, *order) == "900"));
    assert_eq!(market.bench.history(ada).len(), 1 + orders.len());
    market.bench.assert_sound();
}

#[test]
fn those_with_the_better_limit_are_served_first_and_the_older_before_the_younger() {
    let (market, ada) = Market::with_ada();
    let place = |price| market.bench.place(ada, limit(Side::Buy, "BTC", "0.001", price));
    let [third, first, second, fourth] = [place("48000"), place("49000"), place("49000"), place("48000")];
    market.tick("47000");
    let served: Vec<_> = market.bench.history(ada).iter().filter_map(|record| record.order).collect();
    assert_eq!(served, [first, second, third, fourth]);
}

#[test]
fn a_thousand_orders_of_one_tick_are_all_executed() {
    let market = Market::open(Bench::new());
    let users: Vec<_> = (0..10).map(|number| market.bench.funded(&format!("user_number_{number}"))).collect();
    let mut queued = Vec::new();
    for user in &users {
        for _ in 0..100 {
            let (store, order) =
                (market.bench.store.clone(), market.bench.order(*user, limit(Side::Buy, "BTC", "0.001", "49000")));
            queued.push(queue(async move { store.submit(order).await }));
        }
    }
    queued.into_iter().for_each(|placed| assert!(block_on(placed).is_ok()));
    market.tick("48000");
    for user in users {
        assert_eq!(market.bench.history(user).len(), 101);
        let account = market.bench.account(user);
        assert_eq!((account.state().held.to_string(), account.state().cash.to_string()), ("0".into(), "4200".into()));
    }
    market.bench.assert_sound();
}
