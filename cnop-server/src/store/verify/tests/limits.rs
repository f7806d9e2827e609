//! The same for limit orders, their holds, executions and the list of those that wait.

use super::*;

/// One order that waits for 2,000 USD of BTC, one executed for 900 USD of ETH, one cancelled.
struct Limits {
    bench: Bench,
    ada: Session,
    waiting: Sequence,
    executed: Sequence,
    cancelled: Sequence,
}

impl Limits {
    fn new() -> Self {
        let (bench, ada) = traded();
        let place = |asset, quantity, price| bench.place(ada, limit(Side::Buy, asset, quantity, price));
        let (waiting, executed) = (place("BTC", "0.05", "40000"), place("ETH", "1", "1000"));
        let cancelled = place("ETH", "1", "1500");
        bench.advance(ada, executed, Event::Price(read("900"))).unwrap();
        bench.cancel(ada, cancelled).unwrap();
        check(&bench, &[]);
        Self { bench, ada, waiting, executed, cancelled }
    }

    fn row_key(&self, order: Sequence) -> Vec<u8> {
        key::entry(self.ada.user, Kind::LimitOrder, order).to_vec()
    }

    fn open_key(&self, order: Sequence) -> Vec<u8> {
        key::open_order(self.ada.user, order).to_vec()
    }

    /// The key of the execution.
    fn fill_key(&self) -> Vec<u8> {
        let at = self.bench.history(self.ada).last().unwrap().sequence;
        key::entry(self.ada.user, Kind::Fill, at).to_vec()
    }

    fn change_order(&self, order: Sequence, change: impl FnOnce(&mut LimitOrderRow)) {
        let key = self.row_key(order);
        let mut row = read_row(&self.bench, &key);
        change(&mut row);
        put(&self.bench, &key, &row);
    }

    fn change_fill(&self, change: impl FnOnce(&mut FillRow)) {
        let key = self.fill_key();
        let mut row = read_row(&self.bench, &key);
        change(&mut row);
        put(&self.bench, &key, &row);
    }
}

#[test]
fn a_hold_that_no_order_needs_is_found_and_so_is_one_that_is_missing() {
    for (held, found) in [
        ("2000.00000001", "the held balance is 2000.00000001, the history says 2000"),
        ("1999.99999999", "the held balance is 1999.99999999, the history says 2000"),
        ("0", "the held balance is 0, the history says 2000"),
    ] {
        let Limits { bench, ada, .. } = Limits::new();
        change_account(&bench, ada, |state| state.held = read(held));
        check(&bench, &[found]);
    }
    let Limits { bench, ada, .. } = Limits::new();
    change_account(&bench, ada, |state| state.holdings.get_mut(&read("BTC")).unwrap().held = read("0.01"));
    check(&bench, &["the held quantity of BTC is 0.01, the history says 0"]);
}

#[test]
fn a_waiting_order_of_another_size_or_limit_is_found() {
    let limits = Limits::new();
    limits.change_order(limits.waiting, |row| row.quantity = read("0.06"));
    check(&limits.bench, &["the held balance is 2000, the history says 2400"]);

    let limits = Limits::new();
    limits.change_order(limits.waiting, |row| row.limit = read("30000"));
    let waits = format!("order {} waits for something else than it says", limits.waiting);
    check(&limits.bench, &["the held balance is 2000, the history says 1500", &waits]);
}

#[test]
fn an_order_that_no_matcher_knows_and_one_that_does_not_wait_are_found() {
    let limits = Limits::new();
    let key = limits.open_key(limits.waiting);
    limits.bench.tamper(|changes| changes.remove(Space::OpenOrders, &key));
    check(&limits.bench, &[&format!("order {} waits, and no matcher would know", limits.waiting)]);

    let limits = Limits::new();
    let row: LimitOrderRow = read_row(&limits.bench, &limits.row_key(limits.cancelled));
    let open = encode(&OpenOrderRow::from(&row.order()));
    let nowhere = Sequence::from_u64(7);
    for order in [limits.cancelled, nowhere] {
        let (key, open) = (limits.open_key(order), open.clone());
        limits.bench.tamper(|changes| changes.put(Space::OpenOrders, &key, open));
    }
    let ended = format!("order {} has ended, and is listed as waiting", limits.cancelled);
    check(&limits.bench, &[&ended, &format!("order {nowhere} is listed as waiting, and does not exist")]);

    let limits = Limits::new();
    limits.bench.tamper(|changes| changes.put(Space::OpenOrders, &key::open_order(UserNumber(9), nowhere), [1].into()));
    check(&limits.bench, &["there is a row of an open order that no user has"]);
}

#[test]
fn an_execution_without_its_order_and_an_order_without_its_execution_are_found() {
    let limits = Limits::new();
    let key = limits.fill_key();
    limits.bench.tamper(|changes| changes.remove(Space::Accounts, &key));
    let found = limits.bench.store.verify().unwrap().findings;
    assert!(found.iter().any(|found| found.what == format!("the execution of order {} is missing", limits.executed)));
    assert!(found.iter().any(|found| found.what.starts_with("the balance is ")));

    let limits = Limits::new();
    let key = limits.row_key(limits.executed);
    limits.bench.tamper(|changes| changes.remove(Space::Accounts, &key));
    let at = limits.bench.history(limits.ada).last().unwrap().sequence;
    check(&limits.bench, &[&format!("entry {at} executes an order that was not executed there")]);

    let limits = Limits::new();
    let at = limits.bench.history(limits.ada).last().unwrap().sequence;
    limits.change_fill(|fill| fill.order = limits.cancelled);
    check(&limits.bench, &[&format!("entry {at} is not the execution of order {}", limits.executed)]);
}

#[test]
fn an_execution_beyond_the_orders_terms_is_found() {
    let beyond = |limits: &Limits| format!("order {} was executed beyond its limit or its time", limits.executed);
    let limits = Limits::new();
    limits.change_order(limits.executed, |row| row.limit = read("899.99"));
    // The hold was another one then, too: what is left of it shows.
    let found = limits.bench.store.verify().unwrap().findings;
    assert!(found.iter().any(|found| found.what == beyond(&limits)), "{found:#?}");

    let limits = Limits::new();
    let at = limits.bench.history(limits.ada).last().unwrap().sequence;
    limits.change_order(limits.executed, |row| row.expires_at = at.time());
    check(&limits.bench, &[&beyond(&limits)]);
}

#[test]
fn an_order_that_says_it_ended_otherwise_is_found() {
    let limits = Limits::new();
    let state = read_row::<LimitOrderRow>(&limits.bench, &limits.row_key(limits.cancelled)).state;
    limits.change_order(limits.waiting, |row| row.state = state);
    let found = limits.bench.store.verify().unwrap().findings;
    assert!(
        found.iter().any(|found| found.what.contains("the held balance is 2000, the history says 0")),
        "{found:#?}"
    );
    assert!(found.iter().any(|found| found.what.contains("has ended, and is listed as waiting")), "{found:#?}");
}

#[test]
fn an_order_that_expired_before_its_time_is_found() {
    let limits = Limits::new();
    let cancelled: LimitOrderRow = read_row(&limits.bench, &limits.row_key(limits.cancelled));
    let at = cancelled.order().state.ended_at().unwrap();
    limits.change_order(limits.cancelled, |row| {
        *row = LimitOrderRow { expires_at: at.time(), ..row.clone().ended(LimitState::Expired { at }, None) };
    });
    check(&limits.bench, &[]);
    limits.change_order(limits.cancelled, |row| row.expires_at = at.time().plus_millis(1));
    check(&limits.bench, &[&format!("order {} expired before its time", limits.cancelled)]);
}

#[test]
fn more_waiting_orders_than_a_user_may_have_are_found() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    bench.step_clock(1);
    let place = || queue(bench.store.submit(bench.order(ada, limit(Side::Buy, "ETH", "0.001", "1"))));
    let placed: Vec<_> = (0..MAX_OPEN_ORDERS).map(|_| place()).collect();
    let first = placed.into_iter().map(|placed| block_on(placed).unwrap().sequence).min().unwrap();
    check(&bench, &[]);
    let row: LimitOrderRow = read_row(&bench, &key::entry(ada.user, Kind::LimitOrder, first));
    let one_more = Sequence::from_u64(first.as_u64() - 1);
    bench.tamper(|changes| {
        changes.entry(ada.user, Kind::LimitOrder, one_more, &row);
        changes.put(Space::OpenOrders, &key::open_order(ada.user, one_more), encode(&OpenOrderRow::from(&row.order())));
    });
    change_account(&bench, ada, |state| state.held = read("0.201"));
    check(&bench, &["201 orders wait, and 200 may"]);
}
