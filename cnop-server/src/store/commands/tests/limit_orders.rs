//! Orders that wait, in the store: every way to end one, what the histories say of it, and who is first where two want it.

use cnop_core::ids::Sequence;
use cnop_core::ledger::{Event, MAX_OPEN_ORDERS};
use cnop_core::order::{LimitState, OrderStatus, OrderType, Side, WhyCancelled};

use super::bench::{Bench, HOUR_MS, NOON, buy, limit, once, read, reason, sell, withdraw};
use crate::store::commands::{AdvanceOrder, Rendered};
use crate::store::page::{PageRequest, PageStart};
use crate::store::space::Space;
use crate::store::view::Session;
use crate::store::{Cash, News, OrderFilter, SubmitError, What};

const CANCEL: Event = Event::Cancel(WhyCancelled::NotTradable);

/// Available and held cash, available and held BTC.
#[track_caller]
fn assert_figures(bench: &Bench, user: Session, expected: [&str; 4]) {
    let account = bench.account(user);
    let btc = account.holding(read("BTC"));
    let figures = [
        account.available().to_string(),
        account.state().held.to_string(),
        account.available_of(read("BTC")).to_string(),
        btc.map_or_else(|| "0".to_owned(), |holding| holding.held.to_string()),
    ];
    assert_eq!(figures, expected.map(str::to_owned));
    bench.assert_sound();
}

fn price(text: &str) -> Event {
    Event::Price(read(text))
}

fn listed(bench: &Bench, user: Session, filter: OrderFilter) -> Vec<Sequence> {
    let request = PageRequest { limit: 100, start: PageStart::Offset(0) };
    let page = bench.look(|view| view.orders(user.user, filter, request));
    page.items.iter().map(|order| order.sequence).collect()
}

fn with_status(status: OrderStatus) -> OrderFilter {
    OrderFilter { status: Some(status), ..OrderFilter::default() }
}

#[test]
fn an_order_holds_what_it_needs_until_it_is_executed() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    let order = bench.place(ada, limit(Side::Buy, "BTC", "0.1", "40000.5"));
    assert_eq!(bench.status(ada, order), OrderStatus::Queued);
    assert_figures(&bench, ada, ["4999.95", "4000.05", "0", "0"]);
    assert_eq!(bench.history(ada).len(), 1, "a hold is no entry");
    assert_eq!(reason(&bench.run(bench.money(ada, withdraw("4999.96"))).unwrap_err()), "InsufficientFunds");
    assert_eq!(reason(&bench.run(bench.order(ada, buy("BTC", "0.1"))).unwrap_err()), "InsufficientFunds");

    assert_eq!(bench.advance(ada, order, price("40000.6")), None);
    bench.step_clock(1_000);
    let ended = bench.advance(ada, order, price("39000")).unwrap();
    let LimitState::Completed { at, price: paid, total } = ended else { panic!("{ended:?}") };
    assert_eq!((paid, total), (read("39000"), read("3900")));
    assert_figures(&bench, ada, ["5100", "0", "0.1", "0"]);

    let payment = bench.history(ada).pop().unwrap();
    assert_eq!((payment.sequence, payment.order, payment.balance_after), (at, Some(order), read("5100")));
    assert_eq!(payment.sequence.time().as_millis(), NOON + 1_000);
    let request = PageRequest { limit: 100, start: PageStart::Offset(0) };
    let trades = bench.look(|view| view.trades(ada.user, Some(read("BTC")), request)).items;
    assert_eq!(trades.iter().map(|trade| (trade.sequence, trade.order)).collect::<Vec<_>>(), [(at, order)]);
    assert_eq!(bench.look(|view| view.order(ada.user, at)), None, "an execution is no order");
}

#[test]
fn a_sale_holds_the_asset() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    bench.place(ada, buy("BTC", "0.1"));
    let order = bench.place(ada, limit(Side::Sell, "BTC", "0.06", "60000"));
    assert_figures(&bench, ada, ["4000", "0", "0.04", "0.06"]);
    assert_eq!(reason(&bench.run(bench.order(ada, sell("BTC", "0.05"))).unwrap_err()), "InsufficientAssets");
    bench.place(ada, sell("BTC", "0.04"));
    assert!(matches!(bench.advance(ada, order, price("61000")), Some(LimitState::Completed { .. })));
    assert_figures(&bench, ada, ["9660", "0", "0", "0"]);
}

#[test]
fn every_end_gives_back_what_was_held_and_comes_once() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    let place = || bench.place(ada, limit(Side::Buy, "BTC", "0.1", "40000"));
    let (cancelled, withdrawn, expired) = (place(), place(), bench.place(ada, limit(Side::Buy, "ETH", "0.1", "1000")));
    assert_figures(&bench, ada, ["900", "8100", "0", "0"]);
    assert_eq!(bench.cancel(ada, cancelled).unwrap().status(), OrderStatus::Cancelled);
    assert!(matches!(bench.advance(ada, withdrawn, CANCEL), Some(LimitState::Cancelled { .. })));
    assert_eq!(bench.advance(ada, expired, Event::Deadline), None);
    bench.step_clock(HOUR_MS);
    assert!(
        matches!(bench.advance(ada, expired, price("1")), Some(LimitState::Expired { .. })),
        "never executed after"
    );
    assert_figures(&bench, ada, ["9000", "0", "0", "0"]);
    let before = bench.dump();
    for order in [cancelled, withdrawn, expired] {
        for event in [price("1"), CANCEL, Event::Deadline] {
            assert_eq!(bench.advance(ada, order, event), None);
        }
        assert_eq!(reason(&bench.cancel(ada, order).unwrap_err()), "OrderNotCancellable");
    }
    assert_eq!(bench.dump(), before);
    assert_eq!(bench.rows(&[Space::OpenOrders]), []);
}

#[test]
fn an_order_that_the_account_cannot_take_fails() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    let cheap = "0.000000000001";
    bench.publish(cheap);
    for _ in 0..2 {
        bench.place(ada, buy("BTC", "499999999999.99"));
    }
    let order = bench.place(ada, limit(Side::Buy, "BTC", "1", cheap));
    assert!(matches!(bench.advance(ada, order, price(cheap)), Some(LimitState::Failed { .. })));
    assert_eq!(bench.status(ada, order), OrderStatus::Failed);
    assert_figures(&bench, ada, ["8999", "0", "999999999999.98", "0"]);
}

#[test]
fn only_its_owner_cancels_an_order_and_only_one_that_waits() {
    let bench = Bench::new();
    let (ada, bob) = (bench.funded("ada_lovelace"), bench.funded("bob_builder"));
    let (waiting, market) =
        (bench.place(ada, limit(Side::Buy, "BTC", "0.1", "40000")), bench.place(ada, buy("BTC", "0.01")));
    let refused = |user, order| bench.cancel(user, order).unwrap_err().to_string();
    assert!(refused(bob, waiting).starts_with("There is no order order_"));
    assert!(refused(ada, market).ends_with("is completed and cannot be cancelled."));
    assert!(refused(ada, Sequence::from_u64(7)).starts_with("There is no order order_"));
    assert_eq!(bench.status(ada, waiting), OrderStatus::Queued);
}

#[test]
fn orders_are_listed_by_state_type_and_asset() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    let market = bench.place(ada, buy("BTC", "0.01"));
    let waiting = bench.place(ada, limit(Side::Buy, "BTC", "0.01", "40000"));
    let selling = bench.place(ada, limit(Side::Sell, "BTC", "0.01", "60000"));
    let done = bench.place(ada, limit(Side::Buy, "ETH", "0.1", "1000"));
    let gone = bench.place(ada, limit(Side::Buy, "ETH", "0.1", "1000"));
    bench.advance(ada, done, price("900")).unwrap();
    bench.cancel(ada, gone).unwrap();
    let any = OrderFilter::default();
    assert_eq!(listed(&bench, ada, any), [gone, done, selling, waiting, market]);
    assert_eq!(listed(&bench, ada, with_status(OrderStatus::Queued)), [selling, waiting]);
    assert_eq!(listed(&bench, ada, with_status(OrderStatus::Completed)), [done, market]);
    assert_eq!(listed(&bench, ada, with_status(OrderStatus::Cancelled)), [gone]);
    assert_eq!(listed(&bench, ada, with_status(OrderStatus::Expired)), []);
    let of_type = |order_type| listed(&bench, ada, OrderFilter { order_type: Some(order_type), ..any });
    assert_eq!(of_type(OrderType::LimitBuy), [gone, done, waiting]);
    assert_eq!(of_type(OrderType::LimitSell), [selling]);
    assert_eq!(of_type(OrderType::MarketBuy), [market]);
    let queued_buys = OrderFilter { order_type: Some(OrderType::LimitBuy), ..with_status(OrderStatus::Queued) };
    assert_eq!(listed(&bench, ada, queued_buys), [waiting]);
    let queued_eth = OrderFilter { asset_id: Some(read("ETH")), ..with_status(OrderStatus::Queued) };
    assert_eq!(listed(&bench, ada, queued_eth), []);
}

#[test]
fn pages_of_orders_of_both_kinds_are_the_whole_history() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    let mut placed: Vec<_> = (0..20)
        .map(|number| match number % 3 {
            0 => bench.place(ada, buy("ETH", "0.001")),
            _ => bench.place(ada, limit(Side::Buy, "ETH", "0.001", "1000")),
        })
        .collect();
    placed.reverse();
    let waiting: Vec<_> =
        placed.iter().copied().filter(|order| bench.status(ada, *order) == OrderStatus::Queued).collect();
    for (filter, expected) in [(OrderFilter::default(), &placed), (with_status(OrderStatus::Queued), &waiting)] {
        let (mut found, mut start) = (Vec::new(), PageStart::Offset(0));
        loop {
            let page = bench.look(|view| view.orders(ada.user, filter, PageRequest { limit: 3, start }));
            found.extend(page.items.iter().map(|order| order.sequence));
            let Some(next) = page.next else { break };
            start = PageStart::Cursor(next);
        }
        assert_eq!(&found, expected);
        let skipped =
            bench.look(|view| view.orders(ada.user, filter, PageRequest { limit: 3, start: PageStart::Offset(5) }));
        assert_eq!(skipped.items.iter().map(|order| order.sequence).collect::<Vec<_>>(), expected[5..8]);
    }
}

#[test]
fn two_hundred_orders_may_wait_and_one_that_ends_makes_room() {
    let bench = Bench::new();
    let (ada, bob) = (bench.funded("ada_lovelace"), bench.funded("bob_builder"));
    let one = || limit(Side::Buy, "ETH", "0.001", "1000");
    let first = bench.place(ada, one());
    for _ in 1..MAX_OPEN_ORDERS {
        bench.place(ada, one());
    }
    assert_eq!(reason(&bench.run(bench.order(ada, one())).unwrap_err()), "TooManyOpenOrders");
    bench.place(bob, one());
    bench.cancel(ada, first).unwrap();
    bench.place(ada, one());
    assert_eq!(reason(&bench.run(bench.order(ada, one())).unwrap_err()), "TooManyOpenOrders");
    bench.assert_sound();
}

#[test]
fn the_market_and_the_ledger_refuse_in_the_order_of_the_contract() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    let refused = |order| reason(&bench.run(bench.order(ada, order)).unwrap_err());
    assert_eq!(refused(limit(Side::Buy, "NONE", "1000", "1000")), "AssetNotFound");
    assert_eq!(refused(limit(Side::Buy, "OLD", "1000000", "1")), "AssetNotTradable");
    assert_eq!(refused(limit(Side::Sell, "OLD", "1", "2")), "InsufficientAssets");
    assert_eq!(refused(limit(Side::Buy, "BTC", "0.2", "50000.01")), "OrderValueExceeded");
    assert_eq!(refused(limit(Side::Buy, "BTC", "0.2", "50000")), "InsufficientFunds");
    assert_eq!(refused(limit(Side::Sell, "BTC", "0.2", "50000.01")), "OrderValueExceeded");
    bench.step_clock(11_000);
    assert_eq!(refused(limit(Side::Buy, "BTC", "0.2", "50000.01")), "PriceUnavailable");
}

#[test]
fn a_key_places_an_order_once() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    let place = || {
        let order = bench.order(ada, limit(Side::Buy, "BTC", "0.1", "40000"));
        bench.run(once(ada, order, Some("a-key"), "/orders", "body")).unwrap()
    };
    let Rendered { body, .. } = place();
    let again = place();
    assert_eq!((again.replayed, again.body), (true, body));
    assert_figures(&bench, ada, ["5000", "4000", "0", "0"]);
}

#[test]
fn everything_is_told_in_its_order() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    let mut news = bench.store.listen();
    let order = bench.place(ada, limit(Side::Buy, "BTC", "0.1", "40000"));
    bench.advance(ada, order, price("39000")).unwrap();
    let mut told = Vec::new();
    while let Ok(bulletin) = news.try_recv() {
        told.extend(bulletin.iter().map(|News { user, what }| {
            assert_eq!(*user, ada.user);
            match what {
                What::Order(order) => order.status().to_string(),
                What::Balance(Cash { current, held, .. }) => format!("{current} {held}"),
            }
        }));
    }
    assert_eq!(told, ["9000 4000", "queued", "5100 0", "completed"]);
}

#[test]
fn a_restart_keeps_what_waits() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    let order = bench.place(ada, limit(Side::Buy, "BTC", "0.1", "40000"));
    let before = bench.dump();
    let bench = bench.reopened();
    assert_eq!(bench.dump(), before);
    assert_figures(&bench, ada, ["5000", "4000", "0", "0"]);
    assert!(matches!(bench.advance(ada, order, price("40000")), Some(LimitState::Completed { .. })));
    assert_figures(&bench, ada, ["5000", "0", "0.1", "0"]);
}

/// Many orders, and for each a price, a cancellation and a deadline at the same moment from several threads.
#[test]
fn a_price_a_cancellation_and_a_deadline_at_once_end_an_order_in_one_way() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    let orders: Vec<_> = (0..60).map(|_| bench.place(ada, limit(Side::Buy, "ETH", "0.1", "1000"))).collect();
    bench.step_clock(HOUR_MS - 1);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().unwrap();
    let mut running = Vec::new();
    for (number, order) in orders.iter().enumerate() {
        let mut events = [Some(price("900")), Some(Event::Deadline), None];
        events.rotate_left(number % 3);
        for event in events {
            let (store, order) = (bench.store.clone(), *order);
            let cancel = super::bench::cancellation(ada, order);
            running.push(runtime.spawn(async move {
                match event {
                    Some(event) => {
                        let ended = store.submit(AdvanceOrder { user: ada.user, order, event }).await?;
                        Ok(ended.is_some().then_some(order))
                    }
                    None => store.submit(cancel).await.map(|record| Some(record.sequence)),
                }
            }));
        }
        if number == 30 {
            bench.step_clock(1); // From here on the deadline has come.
        }
    }
    let mut ended: Vec<Sequence> = Vec::new();
    for task in running {
        match runtime.block_on(task).unwrap() {
            Ok(order) => ended.extend(order),
            Err(error @ SubmitError::Refused(_)) => assert_eq!(reason(&error), "OrderNotCancellable"),
            Err(error) => panic!("{error}"),
        }
    }
    ended.sort_unstable();
    assert_eq!(ended, orders, "each ended once");
    let completed = orders.iter().filter(|order| bench.status(ada, **order) == OrderStatus::Completed).count();
    assert_eq!(bench.history(ada).len(), 1 + completed);
    assert_eq!(bench.rows(&[Space::OpenOrders]), []);
    assert_eq!(bench.account(ada).available(), bench.account(ada).state().cash);
    bench.assert_sound();
}
