//! An answer that does not come in the client's time.
//!
//! The one test that sits this time out. Tests begin in the order of their names: this one stands first, so that the
//! others run beside it rather than before it.

use cnop_tests::{Cli, TestServer};

use crate::held::{Arrives, ORDERS, count, holding};

/// The client waits 35 s for an answer, longer than the server takes to give one up. Nothing can be sent twice meanwhile.
#[test]
fn an_answer_that_takes_too_long_is_a_lost_one() {
    let server = TestServer::start();
    let (stub, _arrival) = holding(&server, ORDERS, Arrives::AtOnce);
    let cli = Cli::funded(stub.url());
    let said = cli.run("buy ETH 0.5 --yes").succeeded();
    assert!(said.stderr.starts_with(&format!("no answer from {}: it took too long; asking", stub.url())), "{said}");
    assert!(said.stdout.starts_with("Bought 0.5 ETH at $"), "{said}");
    assert_eq!((count(&stub, ORDERS), count(&stub, "/settle")), (1, 1));
    assert_eq!(cli.json("orders")["data"].as_array().map(Vec::len), Some(1));
    assert!(cli.intent_files("default").is_empty());
}
