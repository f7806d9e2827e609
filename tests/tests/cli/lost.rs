//! Answers that are lost on the way: what moved money is settled, and done at most once.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use cnop_tests::{Cli, Reaction, Said, Stub, TestServer};

use crate::held::{Arrives, ORDERS, PATIENCE, check_names_key, count, holding, in_flight, key_of_order};

/// A stub before `server` that does `first` to the first request of `route`, and passes on everything else.
fn once(server: &TestServer, route: &'static str, first: Reaction) -> Stub {
    let met = AtomicU32::new(0);
    Stub::before(server.url(), move |request| {
        match request.route() == route && met.fetch_add(1, Ordering::Relaxed) == 0 {
            true => first.clone(),
            false => Reaction::Forward,
        }
    })
}

/// A line whose answer is lost in this way is settled, and reported as what it was: done, and done once.
#[track_caller]
fn check_done(line: &str, route: &'static str, what: &str, lost: Reaction) {
    let server = TestServer::start();
    let stub = once(&server, route, lost.clone());
    let cli = Cli::logged_in(stub.url());
    if line.starts_with("buy") {
        cli.ok("deposit 5000");
    }
    let before = entries(&cli);
    let said = cli.run(&format!("{line} --output json")).succeeded();
    assert!(said.stderr.contains(&format!("; asking what became of the {what}\nthe {what} was done\n")), "{said}");
    assert!(cli.intent_files("default").is_empty(), "what is known is not kept");
    assert_eq!(entries(&cli), before + 1, "{line} after {lost:?}");
    assert_eq!((count(&stub, route), count(&stub, "/settle")), (1, 1), "{line} after {lost:?}");
    check_same_answer(&cli, line, &said);
    drop(stub);
    server.stop().1.assert_sound();
}

/// The settled answer is the one that was lost: an order as the list has it.
#[track_caller]
fn check_same_answer(cli: &Cli, line: &str, said: &Said) {
    if line.starts_with("buy") {
        assert_eq!(cli.json("orders")["data"][0], said.value(), "{said}");
    } else {
        assert_eq!(said.value()["success"], true, "{said}");
    }
}

/// Entries of the balance history.
fn entries(cli: &Cli) -> u64 {
    cli.json("transactions")["total_count"].as_u64().expect("a count")
}

#[test]
fn a_lost_answer_is_settled_and_reported_as_done() {
    check_done("buy ETH 0.5 --yes", ORDERS, "purchase", Reaction::ForwardAndCut(0));
    check_done("buy ETH --usd 300 --yes", ORDERS, "purchase", Reaction::ForwardAndCut(0));
    check_done("deposit 25", "POST /api/v1/balance/deposit", "deposit", Reaction::ForwardAndCut(0));
    check_done("claim luck", "POST /api/v1/cny/claim", "claim", Reaction::ForwardAndCut(0));
}

#[test]
fn an_answer_that_breaks_off_is_a_lost_one() {
    check_done("buy ETH 0.5 --yes", ORDERS, "purchase", Reaction::ForwardAndCut(20));
    check_done("buy ETH 0.5 --yes", ORDERS, "purchase", Reaction::ForwardAndCut(450));
}

#[test]
fn a_settled_purchase_reads_as_any_other() {
    let server = TestServer::start();
    let stub = once(&server, ORDERS, Reaction::ForwardAndCut(0));
    let cli = Cli::funded(stub.url());
    let said = cli.run("buy ETH 0.5 --yes").succeeded();
    assert!(said.stdout.starts_with("Bought 0.5 ETH at $"), "{said}");
    assert!(said.stderr.starts_with(&format!("no answer from {}: ", stub.url())), "{said}");
    assert_eq!(said.stderr.lines().count(), 2, "{said}");
    assert_eq!(cli.json("orders")["data"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_request_that_never_arrived_is_reported_as_not_done_and_cannot_arrive_later() {
    let server = TestServer::start();
    let stub = once(&server, ORDERS, Reaction::HangUp);
    let cli = Cli::funded(stub.url());
    let said = cli.run("buy ETH 0.5 --yes");
    assert_eq!((said.status, said.stdout.as_str()), (6, ""), "{said}");
    assert!(
        said.stderr.contains("The purchase was not done, and will not be\nhint: it is safe to try again\n"),
        "{said}"
    );

    let order = stub.requests().into_iter().find(|request| request.route() == ORDERS).unwrap();
    let late = order.send_to(server.url());
    assert!(late.starts_with("HTTP/1.1 409 ") && late.contains("idempotency_key_void"), "{late}");
    assert_eq!(cli.ok("orders"), "No orders.\n");
    assert_eq!(cli.json("balance")["current_balance"], "10000");
    cli.ok("buy ETH 0.5 --yes");
    assert_eq!(cli.json("orders")["data"].as_array().map(Vec::len), Some(1), "trying again is another order");
}

#[test]
fn a_gateway_that_answers_in_place_of_the_server_leaves_no_doubt_either() {
    let server = TestServer::start();
    let stub = once(&server, ORDERS, Reaction::html("502 Bad Gateway"));
    let cli = Cli::funded(stub.url());
    let said = cli.run("buy ETH 0.5 --yes");
    assert!(said.stderr.contains("(status 502)") && said.stderr.contains("was not done, and will not be"), "{said}");
    assert_eq!(said.status, 6, "{said}");
    assert_eq!(cli.ok("orders"), "No orders.\n");
}

#[test]
fn settling_is_tried_again_until_the_server_is_back() {
    let server = TestServer::start();
    let lost = AtomicU32::new(0);
    let stub = Stub::before(server.url(), move |request| match request.route() {
        ORDERS => Reaction::ForwardAndCut(0),
        route if route.ends_with("/settle") && lost.fetch_add(1, Ordering::Relaxed) == 0 => Reaction::HangUp,
        _ => Reaction::Forward,
    });
    let cli = Cli::funded(stub.url());
    let said = cli.run("buy ETH 0.5 --yes").succeeded();
    assert!(said.stderr.ends_with("the purchase was done\n"), "{said}");
    assert_eq!((count(&stub, ORDERS), count(&stub, "/settle")), (1, 2));
}

/// Ctrl+C while money is in flight is no answer. What was sent stays on disk, and can be settled.
#[test]
fn who_stops_waiting_for_the_answer_is_told_the_key() {
    let server = TestServer::start();
    let (stub, arrival) = holding(&server, ORDERS, Arrives::Never);
    let cli = Cli::funded(stub.url());
    let buying = in_flight(&cli, "buy ETH 0.5 --yes", &arrival);
    let pressed = Instant::now();
    buying.interrupt();
    let said = buying.end();
    assert!(pressed.elapsed() < Duration::from_secs(10), "it ends at once");
    assert_eq!(said.status, 7, "{said}");
    assert!(said.stderr.contains("error: it is unknown whether the purchase was done: you stopped waiting"), "{said}");
    check_names_key(&said.stderr, &key_of_order(&stub));
    assert_eq!(cli.intent_files("default").len(), 1);
}

#[test]
fn ctrl_c_on_a_terminal_ends_the_wait_at_once_and_leaves_the_order_to_be_settled() {
    let server = TestServer::start();
    let (stub, arrival) = holding(&server, ORDERS, Arrives::AtOnce);
    let cli = Cli::funded(stub.url());
    let mut terminal = cli.terminal("buy ETH 0.5", 120);
    terminal.wait_for("Place this order? [y/N]");
    terminal.enter("y");
    arrival.recv_timeout(PATIENCE).expect("the order is sent");
    terminal.press_ctrl_c();
    let ended = terminal.end();
    assert_eq!((ended.status, ended.echoes), (7, true), "{}", ended.screen);
    assert!(ended.screen.contains("error: it is unknown whether the purchase was done"), "{}", ended.screen);
    let settled = cli.ok("orders settle");
    assert!(settled.contains("purchase of 0.5 ETH  done     Bought 0.5 ETH at $"), "{settled}");
}
