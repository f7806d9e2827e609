//! On a real terminal: prompts, the review of an order, Ctrl+C, and tables that fit.

use cnop_tests::{Cli, PASSWORD, Terminal, TestServer, fresh_username};

const WIDE: u16 = 120;

/// A person without a session, at a terminal.
fn newcomer(server: &TestServer) -> (Cli, String) {
    let (cli, name) = (Cli::at(server.url()), fresh_username());
    cli.register(&name);
    (cli, name)
}

#[test]
fn a_password_is_asked_for_without_an_echo() {
    let server = TestServer::start();
    let (cli, name) = newcomer(&server);
    let mut terminal = cli.terminal(&format!("login {name}"), WIDE);
    terminal.wait_for_secret_prompt(&format!("Password of {name} at {}:", server.url()));
    terminal.enter(PASSWORD);
    let ended = terminal.end();
    assert_eq!(ended.status, 0, "{}", ended.screen);
    assert!(ended.echoes, "the terminal is as it was");
    assert!(!ended.written.contains(PASSWORD), "{}", ended.screen);
    assert!(ended.screen.ends_with(&format!("Logged in as {name} at {}.", server.url())), "{}", ended.screen);
    cli.ok("whoami");
}

#[test]
fn a_wrong_password_at_the_prompt_is_refused_as_any_other() {
    let server = TestServer::start();
    let (cli, name) = newcomer(&server);
    let mut terminal = cli.terminal(&format!("login {name}"), WIDE);
    terminal.wait_for_secret_prompt("Password of");
    terminal.enter("Wrong-Horse-77");
    let ended = terminal.end();
    assert_eq!((ended.status, ended.echoes), (3, true), "{}", ended.screen);
    assert!(ended.screen.contains("\nerror: "), "the message has a line of its own: {}", ended.screen);
}

fn register(server: &TestServer, name: &str) -> Terminal {
    Cli::at(server.url()).terminal(&format!("register {name} {}", Cli::PERSON.replace("USER", name)), WIDE)
}

#[test]
fn registering_asks_twice() {
    let server = TestServer::start();
    let name = fresh_username();
    let mut terminal = register(&server, &name);
    terminal.wait_for_secret_prompt("New password:");
    terminal.enter(PASSWORD);
    terminal.wait_for_secret_prompt("The same again:");
    terminal.enter(PASSWORD);
    let ended = terminal.end();
    assert_eq!((ended.status, ended.echoes), (0, true), "{}", ended.screen);
    assert!(!ended.written.contains(PASSWORD));
    Cli::at(server.url()).log_in(&name);
}

#[test]
fn two_passwords_that_differ_are_asked_for_again() {
    let server = TestServer::start();
    let name = fresh_username();
    let mut terminal = register(&server, &name);
    terminal.wait_for_secret_prompt("New password:");
    terminal.enter(PASSWORD);
    terminal.wait_for_secret_prompt("The same again:");
    terminal.enter("Correct-Horse-8");
    terminal.wait_for_secret_prompt("the two passwords differ; try again\nNew password:");
    terminal.enter(PASSWORD);
    terminal.wait_for_secret_prompt("differ; try again\nNew password: \nThe same again:");
    terminal.enter(PASSWORD);
    let ended = terminal.end();
    assert_eq!((ended.status, ended.echoes), (0, true), "{}", ended.screen);
    assert!(!ended.written.contains("Correct-Horse"));
    Cli::at(server.url()).log_in(&name);
}

#[test]
fn a_bad_new_password_is_asked_for_again_before_it_has_to_be_repeated() {
    let server = TestServer::start();
    let name = fresh_username();
    let mut terminal = register(&server, &name);
    terminal.wait_for_secret_prompt("New password:");
    terminal.enter("short");
    terminal.wait_for_secret_prompt("; choose another one\nNew password:");
    terminal.enter("shorter");
    terminal.wait_for_secret_prompt("; choose another one\nNew password: \nthe password must be");
    terminal.enter("short");
    let ended = terminal.end();
    assert_eq!(ended.status, 2, "{}", ended.screen);
    assert!(ended.screen.contains("\nerror: the password must be 12 to 128"), "{}", ended.screen);
    assert!(!ended.screen.contains("The same again"), "{}", ended.screen);
    Cli::at(server.url()).register(&name); // The name is still free.
}

#[test]
fn ctrl_c_at_a_password_leaves_the_terminal_as_it_was() {
    let server = TestServer::start();
    let (cli, name) = newcomer(&server);
    let mut terminal = cli.terminal(&format!("login {name}"), WIDE);
    terminal.wait_for_secret_prompt("Password of");
    terminal.press("half a passw");
    terminal.press_ctrl_c();
    let ended = terminal.end();
    assert_eq!((ended.status, ended.echoes), (130, true), "{}", ended.screen);
    assert!(!ended.written.contains("half"));

    let mut terminal = register(&server, &fresh_username());
    terminal.wait_for_secret_prompt("New password:");
    terminal.enter(PASSWORD);
    terminal.wait_for_secret_prompt("The same again:");
    terminal.press_ctrl_c();
    let ended = terminal.end();
    assert_eq!((ended.status, ended.echoes), (130, true), "{}", ended.screen);
}

/// Ctrl+D at an empty prompt says no.
#[test]
fn the_end_of_input_at_a_password_sends_nothing() {
    let server = TestServer::start();
    let (cli, name) = newcomer(&server);
    let mut terminal = cli.terminal(&format!("login {name}"), WIDE);
    terminal.wait_for_secret_prompt("Password of");
    terminal.press("\u{4}");
    let ended = terminal.end();
    assert_eq!((ended.status, ended.echoes), (8, true), "{}", ended.screen);
    assert!(ended.screen.ends_with("\nnothing was sent"), "{}", ended.screen);
}

/// Answers the review of a purchase: how it ended, and how many orders there are then.
#[track_caller]
fn answer_review(server: &TestServer, line: &str, answer: &str) -> (u32, String, usize) {
    let cli = Cli::funded(server.url());
    let mut terminal = cli.terminal(line, WIDE);
    terminal.wait_for("Place this order? [y/N]");
    terminal.press(answer);
    let ended = terminal.end();
    assert!(ended.echoes, "{}", ended.screen);
    let orders = cli.json("orders")["data"].as_array().map_or(0, Vec::len);
    (ended.status, ended.screen, orders)
}

#[test]
fn a_purchase_is_reviewed_and_placed_on_yes() {
    let server = TestServer::start();
    for yes in ["y\r", "Y\r", "yes\r", " YES \r"] {
        let (status, screen, orders) = answer_review(&server, "buy ETH 0.5", yes);
        assert_eq!((status, orders), (0, 1), "{yes:?}: {screen}");
        assert!(screen.contains("Order           Buy ETH (Ethereum) at the market price\n"), "{screen}");
        assert!(screen.contains("Quantity        0.5\nPrice now       $"), "{screen}");
        assert!(screen.contains("s ago)\nEstimated cost  $1,"), "{screen}");
        assert!(screen.contains("\nBought 0.5 ETH at $"), "{screen}");
    }
}

#[test]
fn no_answer_to_the_review_is_no_and_so_is_n() {
    let server = TestServer::start();
    for no in ["n\r", " No\r", "\r", "\u{4}"] {
        let (status, screen, orders) = answer_review(&server, "buy ETH --usd 500", no);
        assert_eq!((status, orders), (8, 0), "{no:?}: {screen}");
        assert!(screen.contains("Spend at most       $500.00\n"), "{screen}");
        assert!(screen.ends_with("\nnothing was sent"), "{screen}");
    }
}

#[test]
fn an_unclear_answer_is_asked_for_again_a_few_times() {
    let server = TestServer::start();
    for (answers, orders) in [("yess\ry\r", 1), ("1\r\u{4}", 0), ("maybe\rok\ryess\r", 0)] {
        let (status, screen, placed) = answer_review(&server, "buy ETH 0.5", answers);
        assert_eq!((status, placed), (if orders == 1 { 0 } else { 8 }, orders), "{answers:?}: {screen}");
        assert!(screen.contains("\nPlease answer y for yes or n for no.\n"), "{screen}");
    }
}

#[test]
fn what_would_be_refused_is_said_before_it_is_asked() {
    let server = TestServer::start();
    let cli = Cli::logged_in(server.url());
    let mut terminal = cli.terminal("buy ETH 0.5", WIDE);
    terminal.wait_for("Place this order? [y/N]");
    terminal.enter("n");
    let ended = terminal.end();
    let (review, question) = ended.screen.split_once("warning: this would be refused now: ").unwrap();
    assert!(review.contains("\nCash after      -\nPosition after  0.5 ETH\n"), "{}", ended.screen);
    assert!(question.starts_with("Buying 0.5 ETH costs $") && question.contains("; $0.00 is available.\nPlace this"));
}

#[test]
fn ctrl_c_at_the_review_places_nothing() {
    let server = TestServer::start();
    let (status, screen, orders) = answer_review(&server, "buy ETH 0.5", "y\u{3}");
    assert_eq!((status, orders), (130, 0), "{screen}");
}

#[test]
fn a_sale_is_reviewed_too_and_yes_skips_the_review() {
    let server = TestServer::start();
    let cli = Cli::funded(server.url());
    let bought = cli.terminal("buy ETH 1 --yes", WIDE).end();
    assert_eq!(bought.status, 0, "{}", bought.screen);
    assert!(!bought.screen.contains("[y/N]"), "{}", bought.screen);
    let mut terminal = cli.terminal("sell ETH 0.25", WIDE);
    terminal.wait_for("Place this order? [y/N]");
    terminal.enter("y");
    let sold = terminal.end();
    assert!(
        sold.screen.contains("Sell ETH (Ethereum)") && sold.screen.contains("Estimated proceeds  $"),
        "{}",
        sold.screen
    );
    assert!(sold.screen.contains("\nSold 0.25 ETH at $"), "{}", sold.screen);
}

/// The review belongs to people: with stdout as data it is on the terminal all the same.
#[test]
fn the_review_is_shown_beside_data_and_not_in_it() {
    let server = TestServer::start();
    let cli = Cli::funded(server.url());
    let mut terminal = cli.terminal("buy ETH 0.5 --output json", WIDE);
    terminal.wait_for("Place this order? [y/N]");
    terminal.enter("y");
    let ended = terminal.end();
    assert_eq!(ended.status, 0, "{}", ended.screen);
    let (_, data) = ended.screen.split_once('{').expect("the answer is JSON");
    assert!(serde_json::from_str::<serde_json::Value>(&format!("{{{data}")).is_ok(), "{}", ended.screen);
}
