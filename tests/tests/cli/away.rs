//! A server that is away for longer than a command asks for it: money is in doubt, and nothing is lost.
//!
//! Each test waits out some seconds. Tests begin in the order of their names: these stand early, so that none is waited
//! for alone in the end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cnop_tests::{Cli, Reaction, Said, Stub, TestServer};
use serde_json::{Value, json};

use crate::held::{Arrives, ORDERS, check_names_key, count, holding, in_flight, key_of_order, orders, settled};

#[test]
fn where_nothing_answers_any_more_the_outcome_is_unknown_and_the_key_is_named() {
    let server = TestServer::start();
    let stub = Stub::before(server.url(), |request| match request.route() {
        ORDERS => Reaction::ForwardAndCut(0),
        route if route.ends_with("/settle") => Reaction::HangUp,
        _ => Reaction::Forward,
    });
    let cli = Cli::funded(stub.url());
    let said = cli.run("buy ETH 0.5 --yes");
    assert_eq!((said.status, said.stdout.as_str()), (7, ""), "{said}");
    check_names_key(&said.stderr, &key_of_order(&stub));
    assert!(said.stderr.contains("error: it is unknown whether the purchase was done: no answer from"), "{said}");
    assert_eq!(count(&stub, ORDERS), 1, "it is never sent twice");
    assert_eq!(cli.intent_files("default").len(), 1, "it can be settled later");
}

/// Somebody whose order was done and whose command was killed before the answer; the server is away until the switch is
/// off.
fn left_alone(server: &TestServer) -> (Cli, Stub, Arc<AtomicBool>) {
    let away = Arc::new(AtomicBool::new(false));
    let (front, arrival) = holding(server, ORDERS, Arrives::AtOnce);
    let gone = Arc::clone(&away);
    let stub = Stub::before(front.url(), move |_| match gone.load(Ordering::Relaxed) {
        true => Reaction::HangUp,
        false => Reaction::Forward,
    });
    let cli = Cli::funded(stub.url());
    in_flight(&cli, "buy ETH 0.5 --yes", &arrival).kill();
    away.store(true, Ordering::Relaxed);
    (cli, stub, away)
}

/// A server that is away is asked for some seconds: two people wait side by side.
#[test]
fn while_the_server_is_away_nothing_new_is_sent_and_nothing_is_lost() {
    let server = TestServer::start();
    let (seller, front, first) = left_alone(&server);
    let (asker, _front, second) = left_alone(&server);
    let selling = seller.start("sell ETH 0.25 --yes");
    let asking = asker.start("orders settle --output json");
    check_nothing_new(&selling.end());
    check_unsettled(&asking.end());
    assert_eq!(count(&front, ORDERS), 1);

    first.store(false, Ordering::Relaxed);
    second.store(false, Ordering::Relaxed);
    let said = seller.run("sell ETH 0.25 --yes").succeeded();
    assert!(said.stderr.contains(" was done: Bought 0.5 ETH") && said.stdout.starts_with("Sold 0.25 ETH"), "{said}");
    assert_eq!(orders(&seller), 2);
    assert_eq!(settled(&asker.run("orders settle --output json"))["outcome"], "done");
    assert_eq!(orders(&asker), 1);
}

#[track_caller]
fn check_nothing_new(said: &Said) {
    assert_eq!((said.status, said.stdout.as_str()), (7, ""), "{said}");
    assert!(
        said.stderr.starts_with("error: it is unknown what became of an earlier purchase of 0.5 ETH (20"),
        "{said}"
    );
    assert!(said.stderr.contains(": no answer from http://127.0.0.1:"), "{said}");
    assert!(said.stderr.ends_with(". Nothing new was sent\nhint: ask once more with `cnop orders settle`\n"), "{said}");
}

#[track_caller]
fn check_unsettled(said: &Said) {
    let unknown = settled(said);
    assert_eq!((said.status, &unknown["outcome"], &unknown["answer"]), (7, &json!("unknown"), &Value::Null), "{said}");
    assert!(unknown["reason"].as_str().unwrap().starts_with("no answer from "), "{said}");
    let error: Value = serde_json::from_str(&said.stderr).unwrap();
    assert_eq!((&error["error"]["code"], &error["error"]["exit_code"]), (&json!("unsettled"), &json!(7)), "{said}");
}
