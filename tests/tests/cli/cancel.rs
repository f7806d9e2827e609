//! `cnop orders cancel`: one order that waits, or all of them after one question.

use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};

use cnop_tests::{Cli, Reaction, Stub, TestServer};
use serde_json::{Value, json};

use crate::held::PATIENCE;
use crate::watch::interrupt;

/// Somebody with three orders that wait: two for ETH, one for BTC.
fn trader(url: &str) -> Cli {
    let cli = Cli::funded(url);
    for line in ["buy ETH 0.5 --limit 1000", "buy BTC 0.05 --limit 60000", "buy ETH 1 --limit 900"] {
        cli.ok(&format!("{line} --yes"));
    }
    cli
}

fn waiting(cli: &Cli) -> Vec<String> {
    let orders = cli.json("orders list --status queued");
    let id = |order: &Value| order["order_id"].as_str().unwrap().to_owned();
    orders["data"].as_array().unwrap().iter().map(id).collect()
}

#[test]
fn an_order_is_cancelled_once_and_what_it_held_is_free() {
    let server = TestServer::start();
    let cli = trader(server.url());
    let id = waiting(&cli).remove(0);
    let said = cli.run(&format!("orders cancel {id}")).succeeded();
    let expected = format!("Cancelled: buy 1 ETH at $900.00 or less. Order {id}.\n");
    assert_eq!((said.stdout, said.stderr.as_str()), (expected, ""));
    assert_eq!((cli.json("balance")["held_balance"].clone(), waiting(&cli).len()), (json!("3500"), 2));
    let again = cli.run(&format!("orders cancel {id}"));
    assert_eq!((again.status, again.stdout.as_str()), (4, ""), "{again}");
    assert!(again.stderr.ends_with("\nhint: `cnop orders show ORDER` shows what became of it\n"), "{again}");
    let order = cli.json(&format!("orders cancel {}", waiting(&cli)[0]));
    assert_eq!((&order["status"], &order["asset_id"]), (&json!("cancelled"), &json!("BTC")));
}

#[test]
fn what_does_not_wait_cannot_be_cancelled() {
    let server = TestServer::start();
    let cli = Cli::funded(server.url());
    let order = cli.json("buy ETH 0.1 --yes")["order_id"].as_str().unwrap().to_owned();
    for (line, status) in [
        (format!("orders cancel {order}"), 4),
        ("orders cancel order_0123456789".to_owned(), 5),
        ("orders cancel x".to_owned(), 2),
        ("orders cancel".to_owned(), 2),
        (format!("orders cancel {order} --all --yes"), 2),
        (format!("orders cancel {order} --asset ETH"), 2),
    ] {
        let said = cli.run(&line);
        assert_eq!((said.status, said.stdout.as_str()), (status, ""), "{said}");
    }
    assert_eq!(Cli::at(server.url()).run("orders cancel --all --yes").status, 3);
}

#[test]
fn all_are_cancelled_and_each_is_told() {
    let server = TestServer::start();
    let cli = trader(server.url());
    let ids = waiting(&cli);
    let said = cli.run("orders cancel --all --asset btc --yes").succeeded();
    let row = format!("{}  buy 0.05 BTC at $60,000.00 or less  cancelled", ids[1]);
    assert!(said.stdout.contains(&row) && said.stdout.lines().count() == 2, "{said}");
    let outcomes = cli.json("orders cancel --all --yes");
    let told: Vec<_> = outcomes.as_array().unwrap().iter().map(|told| &told["order"]["order_id"]).collect();
    assert_eq!(told, [&ids[0], &ids[2]]);
    for told in outcomes.as_array().unwrap() {
        assert_eq!((&told["outcome"], &told["error"]), (&json!("cancelled"), &Value::Null), "{told}");
        assert_eq!(told["order"]["status"], "cancelled", "{told}");
    }
    assert_eq!(cli.json("balance")["held_balance"], "0");
    assert_eq!(
        (cli.ok("orders cancel --all --yes"), cli.json("orders cancel --all --yes")),
        ("No orders wait.\n".to_owned(), json!([]))
    );
    server.stop().1.assert_sound();
}

#[test]
fn without_a_terminal_all_need_a_yes() {
    let server = TestServer::start();
    let cli = trader(server.url());
    let said = cli.run("orders cancel --all");
    assert_eq!((said.status, waiting(&cli).len()), (2, 3), "{said}");
    assert!(said.stderr.ends_with("\nhint: `--yes` cancels them without asking\n"), "{said}");
}

#[test]
fn on_a_terminal_all_are_shown_and_asked_for_once() {
    let server = TestServer::start();
    let cli = trader(server.url());
    for (answer, status, left) in [("n", 8, 3), ("y", 0, 0)] {
        let mut terminal = cli.terminal("orders cancel --all", 160);
        terminal.wait_for("Cancel these 3 orders? [y/N]");
        terminal.enter(answer);
        let ended = terminal.end();
        assert_eq!((ended.status, ended.echoes), (status, true), "{}", ended.screen);
        let (preview, result) = ended.screen.split_once("[y/N]").unwrap();
        assert!(preview.starts_with("TIME (UTC)") && preview.contains("  limit_buy  BTC        0.05  "), "{preview}");
        assert_eq!(result.matches("  cancelled").count(), 3 - left, "{result}");
        assert_eq!(waiting(&cli).len(), left);
    }
}

#[test]
fn an_order_that_was_executed_meanwhile_stands_in_the_way_of_no_other() {
    let server = TestServer::start();
    let count = AtomicUsize::new(0);
    let stub = Stub::before(server.url(), move |request| {
        let is_second = request.route().starts_with("DELETE ") && count.fetch_add(1, Ordering::Relaxed) == 1;
        if is_second { Reaction::problem(409, "order_not_cancellable", "It is completed.") } else { Reaction::Forward }
    });
    let cli = trader(stub.url());
    let said = cli.run("orders cancel --all --yes --output json");
    assert_eq!(said.status, 4, "{said}");
    let outcomes = said.value();
    let of = |place: usize| outcomes[place]["outcome"].as_str().unwrap();
    assert_eq!([of(0), of(1), of(2)], ["cancelled", "refused", "cancelled"]);
    assert_eq!(outcomes[1]["error"], json!({"code": "order_not_cancellable", "message": "It is completed."}));
    let error: Value = serde_json::from_str(&said.stderr).unwrap();
    assert_eq!(error["error"]["code"], "order_not_cancellable");
    assert_eq!(error["error"]["message"], "1 of 3 was not cancelled: It is completed.");
    assert_eq!(waiting(&cli).len(), 1);
}

#[test]
fn where_the_server_can_no_longer_be_asked_the_rest_is_told_too() {
    let server = TestServer::start();
    let count = AtomicUsize::new(0);
    let stub = Stub::before(server.url(), move |request| {
        let is_late = request.route().starts_with("DELETE ") && count.fetch_add(1, Ordering::Relaxed) >= 1;
        if is_late { Reaction::problem(401, "token_revoked", "This session is over.") } else { Reaction::Forward }
    });
    let cli = trader(stub.url());
    let said = cli.run("orders cancel --all --yes");
    assert_eq!(said.status, 3, "{said}");
    let rows: Vec<_> = said.stdout.lines().skip(1).collect();
    assert!(rows[0].ends_with("  cancelled"), "{said}");
    assert!(rows[1].ends_with("  not cancelled  This session is over.") && rows[2].ends_with("  not asked"), "{said}");
    assert!(said.stderr.starts_with("error: 2 of 3 were not cancelled: This session is over.\nhint: log in"), "{said}");
}

/// What was done before Ctrl+C is said, and what nobody knows too.
#[test]
fn an_interrupt_stops_the_rest_and_tells_what_became_of_each() {
    let server = TestServer::start();
    let (sender, arrival) = std::sync::mpsc::channel();
    let (count, sender) = (AtomicUsize::new(0), std::sync::Mutex::new(sender));
    let stub = Stub::before(server.url(), move |request| {
        if request.route().starts_with("DELETE ") && count.fetch_add(1, Ordering::Relaxed) == 1 {
            sender.lock().unwrap().send(()).unwrap();
            return Reaction::Hold;
        }
        Reaction::Forward
    });
    let cli = trader(stub.url());
    let mut command = cli.command("orders cancel --all --yes --output json");
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    arrival.recv_timeout(PATIENCE).expect("the second is sent");
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    let outcomes: Value = serde_json::from_slice(&output.stdout).unwrap();
    let told: Vec<_> = outcomes.as_array().unwrap().iter().map(|told| told["outcome"].as_str().unwrap()).collect();
    assert_eq!((output.status.code(), told), (Some(130), vec!["cancelled", "unknown", "not_sent"]));
}

/// The request arrived and its answer did not: asked again, the order is found cancelled.
#[test]
fn a_lost_answer_is_no_doubt() {
    let server = TestServer::start();
    let (url, count) = (server.url().to_owned(), AtomicUsize::new(0));
    let stub = Stub::before(server.url(), move |request| {
        if request.route().starts_with("DELETE ") && count.fetch_add(1, Ordering::Relaxed) == 0 {
            request.send_to(&url);
            return Reaction::HangUp;
        }
        Reaction::Forward
    });
    let cli = trader(stub.url());
    let id = waiting(&cli).remove(0);
    let said = cli.run(&format!("orders cancel {id}")).succeeded();
    assert!(said.stdout.starts_with("Cancelled: buy 1 ETH"), "{said}");
    assert_eq!(waiting(&cli).len(), 2);
}

#[test]
fn as_csv_each_order_is_a_record() {
    let server = TestServer::start();
    let cli = trader(server.url());
    let ids = waiting(&cli);
    let csv = cli.ok("orders cancel --all --yes --output csv");
    let lines: Vec<_> = csv.lines().collect();
    assert_eq!(lines[0], "order_id,outcome,asset_id,order_type,status,error");
    assert_eq!(lines[1], format!("{},cancelled,ETH,limit_buy,cancelled,", ids[0]));
    assert_eq!(lines.len(), 4);
}
