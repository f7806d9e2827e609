//! `--quiet`: answers and failures, and nothing else.

use cnop_tests::{Cli, PASSWORD, TestServer, fresh_username};

#[test]
fn quiet_commands_say_nothing_beside_the_answer() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let name = fresh_username();
    let person = Cli::PERSON.replace("USER", &name);
    let said = cli.pipe(&format!("register {name} {person} --password-stdin -q"), PASSWORD).succeeded();
    assert_eq!((said.stdout.as_str(), said.stderr.as_str()), ("User registered successfully\n", ""), "{said}");
    cli.log_in(&name);
    cli.ok("deposit 1");
    cli.ok("deposit 2");
    for format in ["table", "json", "csv"] {
        let line = format!("transactions --limit 1 --output {format}");
        let told = cli.run(&line).succeeded();
        assert!(told.stderr.starts_with("hint: there is more: "), "{told}");
        let said = cli.run(&format!("{line} --quiet")).succeeded();
        assert_eq!((said.stdout, said.stderr.as_str()), (told.stdout, ""), "{line}");
    }
}

#[test]
fn quiet_failures_are_told_without_a_hint() {
    let cli = Cli::at("http://127.0.0.1:1");
    let said = cli.run("balance --quiet");
    assert_eq!((said.status, said.stderr.as_str()), (3, "error: not logged in at http://127.0.0.1:1\n"), "{said}");
}

/// The story is what the demo prints; beside data it is for people.
#[test]
fn a_quiet_demo_as_data_tells_no_story() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let said = cli.run("demo --output json --quiet").succeeded();
    assert_eq!(said.stderr, "");
    assert_eq!(said.value()["steps"].as_array().map(Vec::len), Some(14));
    assert!(cli.ok("demo --quiet").starts_with("[1/14] Register a new user\n"));
}
