//! Where several things are wrong with a request, the contract's order says which one is named.

use super::bench::{Bench, FIRST_HASH, MAX_PRICE_AGE_MS, buy, deposit, registration, sell, withdraw};
use super::refusals::{check, disable, email_change, keyed_deposit, keyed_order, password_change, with_keys};
use crate::store::commands::{EndSession, OpenSession};

#[test]
fn the_session_comes_before_everything_else() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    with_keys(&bench, ada);
    bench.run(EndSession { session: ada }).unwrap();
    check(&bench, keyed_deposit(&bench, ada, "used", "2"), "Revoked");
    check(&bench, keyed_deposit(&bench, ada, "void", "1"), "Revoked");
    check(&bench, keyed_order(bench.order(ada, buy("NONE", "1")), "used"), "Revoked");
    check(&bench, bench.order(ada, buy("NONE", "1")), "Revoked");
    check(&bench, bench.order(ada, buy("OLD", "1")), "Revoked");
    check(&bench, bench.money(ada, withdraw("1000000")), "Revoked");
    disable(&bench, ada);
    check(&bench, keyed_deposit(&bench, ada, "used", "2"), "Disabled");
    check(&bench, bench.order(ada, sell("NONE", "1")), "Disabled");
}

#[test]
fn the_key_comes_before_the_market_and_the_account() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    with_keys(&bench, ada);
    for order in [buy("NONE", "1"), buy("OLD", "1"), buy("BTC", "1000"), sell("ETH", "1")] {
        check(&bench, keyed_order(bench.order(ada, order), "used"), "KeyReused");
        check(&bench, keyed_order(bench.order(ada, order), "void"), "KeyVoid");
    }
    check(&bench, keyed_deposit(&bench, ada, "used", "1000000"), "KeyReused");
    check(&bench, keyed_deposit(&bench, ada, "void", "1000000"), "KeyVoid");
}

#[test]
fn the_market_comes_before_the_account_and_each_rule_before_the_next() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    let order = |order| bench.order(ada, order);
    check(&bench, order(buy("BTC", "1000")), "OrderValueExceeded");
    check(&bench, order(sell("BTC", "1000")), "OrderValueExceeded");
    bench.step_clock(MAX_PRICE_AGE_MS + 1);
    check(&bench, order(buy("NONE", "1000000")), "AssetNotFound");
    check(&bench, order(sell("NONE", "1000000")), "AssetNotFound");
    check(&bench, order(buy("OLD", "1000000")), "AssetNotTradable");
    check(&bench, order(sell("OLD", "1000000")), "PriceUnavailable");
    check(&bench, order(buy("BTC", "1000")), "PriceUnavailable");
}

#[test]
fn a_withdrawal_checks_funds_before_the_daily_limit() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    check(&bench, bench.money(ada, withdraw("9000.01")), "InsufficientFunds");
    check(&bench, bench.money(ada, withdraw("5000.01")), "DailyLimitExceeded");
    bench.run(bench.money(ada, withdraw("5000"))).unwrap();
    check(&bench, bench.money(ada, withdraw("4000.01")), "InsufficientFunds");
    check(&bench, bench.money(ada, withdraw("0.01")), "DailyLimitExceeded");
}

#[test]
fn a_username_comes_before_an_email_address() {
    let bench = Bench::new();
    bench.register("ada_lovelace");
    check(&bench, registration("ada_lovelace", "ada_lovelace@example.com"), "UsernameTaken");
}

#[test]
fn access_comes_before_what_is_changed() {
    let bench = Bench::new();
    let ada = bench.register("ada_lovelace");
    let bob = bench.register("bob_builder");
    bench.run(EndSession { session: ada }).unwrap();
    check(&bench, email_change(ada, "bob_builder@example.com"), "Revoked");
    check(&bench, password_change(ada, "$argon2id$other"), "Revoked");
    disable(&bench, bob);
    check(&bench, password_change(bob, "$argon2id$other"), "Disabled");
    check(&bench, OpenSession { user: bob.user, verified_hash: "$argon2id$other".to_owned() }, "Disabled");
    check(&bench, OpenSession { user: bob.user, verified_hash: FIRST_HASH.to_owned() }, "Disabled");
    check(&bench, bench.money(bob, deposit("1000000")), "Disabled");
}
