//! Logging in, orders, cancelling: what a person does, key by key.

use cnop_tests::{Cli, PASSWORD, Reaction, Stub, TestServer, fresh_username};

use crate::trader;

const CTRL_O: &str = "\u{f}";
const ESCAPE: &str = "\u{1b}";

#[test]
fn somebody_registers_logs_in_pays_in_and_buys() {
    let server = TestServer::start();
    let (cli, name) = (Cli::at(server.url()), fresh_username());
    let mut terminal = cli.tui("");
    terminal.wait_for("Username");
    terminal.press("\u{12}"); // Ctrl+R
    terminal.wait_for("Register");
    let fields = [name.as_str(), "ada@example.com", "Ada", "Lovelace", "", "", PASSWORD, PASSWORD];
    for field in fields {
        terminal.enter(field);
    }
    terminal.wait_for("User registered successfully");
    assert!(!terminal.screen().contains(PASSWORD));
    terminal.enter(PASSWORD);
    terminal.wait_for("● Live");
    assert!(terminal.screen().contains(&format!("{name} at {}", server.url())), "{}", terminal.screen());

    terminal.press("5");
    terminal.wait_for("Nothing yet: d deposits.");
    terminal.press("d10000\r");
    terminal.wait_for("Deposited");
    terminal.press(ESCAPE);
    terminal.wait_for("$0.00 left of $10,000.00");

    terminal.press("2/bitcoin\r");
    terminal.press("b");
    terminal.wait_for("Buy BTC");
    terminal.press("0.05x\r");
    terminal.wait_for("must be");
    assert!(!terminal.screen().contains("Cash after"), "what does not parse is refused at the field");
    terminal.press("\u{7f}\r");
    terminal.wait_for("Cash after");
    terminal.press("\r\r\r");
    terminal.wait_for("Filled");
    terminal.wait_for("order_");
    terminal.press("xyz\r");
    terminal.wait_for("Filled");
    terminal.press(ESCAPE);
    terminal.wait_until_gone("Filled");
    terminal.press("3");
    terminal.wait_for("BTC             0.05");

    assert_eq!(cli.json("orders")["data"].as_array().unwrap().len(), 1, "three Enters are one order");
    terminal.press("q");
    assert_eq!(terminal.end().status, 0);
}

#[test]
fn an_order_that_waits_is_cancelled() {
    let server = TestServer::start();
    let (cli, mut terminal) = trader(server.url());
    terminal.press("2/btc\rb");
    terminal.wait_for("Quantity");
    terminal.press(CTRL_O);
    terminal.wait_for("Limit price");
    terminal.press("0.05\t1000\t7d\r");
    terminal.wait_for("from the price");
    terminal.wait_for("Cash after");
    terminal.press("\r");
    terminal.wait_for("Waiting");
    terminal.press(ESCAPE);
    terminal.press("4");
    terminal.wait_for("$1,000.00");
    terminal.press("c");
    terminal.wait_for("Cancel this order?");
    terminal.press("\r");
    terminal.press("y");
    terminal.wait_for("1 of 1 cancelled");
    terminal.press(ESCAPE);
    terminal.wait_for("No order waits.");
    terminal.press("f");
    terminal.wait_for("Cancelled");
    assert_eq!(cli.json("orders")["data"][0]["status"], "cancelled");
    terminal.press_ctrl_c();
    assert_eq!(terminal.end().status, 0);
}

#[test]
fn a_lost_answer_is_settled_and_nothing_is_sent_twice() {
    let server = TestServer::start();
    let stub = Stub::before(server.url(), |request| match request.route() {
        "POST /api/v1/orders" => Reaction::ForwardAndCut(0),
        _ => Reaction::Forward,
    });
    let cli = Cli::funded(stub.url());
    let mut terminal = cli.tui("");
    terminal.wait_for("● Live");
    terminal.press("2/eth\rb");
    terminal.wait_for("Buy ETH");
    terminal.press("1\r");
    terminal.wait_for("Cash after");
    terminal.press("\r");
    terminal.wait_for("Filled");
    assert_eq!(cli.json("orders")["data"].as_array().unwrap().len(), 1);
    assert!(cli.intent_files("default").is_empty(), "everything is known");
    terminal.press_ctrl_c();
    assert_eq!(terminal.end().status, 0);
}

#[test]
fn an_order_from_elsewhere_is_seen_at_once() {
    let server = TestServer::start();
    let (cli, mut terminal) = trader(server.url());
    terminal.wait_for("No orders yet.");
    cli.ok("buy ETH 1 --yes");
    terminal.wait_for("1 ETH @");
    terminal.wait_for("Filled");
    terminal.press("q");
    assert_eq!(terminal.end().status, 0);
}
