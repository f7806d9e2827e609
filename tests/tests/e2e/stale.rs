//! Nothing trades on a dead feed.

use cnop_core::api::MarketState;
use cnop_tests::{DataFolder, TestServer, User};

use crate::market::{STANDING, csv_folder, market_until, replay};
use crate::problem::check_refused;

const STEADY: &str = "date,open,high,low,close,volume\n2025-01-01,100,100,100,100,1\n";

#[tokio::test]
async fn an_old_price_is_shown_and_not_traded_on() {
    let (data, files) = (DataFolder::new(), csv_folder(&[("BTC.csv", STEADY)]));
    let server = replay(&data, files.path(), STANDING);
    let user = User::funded(&server, 1_000).await;
    user.buy("BTC", "1").await;
    assert!(!user.client.portfolio().await.unwrap().assets[0].stale);
    let (_, data) = server.stop();

    // The last of its points is played at once, and a second later it is old.
    let server = replay(&data, files.path(), "max");
    let market = market_until(&server, |market| market.state == MarketState::Ended).await;
    assert_eq!(market.source, "replay");
    let user = user.on(&server);
    for body in [
        r#"{"order_type":"market_buy","asset_id":"BTC","quantity":"1"}"#,
        r#"{"order_type":"market_buy","asset_id":"BTC","amount_usd":"10"}"#,
        r#"{"order_type":"market_sell","asset_id":"BTC","quantity":"1"}"#,
        r#"{"order_type":"limit_buy","asset_id":"BTC","quantity":"1","price":"100"}"#,
    ] {
        let answer = user.raw(&server).json("POST", "/orders", body).await;
        check_refused(&answer, 503, "price_unavailable", &[]);
    }
    let asset = server.client().asset("BTC".parse().unwrap()).await.unwrap();
    assert!(asset.stale && asset.price_usd.is_some());
    let portfolio = user.client.portfolio().await.unwrap();
    assert!(portfolio.assets[0].stale && portfolio.total_value.to_string() == "1000", "{portfolio:?}");
    let health = server.client().health().await.unwrap();
    assert_eq!((health.status.as_str(), health.checks.market.as_str()), ("degraded", "stale"));
    user.withdraw(100).await; // What needs no price goes on.

    let (_, data) = server.stop();
    let server = replay(&data, files.path(), STANDING);
    assert_eq!(user.on(&server).sell("BTC", "1").await.price, "100".parse().ok(), "fresh again");
    server.kill().assert_sound();
}

#[tokio::test]
async fn the_oldest_price_to_trade_on_can_be_set() {
    let (status, said) = DataFolder::new().fail_to_start(&["--max-price-age-seconds", "0"], &[]);
    assert!(!status.success() && said.contains("0 is not in 1"), "{said}");
    let server = TestServer::start_with(&["--max-price-age-seconds", "3600"]);
    market_until(&server, |market| market.state == MarketState::Live && market.source == "simulated").await;
}
