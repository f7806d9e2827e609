//! Prices of an outside service, which fails in every way that one does.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use cnop_core::api::{BreakerState, Interval, MarketState};
use cnop_core::money::Number;
use cnop_tests::{DataFolder, Reaction, Stub, TestServer, User, until};

use crate::market::{market_until, shared};
use crate::problem::check_refused;

/// Made up, in the shape of a real answer.
const ANSWER: &str = include_str!("coingecko/markets.json");

/// A service whose answer can be changed, and when it was asked.
struct Service {
    stub: Stub,
    reaction: Arc<Mutex<Reaction>>,
    asked: Arc<Mutex<Vec<Instant>>>,
}

impl Service {
    fn start(answer: &str) -> Self {
        let reaction = Arc::new(Mutex::new(Reaction::json("200 OK", answer)));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (said, times) = (Arc::clone(&reaction), Arc::clone(&asked));
        let stub = Stub::start(move |_| {
            times.lock().unwrap().push(Instant::now());
            said.lock().unwrap().clone()
        });
        Self { stub, reaction, asked }
    }

    fn turn_to(&self, reaction: Reaction) {
        *self.reaction.lock().unwrap() = reaction;
    }

    fn serve(&self, data: &DataFolder, key: &[(&str, &str)]) -> TestServer {
        let url = format!("{}/api/v3", self.stub.url());
        let flags = ["--market", "coingecko", "--coingecko-url", &url, "--coingecko-interval-seconds", "1"];
        data.start_in(&[&flags[..], &["--max-price-age-seconds", "2"]].concat(), key)
    }
}

async fn price(server: &TestServer, asset_id: &str) -> String {
    let asset = server.client().asset(asset_id.parse().unwrap()).await.unwrap();
    asset.price_usd.map_or_else(String::new, |Number(price)| price.to_string())
}

async fn live(server: &TestServer) {
    market_until(server, |market| market.state == MarketState::Live && market.breaker == BreakerState::Closed).await;
}

async fn recovered(server: &TestServer, times: usize) {
    let recoveries = || server.log().matches("there are new prices again").count();
    until("a recovery", async || (recoveries() == times).then_some(())).await;
    live(server).await;
}

#[tokio::test]
async fn prices_are_those_of_the_service_to_the_last_digit() {
    let service = Service::start(ANSWER);
    let server = service.serve(&DataFolder::new(), &[("CNOP_COINGECKO_KEY", "CG-key-1")]);
    live(&server).await;
    let request = service.stub.requests()[0].clone();
    assert!(request.route().starts_with("GET /api/v3/coins/markets?vs_currency=usd&"), "{}", request.route());
    assert_eq!(request.header("x-cg-demo-api-key"), Some("CG-key-1"));
    let assets = server.client().assets(true, 250).await.unwrap();
    let ids: Vec<_> = assets.data.iter().map(|asset| asset.asset_id.to_string()).collect();
    assert_eq!(ids, ["BTC", "ETH", "USDX", "SHIB"], "by rank, and the higher rank has the ticker");
    let shiba = server.raw().get("/inventory/assets/SHIB").await;
    for digits in ["\"price_usd\":0.00001231,", "\"circulating_supply\":589253592357366.4,", "\"max_supply\":null,"] {
        assert!(shiba.body.contains(digits), "{}", shiba.body);
    }
    let user = User::funded(&server, 5_000).await;
    assert_eq!(user.buy("btc", "0.05").await.total_amount.unwrap().to_string(), "3992.35");
    let candles = server.client().candles("ETH".parse().unwrap(), Interval::H1, 5, None).await.unwrap().data;
    assert!(candles.iter().all(|candle| candle.close.0.to_string() == "2004.13" && candle.volume.is_none()));
    assert!(!candles.is_empty() && !server.log().contains("CG-key-1"));
}

#[tokio::test]
async fn the_server_rides_through_errors_and_garbage() {
    let service = Service::start(ANSWER);
    let server = service.serve(&DataFolder::new(), &[]);
    live(&server).await;
    let user = User::funded(&server, 5_000).await;
    user.buy("BTC", "0.01").await;

    service.turn_to(Reaction::problem(500, "internal_error", "no"));
    let market = market_until(&server, |market| market.breaker == BreakerState::Open).await;
    assert_eq!(market.source, "coingecko");
    market_until(&server, |market| market.state == MarketState::Stale).await;
    let asset = server.client().asset("BTC".parse().unwrap()).await.unwrap();
    assert!(asset.stale && asset.price_usd.is_some(), "the last price is shown as what it is");
    let order = r#"{"order_type":"market_buy","asset_id":"BTC","quantity":"0.01"}"#;
    let refused = user.raw(&server).json("POST", "/orders", order).await;
    check_refused(&refused, 503, "price_unavailable", &[]);
    let portfolio = user.client.portfolio().await.unwrap();
    assert!(portfolio.assets[0].stale && portfolio.assets[0].market_value.is_some());
    assert_eq!(server.raw().get("//health").await.status, 503);

    service.turn_to(Reaction::json("200 OK", ANSWER));
    recovered(&server, 1).await;
    let negative = ANSWER.replace("79847", "-79847");
    let garbage = [
        (Reaction::html("200 OK"), "the answer is not a list of coins"),
        (Reaction::json("200 OK", "[]"), "the answer has no coins"),
        (Reaction::json("200 OK", &ANSWER.replace("\"symbol\"", "\"ticker\"")), "missing field `symbol`"),
        (Reaction::json("200 OK", &negative), "negative price, of \\\"bitcoin\\\""),
        (Reaction::HangUp, "not reached"),
    ];
    for ((reaction, expected), recoveries) in garbage.into_iter().zip(2..) {
        service.turn_to(reaction);
        until(expected, async || server.log().replace('\\', "").contains(&expected.replace('\\', "")).then_some(()))
            .await;
        assert_eq!(price(&server, "BTC").await, "79847", "nothing was changed");
        service.turn_to(Reaction::json("200 OK", ANSWER));
        recovered(&server, recoveries).await;
    }

    service.turn_to(Reaction::json("200 OK", &ANSWER.replace("79847", "80000.5")));
    until("the new price", async || (price(&server, "BTC").await == "80000.5").then_some(())).await;
    user.buy("BTC", "0.01").await;
}

#[tokio::test]
async fn the_last_prices_are_shown_as_stale_where_the_service_is_gone() {
    let service = Service::start(ANSWER);
    let server = service.serve(&DataFolder::new(), &[]);
    live(&server).await;
    let before = server.client().assets(true, 250).await.unwrap();
    let (_, data) = server.stop();
    service.turn_to(Reaction::HangUp);
    let server = service.serve(&data, &[]);
    market_until(&server, |market| market.state == MarketState::Stale).await;
    let after = server.client().assets(true, 250).await.unwrap();
    assert!(after.data.iter().all(|asset| asset.stale));
    let told = |assets: cnop_core::api::AssetList| -> Vec<_> {
        assets
            .data
            .into_iter()
            .map(|asset| (asset.asset_id, asset.name, asset.price_usd, asset.market_cap_rank))
            .collect()
    };
    assert_eq!(told(after), told(before));
    let candles = server.client().candles("BTC".parse().unwrap(), Interval::D1, 5, None).await.unwrap().data;
    assert!(!candles.is_empty(), "and so are candles");
}

#[tokio::test]
async fn a_service_that_was_never_reached_has_no_assets() {
    let service = Service::start(ANSWER);
    service.turn_to(Reaction::HangUp);
    let server = service.serve(&DataFolder::new(), &[]);
    market_until(&server, |market| market.state == MarketState::Empty).await;
    assert_eq!(server.client().assets(true, 250).await.unwrap().total_count, 0);
    check_refused(&server.raw().get("/inventory/assets/BTC").await, 404, "asset_not_found", &[]);
}

#[tokio::test]
async fn whoever_asks_to_be_left_alone_is() {
    let service = Service::start(ANSWER);
    let too_many = "HTTP/1.1 429 Too Many Requests\r\nretry-after: 3\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    service.turn_to(Reaction::Answer(too_many.to_owned()));
    let server = service.serve(&DataFolder::new(), &[]);
    let times = until("a second question", async || {
        let times = service.asked.lock().unwrap().clone();
        (times.len() > 1).then_some(times)
    })
    .await;
    assert!(times[1] - times[0] >= Duration::from_secs(3), "{times:?}");
    assert!(server.log().contains("asked too often (429)"), "{}", server.log());
    let moved = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    service.turn_to(Reaction::Answer(moved.to_owned()));
    until("a refusal to follow", async || server.log().contains("which is not followed").then_some(())).await;
}

#[tokio::test]
async fn the_recorded_answer_of_the_real_service_is_good() {
    let Some(file) = shared("coingecko-coins-markets.json") else { return };
    let service = Service::start(&std::fs::read_to_string(file).unwrap());
    let server = service.serve(&DataFolder::new(), &[]);
    live(&server).await;
    let assets = server.client().assets(true, 250).await.unwrap();
    assert_eq!((assets.data.len(), assets.active_count), (30, 30));
    assert!(assets.data.iter().all(|asset| !asset.stale && asset.price_usd.is_some() && asset.image.is_some()));
}
