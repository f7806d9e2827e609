//! `--idempotency-key`: a script that repeats its line does a thing once.

use std::sync::atomic::{AtomicUsize, Ordering};

use cnop_tests::{Cli, Reaction, Stub, TestServer};
use serde_json::Value;

use crate::held::{Arrives, ORDERS, count, holding, in_flight, orders};

#[test]
fn a_line_that_is_repeated_is_done_once_and_says_so() {
    let server = TestServer::start();
    let cli = Cli::funded(server.url());
    for (line, noun) in [
        ("buy ETH 0.5 --yes --idempotency-key run-42", "purchase"),
        ("buy ETH --usd 100 --yes --idempotency-key ../weird/KEY", "purchase"),
        ("sell ETH 0.25 --yes --idempotency-key s", "sale"),
        ("withdraw 5 --idempotency-key w", "withdrawal"),
        ("claim --idempotency-key c good luck", "claim"),
    ] {
        let first = cli.run(&format!("{line} --output json")).succeeded();
        let (before, balance) = (orders(&cli), cli.json("balance"));
        let again = cli.run(&format!("{line} --output json")).succeeded();
        assert_eq!(first.stderr, "");
        assert_eq!(again.stderr, format!("this {noun} was done before under the same key; nothing moved now\n"));
        assert_eq!(again.value(), first.value(), "the same answer");
        assert_eq!((orders(&cli), cli.json("balance")), (before, balance));
    }
    assert!(cli.intent_files("default").is_empty());
}

#[test]
fn a_key_of_something_else_is_refused_with_what_to_do() {
    let server = TestServer::start();
    let cli = Cli::funded(server.url());
    cli.ok("withdraw 5 --idempotency-key k");
    let said = cli.run("withdraw 6 --idempotency-key k");
    assert_eq!(said.status, 4, "{said}");
    assert!(said.stderr.ends_with("hint: another request was done under this key: use another one\n"), "{said}");
    for line in ["withdraw 5 --idempotency-key ü", "withdraw 5 --idempotency-key="] {
        let said = cli.run(line);
        assert_eq!(said.status, 2, "{said}");
        assert!(said.stderr.contains("must be 1 to 128 visible ASCII characters"), "{said}");
    }
}

const LINE: &str = "buy ETH 0.5 --yes --idempotency-key run-42";

/// Whether the order arrived before the crash or not, there is one in the end.
#[test]
fn a_line_repeated_after_a_crash_places_what_is_missing_and_nothing_twice() {
    for (arrives, stderr) in [
        (Arrives::AtOnce, "this purchase was done before under the same key; nothing moved now\n"),
        (Arrives::Never, ""),
    ] {
        let server = TestServer::start();
        let (stub, arrival) = holding(&server, ORDERS, arrives);
        let cli = Cli::funded(stub.url());
        in_flight(&cli, LINE, &arrival).kill();
        let said = cli.run(LINE).succeeded();
        assert_eq!(said.stderr, stderr);
        assert!(said.stdout.starts_with("Bought 0.5 ETH at $"), "{said}");
        assert_eq!((orders(&cli), count(&stub, "/settle"), cli.intent_files("default").len()), (1, 0, 0));
    }
}

/// The first try may have been done: what the second is told is no answer to that.
#[test]
fn a_refusal_after_a_crash_is_settled_before_it_is_believed() {
    let server = TestServer::start();
    let (stub, arrival) = holding(&server, ORDERS, Arrives::Never);
    let cli = Cli::logged_in(stub.url());
    cli.ok("deposit 100");
    in_flight(&cli, LINE, &arrival).kill();
    let said = cli.run(LINE);
    assert_eq!(said.status, 4, "{said}");
    let sentence = "; $100.00 is available. The purchase was not done, and will not be\n";
    assert!(said.stderr.contains(sentence), "{said}");
    assert_eq!((count(&stub, "/settle"), cli.intent_files("default").len()), (1, 0));
    let said = cli.run(LINE);
    assert_eq!(said.status, 4, "{said}");
    assert!(
        said.stderr.ends_with("hint: nothing was done under this key, and nothing will be: use another one\n"),
        "{said}"
    );
}

#[test]
fn a_line_that_is_still_running_is_not_run_beside_itself() {
    let server = TestServer::start();
    let (stub, arrival) = holding(&server, ORDERS, Arrives::AtOnce);
    let cli = Cli::funded(stub.url());
    let child = in_flight(&cli, LINE, &arrival);
    let said = cli.run(&format!("{LINE} --output json"));
    assert_eq!((said.status, count(&stub, ORDERS)), (7, 1), "{said}");
    let error: Value = serde_json::from_str(&said.stderr).unwrap();
    assert_eq!(error["error"]["code"], "idempotency_key_in_flight", "{said}");
    let other = cli.run("buy ETH 1 --yes --idempotency-key run-42");
    assert_eq!(other.status, 4, "{other}");
    assert!(
        other.stderr.contains("the key run-42 belongs to a purchase of 0.5 ETH that is not settled yet"),
        "{other}"
    );
    child.kill();
    let other = cli.run("buy ETH 1 --yes --idempotency-key run-42");
    assert_eq!((other.status, count(&stub, ORDERS)), (4, 1), "{other}");
    cli.ok(LINE);
    assert_eq!(orders(&cli), 1);
}

/// A lost answer does not use up the key: the script that gave it repeats its line.
#[test]
fn a_line_whose_answer_is_lost_can_be_repeated_under_its_key() {
    for lost in [Reaction::HangUp, Reaction::ForwardAndCut(0), Reaction::problem(503, "shutting_down", "Stopping.")] {
        let server = TestServer::start();
        let times = AtomicUsize::new(0);
        let stub = Stub::before(server.url(), move |request| {
            let is_first = request.route() == ORDERS && times.fetch_add(1, Ordering::SeqCst) == 0;
            if is_first { lost.clone() } else { Reaction::Forward }
        });
        let cli = Cli::funded(stub.url());
        let said = cli.run(LINE);
        assert_eq!((said.status, cli.intent_files("default").len()), (7, 1), "{said}");
        assert!(said.stderr.contains("run the same line again"), "{said}");
        cli.ok(LINE);
        assert_eq!((orders(&cli), count(&stub, "/settle"), cli.intent_files("default").len()), (1, 0, 0));
    }
}
