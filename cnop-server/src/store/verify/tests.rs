//! Single rows changed behind the back of every command: each is found, and named. Orders that wait: `limits`.

mod limits;

use cnop_core::ledger::{Account, AccountState, Event, Holding};
use cnop_core::money::{Quantity, Usd};
use cnop_core::order::Side;
use cnop_core::user::Username;

use super::*;
use crate::store::codec::{Row, encode};
use crate::store::commands::tests::bench::{Bench, block_on, buy, claim, limit, queue, read, sell, withdraw};
use crate::store::key::{self, Kind, UserNumber};
use crate::store::rows::{
    AccountRow, CashMoveKind, CashMoveRow, FillRow, LimitOrderRow, MarketOrderRow, OpenOrderRow, OrderRow,
};
use crate::store::view::Session;

/// Two users of whom the first has done everything once: her entries are 0 to 4, and she holds 0.07 BTC.
fn traded() -> (Bench, Session) {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    bench.funded("bob_builder");
    bench.run(bench.order(ada, buy("BTC", "0.1"))).unwrap();
    bench.run(bench.order(ada, sell("BTC", "0.03"))).unwrap();
    bench.run(bench.money(ada, withdraw("100"))).unwrap();
    bench.run(bench.money(ada, claim("8.88"))).unwrap();
    (bench, ada)
}

/// Asserts that the first user's findings begin with these words, and that nobody else has any.
#[track_caller]
fn check(bench: &Bench, expected: &[&str]) {
    let report = bench.store.verify().unwrap();
    let found: Vec<_> = report.findings.iter().map(|finding| finding.what.as_str()).collect();
    let matches =
        found.len() == expected.len() && found.iter().zip(expected).all(|(is, should)| is.starts_with(should));
    assert!(matches, "{found:#?} is not {expected:#?}");
    assert!(report.findings.iter().all(|finding| ["ada_lovelace", STORE].contains(&finding.username.as_str())));
}

fn read_row<R: Row>(bench: &Bench, key: &[u8]) -> R {
    bench.look(|view| decode(view.source().get(Space::Accounts, key)?.unwrap().value()))
}

fn put<R: Row>(bench: &Bench, key: &[u8], row: &R) {
    bench.tamper(|changes| changes.put(Space::Accounts, key, encode(row)));
}

fn change_account(bench: &Bench, user: Session, change: impl FnOnce(&mut AccountState)) {
    let key = key::single(user.user, Kind::Account);
    let mut state = Account::try_from(read_row::<AccountRow>(bench, &key)).unwrap().state().clone();
    change(&mut state);
    put(bench, &key, &AccountRow::from(&Account::restore(state).unwrap()));
}

/// The key of one entry of the history, oldest first.
fn key_of(bench: &Bench, user: Session, number: usize) -> Vec<u8> {
    let record = &bench.history(user)[number];
    let kind = if matches!(record.entry, Entry::Trade(_)) { Kind::Order } else { Kind::CashMove };
    key::entry(user.user, kind, record.sequence).to_vec()
}

fn change_order(bench: &Bench, user: Session, number: usize, change: impl FnOnce(&mut MarketOrderRow)) {
    let key = key_of(bench, user, number);
    let OrderRow::Market(mut order) = read_row(bench, &key);
    change(&mut order);
    put(bench, &key, &OrderRow::Market(order));
}

fn change_move(bench: &Bench, user: Session, number: usize, change: impl FnOnce(&mut CashMoveRow)) {
    let key = key_of(bench, user, number);
    let mut row = read_row(bench, &key);
    change(&mut row);
    put(bench, &key, &row);
}

fn smallest_more(amount: Usd) -> Usd {
    Usd::from_units(amount.units() + 1).unwrap()
}

#[test]
fn what_was_not_touched_adds_up() {
    let (bench, _) = traded();
    let report = bench.store.verify().unwrap();
    assert_eq!(report, Report { users: 2, entries: 6, findings: vec![] });
    assert_eq!(Bench::new().store.verify().unwrap(), Report::default());
}

#[test]
fn a_wrong_account_is_found_to_the_smallest_unit() {
    let changed = |change: fn(&mut AccountState), expected: &[&str]| {
        let (bench, ada) = traded();
        change_account(&bench, ada, change);
        check(&bench, expected);
    };
    changed(
        |state| state.cash = smallest_more(state.cash),
        &["the balance is 5408.88000001, the history says 5408.88"],
    );
    changed(|state| state.held = smallest_more(state.held), &["the held balance is 0.00000001, the history says 0"]);
    changed(|state| state.day.deposited = Usd::ZERO, &["today's deposits is 0, the history says 9000"]);
    changed(|state| state.day.withdrawn = Usd::ZERO, &["today's withdrawals is 0, the history says 100"]);
    changed(|state| state.counts = Default::default(), &["the number of entries is 0, the history says 5"]);
    changed(|state| state.claimed_on = None, &["the account differs from its history in its dates or counts"]);
    changed(|state| state.day.day = state.day.day.tomorrow().unwrap(), &["the account differs from its history"]);
    changed(|state| state.updated_at = state.updated_at.plus_millis(1), &["the account differs from its history"]);
}

#[test]
fn a_wrong_holding_is_found_to_the_smallest_unit() {
    let changed = |change: fn(&mut Holding), expected: &[&str]| {
        let (bench, ada) = traded();
        change_account(&bench, ada, |state| change(state.holdings.get_mut(&read("BTC")).unwrap()));
        check(&bench, expected);
    };
    changed(|btc| btc.quantity = read("0.07000001"), &["the quantity of BTC is 0.07000001, the history says 0.07"]);
    changed(|btc| btc.held = read("0.00000001"), &["the held quantity of BTC is 0.00000001, the history says 0"]);
    changed(|btc| btc.basis = smallest_more(btc.basis), &["the basis of BTC is 3500.00000001, the history says 3500"]);
    changed(|btc| btc.created_at = btc.created_at.plus_millis(1), &["the account differs from its history"]);

    let (bench, ada) = traded();
    change_account(&bench, ada, |state| state.holdings.clear());
    check(&bench, &["the quantity of BTC is 0, the history says 0.07", "the basis of BTC is 0, the history says 3500"]);

    let (bench, ada) = traded();
    change_account(&bench, ada, |state| {
        let btc = state.holdings[&read("BTC")].clone();
        state.holdings.insert(read("ETH"), Holding { basis: Usd::ZERO, ..btc });
    });
    check(&bench, &["the quantity of ETH is 0.07, the history says 0"]);
}

#[test]
fn a_missing_order_is_found() {
    let (bench, ada) = traded();
    let key = key_of(&bench, ada, 2);
    bench.tamper(|changes| changes.remove(Space::Accounts, &key));
    check(
        &bench,
        &[
            "the balance after entry",
            "the balance after entry",
            "the balance is 5408.88, the history says 3908.88",
            "the number of entries is 5, the history says 4",
            "the quantity of BTC is 0.07, the history says 0.1",
            "the basis of BTC is 3500, the history says 5000",
        ],
    );
}

#[test]
fn a_sale_without_its_purchase_cannot_be_posted() {
    let (bench, ada) = traded();
    let (key, sale) = (key_of(&bench, ada, 1), bench.history(ada)[2].sequence);
    bench.tamper(|changes| changes.remove(Space::Accounts, &key));
    let findings = bench.store.verify().unwrap().findings;
    assert_eq!(findings[0].what, format!("entry {sale} cannot be posted: it takes more than there is"));
}

#[test]
fn an_entry_that_nobody_made_is_found() {
    let (bench, ada) = traded();
    let last = bench.history(ada)[4].sequence;
    let key = key_of(&bench, ada, 4);
    let row: CashMoveRow = read_row(&bench, &key);
    put(&bench, &key::entry(ada.user, Kind::CashMove, Sequence::from_u64(last.as_u64() + 1_000)), &row);
    check(
        &bench,
        &[
            "the balance after entry",
            "entry",
            "the balance is 5408.88, the history says 5417.76",
            "the number of entries is 5, the history says 6",
        ],
    );
    assert!(bench.store.verify().unwrap().findings[1].what.ends_with("is newer than the last number given out"));
}

#[test]
fn a_wrong_order_is_found() {
    let (bench, ada) = traded();
    let sequence = bench.history(ada)[2].sequence;
    change_order(&bench, ada, 2, |order| order.balance_after = smallest_more(order.balance_after));
    check(&bench, &[&format!("the balance after entry {sequence} is 5500.00000001, the history says 5500")]);

    let (bench, ada) = traded();
    change_order(&bench, ada, 2, |order| order.price = read("50000.000000000001"));
    check(&bench, &[]); // The proceeds are rounded down: this price brings the same.
    change_order(&bench, ada, 2, |order| order.price = read("50001"));
    check(&bench, &["the total of order"]);

    let (bench, ada) = traded();
    change_order(&bench, ada, 2, |order| order.quantity = Quantity::from_units(order.quantity.units() + 1).unwrap());
    check(&bench, &["the total of order", "the quantity of BTC", "the basis of BTC"]);
}

#[test]
fn a_wrong_cash_move_is_found() {
    let (bench, ada) = traded();
    let sequence = bench.history(ada)[3].sequence;
    change_move(&bench, ada, 3, |row| row.balance_after = smallest_more(row.balance_after));
    check(&bench, &[&format!("the balance after entry {sequence} is 5400.00000001, the history says 5400")]);

    let (bench, ada) = traded();
    change_move(&bench, ada, 4, |row| row.kind = CashMoveKind::Deposit);
    check(&bench, &["today's deposits is 9000, the history says 9008.88"]);

    let (bench, ada) = traded();
    change_move(&bench, ada, 4, |row| row.amount = smallest_more(row.amount));
    check(&bench, &["the balance after entry", "the balance is 5408.88, the history says 5408.88000001"]);
}

#[test]
fn an_index_that_leads_elsewhere_is_found() {
    let (bench, ada) = traded();
    let bob = bench.look(|view| view.user_named(&read::<Username>("bob_builder"))).unwrap();
    bench.tamper(|changes| changes.put(Space::Names, b"ada_lovelace", bob.to_bytes().into()));
    check(&bench, &["the username does not lead to this user"]);
    bench.tamper(|changes| changes.put(Space::Names, b"ada_lovelace", ada.user.to_bytes().into()));
    check(&bench, &[]);
    bench.tamper(|changes| changes.remove(Space::Emails, b"ada_lovelace@example.com"));
    check(&bench, &["the email address does not lead to this user"]);
}

#[test]
fn every_users_findings_carry_the_users_name() {
    let (bench, ada) = traded();
    let bob = bench.look(|view| view.user_named(&read::<Username>("bob_builder"))).unwrap();
    for session in [ada, Session { user: bob, ..ada }] {
        change_account(&bench, session, |state| state.cash = smallest_more(state.cash));
    }
    let findings = bench.store.verify().unwrap().findings;
    let names: Vec<_> = findings.into_iter().map(|finding| finding.username).collect();
    assert_eq!(names, ["ada_lovelace", "bob_builder"]);
}

#[test]
fn a_row_that_cannot_be_read_is_found_and_the_others_are_still_looked_at() {
    let check = |kind: Kind, what: &str| {
        let (bench, ada) = traded();
        let found = || {
            let report = bench.store.verify().unwrap();
            assert_eq!(report.users, 2);
            report.findings.into_iter().map(|found| format!("{}: {}", found.username, found.what)).collect::<Vec<_>>()
        };
        bench.tamper(|changes| changes.put(Space::Accounts, &key::single(ada.user, kind), [1, 2, 3].into()));
        assert!(
            found().iter().any(|found| found.starts_with(&format!("ada_lovelace: a row of {what} cannot be read")))
        );
        bench.tamper(|changes| changes.remove(Space::Accounts, &key::single(ada.user, kind)));
        assert_eq!(found(), [format!("ada_lovelace: {what} is missing")]);
    };
    check(Kind::Access, "access");
    check(Kind::Account, "account");
}

#[test]
fn what_belongs_to_nobody_is_found() {
    let (bench, ada) = traded();
    let nobody = UserNumber(9);
    bench.tamper(|changes| changes.put(Space::Names, b"nobody_here", nobody.to_bytes().into()));
    bench.tamper(|changes| changes.put(Space::Accounts, &key::single(nobody, Kind::Account), [1].into()));
    bench.tamper(|changes| changes.put(Space::Names, b"second_name", ada.user.to_bytes().into()));
    bench.tamper(|changes| changes.put(Space::Meta, key::META_LAST_USER, 1_u32.to_be_bytes().into()));
    check(
        &bench,
        &[
            "the username nobody_here leads to a user who does not exist",
            "4 entries of the username index lead to 2 users",
            "there is a row of an account that no user has",
            "the next user would get a number that is taken",
        ],
    );
}
