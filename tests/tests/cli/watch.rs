//! `cnop watch`: lines for programs, a live table for people, and how both end.

use std::io::{BufRead, BufReader};
use std::num::NonZero;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use cnop_tests::{Cli, DataFolder, Reaction, Stub, Terminal, TestServer, binaries};
use serde_json::Value;

/// Longer than any event takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

const WIDE: u16 = 120;

/// `cnop watch` beside the test.
struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn start(cli: &Cli, line: &str) -> Self {
        let mut command = cli.command(line);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            // The test may have seen enough.
            stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        Self { child, lines }
    }

    #[track_caller]
    fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).expect("a line comes")
    }

    #[track_caller]
    fn event(&self) -> (String, Value) {
        let line = self.line();
        let mut value: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        (value["event"].as_str().unwrap().to_owned(), value["data"].take())
    }

    /// The next event of this name.
    #[track_caller]
    fn wait_for(&self, name: &str) -> Value {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            let (event, data) = self.event();
            if event == name {
                return data;
            }
        }
        panic!("no {name} comes");
    }

    /// Sends what Ctrl+C sends: the status and what it said.
    #[track_caller]
    fn interrupt(self) -> (Option<i32>, String) {
        interrupt(&self.child);
        self.end()
    }

    #[track_caller]
    fn end(self) -> (Option<i32>, String) {
        let output = self.child.wait_with_output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    }
}

/// Sends a process what Ctrl+C sends.
#[track_caller]
pub(crate) fn interrupt(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("there is a kill command");
    assert!(sent.success(), "the process is running");
}

#[test]
fn as_json_each_event_is_a_line_and_ctrl_c_is_a_good_end() {
    let server = TestServer::start();
    let watching = Watching::start(&Cli::at(server.url()), "watch BTC eth --output json");
    assert_eq!(watching.event().0, "connected");
    let first = watching.wait_for("prices");
    let ids: Vec<_> = first["prices"].as_array().unwrap().iter().map(|price| price["asset_id"].clone()).collect();
    assert_eq!(ids, ["BTC", "ETH"], "first everything that was asked for");
    assert!(first["prices"][0]["price_usd"].is_number(), "{first}");
    let next = watching.wait_for("prices");
    assert!(next["time"].as_str() > first["time"].as_str(), "{next}");
    assert_eq!(watching.interrupt(), (Some(0), String::new()));
}

#[test]
fn orders_and_cash_are_told_as_they_change() {
    let server = TestServer::start();
    let cli = Cli::funded(server.url());
    let watching = Watching::start(&cli, "watch --orders --balance --no-prices --output json");
    assert_eq!(watching.event().0, "connected");
    let placed = cli.json("buy ETH 0.5 --limit 1000 --yes");
    let mut events = [watching.event(), watching.event()];
    events.sort_by(|a, b| a.0.cmp(&b.0));
    let [balance, order] = events;
    assert_eq!((balance.0.as_str(), &balance.1["held_balance"]), ("balance", &"500".into()));
    assert_eq!((order.0.as_str(), &order.1), ("order", &placed));
    cli.ok(&format!("orders cancel {}", placed["order_id"].as_str().unwrap()));
    assert_eq!(watching.wait_for("order")["status"], "cancelled");
    assert_eq!(watching.interrupt(), (Some(0), String::new()), "no prices came between");
}

#[test]
fn in_a_pipe_a_price_is_a_line_of_words_or_of_csv() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let watching = Watching::start(&cli, "watch BTC --output csv");
    assert_eq!(watching.line(), "time,asset_id,price_usd,price_change_percentage_24h,stale");
    let line = watching.line();
    let fields: Vec<_> = line.split(',').collect();
    assert_eq!((fields.len(), fields[1], fields[4]), (5, "BTC", "false"), "{line}");
    assert_eq!(watching.interrupt(), (Some(0), String::new()));

    let cli = Cli::funded(server.url());
    let watching = Watching::start(&cli, "watch BTC --orders --balance");
    let line = watching.line();
    assert!(line.starts_with("20") && line.contains("  BTC ") && line.contains(" $") && line.contains('%'), "{line}");
    cli.ok("buy ETH 0.5 --limit 1000 --yes");
    let mut lines: Vec<_> = Vec::new();
    while lines.len() < 2 {
        lines.extend(Some(watching.line()).filter(|line| !line.contains("  BTC ")));
    }
    lines.sort_by_key(|line| line.contains("Waiting"));
    assert!(lines[0].ends_with("  Cash $10,000.00: $9,500.00 free, $500.00 held."), "{lines:?}");
    assert!(lines[1].contains("  Waiting: buy 0.5 ETH at $1,000.00 or less until "), "{lines:?}");
    assert_eq!(watching.interrupt().0, Some(0));
}

#[test]
fn a_reader_that_has_seen_enough_ends_it_quietly() {
    let server = TestServer::start();
    for format in ["table", "csv", "json"] {
        let cli = Cli::at(server.url());
        let mut command = cli.command(&format!("watch BTC --output {format}"));
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{format}: {line}");
    }
}

#[test]
fn a_reader_that_leaves_in_a_quiet_hour_ends_it_too() {
    let server = TestServer::start();
    let cli = Cli::funded(server.url());
    let mut command = cli.command("watch --orders --no-prices --output json");
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.contains("connected"), "and then nothing happens: {line}");
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
}

#[test]
fn what_cannot_be_watched_ends_at_once_with_its_status() {
    let server = TestServer::start();
    let stranger = Cli::at(server.url());
    let refusing = Stub::always(Reaction::problem(429, "rate_limited", "Too many streams."));
    let page = Stub::always(Reaction::html("200 OK"));
    for (cli, line, status, part) in [
        (&Cli::at("http://127.0.0.1:1"), "watch", 6, "hint: start one with `cnop-server serve`"),
        (&stranger, "watch --orders", 3, "error: not logged in"),
        (&stranger, "watch NOSUCH", 5, "hint: `cnop assets`"),
        (&stranger, "watch B-C", 2, "must be 1 to 10 letters or digits"),
        (&stranger, "watch --no-prices", 2, "--orders|--balance"),
        (&stranger, "watch BTC --balance --no-prices", 2, "cannot be used with"),
        (&stranger, "watch --balance --output csv", 2, "hint: use `--output json` for them"),
        (&Cli::at(refusing.url()), "watch", 9, "error: Too many streams."),
        (&Cli::at(page.url()), "watch", 1, "hint: is `--server` the address of a CNOP server?"),
    ] {
        let said = cli.run(line);
        assert_eq!((said.status, said.stdout.as_str()), (status, ""), "{said}");
        assert!(said.stderr.contains(part), "{said}");
    }
}

#[test]
fn the_end_of_the_session_ends_the_watch() {
    let server = TestServer::start();
    let cli = Cli::logged_in(server.url());
    let watching = Watching::start(&cli, "watch --balance --no-prices --output json");
    assert_eq!(watching.event().0, "connected");
    cli.ok("logout");
    let (status, stderr) = watching.end();
    assert_eq!(status, Some(3), "{stderr}");
    assert!(stderr.contains("hint\":\"log in with `cnop login USER`\""), "{stderr}");
}

/// Another command renews the session, and with that ends the token that is watched with.
#[test]
fn a_session_that_is_renewed_elsewhere_is_gone_on_with() {
    let server = TestServer::start();
    let cli = Cli::logged_in(server.url());
    let watching = Watching::start(&cli, "watch --balance --no-prices --output json");
    assert_eq!(watching.event().0, "connected");
    let before = cli.token("default");
    crate::renewal::ends_soon(&cli);
    cli.ok("balance");
    assert_ne!(cli.token("default"), before, "it was renewed");
    watching.wait_for("connected");
    cli.ok("deposit 5");
    assert_eq!(watching.wait_for("balance")["current_balance"], "5");
    assert_eq!(watching.interrupt().0, Some(0));
}

/// A watch outlives its token: it renews the session by itself.
#[test]
fn the_session_is_renewed_on_the_way() {
    let server = TestServer::start();
    let busy = AtomicBool::new(true);
    // At the beginning it cannot be renewed, so that it is about to end during the watch.
    let stub = Stub::before(server.url(), move |request| match request.route() {
        "POST /api/v1/auth/refresh" if busy.swap(false, Ordering::Relaxed) => {
            Reaction::problem(503, "overloaded", "Not now.")
        }
        _ => Reaction::Forward,
    });
    let cli = Cli::logged_in(stub.url());
    let before = cli.token("default");
    crate::renewal::ends_soon(&cli);
    let watching = Watching::start(&cli, "watch --balance --no-prices --output json");
    watching.wait_for("connected");
    let deadline = Instant::now() + PATIENCE;
    while cli.token("default") == before {
        assert!(Instant::now() < deadline, "it is never renewed");
        std::thread::yield_now();
    }
    let deposited = cli.json("deposit 5");
    assert_eq!(deposited["success"], true);
    assert_eq!(watching.wait_for("balance")["current_balance"], "5");
    assert_eq!(watching.interrupt().0, Some(0));
}

/// What a watch on a terminal showed last and how it left that.
#[track_caller]
fn check_restored(mut terminal: Terminal, parts: &[&str]) {
    assert!(terminal.is_on_its_own_page() && !terminal.echoes(), "keys show nothing");
    terminal.press("typed by accident\r");
    terminal.press_ctrl_c();
    let ended = terminal.end();
    assert_eq!((ended.status, ended.echoes), (0, true), "{}", ended.screen);
    assert!(!ended.screen.contains("accident"), "{}", ended.screen);
    for part in parts {
        assert!(ended.screen.contains(part), "what was seen last stays: {}", ended.screen);
    }
    let (_, after) = ended.written.rsplit_once("\u{1b}[?1049l").expect("the page is given back");
    assert!(ended.written.contains("\u{1b}[?25h") && !after.contains("\u{1b}[?25l"), "the cursor is back");
}

#[test]
fn on_a_terminal_a_table_appears_and_lives_and_ctrl_c_restores_everything() {
    let server = TestServer::start();
    let cli = Cli::funded(server.url());
    let terminal = cli.terminal("watch BTC ETH --orders --balance", WIDE);
    terminal.wait_for("Live at http://127.0.0.1:");
    terminal.wait_for("\nBTC ");
    terminal.wait_for("Cash $10,000.00: $10,000.00 free, $0.00 held.");
    terminal.wait_for("No orders wait.");
    let price = |screen: &str| screen.lines().find(|line| line.starts_with("BTC ")).map(|line| line[..20].to_owned());
    let first = price(&terminal.screen());
    assert!(first.is_some(), "{}", terminal.screen());
    let deadline = Instant::now() + PATIENCE;
    while price(&terminal.screen()) == first {
        assert!(Instant::now() < deadline, "the price stands still: {}", terminal.screen());
        std::thread::yield_now();
    }
    cli.ok("buy ETH 0.5 --limit 1000 --yes");
    terminal.wait_for("buy 0.5 ETH at $1,000.00 or less  queued");
    terminal.wait_for("Cash $10,000.00: $9,500.00 free, $500.00 held.");
    cli.ok("orders cancel --all --yes");
    terminal.wait_for("buy 0.5 ETH at $1,000.00 or less  cancelled");
    check_restored(terminal, &["Live at ", "\nETH ", "  cancelled"]);
}

#[test]
fn the_table_fits_the_window_and_follows_its_size() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let terminal = cli.terminal("watch", WIDE);
    terminal.wait_for("CHANGED");
    let size = |columns, rows| (NonZero::new(columns).unwrap(), NonZero::new(rows).unwrap());
    let (columns, rows) = size(30, 8);
    terminal.resize(columns, rows);
    terminal.wait_for(" more");
    let screen = terminal.screen();
    assert!(!screen.contains("CHANGED") && screen.contains("PRICE"), "{screen}");
    let (columns, rows) = size(WIDE, 60);
    terminal.resize(columns, rows);
    terminal.wait_for("CHANGED");
    check_restored(terminal, &["CHANGED"]);
}

/// In a real bash, whose Ctrl+Z it is. Machines without bash have the other tests.
#[test]
fn ctrl_z_gives_the_terminal_to_the_shell_and_fg_goes_on() {
    if Command::new("bash").arg("--version").output().is_err() {
        return;
    }
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let mut bash = Command::new("bash");
    bash.args(["--norc", "--noprofile", "-i"]).current_dir(cli.home());
    bash.envs(cli.command("").get_envs().filter_map(|(name, value)| value.map(|value| (name, value))));
    let path = std::env::var_os("PATH").unwrap_or_default();
    bash.env("PATH", path).env("PS1", "ready> ").env("HISTFILE", "/dev/null").env("CNOP", &binaries().cli);
    let mut terminal = Terminal::run(&bash, WIDE);
    terminal.wait_for("ready>");
    terminal.enter("\"$CNOP\" watch BTC");
    terminal.wait_for("Live at ");
    assert!(terminal.is_on_its_own_page());
    terminal.press("\u{1a}");
    terminal.wait_for("Stopped");
    assert!(!terminal.is_on_its_own_page(), "the shell has its page");
    terminal.enter("echo he''re");
    terminal.wait_for("\nhere\n");
    terminal.enter("fg");
    terminal.wait_for("Live at ");
    assert!(terminal.is_on_its_own_page());
    terminal.press_ctrl_c();
    terminal.wait_for("\"$CNOP\" watch BTC\nLive at ");
    terminal.enter("echo status $?");
    terminal.wait_for("\nstatus 0\n");
    terminal.enter("exit");
    assert_eq!(terminal.end().status, 0);
}

#[test]
fn a_server_that_goes_away_is_waited_for() {
    let folder = DataFolder::new();
    let server = folder.start();
    let address = server.url().trim_start_matches("http://").to_owned();
    let cli = Cli::at(server.url());
    let terminal = cli.terminal("watch BTC", WIDE);
    terminal.wait_for("Live at ");
    terminal.wait_for("\nBTC ");
    let lines = Watching::start(&cli, "watch BTC --output json");
    assert_eq!(lines.event().0, "connected");
    server.kill();
    terminal.wait_for("Reconnecting in ");
    terminal.wait_for("not live");
    assert!(lines.wait_for("reconnecting")["after_ms"].is_u64());
    let server = folder.start_with(&["--listen", &address]);
    terminal.wait_for("Live at ");
    lines.wait_for("connected");
    lines.wait_for("prices");
    assert_eq!(lines.interrupt().0, Some(0));
    check_restored(terminal, &["\nBTC "]);
    drop(server);
}

#[test]
fn on_a_terminal_a_failure_leaves_it_as_it_was() {
    let ended = Cli::at("http://127.0.0.1:1").terminal("watch", WIDE).end();
    assert_eq!((ended.status, ended.echoes), (6, true), "{}", ended.screen);
    assert!(ended.screen.starts_with("error: no connection to "), "{}", ended.screen);
    assert!(!ended.screen.contains("Connecting"), "{}", ended.screen);
}

/// A terminal that cannot redraw, such as a log of one, gets lines.
#[test]
fn a_dumb_terminal_gets_lines() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let mut command = cli.command("watch BTC");
    command.env("TERM", "dumb");
    let mut terminal = Terminal::run(&command, WIDE);
    terminal.wait_for("  BTC ");
    assert!(!terminal.is_on_its_own_page());
    terminal.press_ctrl_c();
    let ended = terminal.end();
    assert_eq!(ended.status, 0, "{}", ended.screen);
    assert!(!ended.written.contains("\u{1b}[?"), "{:?}", ended.written);
}
