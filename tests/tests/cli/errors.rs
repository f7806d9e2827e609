//! Failures as they are told: sentences for people, one line of JSON for programs. stdout stays empty either way.

use cnop_tests::{Cli, PASSWORD, Reaction, Said, Stub, TestServer};
use serde_json::Value;

use crate::look::check_exact;

/// A failed line as it stands in a snapshot.
#[track_caller]
fn told(said: &Said) -> String {
    assert_eq!(said.stdout, "", "{said}");
    format!("$ cnop {}\n-> {}\n{}\n", said.line, said.status, said.stderr)
}

/// Both forms of a failed line; the JSON is a line, and says what the sentences say.
#[track_caller]
fn both(cli: &Cli, line: &str, stdin: &str) -> String {
    let text = cli.pipe(line, stdin);
    let json = cli.pipe(&format!("{line} --output json"), stdin);
    assert_eq!(text.status, json.status, "{json}");
    let error = error(&json);
    assert_eq!(error["exit_code"], text.status, "{json}");
    let message = error["message"].as_str().expect("there is a message");
    assert!(text.stderr.contains(message), "{text}{json}");
    assert_eq!(text.stderr.contains("hint: "), error.get("hint").is_some(), "{text}{json}");
    format!("{}{}", told(&text), told(&json))
}

/// The error that the last line of stderr is.
#[track_caller]
fn error(said: &Said) -> Value {
    let last = said.stderr.lines().last().unwrap_or_default();
    let report: Value = serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {said}"));
    report["error"].clone()
}

#[test]
fn every_kind_of_failure_is_told_in_sentences_and_as_data() {
    let server = TestServer::start();
    let stranger = Cli::at(server.url());
    let cli = Cli::logged_in(server.url());
    let odd = |reaction| Cli::at(Stub::always(reaction).url());
    let mut shown = both(&stranger, "balance", "");
    shown += &both(&cli, "withdraw 5", "");
    shown += &both(&cli, "buy BTC 0.05", "");
    shown += &both(&cli, "orders --cursor nonsense", "");
    shown += &both(&cli, "orders show order_0123456789", "");
    shown += &both(&stranger, "asset NOSUCH", "");
    shown += &both(&stranger, "login ada_lovelace --password-stdin", "Wrong-Horse-77");
    shown += &both(&stranger, "login ada_lovelace --password-stdin --server http://192.0.2.1", PASSWORD);
    shown += &both(&odd(Reaction::problem_with(429, "rate_limited", "Not now.", "retry-after: 7\r\n")), "assets", "");
    shown += &both(&odd(Reaction::problem(422, "too_cloudy", "A newer rule.")), "assets", "");
    shown += &both(&odd(Reaction::html("404 Not Found")), "assets", "");
    std::fs::write(cli.session_file("default"), "no session").unwrap();
    shown += &both(&cli, "balance", "").replace(cli.home().to_str().unwrap(), "[HOME]");
    check_exact("errors", &traceless(&shown));
}

/// The id of a request is its own.
fn traceless(text: &str) -> String {
    let id = |part: &str| part.split_once('"').map_or_else(|| part.to_owned(), |(_, rest)| format!("[TRACE]\"{rest}"));
    let mut parts = text.split("\"trace_id\":\"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| format!("{text}\"trace_id\":\"{}", id(part)))
}

#[test]
fn a_refusal_names_the_request_and_the_servers_wish_for_patience() {
    let busy = Reaction::problem_with(503, "overloaded", "Not now.", "retry-after: 7\r\n");
    let said = Cli::at(Stub::always(busy).url()).run("assets --output json");
    let error = error(&said);
    assert_eq!((&error["trace_id"], &error["retry_after"]), (&"trace-1".into(), &7.into()), "{said}");
    assert_eq!((&error["code"], &error["exit_code"]), (&"overloaded".into(), &6.into()), "{said}");
}

/// What stops the command line itself is told in clap's words, whatever the output.
#[test]
fn a_line_that_cannot_be_read_is_told_in_words() {
    let said = Cli::at("http://127.0.0.1:1").run("deposit x --output json");
    assert_eq!((said.status, said.stdout.as_str()), (2, ""), "{said}");
    assert!(said.stderr.starts_with("error: invalid value 'x'"), "{said}");
}

#[test]
fn words_of_a_server_cannot_break_the_line() {
    let stub = Stub::always(Reaction::problem(422, "validation_failed", "a\u{1b}[2J\nhint: b"));
    let said = Cli::at(stub.url()).run("assets --output json");
    assert_eq!(said.stderr.lines().count(), 1, "{said}");
    assert!(!said.stderr.contains('\u{1b}'), "{said}");
    assert_eq!(error(&said)["message"], "a\u{1b}[2J\nhint: b");
}
