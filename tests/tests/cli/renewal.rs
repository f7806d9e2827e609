//! Sessions that end, are ended elsewhere, or are renewed before they do.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use cnop_tests::{Cli, Reaction, Stub, TestServer, fresh_username};
use serde_json::Value;

use crate::held::PATIENCE;

/// Rewrites when the session believes to end.
fn let_session_end(cli: &Cli, moment: &str) {
    let file = cli.session_file("default");
    let mut session: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    session["expires_at"] = moment.into();
    fs::write(&file, session.to_string()).unwrap();
}

/// Five minutes from now, as the server's own clock says it.
fn soon(cli: &Cli) -> String {
    let now: cnop_core::time::Timestamp = cli.json("portfolio")["as_of"].as_str().unwrap().parse().unwrap();
    now.plus_millis(5 * 60_000).to_string()
}

/// Makes the next command renew the session.
pub(crate) fn ends_soon(cli: &Cli) {
    let_session_end(cli, &soon(cli));
}

#[test]
fn a_session_that_is_about_to_end_is_renewed_and_the_old_token_is_void() {
    let server = TestServer::start();
    let front = Stub::before(server.url(), |_| Reaction::Forward);
    let cli = Cli::logged_in(front.url());
    let old = cli.token("default");
    let_session_end(&cli, &soon(&cli));
    cli.ok("balance");
    let new = cli.token("default");
    assert_ne!(new, old);
    cli.ok("balance");
    assert_eq!(cli.token("default"), new, "it is renewed once");
    let mut routes = front.requests().into_iter().rev().map(|request| request.route().to_owned());
    assert_eq!(routes.next().as_deref(), Some("GET /api/v1/balance"));
    assert_eq!(routes.next().as_deref(), Some("GET /api/v1/balance"));
    assert_eq!(routes.next().as_deref(), Some("POST /api/v1/auth/refresh"));
    let last = front.requests().pop().unwrap();
    let again = last.text().replace(&new, &old);
    assert_ne!(again, last.text());
    assert!(Stub::resend(&again, server.url()).contains("token_revoked"));
}

#[test]
fn of_many_commands_at_once_none_loses_the_session_to_anothers_renewal() {
    let server = TestServer::start();
    let cli = Cli::logged_in(server.url());
    let_session_end(&cli, &soon(&cli));
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..8).map(|_| scope.spawn(|| cli.run("balance"))).collect();
        for run in runs {
            let said = run.join().unwrap();
            assert_eq!(said.status, 0, "{said}");
        }
    });
    cli.ok("balance");
}

/// A logout that comes in the middle of a renewal waits for it: else the renewed session would outlive it.
#[test]
fn a_logout_beside_a_renewal_leaves_no_session_behind() {
    let server = TestServer::start();
    let (url, logged_out) = (server.url().to_owned(), Arc::new(AtomicBool::new(false)));
    let (seen, (arrived, arrival)) = (Arc::clone(&logged_out), mpsc::channel());
    let front = Stub::before(server.url(), move |request| match request.route() {
        "POST /api/v1/auth/refresh" => {
            let answer = request.send_to(&url);
            arrived.send(()).unwrap();
            // A slow server: long enough for a logout that does not wait, which would end it sooner.
            let slow = Instant::now() + Duration::from_millis(500);
            while Instant::now() < slow && !seen.load(Ordering::Relaxed) {
                std::thread::park_timeout(Duration::from_millis(5));
            }
            Reaction::Answer(answer)
        }
        _ => Reaction::Forward,
    });
    let cli = Cli::logged_in(front.url());
    let_session_end(&cli, &soon(&cli));
    let renewing = cli.start("balance");
    arrival.recv_timeout(PATIENCE).expect("it is renewed");
    let said = cli.run("logout");
    logged_out.store(true, Ordering::Relaxed);
    renewing.end();
    assert!(said.succeeded().stdout.starts_with("Logged out"), "it ends the renewed session");
    assert!(!cli.session_file("default").exists());
}

/// The clocks may disagree, so that only the server can say that a session is over.
#[test]
fn a_session_that_seems_over_is_still_tried() {
    let server = TestServer::start();
    let cli = Cli::logged_in(server.url());
    let_session_end(&cli, "2020-01-01T00:00:00.000Z");
    cli.ok("balance");
}

#[test]
fn a_failed_renewal_is_no_reason_to_fail() {
    let server = TestServer::start();
    let front = Stub::before(server.url(), |request| match request.route() {
        "POST /api/v1/auth/refresh" => Reaction::HangUp,
        _ => Reaction::Forward,
    });
    let cli = Cli::logged_in(front.url());
    let old = cli.token("default");
    let_session_end(&cli, &soon(&cli));
    let said = cli.run("balance").succeeded();
    assert_eq!(said.stderr, "");
    assert_eq!(cli.token("default"), old);
}

#[test]
fn logging_out_ends_the_session_at_the_server_and_forgets_it_here() {
    let server = TestServer::start();
    let cli = Cli::logged_in(server.url());
    let kept = fs::read(cli.session_file("default")).unwrap();
    cli.ok("logout");
    assert!(!cli.session_file("default").exists());
    assert_eq!(cli.run("logout").status, 3, "there is nothing left to end");
    // Even a copy is worth nothing any more, and logging out with it is no failure.
    fs::write(cli.session_file("default"), kept).unwrap();
    let said = cli.run("balance");
    assert_eq!(said.status, 3, "{said}");
    let said = cli.run("logout").succeeded();
    assert!(said.stdout.starts_with("The session was over already"), "{said}");
    assert!(!cli.session_file("default").exists());
}

#[test]
fn a_server_that_is_away_keeps_the_session_from_being_forgotten() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let name = fresh_username();
    cli.register(&name);
    cli.log_in(&name);
    let (status, _) = server.stop();
    assert!(status.success());
    let said = cli.run("logout");
    assert_eq!(said.status, 6, "{said}");
    assert!(cli.session_file("default").exists(), "its token could not be ended any more");
}
