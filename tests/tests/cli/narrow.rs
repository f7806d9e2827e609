//! Tables fit the terminal: columns leave in their turn, and what stays is whole.

use cnop_tests::{Cli, Reaction, Stub, TestServer};

use crate::look::check_exact;

/// Holds that what a line shows in terminals of these widths is what the snapshot `name` keeps, and fits each.
#[track_caller]
fn check(cli: &Cli, name: &str, line: &str, widths: [u16; 4]) {
    let mut shown = String::new();
    for columns in widths {
        let ended = cli.terminal(line, columns).end();
        assert_eq!(ended.status, 0, "{}", ended.screen);
        // As it was written: the screen would have wrapped what is too long.
        for text in ended.written.lines() {
            let width = text.trim_end().chars().count();
            assert!(width <= usize::from(columns), "{line} in {columns} columns:\n{}", ended.screen);
        }
        shown.push_str(&format!("{:-<1$}\n{2}\n", "", usize::from(columns), ended.screen));
    }
    check_exact(name, &shown);
}

/// The widths of the market's figures change by the second: here they stand still.
#[test]
fn columns_leave_where_the_terminal_is_too_narrow_and_figures_stay_whole() {
    let server = TestServer::start();
    let stub = Stub::before(server.url(), |request| {
        let route = request.route().split('?').next().unwrap_or_default();
        let body = match route.strip_prefix("GET /api/v1/").unwrap_or_default() {
            "inventory/assets" => ASSETS,
            "orders" => ORDERS,
            "balance/transactions" => TRANSACTIONS,
            "portfolio" => PORTFOLIO,
            _ => return Reaction::Forward,
        };
        Reaction::json("200 OK", body)
    });
    let cli = Cli::logged_in(stub.url());
    check(&cli, "narrow_assets", "assets", [100, 60, 44, 30]);
    check(&cli, "narrow_orders", "orders", [120, 90, 70, 50]);
    check(&cli, "narrow_transactions", "transactions", [130, 90, 75, 50]);
    check(&cli, "narrow_portfolio", "portfolio", [140, 100, 70, 40]);
}

const ASSETS: &str = r#"{"total_count":2,"active_count":1,"data":[
{"asset_id":"BTC","name":"Bitcoin","description":"","category":"","price_usd":84110.52,"is_active":true,"symbol":"btc",
"image":null,"market_cap_rank":1,"price_change_percentage_24h":0.981,"market_cap":1664389000000,
"total_volume_24h":null,"price_updated_at":null,"stale":false},
{"asset_id":"PEPE","name":"Pepe the Frog","description":"","category":"","price_usd":0.000012967312,"is_active":false,
"symbol":"pepe","image":null,"market_cap_rank":null,"price_change_percentage_24h":null,"market_cap":null,
"total_volume_24h":null,"price_updated_at":null,"stale":true}]}"#;

const ORDERS: &str = r#"{"has_more":false,"next_cursor":null,"data":[
{"order_id":"order_38GBM6DAO0000","order_type":"market_sell","asset_id":"ETH","quantity":"0.2","price":"2111.119",
"status":"completed","total_amount":"422.2238","created_at":"2026-02-15T08:00:00.000Z","limit_price":null,
"executed_at":"2026-02-15T08:00:00.000Z","expires_at":null,"held_amount":null},
{"order_id":"order_38GBM6DA00000","order_type":"market_buy","asset_id":"BTC","quantity":"0.00594455","price":"84110.52",
"status":"completed","total_amount":"499.99919167","created_at":"2026-02-15T07:00:00.000Z","limit_price":null,
"executed_at":"2026-02-15T07:00:00.000Z","expires_at":null,"held_amount":null}]}"#;

const TRANSACTIONS: &str = r#"{"total_count":2,"next_cursor":null,"transactions":[
{"transaction_id":"txn_38GBM6DAO0000","transaction_type":"order_payment","amount":"-499.99919167","status":"completed",
"created_at":"2026-02-15T07:00:00.000Z","description":"Bought 0.00594455 BTC at $84,110.52",
"reference_id":"order_38GBM6DA00000","balance_after":"9500.00080833"},
{"transaction_id":"txn_38GBM6DAN0000","transaction_type":"deposit","amount":"10000","status":"completed",
"created_at":"2026-02-15T06:00:00.000Z","description":"Deposit","reference_id":null,"balance_after":"10000"}]}"#;

const PORTFOLIO: &str = r#"{"cash_balance":"8866.66510833","total_value":"9999.99999999","total_unrealized_pnl":"-0.00000001",
"day_change":"18.03249594","as_of":"2026-02-15T08:00:00.000Z","assets":[
{"asset_id":"ETH","quantity":"0.3","current_price":"2111.119","market_value":"633.3357","percentage":"6.33",
"average_cost":"2111.119","unrealized_pnl":"0","unrealized_pnl_percentage":"0","day_change":"13.1928","stale":false},
{"asset_id":"BTC","quantity":"0.00594455","current_price":"84110.52","market_value":"499.99919166","percentage":"5",
"average_cost":"84110.52000067","unrealized_pnl":"-0.00000001","unrealized_pnl_percentage":"0","day_change":"4.83969594",
"stale":false}]}"#;

/// A server must not be able to make a client fail by saying much.
#[test]
fn text_beyond_all_measure_is_shown_all_the_same() {
    let long = "x".repeat(100_000);
    let words = "ab ".repeat(30_000);
    for name in [&long, &words] {
        let assets = ASSETS.replace("Bitcoin", name);
        let stub = Stub::always(Reaction::json("200 OK", &assets));
        let cli = Cli::at(stub.url());
        assert!(letters(&cli.ok("assets")) >= letters(name), "all of it is there, on however many lines");
        let ended = cli.terminal("assets", 100).end();
        assert_eq!(ended.status, 0, "{}", ended.screen);
        assert!(ended.screen.contains("BTC"), "{}", ended.screen);
    }
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| matches!(c, 'a' | 'b' | 'x')).count()
}

/// A pipe has no width: everything is there, a row a line, for `grep` and `awk`.
#[test]
fn in_a_pipe_every_column_stays_whatever_the_terminal_is_said_to_be() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let output = cli.command("assets --limit 3").env("COLUMNS", "20").output().unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.starts_with("RANK  ASSET  NAME"), "{table}");
    assert_eq!(table.lines().count(), 4, "{table}");
}

/// A terminal that does not know its width, such as a container's, is taken as endless.
#[test]
fn a_terminal_without_a_width_gets_the_whole_table() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let ended = cli.terminal("assets --limit 3", 15).end();
    let titles: Vec<_> = ended.written.lines().next().unwrap_or_default().split_whitespace().collect();
    assert_eq!(titles.join(" "), "RANK ASSET NAME PRICE 24 H MARKET CAP NOTE");
}

/// Facts stand beside their names, and long ones go on below themselves.
#[test]
fn a_long_fact_goes_on_in_its_own_column() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let ended = cli.terminal("asset BTC", 50).end();
    let (_, description) = ended.screen.split_once("\nDescription     ").expect("the description comes last");
    assert!(description.lines().count() > 1, "{}", ended.screen);
    assert!(description.lines().skip(1).all(|line| line.starts_with(&" ".repeat(16))), "{}", ended.screen);
}
