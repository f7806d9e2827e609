//! A server whose answers do not come, and what it was asked.

use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cnop_tests::{Cli, Reaction, Running, Said, Stub, TestServer};
use serde_json::Value;

pub(crate) const ORDERS: &str = "POST /api/v1/orders";

/// Longer than anything takes to be sent, even on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Whether a request whose answer never comes reaches the real server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arrives {
    /// It is done, and only the answer is lost.
    AtOnce,
    /// It is not.
    Never,
}

/// A stub before `server` that keeps whoever asks the first time for `route` waiting for ever, and passes on everything
/// else; and what tells that this request has come, and was done if it was to arrive.
pub(crate) fn holding(server: &TestServer, route: &'static str, arrives: Arrives) -> (Stub, Receiver<()>) {
    let (arrived, arrival) = mpsc::channel();
    let (url, arrived) = (server.url().to_owned(), Arc::new(Mutex::new(Some(arrived))));
    let stub = Stub::before(server.url(), move |request| {
        let first = (request.route() == route).then(|| arrived.lock().unwrap().take()).flatten();
        let Some(arrived) = first else { return Reaction::Forward };
        if arrives == Arrives::AtOnce {
            request.send_to(&url);
        }
        arrived.send(()).unwrap();
        Reaction::Hold
    });
    (stub, arrival)
}

/// Runs a line until its request has come, with nobody to answer.
pub(crate) fn in_flight(cli: &Cli, line: &str, arrival: &Receiver<()>) -> Running {
    let running = cli.start(line);
    arrival.recv_timeout(PATIENCE).expect("the request is sent");
    running
}

/// How often a route was asked.
pub(crate) fn count(stub: &Stub, route: &str) -> usize {
    stub.requests().iter().filter(|request| request.route().ends_with(route)).count()
}

/// The key of the first order that was sent.
pub(crate) fn key_of_order(stub: &Stub) -> String {
    let order = stub.requests().into_iter().find(|request| request.route() == ORDERS).expect("the order was sent");
    order.header("idempotency-key").expect("an order has a key").to_owned()
}

/// How many orders there are.
pub(crate) fn orders(cli: &Cli) -> usize {
    cli.json("orders")["data"].as_array().map_or(0, Vec::len)
}

/// The one thing that `orders settle` reports.
#[track_caller]
pub(crate) fn settled(said: &Said) -> Value {
    let value = said.value();
    assert_eq!(value.as_array().map(Vec::len), Some(1), "{said}");
    value[0].clone()
}

/// Holds that a failure ends with what to do about an order in doubt, and names its key.
#[track_caller]
pub(crate) fn check_names_key(stderr: &str, key: &str) {
    let hint = format!(
        "hint: `cnop orders settle` tells what became of it, and so does the next order; its idempotency key is {key}\n"
    );
    assert!(stderr.ends_with(&hint), "{stderr}");
}
