//! `cnop doctor` names what is wrong, whatever it is, and ends as the command that would meet it first.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use cnop_tests::{Cli, PASSWORD, Reaction, Said, Stub, TestServer};
use serde_json::{Value, json};

/// Verdict and message of a check.
#[track_caller]
fn check<'a>(value: &'a Value, name: &str) -> (&'a str, &'a str) {
    let checks = value["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["name"] == name).unwrap_or_else(|| panic!("no {name}: {value}"));
    (check["verdict"].as_str().unwrap(), check["message"].as_str().unwrap())
}

/// The verdicts of all checks in their order.
fn verdicts(value: &Value) -> Vec<(&str, &str)> {
    let checks = value["checks"].as_array().unwrap();
    checks.iter().map(|check| (check["name"].as_str().unwrap(), check["verdict"].as_str().unwrap())).collect()
}

fn examined(cli: &Cli, status: i32) -> (Value, Said) {
    let said = cli.run("doctor --output json");
    assert_eq!(said.status, status, "{said}");
    (said.value(), said)
}

#[test]
fn all_is_well_with_a_session_at_a_server_that_answers() {
    let server = TestServer::start();
    let cli = Cli::logged_in(server.url());
    let (value, said) = examined(&cli, 0);
    let all = ["settings", "folder", "server", "clock", "session", "unsettled"].map(|name| (name, "ok"));
    assert_eq!(verdicts(&value), all, "{said}");
    assert_eq!(said.stderr, "");
    assert!(check(&value, "server").1.contains(" answers in "), "{said}");
    assert!(check(&value, "session").1.contains(&format!(" at {}, until ", server.url())), "{said}");
    assert_eq!(value["settings"][0]["value"], server.url());
    assert_eq!(value["settings"][0]["source"], json!({"kind": "variable", "name": "CNOP_SERVER"}));
    let (table, csv) = (cli.ok("doctor"), cli.ok("doctor --output csv"));
    assert!(table.starts_with("CHECK      VERDICT  FOUND\nsettings   ok"), "{table}");
    assert!(table.contains("\n\nSETTING           VALUE"), "{table}");
    assert!(csv.starts_with("name,verdict,message\nsettings,ok,") && csv.lines().count() == 7, "{csv}");
}

#[test]
fn without_a_session_it_says_how_to_get_one() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let (value, _) = examined(&cli, 3);
    assert_eq!(check(&value, "session"), ("failed", format!("not logged in at {}", server.url()).as_str()));
    assert_eq!(check(&value, "folder").0, "ok");
    assert!(!cli.state().exists(), "looking makes no folder");
    let said = cli.run("doctor");
    assert_eq!(
        said.stderr, "hint: session: log in with `cnop login USER`\nerror: not everything works: session\n",
        "{said}"
    );
}

#[test]
fn a_session_that_the_server_no_longer_takes_is_found_out() {
    let server = TestServer::start();
    let cli = Cli::logged_in(server.url());
    let file = fs::read(cli.session_file("default")).unwrap();
    cli.ok("logout");
    fs::write(cli.session_file("default"), file).unwrap();
    let (value, said) = examined(&cli, 3);
    assert_eq!(check(&value, "session").0, "failed", "{said}");
    fs::write(cli.session_file("default"), "{").unwrap();
    let (value, said) = examined(&cli, 3);
    assert!(check(&value, "session").1.ends_with("is not a session file"), "{said}");
}

#[test]
fn without_a_server_it_looks_at_the_rest() {
    let server = TestServer::start();
    let cli = Cli::logged_in(server.url());
    let url = server.url().to_owned();
    drop(server);
    let (value, said) = examined(&cli, 6);
    assert!(check(&value, "server").1.starts_with(&format!("no connection to {url}: ")), "{said}");
    assert_eq!(check(&value, "clock"), ("skipped", "the server has not answered"));
    assert_eq!(check(&value, "session").0, "skipped");
    assert!(check(&value, "session").1.ends_with("the server was not asked about it"), "{said}");
    assert_eq!(check(&value, "folder").0, "ok");
}

/// The other server is asked how it is, and nothing of whom it does not know.
#[test]
fn the_session_of_another_server_is_not_shown_to_this_one() {
    let server = TestServer::start();
    let cli = Cli::logged_in(server.url());
    let other = Stub::before(server.url(), |_| Reaction::Forward);
    let said = cli.run(&format!("doctor --output json --server {}", other.url()));
    assert_eq!(said.status, 3, "{said}");
    let value = said.value();
    assert!(check(&value, "session").1.contains(&format!("belongs to {}", server.url())), "{said}");
    let requests = other.requests();
    assert_eq!(requests.len(), 1, "{requests:?}");
    assert!(requests.iter().all(|request| request.header("authorization").is_none()), "{requests:?}");
}

fn health_at(date: &str) -> Reaction {
    let body =
        r#"{"status":"healthy","service":"s","version":"1","checks":{"database":"d","market":"m","insights":"i"}}"#;
    let length = body.len();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n{date}");
    Reaction::Answer(format!("{head}content-type: application/json\r\n\r\n{body}"))
}

#[test]
fn clocks_that_disagree_are_told_apart_from_those_that_cannot_be_compared() {
    let cli = Cli::at(Stub::always(health_at("date: Sun, 06 Nov 1994 08:49:37 GMT\r\n")).url());
    let (value, said) = examined(&cli, 1);
    let (verdict, message) = check(&value, "clock");
    assert!(verdict == "failed" && message.ends_with(" s ahead of the server"), "{said}");
    let cli = Cli::at(Stub::always(health_at("date: Fri, 31 Dec 2100 08:49:37 GMT\r\n")).url());
    assert!(check(&examined(&cli, 1).0, "clock").1.ends_with(" s behind the server"));
    for nothing in ["", "date: noon\r\n"] {
        let cli = Cli::at(Stub::always(health_at(nothing)).url());
        let skipped = ("skipped", "the server does not say what time it is");
        assert_eq!(check(&examined(&cli, 3).0, "clock"), skipped);
    }
}

#[test]
fn a_damaged_file_is_the_first_thing_that_is_wrong_and_not_the_last_that_is_looked_at() {
    let server = TestServer::start();
    let cli = Cli::logged_in(server.url());
    fs::create_dir_all(cli.config_file().parent().unwrap()).unwrap();
    fs::write(cli.config_file(), "output =").unwrap();
    let (value, said) = examined(&cli, 2);
    assert!(check(&value, "settings").1.contains("config.toml, line 1: "), "{said}");
    assert_eq!(check(&value, "session").0, "ok");
    fs::write(cli.config_file(), "outptu = 'json'").unwrap();
    let (value, said) = examined(&cli, 0);
    assert_eq!(check(&value, "settings").0, "warning");
    assert!(said.stderr.contains("hint: settings: correct it, or take it out"), "{said}");
}

#[test]
fn a_folder_that_others_can_look_into_or_nobody_can_write_to_is_named() {
    let server = TestServer::start();
    let cli = Cli::logged_in(server.url());
    let folder = cli.state().join("cnop");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    let (value, said) = examined(&cli, 0);
    assert_eq!(check(&value, "folder").0, "warning");
    assert!(said.stderr.contains("chmod 700"), "{said}");
    fs::remove_dir_all(cli.state()).unwrap();
    fs::write(cli.state(), "a file where a folder belongs").unwrap();
    let (value, _) = examined(&cli, 1);
    assert_eq!(check(&value, "folder").0, "failed");
}

#[test]
fn money_in_doubt_is_a_finding() {
    let server = TestServer::start();
    let stub = Stub::before(server.url(), |request| match request.route() {
        "POST /api/v1/balance/deposit" => Reaction::HangUp,
        route if route.ends_with("/settle") => Reaction::problem(403, "account_disabled", "No."),
        _ => Reaction::Forward,
    });
    let cli = Cli::logged_in(stub.url());
    assert_eq!(cli.run("deposit 5").status, 7);
    let (value, said) = examined(&cli, 7);
    assert_eq!(check(&value, "unsettled").0, "failed", "{said}");
    assert!(cli.run("doctor").stderr.contains("hint: unsettled: `cnop orders settle`"), "{said}");
}

#[test]
fn it_shows_no_secret() {
    let server = TestServer::start();
    let cli = Cli::logged_in(server.url());
    let token = cli.token("default");
    for format in ["table", "json", "csv"] {
        let said = cli.run_in(&[("CNOP_PASSWORD", PASSWORD)], &format!("doctor --output {format}")).succeeded();
        assert!(!said.to_string().contains(PASSWORD) && !said.to_string().contains(&token), "{said}");
    }
}
