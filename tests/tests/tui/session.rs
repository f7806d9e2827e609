//! Sessions end, and are shared with `cnop`.

use cnop_tests::{PASSWORD, TestServer};
use serde_json::Value;

use crate::trader;

#[test]
fn a_session_that_ends_elsewhere_asks_for_the_password_and_goes_on() {
    let server = TestServer::start();
    let (cli, mut terminal) = trader(server.url());
    terminal.press("2/btc\rb0.05");
    terminal.wait_for("Enter reviews");
    cli.ok("logout");
    terminal.wait_for("Log in again");
    terminal.press("wrong\r");
    terminal.wait_for("The username or the password is wrong.");
    terminal.enter(PASSWORD);
    terminal.wait_until_gone("Log in again");
    terminal.wait_for("● Live");
    terminal.press("\r");
    terminal.wait_for("Cash after");
    terminal.press("\r");
    terminal.wait_for("Filled");
    cli.ok("whoami");
    terminal.press_ctrl_c();
    assert_eq!(terminal.end().status, 0);
}

#[test]
fn a_session_that_cnop_renewed_is_gone_on_with() {
    let server = TestServer::start();
    let (cli, mut terminal) = trader(server.url());
    let username = cli.json("whoami")["username"].as_str().unwrap().to_owned();
    // The end of a session is told in seconds: one of the same second is no newer.
    let end = || {
        let session: Value = serde_json::from_slice(&std::fs::read(cli.session_file("default")).unwrap()).unwrap();
        session["expires_at"].as_str().unwrap().to_owned()
    };
    let first = end();
    while end() == first {
        cli.log_in(&username);
    }
    // Every session but the new one ends, the terminal's among them.
    cli.pipe("password --password-stdin", &format!("{PASSWORD}\nAnother-Horse-9\n")).succeeded();
    terminal.press("r");
    terminal.wait_for("● Live");
    terminal.press("7");
    terminal.wait_for("Member since");
    assert!(!terminal.screen().contains("Log in again"), "{}", terminal.screen());
    terminal.press("x");
    terminal.wait_for("Log out?");
    terminal.press("y");
    terminal.wait_for("Log in to CNOP");
    assert_eq!(cli.run("whoami").status, 3, "the session is gone for both");
    terminal.press_ctrl_c();
    assert_eq!(terminal.end().status, 0);
}
