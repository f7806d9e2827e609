//! Changing the password, and where one is read from.

use cnop_tests::{Cli, PASSWORD, Reaction, Stub, TestServer, fresh_username};

const OTHER: &str = "Other-Horse-77";

/// Somebody logged in, and their name.
fn somebody(server: &str) -> (Cli, String) {
    let (cli, name) = (Cli::at(server), fresh_username());
    cli.register(&name);
    cli.log_in(&name);
    (cli, name)
}

#[test]
fn a_new_password_ends_every_other_session_and_keeps_this_one() {
    let server = TestServer::start();
    let (cli, name) = somebody(server.url());
    let elsewhere = Cli::at(server.url());
    elsewhere.log_in(&name);
    let said = cli.pipe("password --password-stdin", &format!("{PASSWORD}\n{OTHER}\n")).succeeded();
    let place = format!("{name} at {}", server.url());
    let expected = format!("Password changed successfully ({place}). This session goes on, every other one is over.\n");
    assert_eq!((said.stdout, said.stderr), (expected, String::new()));
    cli.ok("balance");
    assert_eq!(elsewhere.run("balance").status, 3);
    assert_eq!(elsewhere.pipe(&format!("login {name} --password-stdin"), PASSWORD).status, 3);
    elsewhere.pipe(&format!("login {name} --password-stdin"), OTHER).succeeded();
}

#[test]
fn the_terminal_asks_for_the_current_one_and_twice_for_the_new_one() {
    let server = TestServer::start();
    let (cli, name) = somebody(server.url());
    let mut terminal = cli.terminal("password", 100);
    terminal.wait_for_secret_prompt(&format!("Current password of {name} at {}:", server.url()));
    terminal.enter(PASSWORD);
    terminal.wait_for_secret_prompt("New password:");
    terminal.enter(OTHER);
    terminal.wait_for_secret_prompt("The same again:");
    terminal.enter(OTHER);
    let ended = terminal.end();
    assert_eq!((ended.status, ended.echoes), (0, true), "{}", ended.screen);
    assert!(!ended.written.contains(PASSWORD) && !ended.written.contains(OTHER));
    cli.pipe(&format!("login {name} --password-stdin"), OTHER).succeeded();
}

/// Ctrl+C between the questions changes nothing.
#[test]
fn ctrl_c_at_the_new_password_changes_nothing() {
    let server = TestServer::start();
    let (cli, name) = somebody(server.url());
    let mut terminal = cli.terminal("password", 100);
    terminal.wait_for_secret_prompt("Current password of");
    terminal.enter(PASSWORD);
    terminal.wait_for_secret_prompt("New password:");
    terminal.press_ctrl_c();
    let ended = terminal.end();
    assert_eq!((ended.status, ended.echoes), (130, true), "{}", ended.screen);
    cli.log_in(&name);
}

#[test]
fn what_is_wrong_with_either_password_is_said_and_nothing_changes() {
    let server = TestServer::start();
    let (cli, name) = somebody(server.url());
    let check = |stdin: &str, status: i32, says: &str| {
        let said = cli.pipe("password --password-stdin", stdin);
        assert_eq!((said.status, said.stdout.as_str()), (status, ""), "{said}");
        assert!(said.stderr.starts_with(says), "{said}");
    };
    check("", 2, "error: the password is empty\n");
    check(&format!("{PASSWORD}\n"), 2, "error: the password must be 12 to 128 characters long\n");
    check(&format!("{PASSWORD}\nshort\n"), 2, "error: the password must be 12 to 128 characters long\n");
    let wrong = "error: The current password is wrong.\nhint: nothing was changed; try again with the current one\n";
    check(&format!("{OTHER}\n{PASSWORD}\n"), 3, wrong);
    let said = cli.run("password");
    assert_eq!(said.status, 2, "{said}");
    assert!(said.stderr.contains("hint: pipe the current and the new one in, a line each"), "{said}");
    assert_eq!(Cli::at(server.url()).run("password").status, 3, "nobody is logged in");
    cli.log_in(&name);
}

#[test]
fn a_change_whose_answer_is_lost_is_said_to_be_in_doubt() {
    let server = TestServer::start();
    let stub = Stub::before(server.url(), |request| match request.route() {
        "PUT /api/v1/auth/password" => Reaction::ForwardAndCut(10),
        _ => Reaction::Forward,
    });
    let (cli, _) = somebody(stub.url());
    let said = cli.pipe("password --password-stdin", &format!("{PASSWORD}\n{OTHER}\n"));
    assert_eq!(said.status, 6, "{said}");
    assert!(said.stderr.starts_with("warning: the password may have been changed"), "{said}");
}

#[test]
fn the_variable_holds_the_password_unless_it_is_piped_in() {
    let server = TestServer::start();
    let (cli, name) = (Cli::at(server.url()), fresh_username());
    let person = Cli::PERSON.replace("USER", &name);
    let right = [("CNOP_PASSWORD", PASSWORD)];
    let said = cli.run_in(&[("CNOP_PASSWORD", "short")], &format!("register {name} {person}"));
    assert_eq!(said.status, 2, "{said}");
    assert!(said.stderr.starts_with("error: the password in CNOP_PASSWORD must be 12 to 128"), "{said}");
    cli.run_in(&right, &format!("register {name} {person}")).succeeded();
    cli.run_in(&right, &format!("login {name}")).succeeded();
    let line = format!("login {name} --password-stdin");
    assert_eq!(cli.pipe_in(&right, &line, OTHER).status, 3, "what is piped in goes before");
    let said = cli.run_in(&[("CNOP_PASSWORD", "")], &format!("login {name}"));
    assert_eq!(said.status, 2, "{said}");
    assert!(said.stderr.ends_with("hint: pipe it in with `--password-stdin`, or set CNOP_PASSWORD\n"), "{said}");
}

/// The new one is asked for all the same: a variable holds one password.
#[test]
fn the_variable_stands_in_for_the_current_password_only() {
    let server = TestServer::start();
    let (cli, name) = somebody(server.url());
    assert_eq!(cli.run_in(&[("CNOP_PASSWORD", PASSWORD)], "password").status, 2);
    let mut command = cli.command("password");
    command.env("CNOP_PASSWORD", PASSWORD);
    let mut terminal = cnop_tests::Terminal::run(&command, 100);
    terminal.wait_for_secret_prompt("New password:");
    terminal.enter(OTHER);
    terminal.wait_for_secret_prompt("The same again:");
    terminal.enter(OTHER);
    let ended = terminal.end();
    assert_eq!(ended.status, 0, "{}", ended.screen);
    assert!(!ended.screen.contains("Current password"), "{}", ended.screen);
    cli.pipe(&format!("login {name} --password-stdin"), OTHER).succeeded();
}
