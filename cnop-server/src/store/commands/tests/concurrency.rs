//! Many at once on one store: what only one may have, only one gets.

use std::sync::Arc;

use tokio::sync::Barrier;

use super::bench::{Bench, FIRST_HASH, claim, deposit, reason, registration, withdraw};
use super::refusals::{keyed_deposit, password_change, settle};
use crate::store::SubmitError;
use crate::store::commands::{Command, OpenSession, RenewSession, Settled};

const AT_ONCE: usize = 20;

/// Submits commands at the same moment from several threads.
fn at_once<C: Command>(bench: &Bench, make: impl Fn(usize) -> C) -> Vec<Result<C::Answer, SubmitError>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().unwrap();
    let together = Arc::new(Barrier::new(AT_ONCE));
    let start = |number| {
        let (store, command, together) = (bench.store.clone(), make(number), Arc::clone(&together));
        runtime.spawn(async move {
            together.wait().await;
            store.submit(command).await
        })
    };
    let running: Vec<_> = (0..AT_ONCE).map(start).collect();
    running.into_iter().map(|task| runtime.block_on(task).unwrap()).collect()
}

#[track_caller]
fn assert_one_success<A>(answers: Vec<Result<A, SubmitError>>, others: &str) {
    let refused: Vec<_> = answers.into_iter().filter_map(Result::err).map(|error| reason(&error)).collect();
    assert_eq!(refused, [others; AT_ONCE - 1]);
}

#[test]
fn one_of_twenty_withdrawals_of_more_than_half_gets_through() {
    let bench = Bench::new();
    let ada = bench.funded("ada_lovelace");
    assert_one_success(at_once(&bench, |_| bench.money(ada, withdraw("4500.01"))), "InsufficientFunds");
    assert_eq!((bench.cash(ada).as_str(), bench.history(ada).len()), ("4499.99", 2));
    bench.assert_sound();
}

#[test]
fn one_of_twenty_deposits_of_more_than_half_the_limit_gets_through() {
    let bench = Bench::new();
    let ada = bench.register("ada_lovelace");
    assert_one_success(at_once(&bench, |_| bench.money(ada, deposit("5000.01"))), "DailyLimitExceeded");
    assert_eq!((bench.cash(ada).as_str(), bench.history(ada).len()), ("5000.01", 1));
    bench.assert_sound();
}

#[test]
fn one_of_twenty_registrations_of_a_name_gets_through() {
    let bench = Bench::new();
    let emails = |number| registration("ada_lovelace", &format!("ada{number}@example.com"));
    assert_one_success(at_once(&bench, emails), "UsernameTaken");
    assert_one_success(
        at_once(&bench, |number| registration(&format!("user_{number}"), "one@example.com")),
        "EmailTaken",
    );
    assert_eq!(bench.store.verify().unwrap().users, 2);
    bench.assert_sound();
}

#[test]
fn one_of_twenty_claims_gets_through() {
    let bench = Bench::new();
    let ada = bench.register("ada_lovelace");
    assert_one_success(at_once(&bench, |_| bench.money(ada, claim("8.88"))), "AlreadyClaimedToday");
    assert_eq!(bench.cash(ada), "8.88");
    bench.assert_sound();
}

#[test]
fn one_of_twenty_password_changes_and_renewals_gets_through() {
    let bench = Bench::new();
    let ada = bench.register("ada_lovelace");
    assert_one_success(at_once(&bench, |_| password_change(ada, FIRST_HASH)), "PasswordChanged");
    assert_one_success(at_once(&bench, |_| RenewSession { session: ada }), "Revoked");
}

#[test]
fn one_key_twenty_times_is_one_deposit_and_one_answer() {
    let bench = Bench::new();
    let ada = bench.register("ada_lovelace");
    let answers: Vec<_> =
        at_once(&bench, |_| keyed_deposit(&bench, ada, "k", "100")).into_iter().collect::<Result<_, _>>().unwrap();
    assert_eq!(answers.iter().filter(|answer| !answer.replayed).count(), 1);
    assert!(answers.iter().all(|answer| (answer.status, &answer.body) == (answers[0].status, &answers[0].body)));
    assert_eq!(bench.cash(ada), "100");
    bench.assert_sound();
}

#[test]
fn a_key_is_settled_one_way_for_everybody() {
    let bench = Bench::new();
    let ada = bench.register("ada_lovelace");
    let outcomes = at_once(&bench, |_| settle(ada, "k"));
    assert!(outcomes.into_iter().all(|outcome| outcome.unwrap() == Settled::Void));
}

#[test]
fn tokens_given_out_at_once_all_differ() {
    let bench = Bench::new();
    let user = bench.register("ada_lovelace").user;
    let open = |_| OpenSession { user, verified_hash: FIRST_HASH.to_owned() };
    let mut tokens: Vec<_> = at_once(&bench, open).into_iter().map(|grant| grant.unwrap().token).collect();
    tokens.sort();
    tokens.dedup();
    assert_eq!(tokens.len(), AT_ONCE);
}
