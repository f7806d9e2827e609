//! Tables fit the terminal: columns leave in their turn, and what stays is whole.

use cnop_tests::{Cli, Reaction, Stub, TestServer};

use crate::look::check_exact;
use crate::still;

/// Without a spinner, should the machine be busy, and without colours, which have tests of their own.
const PLAIN: &str = "--quiet --no-color";

/// Holds that what a line shows in terminals of these widths is what the snapshot `name` keeps, and fits each.
#[track_caller]
fn check(cli: &Cli, name: &str, line: &str, widths: [u16; 4]) {
    let mut shown = String::new();
    for columns in widths {
        let ended = cli.terminal(&format!("{line} {PLAIN}"), columns).end();
        assert_eq!(ended.status, 0, "{}", ended.screen);
        // As it was written: the screen would have wrapped what is too long.
        for text in ended.written.lines() {
            let width = text.trim_end().chars().count();
            assert!(width <= usize::from(columns), "{line} in {columns} columns:\n{}", ended.screen);
        }
        shown.push_str(&format!("{:-<1$}\n{2}\n", "", usize::from(columns), ended.screen));
    }
    check_exact(name, &shown);
}

#[test]
fn columns_leave_where_the_terminal_is_too_narrow_and_figures_stay_whole() {
    let server = TestServer::start();
    let stub = Stub::before(server.url(), |request| {
        still::answer(request.route()).map_or(Reaction::Forward, |body| Reaction::json("200 OK", body))
    });
    let cli = Cli::logged_in(stub.url());
    check(&cli, "narrow_assets", "assets", [100, 60, 44, 30]);
    check(&cli, "narrow_candles", "candles BTC", [100, 64, 50, 30]);
    check(&cli, "narrow_orders", "orders", [120, 90, 70, 50]);
    check(&cli, "narrow_transactions", "transactions", [130, 90, 75, 50]);
    check(&cli, "narrow_portfolio", "portfolio", [140, 100, 70, 40]);
    check(&cli, "narrow_insights", "insights", [120, 80, 50, 25]);
}

/// A server must not be able to make a client fail by saying much.
#[test]
fn text_beyond_all_measure_is_shown_all_the_same() {
    let long = "x".repeat(100_000);
    let words = "ab ".repeat(30_000);
    for name in [&long, &words] {
        let assets = still::ASSETS.replace("Bitcoin", name);
        let stub = Stub::always(Reaction::json("200 OK", &assets));
        let cli = Cli::at(stub.url());
        assert!(letters(&cli.ok("assets")) >= letters(name), "all of it is there, on however many lines");
        let ended = cli.terminal("assets", 100).end();
        assert_eq!(ended.status, 0, "{}", ended.screen);
        assert!(ended.screen.contains("BTC"), "{}", ended.screen);
    }
}

/// Facts, sentences and failures as well as tables.
#[test]
fn facts_beyond_all_measure_are_shown_all_the_same() {
    for version in ["x".repeat(100_000), "ab ".repeat(30_000)] {
        let checks = r#"{"database":"d","market":"m","insights":"i"}"#;
        let body = format!(r#"{{"status":"healthy","service":"s","version":"{version}","checks":{checks}}}"#);
        let stub = Stub::always(Reaction::json("200 OK", &body));
        let cli = Cli::at(stub.url());
        assert!(letters(&cli.ok("health")) >= letters(&version));
        let ended = cli.terminal(&format!("health {PLAIN}"), 100).end();
        assert_eq!(ended.status, 0, "{}", ended.screen);
        assert!(letters(&ended.written) >= letters(&version));
    }
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| matches!(c, 'a' | 'b' | 'x')).count()
}

/// A pipe has no width: everything is there, a row a line, for `grep` and `awk`.
#[test]
fn in_a_pipe_every_column_stays_whatever_the_terminal_is_said_to_be() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let output = cli.command("assets --limit 3").env("COLUMNS", "20").output().unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.starts_with("RANK  ASSET  NAME"), "{table}");
    assert_eq!(table.lines().count(), 4, "{table}");
}

/// A terminal that does not know its width, such as a container's, is taken as endless.
#[test]
fn a_terminal_without_a_width_gets_the_whole_table() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let ended = cli.terminal(&format!("assets --limit 3 {PLAIN}"), 15).end();
    let titles: Vec<_> = ended.written.lines().next().unwrap_or_default().split_whitespace().collect();
    assert_eq!(titles.join(" "), "RANK ASSET NAME PRICE 24 H MARKET CAP NOTE");
}

/// Facts stand beside their names, and long ones go on below themselves.
#[test]
fn a_long_fact_goes_on_in_its_own_column() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let ended = cli.terminal("asset BTC", 50).end();
    let (_, description) = ended.screen.split_once("\nDescription     ").expect("the description comes last");
    assert!(description.lines().count() > 1, "{}", ended.screen);
    assert!(description.lines().skip(1).all(|line| line.starts_with(&" ".repeat(16))), "{}", ended.screen);
}
