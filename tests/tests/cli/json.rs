//! `--output json`: stdout is one value of the documented shape, and nothing that is data is anywhere else.

use cnop_tests::{Cli, PASSWORD, Reaction, Stub, TestServer, fresh_username};
use serde_json::Value;

use crate::still;

const ORDER: &str = "asset_id:text created_at:time executed_at:time expires_at:null held_amount:null limit_price:null \
                     order_id:text order_type:text price:amount quantity:amount status:text total_amount:amount";
const MOVED: &str = "message:text success:bool timestamp:time transaction_id:text";
const ASSET: &str = "asset_id:text category:text description:text image:null is_active:bool market_cap:number \
                     market_cap_rank:number name:text price_change_percentage_24h:number price_updated_at:time \
                     price_usd:number stale:bool symbol:text total_volume_24h:number";
const ASSET_DETAIL: &str = "asset_id:text ath:number ath_change_percentage:number ath_date:time atl:number \
                            atl_change_percentage:number atl_date:time availability_status:text category:text \
                            circulating_supply:number description:text high_24h:number image:null is_active:bool \
                            last_updated:time low_24h:number market_cap:number market_cap_rank:number max_supply:number \
                            name:text price_change_24h:number price_change_percentage_24h:number \
                            price_change_percentage_30d:number price_change_percentage_7d:number price_updated_at:time \
                            price_usd:number stale:bool symbol:text total_supply:number total_volume_24h:number";

/// Runs a line as JSON and holds its shape: the fields of what stands under `pointer`, sorted, each with its kind.
#[track_caller]
fn check(cli: &Cli, line: &str, pointer: &str, shape: &str) -> Value {
    check_piped(cli, line, "", "", pointer, shape)
}

/// The same with something to read, and with what stderr may say to people.
#[track_caller]
fn check_piped(cli: &Cli, line: &str, stdin: &str, stderr: &str, pointer: &str, shape: &str) -> Value {
    let said = cli.pipe(&format!("{line} --output json"), stdin).succeeded();
    let value = said.value();
    let part = value.pointer(pointer).unwrap_or_else(|| panic!("nothing under {pointer}: {said}"));
    assert_eq!(fields(part), shape, "{said}");
    assert_eq!(said.stderr, stderr, "{said}");
    value
}

fn fields(value: &Value) -> String {
    let fields = value.as_object().into_iter().flatten().map(|(name, value)| format!("{name}:{}", kind(value)));
    let mut fields: Vec<_> = fields.collect();
    fields.sort();
    fields.join(" ")
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
        Value::String(text) if is_amount(text) => "amount",
        Value::String(text) if text.len() == 24 && text.ends_with('Z') => "time",
        Value::String(_) => "text",
    }
}

fn is_amount(text: &str) -> bool {
    text.parse::<cnop_core::money::Figure>().is_ok()
}

#[test]
fn every_command_prints_one_value_of_the_shape_that_its_route_answers() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let name = fresh_username();
    let register = format!("register {name} {} --password-stdin", Cli::PERSON.replace("USER", &name));
    let hint = format!("hint: log in with `cnop login {name}`\n");
    check_piped(&cli, &register, PASSWORD, &hint, "", "message:text");
    let login = format!("login {name} --password-stdin");
    let session = check_piped(&cli, &login, PASSWORD, "", "", "expires_at:time server:text username:text");
    assert_eq!((&session["username"], &session["server"]), (&name.into(), &server.url().into()));

    let user = "created_at:time date_of_birth:null email:text first_name:text last_name:text \
                marketing_emails_consent:bool phone:null updated_at:time username:text";
    check(&cli, "whoami", "", user);
    check(&cli, "deposit 10000", "", MOVED);
    check(&cli, "withdraw 0.5", "", MOVED);
    check(&cli, "buy ETH 1 --yes", "", ORDER);
    check(&cli, "buy BTC --usd 250 --yes", "", ORDER);
    let sold = check(&cli, "sell ETH 0.25 --yes", "", ORDER);

    let orders = check(&cli, "orders", "", "data:list has_more:bool next_cursor:null");
    assert_eq!(fields(&orders["data"][0]), ORDER);
    assert_eq!(orders["data"][0], sold, "a list holds the order as it was answered");
    let shown = check(&cli, &format!("orders show {}", sold["order_id"].as_str().unwrap()), "", ORDER);
    assert_eq!(shown, sold);

    check(&cli, "balance", "", "available_balance:amount current_balance:amount held_balance:amount updated_at:time");
    let transaction = "amount:amount balance_after:amount created_at:time description:text reference_id:text \
                       status:text transaction_id:text transaction_type:text";
    check(&cli, "transactions", "/transactions/0", transaction);
    let asset = "asset_id:text average_cost:amount current_price:amount day_change:amount market_value:amount \
                 percentage:amount quantity:amount stale:bool unrealized_pnl:amount unrealized_pnl_percentage:amount";
    check(&cli, "portfolio", "/assets/0", asset);
    let totals = "as_of:time assets:list cash_balance:amount day_change:amount total_unrealized_pnl:amount \
                  total_value:amount";
    check(&cli, "portfolio", "", totals);
    check(&cli, "insights", "", "generated_at:time model:text summary:text");
    check(&cli, "claim luck", "", "amount:amount got_red_pocket:bool message:text success:bool timestamp:time");
    check(&cli, "logout", "", "message:text");
}

#[test]
fn the_market_and_the_health_have_their_shapes_too() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    check(&cli, "assets --limit 3", "", "active_count:number data:list total_count:number");
    let assets = check(&cli, "assets --limit 3", "/data/0", ASSET);
    assert_eq!(assets["data"].as_array().map(Vec::len), Some(3));
    check(&cli, "asset BTC", "", ASSET_DETAIL);
    check(&cli, "health", "", "checks:object market:object service:text status:text version:text");
    check(&cli, "health", "/checks", "database:text insights:text market:text");
    check(&cli, "health", "/market", "breaker:text source:text state:text updated_at:time");
}

/// The next page is data's own affair there, but a person at a pipe still reads how to get it.
#[test]
fn a_page_that_is_not_the_last_names_the_next_on_both_streams() {
    let server = TestServer::start();
    let cli = Cli::logged_in(server.url());
    for dollars in 1..=3 {
        cli.ok(&format!("deposit {dollars}"));
    }
    let mut seen = Vec::new();
    let mut line = "transactions --limit 2".to_owned();
    loop {
        let said = cli.run(&format!("{line} --output json")).succeeded();
        let page = said.value();
        seen.extend(page["transactions"].as_array().unwrap().iter().map(|entry| entry["amount"].clone()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        assert_eq!(said.stderr, format!("hint: there is more: add `--cursor {cursor}`\n"));
        line = format!("transactions --limit 2 --cursor {cursor}");
    }
    assert_eq!(seen, ["3", "2", "1"]);
}

#[test]
fn a_failure_leaves_stdout_empty() {
    let server = TestServer::start();
    let cli = Cli::logged_in(server.url());
    for line in [
        "asset NOSUCH",
        "withdraw 5",
        "buy BTC 0.05",
        "orders show order_0123456789",
        "deposit x",
        "--profile p balance",
    ] {
        let said = cli.run(&format!("{line} --output json"));
        assert_ne!(said.status, 0, "{said}");
        assert_eq!(said.stdout, "", "{said}");
        let told_by_clap = said.stderr.starts_with("error: ");
        assert!(told_by_clap || said.stderr.starts_with("{\"error\":{\"exit_code\":"), "{said}");
    }
}

#[test]
fn the_variable_asks_for_json_as_the_option_does_and_the_option_wins() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let run = |line: &str| {
        let output = cli.command(line).env("CNOP_OUTPUT", "json").output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(run("health").starts_with('{'));
    assert!(run("health --output table").starts_with("Server "));
}

/// JSON without the blanks between its words, digit by digit as it was written.
fn squeezed(json: &str) -> String {
    let (mut out, mut quoted, mut escaped) = (String::new(), false, false);
    for c in json.chars() {
        if quoted || !c.is_whitespace() {
            out.push(c);
        }
        quoted ^= c == '"' && !escaped;
        escaped = quoted && c == '\\' && !escaped;
    }
    out
}

/// Every field under its name and with its digits: nothing is read into a float, left out or renamed on the way.
#[test]
fn an_answer_is_printed_as_the_route_gave_it_with_data_unwrapped_where_it_stands_alone() {
    let server = TestServer::start();
    let stub = Stub::before(server.url(), |request| {
        still::answer(request.route()).map_or(Reaction::Forward, |body| Reaction::json("200 OK", body))
    });
    let cli = Cli::logged_in(stub.url());
    let check = |line: &str, expected: &str| {
        assert_eq!(squeezed(&cli.ok(&format!("{line} --output json"))), squeezed(expected), "{line}");
    };
    check("assets", still::ASSETS);
    check("orders", still::ORDERS);
    check("candles BTC", still::CANDLES);
    check("transactions", still::TRANSACTIONS);
    check("portfolio", still::PORTFOLIO);
    let unwrapped = squeezed(still::INSIGHT);
    check("insights", unwrapped.strip_prefix(r#"{"data":"#).and_then(|rest| rest.strip_suffix('}')).unwrap());
}

/// The same against the real server, for the answers that do not change by the second.
#[tokio::test]
async fn the_real_servers_answers_are_printed_as_they_are() {
    let server = TestServer::start();
    let cli = Cli::funded(server.url());
    cli.ok("buy ETH 1 --yes");
    let order = cli.json("orders")["data"][0]["order_id"].as_str().unwrap().to_owned();
    let raw = server.raw().with_token(&cli.token("default"));
    for (line, route, alone) in [
        ("balance".to_owned(), "/balance".to_owned(), false),
        ("orders".to_owned(), "/orders".to_owned(), false),
        (format!("orders show {order}"), format!("/orders/{order}"), true),
        ("transactions".to_owned(), "/balance/transactions".to_owned(), false),
        ("whoami".to_owned(), "/auth/profile".to_owned(), false),
        ("health".to_owned(), "//health".to_owned(), false),
    ] {
        let body = raw.get(&route).await.body;
        let expected = if alone {
            body.strip_prefix(r#"{"data":"#).and_then(|rest| rest.strip_suffix('}')).unwrap()
        } else {
            &body
        };
        assert_eq!(squeezed(&cli.ok(&format!("{line} --output json"))), squeezed(expected), "{line}");
    }
}
