//! Ways to start it, and what it is told.

use std::fs;

use cnop_tests::{Cli, Terminal, TestServer};

#[test]
fn cnop_tui_starts_it_with_the_settings_that_hold() {
    let server = TestServer::start();
    let cli = Cli::logged_in(server.url());
    let mut terminal = Terminal::run_in(&cli.command("tui --no-color"), 80, 24);
    terminal.wait_for("● Live");
    assert!(terminal.screen().contains(server.url()), "{}", terminal.screen());
    terminal.press("q");
    let ended = terminal.end();
    assert_eq!((ended.status, ended.changed_modes), (0, Vec::new()));
    // 39 is the terminal's own.
    let colours = (30..=38).chain(90..=97).map(|colour| format!("\u{1b}[{colour}"));
    assert!(colours.into_iter().all(|colour| !ended.written.contains(&colour)), "{:?}", ended.written);
}

#[test]
fn the_file_of_cnop_holds_for_it_too() {
    let server = TestServer::start();
    let cli = Cli::at("");
    fs::create_dir_all(cli.config().join("cnop")).unwrap();
    let file = format!("profile = 'work'\n[profiles.work]\nserver = '{}'\n", server.url());
    fs::write(cli.config_file(), file).unwrap();
    let name = cnop_tests::fresh_username();
    cli.register(&name);
    cli.log_in(&name);
    let mut terminal = cli.tui("");
    terminal.wait_for("● Live");
    assert!(terminal.screen().contains(&format!("{name} (work) at {}", server.url())), "{}", terminal.screen());
    terminal.press("q");
    assert_eq!(terminal.end().status, 0);
}

#[test]
fn what_is_wrong_is_said_before_the_terminal_is_taken() {
    let cli = Cli::at("localhost:8080");
    let ended = cli.tui("").end();
    assert_eq!(ended.status, 1, "{}", ended.screen);
    assert!(ended.screen.contains("error: CNOP_SERVER: must be http:// or https://"), "{}", ended.screen);
    assert!(ended.screen.contains("hint: unset CNOP_SERVER"), "{}", ended.screen);
    assert!(!ended.written.contains("\u{1b}[?1049h"));
}

#[test]
fn without_a_terminal_it_says_what_to_use() {
    let cli = Cli::at("http://127.0.0.1:1");
    let said = cli.run("tui");
    assert_eq!(said.status, 1, "{said}");
    assert!(said.stderr.contains("this needs a terminal"), "{said}");
}

#[test]
fn a_window_may_have_any_size() {
    let server = TestServer::start();
    let cli = Cli::logged_in(server.url());
    let mut terminal = cli.tui("");
    terminal.wait_for("● Live");
    let size = |length: u16| length.try_into().unwrap();
    for (columns, rows) in [(59, 24), (80, 14), (1, 1), (10, 3), (300, 100), (60, 15)] {
        terminal.resize(size(columns), size(rows));
        if (columns, rows) == (59, 24) {
            terminal.wait_for("CNOP needs 60 columns and 15 rows");
        }
    }
    terminal.wait_for("● Live");
    terminal.press("q");
    assert_eq!(terminal.end().status, 0);
}
