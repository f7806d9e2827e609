//! Where sessions are kept, whom they are shown, and what happens to a bad one.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use cnop_tests::{Cli, Reaction, Said, Stub, TestServer, fresh_username};
use serde_json::Value;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[track_caller]
fn check_refused(said: &Said, status: i32, stderr: &str) {
    assert_eq!((said.status, said.stderr.as_str(), said.stdout.as_str()), (status, stderr, ""), "{said}");
}

#[test]
fn only_the_owner_can_read_a_session() {
    let server = TestServer::start();
    let cli = Cli::logged_in(server.url());
    let file = cli.session_file("default");
    assert_eq!(mode(&file), 0o600);
    for folder in file.ancestors().skip(1).take_while(|folder| *folder != cli.home()) {
        assert_eq!(mode(folder), 0o700, "{}", folder.display());
    }
    let mut names: Vec<_> =
        fs::read_dir(file.parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["default.json", "default.lock"], "nothing half written stays behind");
}

#[test]
fn without_xdg_folders_the_session_lies_below_the_home() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let name = fresh_username();
    cli.register(&name);
    let mut login = cli.command(&format!("login {name} --password-stdin"));
    login.env_remove("XDG_STATE_HOME").env_remove("XDG_CONFIG_HOME");
    let output = assert_cmd::Command::from_std(login).write_stdin(cnop_tests::PASSWORD).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(mode(&cli.home().join(".local/state/cnop/sessions/default.json")), 0o600);
}

#[test]
fn another_server_does_not_receive_the_token() {
    let server = TestServer::start();
    let cli = Cli::logged_in(server.url());
    let other = Stub::always(Reaction::json("200 OK", r#"{"message": "thank you"}"#));
    let owner = server.url();
    for line in ["balance", "whoami", "portfolio", "orders", "deposit 1", "buy BTC 1 --yes", "logout"] {
        let said = cli.run(&format!("{line} --server {}", other.url()));
        let expected = format!(
            "error: this profile's session belongs to {owner}; another server does not receive it\n\
             hint: use `--server {owner}`, or log in here with `cnop login USER`; `--profile NAME` keeps both\n"
        );
        check_refused(&said, 3, &expected);
    }
    assert!(other.requests().is_empty(), "{:?}", other.requests());
    // Another name of the same machine is another server too.
    let said = cli.run(&format!("balance --server {}", owner.replace("127.0.0.1", "localhost")));
    assert_eq!(said.status, 3, "{said}");
    cli.ok("balance");
}

/// Public routes are answered by whoever is asked, and nobody is told who asks.
#[test]
fn public_routes_carry_no_token_even_to_the_sessions_own_server() {
    let server = TestServer::start();
    let front = Stub::before(server.url(), |_| Reaction::Forward);
    let cli = Cli::logged_in(front.url());
    for line in ["assets", "asset BTC", "health"] {
        cli.ok(line);
    }
    let token = cli.token("default");
    let routes: Vec<_> = front.requests().iter().map(|request| request.route().to_owned()).collect();
    assert_eq!(routes.len(), 5, "{routes:?}");
    assert!(front.requests().iter().all(|request| !request.text().contains(&token)), "{routes:?}");
    cli.ok("balance");
    let last = front.requests().pop().unwrap();
    assert_eq!(last.header("authorization"), Some(format!("Bearer {token}").as_str()));
    assert_eq!(last.header("user-agent"), Some("cnop/0.1.0"));
}

#[test]
fn logging_in_elsewhere_replaces_the_session_and_says_so() {
    let (here, there) = (TestServer::start(), TestServer::start());
    let cli = Cli::logged_in(here.url());
    let name = fresh_username();
    let elsewhere = format!("--server {}", there.url());
    let person = Cli::PERSON.replace("USER", &name);
    cli.pipe(&format!("register {name} {person} --password-stdin {elsewhere}"), cnop_tests::PASSWORD).succeeded();
    let said = cli.pipe(&format!("login {name} --password-stdin {elsewhere}"), cnop_tests::PASSWORD).succeeded();
    assert_eq!(said.stderr, format!("this replaces the profile's session at {}\n", here.url()));
    assert_eq!(said.stdout, format!("Logged in as {name} at {}.\n", there.url()));
    assert_eq!(cli.run("balance").status, 3);
    cli.ok(&format!("balance {elsewhere}"));
}

#[test]
fn profiles_are_separate() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let (one, two) = (fresh_username(), fresh_username());
    for (name, profile) in [(&one, "work"), (&two, "home")] {
        cli.register(name);
        cli.pipe(&format!("login {name} --password-stdin --profile {profile}"), cnop_tests::PASSWORD).succeeded();
    }
    assert_eq!(cli.json("whoami --profile work")["username"], one);
    assert_eq!(cli.json("whoami --profile home")["username"], two);
    let by_variable = cli.command("whoami --output json").env("CNOP_PROFILE", "home").output().unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&by_variable.stdout).unwrap()["username"], two);
    check_refused(&cli.run("whoami"), 3, &not_logged_in(&server));

    cli.ok("logout --profile work");
    check_refused(&cli.run("whoami --profile work"), 3, &not_logged_in(&server));
    cli.ok("whoami --profile home");
}

fn not_logged_in(server: &TestServer) -> String {
    format!("error: not logged in at {}\nhint: log in with `cnop login USER`\n", server.url())
}

#[test]
fn a_damaged_session_is_named_with_what_to_do_and_a_login_mends_it() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let name = fresh_username();
    cli.register(&name);
    cli.log_in(&name);
    let file = cli.session_file("default");
    let good = fs::read(&file).unwrap();
    for damage in [&b""[..], b"{}", b"\xff\xfe", &good[..good.len() / 2], b"[1, 2]"] {
        fs::write(&file, damage).unwrap();
        let expected = format!(
            "error: {} is not a session file\nhint: log in with `cnop login USER`, which writes a new one\n",
            file.display()
        );
        check_refused(&cli.run("balance"), 3, &expected);
        check_refused(&cli.run("logout"), 3, &expected);
    }
    cli.log_in(&name);
    cli.ok("balance");
}

#[test]
fn a_session_that_cannot_be_read_is_none() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    fs::create_dir_all(cli.session_file("default")).unwrap();
    let said = cli.run("balance");
    assert_eq!((said.status, said.stdout.as_str()), (3, ""), "{said}");
    let file = cli.session_file("default");
    assert!(said.stderr.starts_with(&format!("error: {}: ", file.display())), "{said}");
    assert!(said.stderr.ends_with("\nhint: log in with `cnop login USER`, which writes a new one\n"), "{said}");
}

#[test]
fn a_session_that_cannot_be_kept_is_reported_with_its_file() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let name = fresh_username();
    cli.register(&name);
    fs::write(cli.state(), "a file where a folder belongs").unwrap();
    let said = cli.pipe(&format!("login {name} --password-stdin"), cnop_tests::PASSWORD);
    assert_eq!(said.status, 1, "{said}");
    assert!(said.stderr.starts_with(&format!("error: {}", cli.state().display())), "{said}");
    assert_eq!(said.stdout, "");
}
