//! `cnop buy --limit`, `cnop sell --limit`: orders that wait for their price.

use std::process::Stdio;

use cnop_core::money::{Price, Usd};
use cnop_tests::{Cli, TestServer};
use serde_json::{Value, json};

use crate::held::{Arrives, ORDERS, PATIENCE, holding};

fn price(cli: &Cli, asset: &str) -> Price {
    cli.json(&format!("asset {asset}"))["price_usd"].to_string().parse().unwrap()
}

#[test]
fn a_limit_order_says_that_it_waits_and_holds_what_it_needs() {
    let server = TestServer::start();
    let cli = Cli::funded(server.url());
    let said = cli.run("buy ETH 0.5 --limit 1000.50 --expires 7d --yes").succeeded();
    assert!(said.stdout.starts_with("Waiting: buy 0.5 ETH at $1,000.50 or less until 20"), "{said}");
    assert!(said.stdout.contains(" (UTC). Order order_") && said.stderr.is_empty(), "{said}");
    cli.ok("buy BTC 0.01 --yes");
    let sale = cli.json("sell BTC 0.004 --limit 900000 --yes");
    assert_eq!((&sale["order_type"], &sale["status"]), (&json!("limit_sell"), &json!("queued")));
    assert_eq!((&sale["limit_price"], &sale["held_amount"]), (&json!("900000"), &Value::Null));
    assert_eq!(cli.json("balance")["held_balance"], "500.25");
    let held = cli.json("holdings");
    assert_eq!(held[0]["held_quantity"], "0.004", "{held}");

    let waiting = cli.json("orders list --status queued");
    let of =
        |field: &str| waiting["data"].as_array().unwrap().iter().map(|order| order[field].clone()).collect::<Vec<_>>();
    assert_eq!(of("order_type"), ["limit_sell", "limit_buy"]);
    let table = cli.ok("orders --status queued");
    assert!(table.lines().next().unwrap().ends_with("STATUS        LIMIT  EXPIRES (UTC)"), "{table}");
    assert!(table.contains("  queued    $1,000.50  20"), "{table}");
    let only_market = cli.ok("orders --type market_buy");
    assert!(!only_market.contains("LIMIT"), "{only_market}");
    server.stop().1.assert_sound();
}

#[test]
fn an_order_whose_price_stands_is_executed_in_the_next_moment() {
    let server = TestServer::start();
    let cli = Cli::funded(server.url());
    let order = cli.json("buy ETH 0.5 --limit 5000 --yes");
    let id = order["order_id"].as_str().unwrap();
    let line = format!("orders show {id}");
    let executed = (0..200).map(|_| cli.json(&line)).find(|order| order["status"] != "queued").expect("it is executed");
    assert_eq!(executed["status"], "completed");
    let paid: Price = executed["price"].as_str().unwrap().parse().unwrap();
    assert!(paid < "5000".parse().unwrap(), "at the price, not at the limit: {executed}");
    assert_eq!(cli.json("balance")["held_balance"], "0");
}

#[test]
fn a_dry_run_has_the_figures_of_the_limit() {
    let server = TestServer::start();
    let cli = Cli::funded(server.url());
    let said = cli.run("buy ETH 0.5 --limit 1000 --expires 2099-01-01 --dry-run");
    assert_eq!(said.status, 2, "{said}");
    assert!(said.stderr.contains("`--expires` is too far ahead\nhint: an order waits for a year at most"), "{said}");

    let text = cli.ok("buy ETH 0.5 --limit 1000 --dry-run");
    let mut rest = text.as_str();
    for part in [
        "Order           Buy ETH (Ethereum) at $1,000.00 or less\nQuantity        0.5\nPrice now       $",
        " s ago)\nLimit           $1,000.00, ",
        "% below the price\nWaits until     20",
        " (UTC)\nHeld meanwhile  $500.00\nCash after      $9,500.00\nPosition after  0.5 ETH\n",
    ] {
        rest = rest.split_once(part).unwrap_or_else(|| panic!("no {part:?} in {text}")).1;
    }
    assert_eq!(rest, "");

    let run = cli.json("buy ETH 0.5 --limit 1000 --dry-run");
    let now: Price = run["price"].as_str().unwrap().parse().unwrap();
    let distance = "1000".parse::<Price>().unwrap().percent_above(now).to_string();
    assert_eq!((&run["limit_price"], &run["limit_distance"]), (&json!("1000"), &json!(distance)));
    assert_eq!((&run["estimated_total"], &run["held_amount"]), (&json!("500"), &json!("500")));
    assert_eq!((&run["held_quantity"], &run["warnings"], &run["refusal"]), (&Value::Null, &json!([]), &Value::Null));
    assert!(run["expires_at"].as_str().is_some_and(|time| time.ends_with('Z')), "{run}");
    let market = cli.json("buy ETH 0.5 --dry-run");
    assert_eq!((&market["limit_price"], &market["expires_at"]), (&Value::Null, &Value::Null));

    cli.ok("buy ETH 1 --yes");
    let run = cli.json("sell ETH 0.25 --limit 4000 --dry-run");
    assert_eq!((&run["held_quantity"], &run["held_amount"]), (&json!("0.25"), &Value::Null));
    assert_eq!((&run["estimated_total"], &run["position_after"]), (&json!("1000"), &json!("0.75")));
    assert_eq!(cli.json("orders --status queued")["data"], json!([]), "nothing was sent");
}

#[test]
fn what_would_not_wait_or_not_pass_is_said_before() {
    let server = TestServer::start();
    let cli = Cli::funded(server.url());
    let said = cli.run("buy ETH 0.5 --limit 5000 --dry-run").succeeded();
    assert!(said.stderr.starts_with("warning: It will not wait: the price is $"), "{said}");
    cli.ok("buy ETH 0.01 --yes");
    let run = cli.json("sell ETH 0.001 --limit 1 --dry-run --quiet");
    assert_eq!(run["warnings"][0]["code"], "executes_at_once", "{run}");
    let said = cli.run("buy ETH 1000 --limit 1000 --dry-run");
    assert_eq!(said.status, 4, "{said}");
    assert!(said.stderr.contains("Buying 1000 ETH costs $1,000,000.00; $9,"), "{said}");
}

#[track_caller]
fn check_usage(cli: &Cli, line: &str, part: &str) {
    let said = cli.run(line);
    assert_eq!(said.status, 2, "{said}");
    assert!(said.stderr.contains(part), "{said}");
}

#[test]
fn a_line_that_makes_no_sense_is_refused_before_anything_is_sent() {
    let server = TestServer::start();
    let cli = Cli::funded(server.url());
    check_usage(&cli, "buy ETH 1 --expires 7d --yes", "--limit <PRICE>");
    check_usage(&cli, "buy ETH --usd 5 --limit 1000 --yes", "cannot be used with");
    check_usage(&cli, "buy ETH 1 --limit 0 --yes", "must be more than 0");
    check_usage(&cli, "sell ETH 1 --limit -5 --yes", "must be more than 0");
    check_usage(&cli, "buy ETH 1 --limit 1000001 --yes", "must be at most 1000000");
    check_usage(&cli, "buy ETH 1 --limit 1000 --expires soon --yes", "must be a length such as 90m, 12h, 7d or 2w");
    check_usage(&cli, "buy ETH 1 --limit 1000 --expires -1d --yes", "must be a length");
    check_usage(&cli, "buy ETH 1 --limit 1000 --expires 2026-01-01 --yes", "`--expires` is in the past");
    check_usage(&cli, "buy ETH 1 --limit 1000 --expires 366d --yes", "`--expires` is too far ahead");
    check_usage(&cli, "buy ETH 1 --limit 1000 --expires 7d --idempotency-key k --yes", "give a day or a time");
    assert_eq!(cli.json("orders")["data"], json!([]));
}

#[test]
fn a_repeated_line_places_one_order() {
    let server = TestServer::start();
    let cli = Cli::funded(server.url());
    let line = "buy ETH 0.5 --limit 1000 --yes --idempotency-key once";
    let first = cli.json(line);
    let again = cli.run(&format!("{line} --output json")).succeeded();
    assert_eq!(again.value(), first);
    assert_eq!(again.stderr, "this limit purchase was done before under the same key; nothing moved now\n");
    assert_eq!(cli.json("orders")["data"].as_array().map(Vec::len), Some(1));
}

#[test]
fn an_order_whose_answer_is_lost_is_settled_like_any_other() {
    let server = TestServer::start();
    let (stub, arrival) = holding(&server, ORDERS, Arrives::AtOnce);
    let cli = Cli::funded(stub.url());
    let mut command = cli.command("buy ETH 0.5 --limit 1000 --expires 7d --yes");
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    arrival.recv_timeout(PATIENCE).expect("the order is sent");
    child.kill().unwrap(); // It gets to do nothing.
    child.wait().unwrap();
    let said = cli.run("orders settle").succeeded();
    let outcome =
        "limit purchase of 0.5 ETH at $1,000.00 or less  done     Waiting: buy 0.5 ETH at $1,000.00 or less until ";
    assert!(said.stdout.contains(outcome), "{said}");
    assert_eq!(cli.json("orders")["data"].as_array().map(Vec::len), Some(1));
}

#[test]
fn the_review_shows_the_limit_and_warns_where_nothing_would_wait() {
    let server = TestServer::start();
    let cli = Cli::funded(server.url());
    let mut terminal = cli.terminal("buy ETH 0.5 --limit 1000 --expires 12h", 120);
    terminal.wait_for("Place this order? [y/N]");
    terminal.enter("y");
    let ended = terminal.end();
    assert_eq!(ended.status, 0, "{}", ended.screen);
    assert!(ended.screen.contains("\nHeld meanwhile  $500.00\n"), "{}", ended.screen);
    assert!(ended.screen.contains("\nWaiting: buy 0.5 ETH at $1,000.00 or less until "), "{}", ended.screen);
    let held: Usd = cli.json("balance")["held_balance"].as_str().unwrap().parse().unwrap();
    assert_eq!(held, Usd::whole(500));

    let limit = price(&cli, "ETH").units() / 10_i128.pow(12) + 1_000;
    let mut terminal = cli.terminal(&format!("buy ETH 0.5 --limit {limit}"), 120);
    terminal.wait_for("Place this order? [y/N]");
    terminal.enter("n");
    let ended = terminal.end();
    assert!(ended.screen.contains("\nwarning: It will not wait: the price is $"), "{}", ended.screen);
    assert_eq!(ended.status, 8, "{}", ended.screen);
}
