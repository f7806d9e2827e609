//! Pages of histories: together they are the whole, and nothing of anybody else.

use std::fmt::Debug;

use cnop_core::ids::Sequence;
use cnop_core::ledger::Entry;
use cnop_core::order::{OrderStatus, OrderType, TransactionType};

use super::bench::{Bench, Queued, block_on, buy, claim, deposit, queue, read, sell, withdraw};
use crate::store::history::TransactionRecord;
use crate::store::page::{Page, PageRequest, PageStart};
use crate::store::view::Session;
use crate::store::{OrderFilter, OrderKind, OrderRecord};

/// Entries of each user: no multiple of any page but the last, which holds them all.
const ENTRIES: usize = 307;
const PAGE_SIZES: [u64; 5] = [2, 7, 50, 100, ENTRIES as u64];
/// Entries in one millisecond; then the clock steps on.
const AT_ONCE: usize = 50;
const STEP_MS: i64 = 1_000;

/// Two users with mixed histories, interleaved.
struct Histories {
    bench: Bench,
    ada: Session,
    bob: Session,
}

impl Histories {
    fn new() -> Self {
        let bench = Bench::new();
        let (ada, bob) = (bench.register("ada_lovelace"), bench.register("bob_builder"));
        for numbers in (0..ENTRIES).collect::<Vec<_>>().chunks(AT_ONCE) {
            let queued: Vec<_> =
                numbers.iter().flat_map(|number| [ada, bob].map(|user| entry(&bench, user, *number))).collect();
            queued.into_iter().for_each(|entry| block_on(entry).unwrap());
            bench.step_clock(STEP_MS);
            bench.refresh_prices();
        }
        Self { bench, ada, bob }
    }
}

/// Submits one of eight kinds of entries.
fn entry(bench: &Bench, user: Session, number: usize) -> Queued<'_, ()> {
    let money = |command| {
        let command = bench.money(user, command);
        queue(async { bench.store.submit(command).await.map(drop) })
    };
    let order = |order| {
        let order = bench.order(user, order);
        queue(async { bench.store.submit(order).await.map(drop) })
    };
    match number % 7 {
        0 if number == 0 => money(claim("9000")),
        0 => money(deposit("1")),
        1 | 3 => order(buy("BTC", "0.001")),
        2 => order(sell("BTC", "0.001")),
        4 => order(buy("ETH", "0.01")),
        5 => money(withdraw("1")),
        _ => order(sell("ETH", "0.01")),
    }
}

/// Asserts that pages of every size, by cursor and by offset, are `expected` in pieces.
#[track_caller]
fn check<T: PartialEq + Debug>(expected: &[T], page: impl Fn(PageRequest) -> Page<T>) {
    for limit in PAGE_SIZES {
        let pieces: Vec<&[T]> = if expected.is_empty() { vec![&[]] } else { expected.chunks(limit as usize).collect() };
        let mut start = PageStart::Offset(0);
        for (number, piece) in pieces.iter().enumerate() {
            let by_cursor = page(PageRequest { limit, start });
            assert_eq!(by_cursor, page(PageRequest { limit, start: PageStart::Offset(number as u64 * limit) }));
            assert_eq!(by_cursor.items, *piece);
            assert_eq!(by_cursor.next.is_none(), number + 1 == pieces.len(), "page {number} of {}", pieces.len());
            start = by_cursor.next.map_or(start, |next| PageStart::Cursor(next.to_string().parse().unwrap()));
        }
        let beyond = page(PageRequest { limit, start: PageStart::Offset(expected.len() as u64) });
        assert_eq!(beyond, Page { items: vec![], next: None });
    }
}

#[track_caller]
fn check_transactions(Histories { bench, ada, .. }: &Histories, kind: Option<TransactionType>) -> usize {
    let mut expected: Vec<TransactionRecord> = bench.history(*ada);
    expected.reverse();
    expected.retain(|record| kind.is_none_or(|kind| kind == record.entry.transaction_type()));
    check(&expected, |request| bench.look(|view| view.transactions(ada.user, kind, request)));
    let counts = bench.account(*ada).state().counts;
    assert_eq!(expected.len() as u64, kind.map_or(counts.total(), |kind| counts.of(kind)));
    expected.len()
}

#[track_caller]
fn check_orders(
    Histories { bench, ada, .. }: &Histories,
    filter: OrderFilter,
    wanted: impl Fn(&OrderRecord) -> bool,
) -> usize {
    let mut expected: Vec<OrderRecord> = bench.history(*ada).into_iter().filter_map(order_of).collect();
    expected.reverse();
    expected.retain(wanted);
    check(&expected, |request| bench.look(|view| view.orders(ada.user, filter, request)));
    expected.len()
}

fn order_of(record: TransactionRecord) -> Option<OrderRecord> {
    match record.entry {
        Entry::Trade(trade) => Some(OrderRecord { sequence: record.sequence, kind: OrderKind::Market(trade) }),
        _ => None,
    }
}

#[test]
fn pages_of_transactions_are_the_whole_history() {
    let histories = Histories::new();
    assert_eq!(check_transactions(&histories, None), ENTRIES);
    let counts: Vec<_> = TransactionType::ALL.iter().map(|kind| check_transactions(&histories, Some(*kind))).collect();
    assert_eq!(counts.iter().sum::<usize>(), ENTRIES);
    assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
}

#[test]
fn pages_of_orders_are_the_whole_history() {
    let histories = Histories::new();
    let any = OrderFilter::default();
    assert_eq!(check_orders(&histories, any, |_| true), 219);
    for (asset, count) in [("BTC", 132), ("ETH", 87), ("NONE", 0)] {
        let asset_id = read(asset);
        let filter = OrderFilter { asset_id: Some(asset_id), ..any };
        assert_eq!(check_orders(&histories, filter, |order| order.asset_id() == asset_id), count, "{asset}");
    }
    for order_type in OrderType::ALL.iter().copied() {
        let filter = OrderFilter { order_type: Some(order_type), ..any };
        check_orders(&histories, filter, |order| order.order_type() == order_type);
    }
    for status in OrderStatus::ALL.iter().copied() {
        check_orders(&histories, OrderFilter { status: Some(status), ..any }, |_| status == OrderStatus::Completed);
    }
    let both = OrderFilter { asset_id: Some(read("ETH")), order_type: Some(OrderType::MarketSell), ..any };
    let count = check_orders(&histories, both, |order| {
        order.asset_id() == read("ETH") && order.order_type() == OrderType::MarketSell
    });
    assert_eq!(count, 43);
}

#[test]
fn two_histories_merge_newest_first_and_hold_nobody_elses_rows() {
    let Histories { bench, ada, bob } = Histories::new();
    let [ada, bob] =
        [ada, bob].map(|user| bench.history(user).into_iter().map(|record| record.sequence).collect::<Vec<_>>());
    for sequences in [&ada, &bob] {
        assert_eq!(sequences.len(), ENTRIES);
        assert!(sequences.is_sorted_by(|older, newer| older < newer));
    }
    assert!(ada.iter().all(|sequence| !bob.contains(sequence)));
    assert!(ada[1] > bob[0] && bob[1] > ada[0], "they are interleaved");
}

#[test]
fn an_order_is_found_by_its_owner_only() {
    let Histories { bench, ada, bob } = Histories::new();
    for order in bench.history(ada).into_iter().filter_map(order_of) {
        let found = |user: Session| bench.look(|view| view.order(user.user, order.sequence));
        assert_eq!((found(ada), found(bob)), (Some(order.clone()), None));
    }
    let deposit = bench.history(ada)[0].sequence;
    assert_eq!(bench.look(|view| view.order(ada.user, deposit)), None, "a transaction is no order");
    assert_eq!(bench.look(|view| view.order(ada.user, Sequence::from_u64(u64::MAX))), None);
}

#[test]
fn trades_since_a_moment_are_counted_from_its_first_millisecond() {
    let Histories { bench, ada, .. } = Histories::new();
    let orders: Vec<_> = bench.history(ada).into_iter().filter_map(order_of).collect();
    let first = orders[0].sequence.time();
    for millis in [-STEP_MS, 0, 1, STEP_MS, 3 * STEP_MS, 3 * STEP_MS + 1, 7 * STEP_MS] {
        let since = first.plus_millis(millis);
        let expected = orders.iter().filter(|order| order.sequence.time() >= since).count();
        assert_eq!(bench.look(|view| view.trades_since(ada.user, since)), expected, "{millis}");
    }
}

#[test]
fn entries_that_arrive_meanwhile_do_not_shift_what_a_cursor_reads() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    for _ in 0..4 {
        bench.run(bench.order(ada, buy("ETH", "0.01"))).unwrap();
    }
    let page = |start| bench.look(|view| view.transactions(ada.user, None, PageRequest { limit: 2, start }));
    let whole: Vec<_> = bench.history(ada).into_iter().rev().collect();
    let first = page(PageStart::Offset(0));
    bench.run(bench.money(ada, deposit("1"))).unwrap();
    bench.run(bench.order(ada, sell("ETH", "0.01"))).unwrap();
    let second = page(PageStart::Cursor(first.next.unwrap()));
    assert_eq!([first.items, second.items].concat(), whole[..4]);
}
