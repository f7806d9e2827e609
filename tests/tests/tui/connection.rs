//! The server goes and comes back.

use cnop_tests::{Cli, DataFolder};

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
