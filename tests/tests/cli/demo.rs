//! `cnop demo`: the walk ends well, says what does not fit, and stops at once.

use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

use cnop_tests::{Cli, Reaction, Said, Stub, TestServer};

const STEPS: [&str; 14] = [
    "Register a new user",
    "Log in",
    "Deposit $",
    "Look at the prices",
    "Buy ",
    "Sell ",
    "Wait for a better price: buy ",
    "Buy within a limit that stands: ",
    "List the orders",
    "Read the balance history",
    "See the portfolio",
    "Ask for an insight",
    "Open today's red pocket",
    "Log out",
];

#[track_caller]
fn check_whole_walk(said: &Said) {
    assert_eq!(said.status, 0, "{said}");
    let steps: Vec<_> = said.stdout.lines().filter(|line| line.starts_with('[')).collect();
    assert_eq!(steps.len(), STEPS.len(), "{said}");
    for (place, (line, title)) in steps.iter().zip(STEPS).enumerate() {
        assert!(line.starts_with(&format!("[{}/14] {title}", place + 1)), "{line}");
    }
    assert!(said.stdout.ends_with("All 14 steps came back as they should.\n"), "{said}");
    assert_eq!(said.stderr, "", "no bar where there is no terminal");
}

#[test]
fn the_walk_has_fourteen_steps_and_the_books_add_up_after_it() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let said = cli.run("demo");
    check_whole_walk(&said);
    for route in
        ["POST /api/v1/auth/register", "POST /api/v1/orders", "GET /api/v1/portfolio", "POST /api/v1/cny/claim"]
    {
        assert!(said.stdout.contains(route), "no {route}: {said}");
    }
    check_whole_walk(&cli.run("demo")); // Each walk is somebody else's.
    server.stop().1.assert_sound();
}

#[test]
fn the_walk_touches_no_session() {
    let server = TestServer::start();
    let cli = Cli::logged_in(server.url());
    let before = std::fs::read(cli.session_file("default")).unwrap();
    check_whole_walk(&cli.run("demo"));
    assert_eq!(std::fs::read(cli.session_file("default")).unwrap(), before);
    assert_eq!(cli.json("transactions")["total_count"], 0);
    let stranger = Cli::at(server.url());
    check_whole_walk(&stranger.run("demo"));
    assert!(!stranger.state().exists(), "nothing is kept");
}

#[test]
fn as_data_the_walk_is_one_value_and_its_story_is_on_stderr() {
    let server = TestServer::start();
    let said = Cli::at(server.url()).run("demo --output json").succeeded();
    let value = said.value();
    let steps = value["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 14, "{said}");
    for (place, (step, title)) in steps.iter().zip(STEPS).enumerate() {
        assert_eq!(step["step"], place + 1);
        assert!(step["title"].as_str().unwrap().starts_with(title), "{step}");
        assert!(step["calls"].as_array().is_some_and(|calls| !calls.is_empty()), "{step}");
    }
    assert!(said.stderr.contains("[14/14] Log out"), "{said}");
}

#[test]
fn the_walk_fits_itself_to_a_servers_limits() {
    for flags in [
        ["--max-order-value", "100"],
        ["--max-order-value", "20"],
        ["--daily-deposit-limit", "500"],
        ["--daily-deposit-limit", "20"],
    ] {
        let server = TestServer::start_with(&flags);
        let said = Cli::at(server.url()).run("demo");
        check_whole_walk(&said);
        server.stop().1.assert_sound();
    }
}

#[test]
fn where_the_walk_cannot_go_on_it_says_at_which_step_and_why() {
    let check = |flags: &[&str], exit: i32, sentence: &str| {
        let server = TestServer::start_with(flags);
        let said = Cli::at(server.url()).run("demo");
        assert_eq!(said.status, exit, "{said}");
        assert!(said.stderr.starts_with(&format!("error: step {sentence}")), "{said}");
        assert_eq!(said.stderr.lines().count(), said.stderr.lines().filter(|line| !line.is_empty()).count(), "{said}");
    };
    check(&["--registration", "closed"], 4, "1 of 14 (Register a new user): ");
    check(&["--daily-deposit-limit", "0"], 4, "3 of 14 (Deposit");
    check(&["--max-order-value", "0"], 4, "5 of 14 (Buy ");
}

#[test]
fn a_server_that_goes_away_midway_is_named_with_the_step() {
    let server = TestServer::start();
    let stub = Stub::before(server.url(), |request| match request.route() {
        route if route.starts_with("GET /api/v1/portfolio") => Reaction::HangUp,
        _ => Reaction::Forward,
    });
    let said = Cli::at(stub.url()).run("demo");
    assert_eq!(said.status, 6, "{said}");
    assert!(said.stderr.starts_with("error: step 11 of 14 (See the portfolio): no answer from http"), "{said}");
    assert!(said.stdout.ends_with("GET /api/v1/portfolio\n"), "{said}");
}

/// An answer that contradicts an earlier one is noticed.
#[test]
fn a_server_that_miscounts_is_caught() {
    let server = TestServer::start();
    let wrong = r#"{"current_balance":"9999.99","available_balance":"9999.99","held_balance":"0","updated_at":"2026-02-15T08:00:00.000Z"}"#;
    let stub = Stub::before(server.url(), move |request| match request.route() {
        "GET /api/v1/balance" => Reaction::json("200 OK", wrong),
        _ => Reaction::Forward,
    });
    let said = Cli::at(stub.url()).run("demo");
    assert_eq!(said.status, 1, "{said}");
    assert!(said.stderr.contains("this does not add up: the balance is $9,999.99, not $10,000.00"), "{said}");
}

/// A stub that never answers `route`, and the sign that it was asked.
fn stuck_at(server: &TestServer, route: &'static str) -> (Stub, mpsc::Receiver<()>) {
    let (arrived, arrival) = mpsc::channel();
    let arrived = Mutex::new(arrived);
    let stub = Stub::before(server.url(), move |request| {
        if !request.route().starts_with(route) {
            return Reaction::Forward;
        }
        // The test may have ended, and with it whoever listens.
        let _ = arrived.lock().unwrap().send(());
        Reaction::Hold
    });
    (stub, arrival)
}

fn wait(arrival: &mpsc::Receiver<()>) {
    arrival.recv_timeout(Duration::from_secs(30)).expect("the walk gets there");
}

#[test]
fn an_interrupt_ends_the_walk_at_once_wherever_it_is() {
    let server = TestServer::start();
    for route in
        ["POST /api/v1/auth/register", "POST /api/v1/balance/deposit", "POST /api/v1/orders", "GET /api/v1/portfolio"]
    {
        let (stub, arrival) = stuck_at(&server, route);
        let walking = Cli::at(stub.url()).start("demo");
        wait(&arrival);
        let pressed = Instant::now();
        walking.interrupt();
        let said = walking.end();
        assert!(pressed.elapsed() < Duration::from_secs(10), "it ends at once");
        assert_eq!((said.status, said.stderr.as_str()), (130, ""), "{route}: {said}");
        assert!(said.stdout.ends_with(&format!("{route}\n")), "{route}: {said}");
    }
}

#[test]
fn on_a_terminal_a_bar_shows_how_far_it_is_and_leaves_nothing_behind() {
    let server = TestServer::start();
    let ended = Cli::at(server.url()).terminal("demo", 120).end();
    assert_eq!((ended.status, ended.echoes), (0, true), "{}", ended.screen);
    assert!(ended.screen.starts_with("[1/14] Register a new user\n"), "{}", ended.screen);
    assert!(ended.screen.ends_with("All 14 steps came back as they should."), "{}", ended.screen);
    assert!(!ended.screen.contains("/14 "), "a part of the bar stayed: {}", ended.screen);

    let (stub, arrival) = stuck_at(&server, "GET /api/v1/portfolio");
    let mut terminal = Cli::at(stub.url()).terminal("demo", 120);
    wait(&arrival);
    terminal.wait_for("10/14 See the portfolio");
    terminal.press_ctrl_c();
    let ended = terminal.end();
    assert_eq!((ended.status, ended.echoes), (130, true), "{}", ended.screen);
    assert!(!ended.screen.contains(" 10/14 "), "a part of the bar stayed: {}", ended.screen);
    assert!(ended.screen.contains("[11/14] See the portfolio"), "{}", ended.screen);
}
