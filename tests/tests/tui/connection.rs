//! The server goes and comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cnop_tests::{Cli, DataFolder, Reaction, Stub, TestServer};

use crate::trader;

#[test]
fn a_server_that_goes_and_comes_back_is_live_again_by_itself() {
    let folder = DataFolder::new();
    let server = folder.start();
    let (cli, mut terminal) = trader(server.url());
    let address = server.url().strip_prefix("http://").unwrap().to_owned();
    terminal.press("2/btc\rb0.05");
    terminal.wait_for("Enter reviews");
    server.kill();
    terminal.wait_for("Reconnecting in");
    terminal.wait_for("Trading is off: the server is away.");
    terminal.press("\r\r");
    let server = folder.start_with(&["--listen", &address]);
    terminal.wait_for("● Live");
    terminal.wait_until_gone("Trading is off");
    terminal.wait_for("0.05");
    terminal.press("\r");
    terminal.wait_for("Filled");
    assert_eq!(cli.json("orders")["data"].as_array().unwrap().len(), 1);
    terminal.press_ctrl_c();
    assert_eq!(terminal.end().status, 0);
    drop(server);
}

/// A server that hangs is not one that is live.
#[test]
fn a_server_that_hangs_makes_everything_stale_and_nothing_is_traded() {
    let server = TestServer::start();
    let (cli, mut terminal) = trader(server.url());
    terminal.press("2/btc\rb0.05\r");
    terminal.wait_for("Cash after");
    server.signal("STOP");
    terminal.wait_for("◐ Stale");
    terminal.wait_for("Trading is off: the prices are too old.");
    terminal.press("\r");
    server.signal("CONT");
    terminal.wait_for("● Live");
    terminal.wait_for("Enter confirms");
    assert!(cli.json("orders")["data"].as_array().unwrap().is_empty());
    terminal.press("\r");
    terminal.wait_for("Filled");
    terminal.press_ctrl_c();
    assert_eq!(terminal.end().status, 0);
}

/// The answer is lost, and the server is away: what became of it is found out when it is back, without a key.
#[test]
fn what_is_in_doubt_is_found_out_when_the_server_is_back() {
    let folder = DataFolder::new();
    let server = folder.start();
    let address = server.url().strip_prefix("http://").unwrap().to_owned();
    let is_lost = Arc::new(AtomicBool::new(false));
    let lost = Arc::clone(&is_lost);
    let stub = Stub::before(server.url(), move |request| match request.route() {
        "POST /api/v1/orders" => {
            lost.store(true, Ordering::SeqCst);
            Reaction::ForwardAndCut(0)
        }
        _ if lost.load(Ordering::SeqCst) => Reaction::HangUp,
        _ => Reaction::Forward,
    });
    let cli = Cli::funded(stub.url());
    let mut terminal = cli.tui("");
    terminal.wait_for("● Live");
    terminal.press("2/eth\rb1\r");
    terminal.wait_for("Cash after");
    terminal.press("\r");
    terminal.wait_for("It is unknown whether");
    server.kill();
    terminal.wait_for("Reconnecting");
    // It has asked as long as it does by itself.
    terminal.wait_for("Enter asks again");
    terminal.press("\u{1b}");
    terminal.wait_for("? 1 unknown");
    let server = folder.start_with(&["--listen", &address]);
    is_lost.store(false, Ordering::SeqCst);
    terminal.wait_for("The purchase of 1 ETH was done.");
    terminal.wait_until_gone("? 1 unknown");
    assert_eq!(cli.json("orders")["data"].as_array().unwrap().len(), 1);
    assert!(cli.intent_files("default").is_empty());
    terminal.press_ctrl_c();
    assert_eq!(terminal.end().status, 0);
    drop(server);
}

#[test]
fn without_a_server_it_says_so_and_what_was_typed_stays() {
    let cli = Cli::at("http://127.0.0.1:1");
    let mut terminal = cli.tui("");
    terminal.wait_for("Username");
    terminal.press("ada_lovelace\tsecret\r");
    terminal.wait_for("127.0.0.1:1");
    assert!(terminal.screen().contains("ada_lovelace"));
    terminal.press_ctrl_c();
    assert_eq!(terminal.end().status, 0);
}
