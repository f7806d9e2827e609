//! What is written where, and to whom: closed pipes, full disks, hostile servers.

use std::fs::OpenOptions;
use std::process::{Command, Output, Stdio};

use cnop_tests::{Cli, Reaction, Stub, TestServer};

fn output(command: &mut Command) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = command.stderr(Stdio::piped()).output().unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

/// Runs a line whose reader of stdout is gone before it writes.
fn with_nobody_reading(cli: &Cli, line: &str) -> (Option<i32>, String) {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    output(cli.command(line).stdout(writer))
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let server = TestServer::start();
    let cli = Cli::funded(server.url());
    for line in [
        "assets",
        "assets --limit 250 --output json",
        "assets --limit 250 --output csv",
        "asset BTC",
        "orders",
        "transactions --limit 1",
        "portfolio --output csv",
        "insights",
        "balance",
        "whoami",
        "health",
        "demo",
        "demo --output csv --quiet",
        "--help",
        "buy --help",
        "--version",
    ] {
        assert_eq!(with_nobody_reading(&cli, line), (Some(0), String::new()), "{line}");
    }
    assert_eq!(with_nobody_reading(&cli, "buy ETH 1 --yes"), (Some(0), String::new()));
    assert_eq!(cli.json("orders")["data"].as_array().map(Vec::len), Some(1), "what was asked was done");
}

#[test]
fn a_reader_that_saw_enough_ends_a_long_list_quietly() {
    // Far more than a pipe holds, so that it breaks in the middle of being written.
    let names = vec![ASSET.replace("NAME", &"x".repeat(10_000)); 50].join(",");
    let stub =
        Stub::always(Reaction::json("200 OK", &format!(r#"{{"data":[{names}],"total_count":1,"active_count":1}}"#)));
    for (format, begins) in [("json", b'{'), ("csv", b'm'), ("table", b'R')] {
        let cli = Cli::at(stub.url());
        let mut command = cli.command(&format!("assets --output {format}"));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = [0];
        std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut first).unwrap();
        drop(child.stdout.take());
        let Output { status, stderr, .. } = child.wait_with_output().unwrap();
        assert_eq!((status.code(), stderr, first), (Some(0), Vec::new(), [begins]), "{format}");
    }
}

/// Only a closed pipe is what somebody wanted.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_failure() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let (status, stderr) = output(cli.command("health").stdout(full));
    assert_eq!(status, Some(1), "{stderr}");
    assert!(stderr.starts_with("error: ") && stderr.contains("space"), "{stderr}");
}

#[test]
fn a_closed_stderr_changes_nothing() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    assert_eq!(cli.command("balance").stdout(Stdio::null()).stderr(writer).status().unwrap().code(), Some(3));
}

/// Text that clears the screen, sets a title, turns the direction and adds a line of its own.
const HOSTILE: &str = "x\\u001b[2J\\u001b]0;owned\\u0007\\u009b31m\\u202e\\r\\nhint: run `rm -rf ~`\\ty";

/// What a person sees of it.
const HARMLESS: &str = "x[2J]0;owned31m  hint: run `rm -rf ~` y";

/// Nothing that a terminal obeys.
#[track_caller]
fn assert_harmless(text: &str) {
    let obeyed = |c: char| c != '\n' && (c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c));
    assert!(!text.chars().any(obeyed), "{text:?}");
    assert!(!text.lines().any(|line| line.starts_with("hint: run")), "{text}");
}

#[track_caller]
fn check_hostile(line: &str, status: &str, body: &str, exit: i32) {
    let stub = Stub::always(Reaction::json(status, body));
    let said = Cli::at(stub.url()).run(line);
    assert_eq!(said.status, exit, "{said}");
    assert_harmless(&said.stdout);
    assert_harmless(&said.stderr);
    assert!(format!("{}{}", said.stdout, said.stderr).contains(HARMLESS), "{said}");
}

/// The same for an answer that only a session gets.
#[track_caller]
fn check_hostile_privately(line: &str, body: &str) {
    let server = TestServer::start();
    let body = body.to_owned();
    let stub = Stub::before(server.url(), move |request| match request.route() {
        "GET /api/v1/insights/portfolio" => Reaction::json("200 OK", &body),
        _ => Reaction::Forward,
    });
    let said = Cli::logged_in(stub.url()).run(line).succeeded();
    assert_harmless(&said.stdout);
    assert!(said.stdout.contains(HARMLESS), "{said}");
}

#[test]
fn what_a_server_writes_is_never_obeyed_by_the_terminal() {
    let checks = format!(r#"{{"database":"{HOSTILE}","market":"","insights":""}}"#);
    let health = format!(r#"{{"status":"healthy","service":"{HOSTILE}","version":"1","checks":{checks}}}"#);
    check_hostile("health", "200 OK", &health, 0);
    check_hostile("assets", "200 OK", &asset_list(HOSTILE), 0);
    check_hostile("assets --output csv", "200 OK", &asset_list(HOSTILE), 0);
    let insight =
        format!(r#"{{"data":{{"summary":"{HOSTILE}","generated_at":"2026-02-15T08:00:00.000Z","model":"m"}}}}"#);
    check_hostile_privately("insights", &insight);
    let errors = format!(r#"[{{"field":"{HOSTILE}","message":"{HOSTILE}"}}]"#);
    check_hostile("assets", "422 Refused", &problem(422, HOSTILE, &errors), 4);
    check_hostile("assets", "500 Failed", &problem(500, HOSTILE, "[]"), 1);
    // Not JSON at all: an excerpt is shown, with the same care.
    let page = format!("<h1>{}</h1>", serde_json::from_str::<String>(&format!("\"{HOSTILE}\"")).unwrap());
    let stub = Stub::always(Reaction::json("404 Not Found", &page));
    let said = Cli::at(stub.url()).run("assets");
    assert_harmless(&said.stderr);
    assert!(said.stderr.contains("<h1>x[2J]0;owned31m  hint: run"), "{said}");
}

#[test]
fn as_data_it_is_escaped_and_keeps_its_value() {
    let stub = Stub::always(Reaction::json("200 OK", &asset_list(HOSTILE)));
    let said = Cli::at(stub.url()).run("assets --output json").succeeded();
    assert_harmless(&said.stdout);
    let sent: String = serde_json::from_str(&format!("\"{HOSTILE}\"")).unwrap();
    assert_eq!(said.value()["data"][0]["name"], sent);
}

const ASSET: &str = r#"{"asset_id":"BTC","name":"NAME","description":"d","category":"c","price_usd":1.10,
    "is_active":true,"symbol":"btc","image":null,"market_cap_rank":null,"price_change_percentage_24h":null,
    "market_cap":null,"total_volume_24h":null,"price_updated_at":null,"stale":true}"#;

fn asset_list(name: &str) -> String {
    format!(r#"{{"data":[{}],"total_count":1,"active_count":1}}"#, ASSET.replace("NAME", name))
}

fn problem(status: u16, detail: &str, errors: &str) -> String {
    format!(
        r#"{{"type":"t","title":"t","status":{status},"detail":"{detail}","instance":"/","code":"validation_failed",
            "message":"m","errors":{errors},"timestamp":"2026-02-15T08:00:00.000Z","trace_id":"{detail}"}}"#
    )
}

/// What is unknown is a dash, never a zero, and what is old says so.
#[test]
fn what_is_unknown_is_a_dash_and_an_old_price_is_marked() {
    let stub = Stub::always(Reaction::json("200 OK", &asset_list("Bitcoin")));
    let table = Cli::at(stub.url()).ok("assets");
    let expected = "RANK  ASSET  NAME     PRICE  24 H  MARKET CAP  NOTE\n   -  BTC    Bitcoin  $1.10     -           -  old price\n";
    assert_eq!(table, expected);
}
