//! What a shell gets when somebody presses Tab: asked for as its script asks, and in a real bash.

use std::process::Command;
use std::time::{Duration, Instant};

use cnop_tests::{Cli, Reaction, Stub, Terminal, TestServer, binaries};

/// What is offered for the last word of `cnop` and `line`, each with what is said about it, as fish asks.
#[track_caller]
fn offered(cli: &Cli, line: &str) -> Vec<(String, String)> {
    let mut command = cli.command("");
    command.env("CNOP_COMPLETE", "fish").args(["--", "cnop"]).args(line.split(' '));
    let output = command.output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), stderr.as_str()), (Some(0), ""), "{line}: nothing is said beside it");
    let text = String::from_utf8(output.stdout).unwrap();
    let split = |line: &str| line.split_once('\t').map(|(value, about)| (value.to_owned(), about.to_owned()));
    text.lines().map(|line| split(line).unwrap_or_else(|| (line.to_owned(), String::new()))).collect()
}

/// The values alone, without options.
#[track_caller]
fn values(cli: &Cli, line: &str) -> Vec<String> {
    offered(cli, line).into_iter().map(|(value, _)| value).filter(|value| !value.starts_with('-')).collect()
}

#[test]
fn commands_options_and_fixed_values_complete() {
    let cli = Cli::at("http://127.0.0.1:1");
    assert_eq!(values(&cli, "p"), ["profile", "password", "portfolio"]);
    assert_eq!(values(&cli, "orders s"), ["show", "settle"]);
    assert_eq!(values(&cli, "candles BTC --interval 1"), ["1m", "15m", "1h", "1d"]);
    assert_eq!(values(&cli, "balance --output "), ["table", "json", "csv"]);
    assert_eq!(values(&cli, "orders --status c"), ["confirmed", "completed", "cancelled"]);
    assert_eq!(values(&cli, "orders --type market"), ["market_buy", "market_sell"]);
    assert_eq!(values(&cli, "transactions --type d"), ["deposit"]);
    assert_eq!(values(&cli, "config set "), ["server", "profile", "output", "allow_plain_http"]);
    assert_eq!(values(&cli, "completions "), ["bash", "zsh", "fish", "elvish", "powershell"]);
    assert!(offered(&cli, "buy --").iter().any(|(value, _)| value == "--usd"));
}

#[test]
fn assets_complete_with_their_names_in_the_case_that_was_typed() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    assert_eq!(offered(&cli, "asset BT"), [("BTC".to_owned(), "Bitcoin".to_owned())]);
    assert_eq!(values(&cli, "buy bt"), ["btc"]);
    assert_eq!(values(&cli, "watch ETH BT"), ["BTC"]);
    assert_eq!(values(&cli, "orders --asset ET"), ["ETH"]);
    assert!(values(&cli, "asset ").len() > 10);
    let by_option = Cli::at("http://127.0.0.1:1");
    assert_eq!(values(&by_option, &format!("asset --server {} BT", server.url())), ["BTC"]);
}

#[test]
fn orders_and_what_is_owned_complete_for_who_is_logged_in() {
    let server = TestServer::start();
    let cli = Cli::funded(server.url());
    assert_eq!(values(&cli, "orders show "), [""; 0]);
    cli.ok("buy ETH 0.5 --yes");
    let order = cli.json("orders")["data"][0]["order_id"].as_str().unwrap().to_owned();
    let about = "market_buy 0.5 ETH, completed".to_owned();
    assert_eq!(offered(&cli, "orders show order_"), [(order, about)]);
    let waiting = cli.json("buy ETH 0.5 --limit 1000 --yes")["order_id"].as_str().unwrap().to_owned();
    let about = "limit_buy 0.5 ETH at 1000, queued".to_owned();
    assert_eq!(offered(&cli, "orders cancel order_"), [(waiting, about)], "only what can be cancelled");
    assert_eq!(values(&cli, "sell "), ["ETH"]);
    assert_eq!(values(&cli, "trades e"), ["eth"]);
    assert_eq!(values(&cli, "orders show --profile work order_"), [""; 0], "another profile has its own");
    assert!(values(&Cli::at(server.url()), "sell ").len() > 10, "whoever is not logged in sees all");
}

#[test]
fn profiles_complete_from_sessions_and_from_the_file() {
    let server = TestServer::start();
    let cli = Cli::logged_in(server.url());
    cli.ok("config set profiles.work.output json");
    assert_eq!(values(&cli, "balance --profile "), ["default", "work"]);
    assert_eq!(values(&cli, "config unset "), ["profiles.work.output"]);
}

/// A message or a wait would get in the way of the line that is typed.
#[test]
fn whatever_is_wrong_stays_unsaid_and_takes_no_second() {
    let held = Stub::always(Reaction::Hold);
    let page = Stub::always(Reaction::html("200 OK"));
    let problem = Stub::always(Reaction::problem(500, "internal_error", "No."));
    let hostile = r#"{"data":[{"asset_id":"../x"}],"total_count":1,"active_count":1}"#;
    let hostile = Stub::always(Reaction::json("200 OK", hostile));
    for server in ["http://127.0.0.1:1", "nonsense", held.url(), page.url(), problem.url(), hostile.url()] {
        let begun = Instant::now();
        assert_eq!(values(&Cli::at(server), "asset B"), [""; 0], "{server}");
        assert_eq!(values(&Cli::at(server), "orders show o"), [""; 0], "{server}");
        assert!(begun.elapsed() < Duration::from_secs(3), "{server}: {:?}", begun.elapsed());
    }
    let cli = Cli::at("http://127.0.0.1:1");
    std::fs::write(cli.config(), "a file where a folder belongs").unwrap();
    assert_eq!(values(&cli, "--profile "), [""; 0]);
}

/// A name of a server's own making must not act on the terminal, nor end the line early.
#[test]
fn names_from_a_server_are_made_safe() {
    let server = TestServer::start();
    let renamed = |text: String| text.replace("\"Bitcoin\"", "\"Bit\\u001b[2J\\ncoin\"");
    let assets = renamed(reqwest_text(&format!("{}/api/v1/inventory/assets", server.url())));
    let stub = Stub::always(Reaction::json("200 OK", &assets));
    assert_eq!(offered(&Cli::at(stub.url()), "asset BT"), [("BTC".to_owned(), "Bit[2J coin".to_owned())]);
}

fn reqwest_text(url: &str) -> String {
    let (server, path) = url.split_at(url.rfind("/api").unwrap());
    let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n");
    let answer = Stub::resend(&request, server);
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

#[test]
fn every_shell_has_a_script_that_asks_cnop() {
    let cli = Cli::at("");
    for (shell, part) in [
        ("bash", "complete -o nospace -o bashdefault -o nosort -F _clap_complete_cnop cnop"),
        ("zsh", "#compdef cnop"),
        ("fish", "complete --keep-order --exclusive --command cnop"),
        ("elvish", "set edit:completion:arg-completer[cnop]"),
        ("powershell", "Register-ArgumentCompleter -Native -CommandName cnop"),
    ] {
        let script = cli.ok(&format!("completions {shell}"));
        assert!(script.contains(part) && script.contains("CNOP_COMPLETE"), "{script}");
    }
    let said = cli.run("completions tcsh");
    assert_eq!(said.status, 2, "{said}");
    assert!(said.stderr.contains("bash, zsh, fish, elvish, powershell"), "{said}");
}

/// Somebody in a real bash who types and presses Tab. Machines without bash have the other tests.
#[test]
fn tab_in_a_real_bash_completes_an_asset() {
    if Command::new("bash").arg("--version").output().is_err() {
        return;
    }
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let folder = binaries().cli.parent().unwrap().display().to_string();
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap_or_default());
    let mut bash = Command::new("bash");
    bash.args(["--norc", "--noprofile", "-i"]).current_dir(cli.home());
    bash.envs(cli.command("").get_envs().filter_map(|(name, value)| value.map(|value| (name, value))));
    bash.env("PATH", path).env("PS1", "ready> ").env("HISTFILE", "/dev/null");
    let mut terminal = Terminal::run(&bash, 100);
    terminal.wait_for("ready>");
    terminal.enter("source <(cnop completions bash); echo sour''ced");
    terminal.wait_for("sourced");
    terminal.press("cnop asset DOG\t");
    terminal.wait_for("cnop asset DOGE ");
    terminal.press("--output js\t");
    terminal.wait_for("--output json ");
    terminal.enter("");
    terminal.wait_for("\"name\": \"Dogecoin\"");
    terminal.enter("exit");
    assert_eq!(terminal.end().status, 0);
}
