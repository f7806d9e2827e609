//! `--output csv`: a header and records, with the columns of the table and the values of the JSON answer.

use cnop_tests::{Cli, PASSWORD, Reaction, Stub, TestServer, fresh_username};
use serde_json::Value;

use crate::still;

const ORDER: &str = "created_at,order_id,order_type,asset_id,quantity,price,total_amount,status,limit_price,expires_at,\
                     held_amount,executed_at";
const HEALTH: &str = "server,status,service,version,database,market,insights,market_source,market_state,market_breaker,\
                      market_updated_at";

/// A line as csv: its header, and its records.
#[track_caller]
fn read(cli: &Cli, line: &str) -> (String, Vec<Vec<String>>) {
    parse(&cli.run(&format!("{line} --output csv")).succeeded().stdout)
}

#[track_caller]
fn parse(text: &str) -> (String, Vec<Vec<String>>) {
    assert!(text.ends_with('\n') && !text.contains('\r'), "{text:?}");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().iter().collect::<Vec<_>>().join(",");
    let records = reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect());
    (header, records.collect())
}

#[track_caller]
fn check(cli: &Cli, line: &str, header: &str, records: usize) -> Vec<Vec<String>> {
    let (found, rows) = read(cli, line);
    assert_eq!((found.as_str(), rows.len()), (header, records), "{line}");
    rows
}

#[test]
fn every_command_has_its_header() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let name = fresh_username();
    let person = Cli::PERSON.replace("USER", &name);
    let said = cli.pipe(&format!("register {name} {person} --password-stdin --output csv"), PASSWORD).succeeded();
    assert_eq!(said.stdout, "message\nUser registered successfully\n");
    let said = cli.pipe(&format!("login {name} --password-stdin --output csv"), PASSWORD).succeeded();
    assert!(said.stdout.starts_with(&format!("username,server,expires_at\n{name},{},2", server.url())), "{said}");

    check(&cli, "orders", ORDER, 0);
    let moved = "amount,transaction_id,timestamp";
    assert_eq!(check(&cli, "deposit 10000", moved, 1)[0][0], "10000");
    assert_eq!(check(&cli, "withdraw 0.5", moved, 1)[0][0], "0.5");
    check(&cli, "buy BTC --usd 250 --yes", ORDER, 1);
    let bought = check(&cli, "buy ETH 1 --yes", ORDER, 1);
    let listed = check(&cli, "orders", ORDER, 2);
    assert_eq!(listed[0], bought[0], "a list holds the order as it was answered");
    let shown = "order_id,order_type,asset_id,quantity,status,limit_price,price,total_amount,held_amount,created_at,\
                 executed_at,expires_at";
    check(&cli, &format!("orders show {}", bought[0][1]), shown, 1);
    check(&cli, "balance", "current_balance,available_balance,held_balance,updated_at", 1);
    check(
        &cli,
        "transactions",
        "created_at,transaction_type,amount,balance_after,status,description,transaction_id,reference_id",
        4,
    );
    let assets = "asset_id,quantity,current_price,market_value,percentage,average_cost,unrealized_pnl,\
                  unrealized_pnl_percentage,day_change,stale";
    check(&cli, "portfolio", assets, 2);
    check(&cli, "insights", "summary,generated_at,model", 1);
    let claimed = check(&cli, "claim luck", "amount,got_red_pocket,timestamp,message", 1);
    assert_eq!(claimed[0][..2], ["8.88", "false"]);
    let user = "username,first_name,last_name,email,phone,date_of_birth,marketing_emails_consent,created_at,server,\
                profile,expires_at";
    check(&cli, "whoami", user, 1);
    check(&cli, "logout", "message", 1);
    check(&cli, "health", HEALTH, 1);
    let list = "market_cap_rank,asset_id,name,price_usd,price_change_percentage_24h,market_cap,is_active,stale";
    check(&cli, "assets --limit 3", list, 3);
    let asset = "asset_id,name,category,market_cap_rank,price_usd,price_updated_at,is_active,stale,\
                 price_change_percentage_24h,low_24h,high_24h,price_change_percentage_7d,price_change_percentage_30d,ath,\
                 ath_date,ath_change_percentage,atl,atl_date,atl_change_percentage,market_cap,total_volume_24h,\
                 circulating_supply,total_supply,max_supply,description";
    check(&cli, "asset BTC", asset, 1);
    let (header, story) = read(&cli, "demo");
    assert_eq!(header, "step,title,route,came_back");
    assert!(story.len() > 20 && story[0][0] == "1" && story[story.len() - 1][0] == "14", "{story:?}");
}

/// A server whose answers stand still, so that two runs can be compared.
fn still() -> (TestServer, Cli) {
    let server = TestServer::start();
    let stub = Stub::before(server.url(), |request| {
        still::answer(request.route()).map_or(Reaction::Forward, |body| Reaction::json("200 OK", body))
    });
    let cli = Cli::logged_in(stub.url());
    (server, cli)
}

/// What a value of the JSON answer is as csv.
fn as_csv(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[test]
fn every_cell_is_the_field_of_its_name_in_the_json_answer() {
    let (_server, cli) = still();
    let check = |line: &str, pointer: &str| {
        let (header, records) = read(&cli, line);
        let answer = cli.json(line);
        let items = answer.pointer(pointer).and_then(Value::as_array).unwrap_or_else(|| panic!("{line}: {answer}"));
        assert_eq!(items.len(), records.len(), "{line}");
        for (item, record) in items.iter().zip(records) {
            let expected: Vec<_> = header.split(',').map(|name| as_csv(&item[name])).collect();
            assert_eq!(record, expected, "{line}");
        }
    };
    check("assets", "/data");
    check("orders", "/data");
    check("transactions", "/transactions");
    check("portfolio", "/assets");
}

/// It is data: neither a terminal's width nor its colours change it.
#[test]
fn a_narrow_terminal_takes_no_column_away() {
    let (_server, cli) = still();
    for line in ["assets", "orders", "portfolio"] {
        let line = format!("{line} --output csv --quiet");
        let written = cli.terminal(&line, 30).end().written.replace("\r\n", "\n");
        assert_eq!(written, cli.ok(&line), "{line}");
    }
}
