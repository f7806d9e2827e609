//! Long waits on a terminal: a spinner says for what, and leaves nothing behind.

use std::sync::{Mutex, mpsc};
use std::time::Duration;

use cnop_tests::{Cli, PASSWORD, Reaction, Stub, Terminal, TestServer, fresh_username};

const COLUMNS: u16 = 100;

/// Far longer than a spinner waits before it shows itself.
const SLOW: Duration = Duration::from_millis(900);

/// Passes `route` on once the returned sender is used, or dropped; everything else at once.
fn slow(server: &TestServer, route: &'static str) -> (Stub, mpsc::Sender<()>) {
    let (go, wait) = mpsc::channel();
    let wait = Mutex::new(wait);
    let stub = Stub::before(server.url(), move |request| {
        if request.route().starts_with(route) {
            // However it ends, the wait is over.
            let _ = wait.lock().unwrap().recv();
        }
        Reaction::Forward
    });
    (stub, go)
}

#[test]
fn a_slow_answer_has_a_spinner_that_is_gone_when_it_comes() {
    let server = TestServer::start();
    let (stub, go) = slow(&server, "GET /api/v1/balance");
    let cli = Cli::logged_in(stub.url());
    let lines = [("balance", "Balance"), ("balance --output json", "{"), ("balance --output csv", "current_")];
    let waiting = lines.map(|(line, begins)| (cli.terminal(line, COLUMNS), begins));
    for (terminal, _) in &waiting {
        terminal.wait_for(&format!(" Waiting for {}", stub.url()));
        terminal.wait_for(" s)");
    }
    // Only now: whose request each of these lets pass is not known.
    waiting.iter().for_each(|_| go.send(()).unwrap());
    for (terminal, begins) in waiting {
        let ended = terminal.end();
        assert!(ended.written.contains("(2 s)"), "it counts from there: {:?}", ended.written);
        assert_eq!(ended.status, 0, "{}", ended.screen);
        assert!(ended.screen.starts_with(begins) && !ended.screen.contains("Waiting"), "{}", ended.screen);
    }
}

#[test]
fn an_insight_is_waited_for_by_name() {
    let server = TestServer::start();
    let (stub, go) = slow(&server, "GET /api/v1/insights");
    let cli = Cli::logged_in(stub.url());
    let terminal = cli.terminal("insights", COLUMNS);
    terminal.wait_for(" Waiting for the insight");
    go.send(()).unwrap();
    let ended = terminal.end();
    assert!(ended.status == 0 && !ended.screen.contains("Waiting"), "{}", ended.screen);
}

#[test]
fn ctrl_c_takes_the_spinner_away() {
    let stub = Stub::always(Reaction::Hold);
    for columns in [COLUMNS, 24] {
        let mut terminal = Cli::at(stub.url()).terminal("assets", columns);
        terminal.wait_for(" Waiting for");
        terminal.press_ctrl_c();
        let ended = terminal.end();
        assert_eq!(ended.status, 130, "{}", ended.screen);
        // The terminal itself may have written the keys.
        assert_eq!(ended.screen.replace("^C", "").trim(), "", "{:?}", ended.written);
    }
}

/// A prompt is answered in peace, and then the login may take its time.
#[test]
fn a_prompt_and_a_spinner_do_not_meet() {
    let server = TestServer::start();
    let (stub, go) = slow(&server, "POST /api/v1/auth/login");
    let (cli, name) = (Cli::at(stub.url()), fresh_username());
    cli.register(&name);
    let mut terminal = cli.terminal(&format!("login {name}"), COLUMNS);
    terminal.wait_for_secret_prompt("Password of");
    terminal.enter(PASSWORD);
    terminal.wait_for(" Waiting for");
    go.send(()).unwrap();
    let ended = terminal.end();
    let expected = format!("Password of {name} at {0}: \nLogged in as {name} at {0}.", stub.url());
    assert_eq!((ended.status, ended.screen), (0, expected));
}

#[test]
fn nobody_who_cannot_see_a_spinner_gets_one() {
    let server = TestServer::start();
    let stub = Stub::before(server.url(), |request| {
        if request.route().starts_with("GET /api/v1/balance") {
            std::thread::sleep(SLOW); // A slow server, not a wait for something to happen.
        }
        Reaction::Forward
    });
    let cli = Cli::logged_in(stub.url());
    let quiet = cli.terminal("balance --quiet", COLUMNS);
    let dumb = Terminal::run(cli.command("balance").env("TERM", "dumb"), COLUMNS);
    let said = cli.run("balance").succeeded();
    assert_eq!(said.stderr, "", "a pipe");
    for ended in [quiet, dumb].map(Terminal::end) {
        assert!(ended.written.starts_with("Balance") && !ended.written.contains("Waiting"), "{:?}", ended.written);
    }
}
