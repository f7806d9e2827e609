//! Keys: what they remember, for whom, for how long, and how they are forgotten.

use super::bench::{Bench, block_on, buy, deposit, once, queue, read, sell};
use super::refusals::{check, keyed_deposit, keyed_order, settle};
use crate::store::codec::decode;
use crate::store::commands::{Guard, Once, PlaceOrder, PruneKeys, Rendered, Settled};
use crate::store::rows::{IdempotencyRow, KEY_LIFE_MS};
use crate::store::space::Space;
use crate::store::view::Session;

/// What one pruning forgets at most.
const PRUNE_AT_ONCE: usize = 500;

fn keyed_buy(bench: &Bench, session: Session, key: &str) -> Once<PlaceOrder> {
    keyed_order(bench.order(session, buy("BTC", "0.01")), key)
}

/// How many keys the store remembers, and how many it would find by age.
fn remembered(bench: &Bench) -> (usize, usize) {
    let rows = bench.rows(&[Space::Accounts]);
    let keys = rows.iter().filter(|(_, key, _)| key.len() == 5 + 16);
    (
        keys.inspect(|(_, _, value)| drop(decode::<IdempotencyRow>(value).unwrap())).count(),
        bench.rows(&[Space::KeyAges]).len(),
    )
}

#[track_caller]
fn assert_replays(bench: &Bench, command: Once<PlaceOrder>, first: &Rendered) {
    let before = bench.dump();
    let again = bench.run(command).unwrap();
    assert_eq!(again, Rendered { replayed: true, ..first.clone() });
    assert_eq!(bench.dump(), before, "a replay changes nothing");
}

#[test]
fn a_repeated_key_changes_nothing_and_answers_the_same_bytes() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    let first = bench.run(keyed_buy(&bench, ada, "k")).unwrap();
    assert!(!first.replayed);
    assert_replays(&bench, keyed_buy(&bench, ada, "k"), &first);
    let other_token = bench.log_in(ada.user);
    assert_replays(&bench, keyed_buy(&bench, other_token, "k"), &first);
    bench.step_clock(60_000);
    assert_replays(&bench, keyed_buy(&bench, ada, "k"), &first); // Though no price is current.
    let bench = bench.reopened();
    assert_replays(&bench, keyed_buy(&bench, ada, "k"), &first);
    assert_eq!(bench.run(settle(ada, "k")).unwrap(), Settled::Done { status: first.status, body: first.body });
}

#[test]
fn method_route_body_and_key_belong_to_the_match() {
    let guard = |key: &str, method, route, body: &str| Guard::new(&read(key), method, route, body.as_bytes());
    let first = guard("k", "POST", "/orders", "{}");
    assert_eq!(first, guard("k", "POST", "/orders", "{}"));
    assert_ne!(first, guard("K", "POST", "/orders", "{}"));
    assert_ne!(first, guard("k", "PUT", "/orders", "{}"));
    assert_ne!(first, guard("k", "POST", "/order", "s{}"));
    assert_ne!(first, guard("k", "POST", "/orders", "{ }"));
}

#[test]
fn without_a_key_every_request_counts() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    for _ in 0..2 {
        let command = once(ada, bench.money(ada, deposit("100")), None, "/balance/deposit", "100");
        assert!(!bench.run(command).unwrap().replayed);
    }
    assert_eq!(bench.cash(ada), "9200");
    assert_eq!(remembered(&bench), (0, 0));
}

#[test]
fn a_key_is_one_users_own() {
    let bench = Bench::new();
    let (ada, bob) = (bench.funded("ada_lovelace"), bench.funded("bob_builder"));
    bench.run(keyed_buy(&bench, ada, "k")).unwrap();
    bench.run(settle(ada, "void")).unwrap();
    assert!(!bench.run(keyed_buy(&bench, bob, "k")).unwrap().replayed);
    assert!(!bench.run(keyed_buy(&bench, bob, "void")).unwrap().replayed);
    assert_eq!(bench.history(bob).len(), 1 + 2);
}

#[test]
fn a_refusal_leaves_the_key_free() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    check(&bench, keyed_order(bench.order(ada, sell("BTC", "0.01")), "k"), "InsufficientAssets");
    assert!(!bench.run(keyed_buy(&bench, ada, "k")).unwrap().replayed);
}

#[test]
fn a_settled_key_places_nothing() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    assert_eq!(bench.run(settle(ada, "k")).unwrap(), Settled::Void);
    check(&bench, keyed_buy(&bench, ada, "k"), "KeyVoid");
    let before = bench.dump();
    assert_eq!(bench.run(settle(ada, "k")).unwrap(), Settled::Void);
    assert_eq!(bench.dump(), before, "settled once is settled");
    let bench = bench.reopened();
    check(&bench, keyed_buy(&bench, ada, "k"), "KeyVoid");
    assert_eq!(bench.history(ada).len(), 1);
}

#[test]
fn a_key_is_free_again_after_a_day() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    bench.run(settle(ada, "void")).unwrap();
    let first = bench.run(keyed_buy(&bench, ada, "k")).unwrap();
    bench.step_clock(KEY_LIFE_MS - 1);
    assert_replays(&bench, keyed_buy(&bench, ada, "k"), &first);
    check(&bench, keyed_buy(&bench, ada, "void"), "KeyVoid");
    check(&bench, keyed_deposit(&bench, ada, "k", "1"), "KeyReused");

    bench.step_clock(1);
    bench.refresh_prices();
    let second = bench.run(keyed_buy(&bench, ada, "k")).unwrap();
    assert!(!second.replayed && second.body != first.body);
    assert_replays(&bench, keyed_buy(&bench, ada, "k"), &second);
    assert!(!bench.run(keyed_deposit(&bench, ada, "void", "1")).unwrap().replayed);
}

#[test]
fn pruning_forgets_old_keys_in_batches_and_no_younger_ones() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    let old = PRUNE_AT_ONCE + 100;
    let keys: Vec<_> =
        (0..old).map(|number| queue(bench.store.submit(settle(ada, &format!("old-{number}"))))).collect();
    keys.into_iter().for_each(|key| drop(block_on(key).unwrap()));
    bench.step_clock(2);
    bench.run(settle(ada, "young")).unwrap();
    assert_eq!(bench.run(PruneKeys).unwrap(), 0);

    bench.step_clock(KEY_LIFE_MS - 1);
    let account = bench.account(ada);
    let pruned = [(); 3].map(|()| bench.run(PruneKeys).unwrap());
    assert_eq!(pruned, [PRUNE_AT_ONCE, 100, 0]);
    assert_eq!((remembered(&bench), bench.account(ada)), ((1, 1), account));
    check(&bench, keyed_deposit(&bench, ada, "young", "1"), "KeyVoid");
    bench.assert_sound();
}

#[test]
fn pruning_spares_a_key_that_was_used_again() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    bench.run(keyed_buy(&bench, ada, "k")).unwrap();
    bench.run(settle(ada, "v")).unwrap();
    bench.step_clock(KEY_LIFE_MS);
    bench.refresh_prices();
    let second = bench.run(keyed_buy(&bench, ada, "k")).unwrap();
    bench.run(settle(ada, "v")).unwrap();
    assert_eq!(remembered(&bench), (2, 4));

    bench.step_clock(1);
    assert_eq!(bench.run(PruneKeys).unwrap(), 2);
    assert_eq!(remembered(&bench), (2, 2));
    assert_replays(&bench, keyed_buy(&bench, ada, "k"), &second);
    check(&bench, keyed_buy(&bench, ada, "v"), "KeyVoid");

    bench.step_clock(KEY_LIFE_MS);
    assert_eq!(bench.run(PruneKeys).unwrap(), 2);
    assert_eq!(remembered(&bench), (0, 0));
}
