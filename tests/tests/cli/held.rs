//! A server whose answers do not come, and what it was asked.

use std::process::{Child, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cnop_tests::{Cli, Reaction, Stub, TestServer};

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
pub(crate) fn in_flight(cli: &Cli, line: &str, arrival: &Receiver<()>) -> Child {
    let mut command = cli.command(line);
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    arrival.recv_timeout(PATIENCE).expect("the request is sent");
    child
}

/// Ends it as the system does that has no memory left: it gets to do nothing.
pub(crate) fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
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
