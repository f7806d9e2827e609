//! Every reason to refuse, what provokes it, and that it leaves every row of the file as it was.

use cnop_core::money::Usd;

use super::bench::{
    Bench, FIRST_HASH, MAX_PRICE_AGE_MS, buy, claim, deposit, once, reason, registration, sell, withdraw,
};
use crate::market::Board;
use crate::market::book::tests::listing;
use crate::store::codec::encode;
use crate::store::commands::{
    ChangePassword, Command, EndSession, MoveMoney, Once, OpenSession, PlaceOrder, ProfileChange, RenewSession, Settle,
    UpdateProfile, key_digest,
};
use crate::store::key::{self, Kind};
use crate::store::space::Space;
use crate::store::view::Session;

#[track_caller]
pub(super) fn check<C: Command>(bench: &Bench, command: C, expected: &str) {
    let before = bench.dump();
    let refused = bench.run(command).err().map(|error| reason(&error));
    assert_eq!(refused.as_deref(), Some(expected));
    assert_eq!(bench.dump(), before, "a refusal changes nothing");
}

pub(super) fn email_change(session: Session, email: &str) -> UpdateProfile {
    UpdateProfile { session, change: ProfileChange { email: Some(email.parse().unwrap()), ..ProfileChange::default() } }
}

pub(super) fn password_change(session: Session, verified_hash: &str) -> ChangePassword {
    ChangePassword { session, verified_hash: verified_hash.to_owned(), new_hash: "$argon2id$new".to_owned() }
}

/// Shuts an account, as an operator does.
pub(super) fn disable(bench: &Bench, session: Session) {
    let access = bench.look(|view| view.access(session.user));
    let access = crate::store::rows::Access { disabled: true, ..access };
    bench.tamper(|changes| changes.put(Space::Accounts, &key::single(session.user, Kind::Access), encode(&access)));
}

/// Gives `session` a key that was used for a deposit of 1 USD, and a key that was settled.
pub(super) fn with_keys(bench: &Bench, session: Session) {
    bench.run(keyed_deposit(bench, session, "used", "1")).unwrap();
    bench.run(settle(session, "void")).unwrap();
}

pub(super) fn keyed_deposit(bench: &Bench, session: Session, key: &str, amount: &str) -> Once<MoveMoney> {
    once(session, bench.money(session, deposit(amount)), Some(key), "/balance/deposit", amount)
}

pub(super) fn keyed_order(order: PlaceOrder, key: &str) -> Once<PlaceOrder> {
    once(order.session, order, Some(key), "/orders", "an order")
}

pub(super) fn settle(session: Session, key: &str) -> Settle {
    Settle { session, digest: key_digest(&key.parse().unwrap()) }
}

#[test]
fn a_username_belongs_to_one_user() {
    let bench = Bench::new();
    bench.register("ada_lovelace");
    check(&bench, registration("ada_lovelace", "other@example.com"), "UsernameTaken");
    check(&bench, registration("Ada_Lovelace", "other@example.com"), "UsernameTaken");
}

#[test]
fn an_email_address_belongs_to_one_user_at_a_time() {
    let bench = Bench::new();
    let ada = bench.register("ada_lovelace");
    let bob = bench.register("bob_builder");
    check(&bench, registration("somebody", "ADA_lovelace@example.com"), "EmailTaken");
    check(&bench, email_change(bob, "ada_lovelace@example.com"), "EmailTaken");

    bench.run(email_change(ada, "ada_lovelace@example.com")).expect("one's own address is no one else's");
    bench.run(email_change(ada, "countess@example.com")).unwrap();
    check(&bench, registration("somebody", "countess@example.com"), "EmailTaken");
    bench.run(email_change(bob, "ada_lovelace@example.com")).expect("an address that was given up is free");
    bench.assert_sound();
}

#[test]
fn a_password_that_changed_while_it_was_checked_is_refused() {
    let bench = Bench::new();
    let ada = bench.register("ada_lovelace");
    bench.run(password_change(ada, FIRST_HASH)).unwrap();
    check(&bench, password_change(ada, FIRST_HASH), "PasswordChanged");
    check(&bench, OpenSession { user: ada.user, verified_hash: FIRST_HASH.to_owned() }, "PasswordChanged");
    bench.run(OpenSession { user: ada.user, verified_hash: "$argon2id$new".to_owned() }).unwrap();
}

/// Every command that acts for a user.
#[track_caller]
fn check_every_command(bench: &Bench, session: Session, expected: &str) {
    for command in [deposit("1"), withdraw("1"), claim("8.88")] {
        check(bench, bench.money(session, command), expected);
    }
    for order in [buy("BTC", "0.001"), sell("BTC", "0.001")] {
        check(bench, bench.order(session, order), expected);
    }
    check(bench, once(session, bench.money(session, deposit("1")), None, "/balance/deposit", ""), expected);
    check(bench, keyed_deposit(bench, session, "fresh", "1"), expected);
    check(bench, keyed_deposit(bench, session, "used", "1"), expected);
    check(bench, settle(session, "fresh"), expected);
    check(bench, settle(session, "used"), expected);
    check(bench, email_change(session, "new@example.com"), expected);
    check(bench, password_change(session, FIRST_HASH), expected);
    check(bench, RenewSession { session }, expected);
    check(bench, EndSession { session }, expected);
}

#[test]
fn no_command_takes_a_revoked_session() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    with_keys(&bench, ada);
    bench.run(EndSession { session: ada }).unwrap();
    check_every_command(&bench, ada, "Revoked");
}

#[test]
fn no_command_takes_a_disabled_user() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    with_keys(&bench, ada);
    disable(&bench, ada);
    check_every_command(&bench, ada, "Disabled");
    check(&bench, OpenSession { user: ada.user, verified_hash: FIRST_HASH.to_owned() }, "Disabled");
}

#[test]
fn what_is_not_listed_is_not_traded() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    for order in [buy("NONE", "1"), sell("NONE", "1")] {
        check(&bench, bench.order(ada, order), "AssetNotFound");
    }
}

#[test]
fn what_is_inactive_is_sold_but_not_bought() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    check(&bench, bench.order(ada, buy("OLD", "10")), "AssetNotTradable");
    bench.book.publish(Board::new(vec![listing("OLD", "1", bench.now(), true)]));
    bench.run(bench.order(ada, buy("OLD", "10"))).unwrap();
    bench.book.publish(Board::new(vec![listing("OLD", "1", bench.now(), false)]));
    check(&bench, bench.order(ada, buy("OLD", "10")), "AssetNotTradable");
    bench.run(bench.order(ada, sell("OLD", "10"))).expect("what became inactive can be sold");
}

#[test]
fn an_old_price_is_no_price() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    bench.step_clock(MAX_PRICE_AGE_MS);
    bench.run(bench.order(ada, buy("BTC", "0.01"))).unwrap();
    bench.step_clock(1);
    check(&bench, bench.order(ada, buy("BTC", "0.01")), "PriceUnavailable");
    check(&bench, bench.order(ada, sell("BTC", "0.01")), "PriceUnavailable");
    bench.refresh_prices();
    bench.run(bench.order(ada, sell("BTC", "0.01"))).unwrap();
}

#[test]
fn a_key_belongs_to_one_request() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    with_keys(&bench, ada);
    check(&bench, keyed_deposit(&bench, ada, "used", "2"), "KeyReused");
    let elsewhere = once(ada, bench.money(ada, withdraw("1")), Some("used"), "/balance/withdraw", "1");
    check(&bench, elsewhere, "KeyReused");
    check(&bench, keyed_deposit(&bench, ada, "void", "1"), "KeyVoid");
}

#[test]
fn the_ledger_refuses_through_the_store() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    let money = |command| bench.money(ada, command);
    check(&bench, money(deposit("1000.01")), "DailyLimitExceeded");
    check(&bench, money(withdraw("5000.01")), "DailyLimitExceeded");
    check(&bench, money(withdraw("9000.01")), "InsufficientFunds");
    check(&bench, bench.order(ada, buy("BTC", "0.19")), "InsufficientFunds");
    check(&bench, bench.order(ada, buy("BTC", "0.20000001")), "OrderValueExceeded");
    check(&bench, bench.order(ada, sell("ETH", "0.001")), "InsufficientAssets");

    bench.run(money(claim("8.88"))).unwrap();
    check(&bench, money(claim("8.88")), "AlreadyClaimedToday");

    bench.run(bench.order(ada, buy("ETH", "1"))).unwrap();
    bench.book.publish(Board::new(vec![listing("ETH", "0.000009", bench.now(), true)]));
    check(&bench, bench.order(ada, sell("ETH", "0.001")), "WorthNothing");
    bench.assert_sound();
}

#[test]
fn no_account_grows_beyond_what_it_can_hold() {
    let bench = Bench::new();
    let ada = bench.register("ada_lovelace");
    bench.run(bench.money(ada, claim("10000000000"))).unwrap();
    check(&bench, bench.money(ada, deposit("0.01")), "TooLarge");
    assert_eq!(bench.account(ada).state().cash, Usd::whole(10_000_000_000));
}
