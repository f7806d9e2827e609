//! The server as a process: what it needs, what it refuses to start with, and what it says.

use std::process::ExitStatus;

use cnop_tests::{DataFolder, TestServer, User};

const KEY: &str = "0123456789abcdef0123456789abcdef";

#[track_caller]
fn check_failed((status, said): (ExitStatus, String), expected: &[&str]) {
    assert_eq!(status.code(), Some(1), "{said}");
    for words in expected {
        assert!(said.contains(words), "it should say {words:?}: {said}");
    }
    assert!(!said.contains("panicked") && said.lines().count() <= 2, "one line says what to do: {said}");
}

#[tokio::test]
async fn a_second_server_on_a_folder_is_refused_and_the_first_goes_on() {
    let server = TestServer::start();
    let user = User::funded(&server, 10).await;
    let in_use = ["the data folder is in use", "--data-dir"];
    check_failed(server.folder().fail_to_start(&[], &[]), &in_use);
    check_failed(server.folder().verify(), &in_use);
    user.deposit(5).await;
    assert_eq!(user.cash().await.to_string(), "15");
    let folder = server.kill();
    let server = folder.start();
    assert_eq!(user.on(&server).cash().await.to_string(), "15", "a killed server leaves no lock behind");
}

#[test]
fn a_guessable_signing_key_is_refused() {
    let folder = DataFolder::new();
    for key in ["", "secret", &KEY[1..]] {
        let refused = folder.fail_to_start(&[], &[("JWT_SECRET_KEY", key)]);
        check_failed(refused, &["JWT_SECRET_KEY", "32 bytes", "openssl rand"]);
    }
    folder.start_in(&[], &[("JWT_SECRET_KEY", KEY)]);
}

#[tokio::test]
async fn another_signing_key_ends_every_session() {
    let server = DataFolder::new().start_in(&[], &[("JWT_SECRET_KEY", KEY)]);
    let user = User::register(&server).await;
    let folder = server.stop().1;
    let server = folder.start_in(&[], &[("JWT_SECRET_KEY", KEY)]);
    assert!(user.on(&server).client.profile().await.is_ok());
    server.stop();
    let server = folder.start_in(&[], &[("JWT_SECRET_KEY", "another key that is long enough, too")]);
    let answer = user.raw(&server).get("/balance").await;
    crate::problem::check_refused(&answer, 401, "token_invalid", &[]);
}

#[test]
fn verify_says_what_to_do_where_there_is_nothing() {
    let folder = DataFolder::new();
    check_failed(folder.verify(), &["there is no database at", &folder.path().display().to_string(), "--data-dir"]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "looking makes nothing");
}

#[tokio::test]
async fn verify_counts_what_it_looked_at() {
    let server = TestServer::start();
    let user = User::funded(&server, 1_000).await;
    user.buy("ETH", "0.1").await;
    User::register(&server).await;
    let (status, said) = server.stop().1.verify();
    assert!(status.success());
    assert_eq!(said.trim(), "2 accounts, 2 entries, 0 findings");
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let folder = DataFolder::new();
    std::fs::write(folder.path().join("cnop.redb"), "not a database").unwrap();
    check_failed(folder.fail_to_start(&[], &[]), &["database"]);
    assert_eq!(std::fs::read_to_string(folder.path().join("cnop.redb")).unwrap(), "not a database");
}

#[test]
fn settings_that_cannot_be_used_are_refused_by_name() {
    let folder = DataFolder::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    check_failed(folder.fail_to_start(&["--listen", &address], &[]), &["cannot listen on", &address]);
    let missing = folder.path().join("none.json").display().to_string();
    check_failed(folder.fail_to_start(&["--cny-phrases", &missing], &[]), &["none.json"]);
    for flags in [["--daily-deposit-limit", "much"], ["--registration", "maybe"], ["--market-seed", "1.5"]] {
        let (status, said) = folder.fail_to_start(&flags, &[]);
        assert_eq!(status.code(), Some(2), "{said}");
        assert!(said.contains(flags[0]), "{said}");
    }
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_servers_secrets() {
    use std::os::unix::fs::PermissionsExt;
    let server = TestServer::start();
    let folder = server.folder().path();
    let mode = |path: &str| std::fs::metadata(folder.join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("secrets"), mode("secrets/jwt.key")), (0o700, 0o600));
}
