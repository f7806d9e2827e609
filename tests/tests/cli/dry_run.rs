//! `--dry-run`: what an order would do, with exact figures, and nothing sent.

use cnop_core::money::{Price, Quantity, Usd};
use cnop_tests::{Cli, Reaction, Stub, TestServer};
use serde_json::{Value, json};

use crate::held::count;

/// Somebody with $1,000 before a stub that passes everything on.
fn trader(server: &TestServer) -> (Cli, Stub) {
    let stub = Stub::before(server.url(), |_| Reaction::Forward);
    let cli = Cli::logged_in(stub.url());
    cli.ok("deposit 1000");
    (cli, stub)
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("no {field} in {value}"))
}

#[test]
fn a_dry_run_needs_nobody_and_sends_nothing() {
    let server = TestServer::start();
    let (cli, stub) = trader(&server);
    let said = cli.run("buy ETH 0.1 --dry-run").succeeded();
    let parts = [
        "Order           Buy ETH (Ethereum) at the market price\nQuantity        0.1\nPrice now       $",
        " s ago)\nEstimated cost  $",
        "\nCash after      $",
        "\nPosition after  0.1 ETH\n",
    ];
    let mut rest = said.stdout.as_str();
    for part in parts {
        rest = rest.split_once(part).unwrap_or_else(|| panic!("no {part:?} in {said}")).1;
    }
    assert_eq!((rest, said.stderr.as_str()), ("", ""), "{said}");
    cli.ok("buy ETH --usd 100 --dry-run");
    assert_eq!((count(&stub, "POST /api/v1/orders"), cli.intent_files("default").len()), (0, 0));
}

#[test]
fn its_figures_are_exact() {
    let server = TestServer::start();
    let (cli, _stub) = trader(&server);
    let run = cli.json("buy ETH 0.1 --dry-run");
    let price: Price = text(&run, "price").parse().unwrap();
    let cost = price.cost_rounded_up("0.1".parse().unwrap());
    let cash = Usd::whole(1_000).checked_sub(cost).unwrap();
    assert_eq!(
        (text(&run, "order_type"), text(&run, "asset_id"), text(&run, "quantity")),
        ("market_buy", "ETH", "0.1")
    );
    assert_eq!((text(&run, "estimated_total"), text(&run, "cash_after")), (&*cost.to_string(), &*cash.to_string()));
    assert_eq!((text(&run, "estimated_quantity"), text(&run, "position_after")), ("0.1", "0.1"));
    assert_eq!((&run["amount_usd"], &run["stale"], &run["refusal"]), (&Value::Null, &json!(false), &Value::Null));
    assert!(run["price_age_ms"].as_i64().is_some_and(|age| (0..60_000).contains(&age)), "{run}");

    let run = cli.json("buy ETH --usd 250 --dry-run");
    let price: Price = text(&run, "price").parse().unwrap();
    let quantity: Quantity = text(&run, "estimated_quantity").parse().unwrap();
    assert_eq!(Some(quantity), price.quantity_for(Usd::whole(250)));
    assert_eq!((text(&run, "amount_usd"), &run["quantity"]), ("250", &Value::Null));
    assert_eq!(text(&run, "estimated_total"), price.cost_rounded_up(quantity).to_string());

    cli.ok("buy ETH 0.1 --yes");
    let run = cli.json("sell ETH 0.05 --dry-run");
    assert_eq!((text(&run, "order_type"), text(&run, "position_after")), ("market_sell", "0.05"));
    let proceeds: Usd = text(&run, "estimated_total").parse().unwrap();
    let cash: Usd = cli.json("balance")["current_balance"].as_str().unwrap().parse().unwrap();
    assert_eq!(text(&run, "cash_after"), cash.checked_add(proceeds).unwrap().to_string());
}

#[test]
fn csv_has_the_figures_of_the_json() {
    let server = TestServer::start();
    let (cli, _stub) = trader(&server);
    let csv = cli.ok("buy ETH 0.1 --dry-run --output csv");
    let (header, row) = csv.trim_end().split_once('\n').unwrap();
    assert_eq!(
        header,
        "order_type,asset_id,quantity,amount_usd,price,price_updated_at,stale,estimated_quantity,estimated_total,\
         cash_after,position_after,limit_price,limit_distance,held_amount,held_quantity,expires_at"
    );
    assert!(row.starts_with("market_buy,ETH,0.1,,") && row.ends_with(",0.1,,,,,"), "{csv}");
}

#[test]
fn what_would_be_refused_is_shown_and_ends_as_the_refusal_would() {
    let server = TestServer::start();
    let (cli, stub) = trader(&server);
    let said = cli.run("buy ETH 2 --dry-run");
    assert_eq!(said.status, 4, "{said}");
    assert!(said.stdout.contains("\nCash after      -\n"), "{said}");
    assert!(said.stderr.starts_with("error: this order would be refused now: Buying 2 ETH costs $"), "{said}");
    assert!(said.stderr.contains("; $1,000.00 is available.\nhint: `cnop balance` shows"), "{said}");
    let said = cli.run("sell ETH 1 --dry-run --output json");
    assert_eq!((said.status, &said.value()["refusal"]["code"]), (4, &json!("insufficient_assets")), "{said}");
    let error: Value = serde_json::from_str(&said.stderr).unwrap();
    assert_eq!(error["error"]["code"], "would_be_refused", "{said}");
    assert_eq!(cli.run("buy NOSUCH 1 --dry-run").status, 5);
    assert_eq!(cli.run("buy ETH 0.0001 --dry-run").status, 2);
    assert_eq!(Cli::at(server.url()).run("buy ETH 1 --dry-run").status, 3);
    assert_eq!(count(&stub, "POST /api/v1/orders"), 0);
}

#[test]
fn an_old_price_is_no_price_to_trade_on() {
    let server = TestServer::start();
    let real = server.url().to_owned();
    let stub = Stub::before(server.url(), move |request| match request.route() {
        "GET /api/v1/inventory/assets/ETH" => {
            let answer = request.send_to(&real).replace("\"stale\":false", "\"stale\":true ");
            Reaction::Answer(answer)
        }
        _ => Reaction::Forward,
    });
    let cli = Cli::funded(stub.url());
    let said = cli.run("buy ETH 1 --dry-run --output json");
    assert_eq!((said.status, &said.value()["stale"]), (6, &json!(true)), "{said}");
    assert_eq!(said.value()["refusal"]["code"], "price_unavailable", "{said}");
}

#[test]
fn what_is_unusual_is_a_warning_and_no_refusal() {
    let server = TestServer::start();
    let (cli, _stub) = trader(&server);
    cli.ok("buy ETH 0.1 --yes");
    let said = cli.run("buy ETH 0.1 --dry-run").succeeded();
    assert!(said.stderr.starts_with("warning: It is the same as your last order, order_"), "{said}");
    let said = cli.run("buy ETH --usd 600 --dry-run --output json").succeeded();
    assert_eq!(said.value()["warnings"][0]["code"], "large_share", "{said}");
    assert!(said.stderr.starts_with("warning: It spends "), "{said}");
}
