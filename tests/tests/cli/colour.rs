//! Colours: for people at a terminal, and nowhere else.

use cnop_tests::{Cli, Reaction, Stub, Terminal, TestServer};

use crate::look::check_exact;
use crate::still;

const COLUMNS: u16 = 130;

/// What begins a colour or ends one.
const ESCAPE: char = '\u{1b}';

fn still_market() -> (TestServer, Cli) {
    let server = TestServer::start();
    let stub = Stub::before(server.url(), |request| {
        still::answer(request.route()).map_or(Reaction::Forward, |body| Reaction::json("200 OK", body))
    });
    let cli = Cli::logged_in(stub.url());
    (server, cli)
}

/// What a quiet line writes to a terminal with these variables.
fn written(cli: &Cli, line: &str, variables: &[(&str, &str)]) -> String {
    let mut command = cli.command(&format!("{line} --quiet"));
    Terminal::run(command.envs(variables.iter().copied()), COLUMNS).end().written.replace("\r\n", "\n")
}

/// Colours as words, so that a snapshot can be read.
fn spelled(text: &str) -> String {
    let names = [
        ("\u{1b}[1m", "<bold>"),
        ("\u{1b}[2m", "<dim>"),
        ("\u{1b}[38;5;1m", "<red>"),
        ("\u{1b}[38;5;2m", "<green>"),
        ("\u{1b}[38;5;3m", "<yellow>"),
        ("\u{1b}[31m", "<red>"),
        ("\u{1b}[32m", "<green>"),
        ("\u{1b}[39m", "</>"),
        ("\u{1b}[0m", "</>"),
    ];
    names.iter().fold(text.to_owned(), |text, (code, name)| text.replace(code, name))
}

#[test]
fn gains_losses_and_warnings_have_their_colours_on_a_terminal() {
    let (_server, cli) = still_market();
    let lines = ["assets", "portfolio", "transactions", "orders"];
    let shown: String =
        lines.iter().map(|line| format!("$ cnop {line}\n{}\n", spelled(&written(&cli, line, &[])))).collect();
    assert!(!shown.contains(ESCAPE), "{shown:?}");
    check_exact("coloured", &shown);
}

#[test]
fn without_its_colours_a_table_is_the_plain_one() {
    let (_server, cli) = still_market();
    for line in ["assets", "portfolio", "transactions", "orders", "whoami"] {
        let coloured = spelled(&written(&cli, line, &[]));
        let plain = ["<bold>", "<dim>", "<red>", "<green>", "<yellow>", "</>"];
        let stripped = plain.iter().fold(coloured, |text, name| text.replace(name, ""));
        assert_eq!(stripped, written(&cli, line, &[("NO_COLOR", "1")]), "{line}");
    }
}

#[test]
fn who_minds_colours_gets_none() {
    let (_server, cli) = still_market();
    for line in ["portfolio", "assets", "orders show order_0123456789", "buy --help", "depozit"] {
        for (options, variables) in [
            ("", vec![("NO_COLOR", "1")]),
            ("", vec![("NO_COLOR", "0")]),
            ("", vec![("TERM", "dumb")]),
            (" --no-color", vec![]),
            (" --no-color", vec![("NO_COLOR", "")]),
        ] {
            let written = written(&cli, &format!("{line}{options}"), &variables);
            assert!(!written.contains(ESCAPE), "{line}{options} with {variables:?}: {written:?}");
        }
        assert!(written(&cli, line, &[("NO_COLOR", "")]).contains(ESCAPE), "an empty one counts as none");
    }
}

#[test]
fn a_pipe_gets_no_colours() {
    let (_server, cli) = still_market();
    for line in ["portfolio", "assets", "asset BTC", "orders show order_0123456789", "--help"] {
        let said = cli.run(line);
        assert!(!said.stdout.contains(ESCAPE) && !said.stderr.contains(ESCAPE), "{said}");
    }
}

#[test]
fn the_words_before_a_failure_and_a_hint_have_colours_too() {
    let cli = Cli::at("http://127.0.0.1:1");
    let said = spelled(&written(&cli, "balance", &[]));
    assert_eq!(said, "<bold><red>error:</> not logged in at http://127.0.0.1:1\n");
    let mut command = cli.command("balance");
    let ended = Terminal::run(command.envs([("NO_COLOR", "")]), COLUMNS).end();
    assert!(spelled(&ended.written).contains("<green>hint:</> log in with"), "{:?}", ended.written);
    assert!(!written(&cli, "balance --output json", &[]).contains(ESCAPE), "data has no colours");
}
