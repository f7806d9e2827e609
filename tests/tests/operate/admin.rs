//! What administrators do at a running server, through `cnop admin` and the client.

use cnop_core::api::OrderRequest;
use cnop_core::ids::IdempotencyKey;
use cnop_core::order::{OrderStatus, OrderType};
use cnop_tests::{Cli, DataFolder, TestServer, User, until};

fn server() -> TestServer {
    DataFolder::new().with_admin("root_admin").start()
}

/// A command line with a session of the administrator.
fn admins_cli(server: &TestServer) -> Cli {
    let cli = Cli::at(server.url());
    cli.log_in("root_admin");
    cli
}

/// A purchase that waits for ever.
async fn limit_buy(user: &User, asset_id: &str) -> String {
    let request =
        OrderRequest { price: Some("1".parse().unwrap()), ..User::order(OrderType::LimitBuy, asset_id, "0.01") };
    user.client.place_order(&request, &IdempotencyKey::generate()).await.unwrap().answer.order_id.to_string()
}

#[tokio::test]
async fn an_asset_that_is_closed_can_be_sold_and_its_waiting_purchases_are_cancelled() {
    let server = server();
    let user = User::funded(&server, 5_000).await;
    user.buy("BTC", "0.01").await;
    let waits = limit_buy(&user, "BTC").await;
    let cli = admins_cli(&server);
    assert_eq!(cli.run("admin asset disable btc").stdout, "BTC can only be sold. Waiting purchases are cancelled.\n");
    let asset = user.client.asset("BTC".parse().unwrap()).await.unwrap();
    assert!(!asset.is_active);
    let refused = user
        .raw(&server)
        .json("POST", "/orders", r#"{"order_type":"market_buy","asset_id":"BTC","quantity":"0.01"}"#)
        .await;
    assert_eq!(refused.code(), "asset_not_tradable");
    let cancelled =
        async || Some(user.client.order(&waits).await.unwrap().status).filter(|status| *status != OrderStatus::Queued);
    assert_eq!(until("the end of the order", cancelled).await, OrderStatus::Cancelled);

    let server = server.kill().start();
    let user = user.on(&server);
    assert!(!user.client.asset("BTC".parse().unwrap()).await.unwrap().is_active, "a restart opens nothing");
    user.sell("BTC", "0.01").await;
    let cli = admins_cli(&server);
    assert_eq!(cli.run("admin asset enable BTC").stdout, "BTC can be bought.\n");
    user.buy("BTC", "0.01").await;
}

#[tokio::test]
async fn a_shut_account_is_out_at_once_and_comes_back_by_its_password() {
    let server = server();
    let user = User::funded(&server, 100).await;
    let cli = admins_cli(&server);
    let said = cli.run(&format!("admin user disable {}", user.username));
    assert_eq!(said.stdout, format!("The account of {} is shut; their sessions have ended.\n", user.username));
    assert_eq!(user.raw(&server).get("/balance").await.code(), "account_disabled");
    let body = serde_json::json!({"username": user.username, "password": cnop_tests::PASSWORD}).to_string();
    let answer = server.raw().json("POST", "/auth/login", body).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "account_disabled"));
    cli.run(&format!("admin user enable {}", user.username)).succeeded();
    assert_eq!(user.raw(&server).get("/balance").await.code(), "token_revoked", "old sessions stay ended");
    assert_eq!(User::log_in(&server, &user.username).await.cash().await.to_string(), "100");
}

#[tokio::test]
async fn blocks_are_set_listed_and_ended_from_the_command_line() {
    let server = server();
    let cli = admins_cli(&server);
    assert_eq!(cli.run("admin ip-blocks list").stdout, "No address is blocked.\n");
    let said = cli.run("admin ip-blocks block 2001:db8::7 --seconds 3600 --reason scanner");
    assert!(said.stdout.starts_with("2001:db8::/64 may not log in until "), "{said}");
    let listed = cli.ok("admin ip-blocks list --output csv");
    let lines: Vec<_> = listed.lines().collect();
    assert_eq!(lines[0], "network,blocked_at,blocked_until,reason,blocked_by");
    assert!(lines[1].starts_with("2001:db8::/64,") && lines[1].ends_with(",scanner,root_admin"), "{}", lines[1]);
    assert_eq!(cli.run("admin ip-blocks unblock 2001:db8::9").stdout, "Address unblocked successfully.\n");
    let again = cli.run("admin ip-blocks unblock 2001:db8::9");
    assert_eq!(again.status, 5, "{again}");
}

#[tokio::test]
async fn everything_adds_up_and_the_command_line_says_so() {
    let server = server();
    let user = User::funded(&server, 5_000).await;
    user.buy("BTC", "0.01").await;
    let cli = admins_cli(&server);
    let said = cli.run("admin verify");
    assert_eq!(said.stdout, "2 accounts, 2 entries, 0 findings.\n\nEverything adds up.\n");
    let json: serde_json::Value = cli.json("admin verify");
    assert_eq!(json, serde_json::json!({"users": 2, "entries": 2, "findings": []}));
}

#[tokio::test]
async fn a_customer_is_told_that_they_may_not() {
    let server = server();
    let user = User::register(&server).await;
    let cli = Cli::at(server.url());
    cli.log_in(&user.username);
    for line in ["admin verify", "admin audit", "admin backup stolen.redb"] {
        let said = cli.run(line);
        assert_eq!(said.status, 4, "{said}");
        assert!(said.stderr.contains("administrator"), "{said}");
    }
}
