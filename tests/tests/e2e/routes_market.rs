//! Contract section 3: the public market, and the server's own health.

use cnop_core::api::Availability;
use cnop_tests::{TestServer, User};

use crate::exact::units;
use crate::problem::check_refused;
use crate::wire::{check_fields, list, part, text};

const SUMMARY: &str = "asset_id:text name:text description:text category:text price_usd:number is_active:bool symbol:text \
                       image:null market_cap_rank:number price_change_percentage_24h:number market_cap:number \
                       total_volume_24h:number price_updated_at:time stale:bool";
const DETAIL: &str = "availability_status:text price_change_24h:number price_change_percentage_7d:number \
                      price_change_percentage_30d:number high_24h:number low_24h:number circulating_supply:number \
                      total_supply:number ath:number ath_change_percentage:number ath_date:time atl:number \
                      atl_change_percentage:number atl_date:time last_updated:time";

#[tokio::test]
async fn the_list_is_complete_by_rank_and_needs_no_token() {
    let server = TestServer::start();
    let answer = server.raw().get("/inventory/assets").await;
    assert_eq!(answer.status, 200);
    check_fields(&answer.body, "data:list total_count:number active_count:number");
    let assets = list(&answer.body, &["data"]);
    assets.iter().for_each(|asset| check_fields(asset, SUMMARY));
    let ranks: Vec<u32> = assets.iter().map(|asset| text(asset, &["market_cap_rank"]).parse().unwrap()).collect();
    assert!(ranks.is_sorted() && ranks[0] == 1, "{ranks:?}");
    assert_eq!(text(assets[0], &["asset_id"]), "BTC");
    assert!(units(&text(assets[0], &["price_usd"]), 12) < units("100000", 12), "0.1 BTC fits in the daily deposit");
    for count in ["total_count", "active_count"] {
        assert_eq!(text(&answer.body, &[count]), assets.len().to_string());
    }
    let forged = server.raw().with_token("forged").get("/inventory/assets").await;
    assert_eq!(forged.status, 200, "nobody is asked who they are");
}

#[tokio::test]
async fn the_list_takes_its_limit_and_filter_and_ignores_the_rest() {
    let server = TestServer::start();
    let total = server.client().assets(true, 250).await.unwrap().data.len();
    let check = async |query: &str, expected: usize| {
        let answer = server.raw().get(&format!("/inventory/assets{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.body);
        assert_eq!(list(&answer.body, &["data"]).len(), expected, "{query}");
        assert_eq!(text(&answer.body, &["total_count"]), total.to_string(), "it counts all there are");
    };
    check("?limit=1", 1).await;
    check("?limit=007", 7).await;
    check("?limit=250", total).await;
    check("?active_only=false", total).await;
    check("?active_only=true&limit=3", 3).await;
    check("?limit=5&limit=2", 2).await;
    check("?page=9&sort=%F0%9F%A7%A7&limit=4&", 4).await;
    for (query, fields) in [
        ("limit=0", &["limit"][..]),
        ("limit=251", &["limit"]),
        ("limit=-1", &["limit"]),
        ("limit=1.5", &["limit"]),
        ("limit=", &["limit"]),
        ("limit=99999999999999999999", &["limit"]),
        ("active_only=maybe&limit=x", &["active_only", "limit"]),
    ] {
        let answer = server.raw().get(&format!("/inventory/assets?{query}")).await;
        check_refused(&answer, 422, "validation_failed", fields);
    }
}

#[tokio::test]
async fn an_asset_has_every_detail_and_what_is_unknown_is_null() {
    let server = TestServer::start();
    let check = async |id: &str, max_supply: &str| {
        let answer = server.raw().get(&format!("/inventory/assets/{id}")).await;
        check_fields(&answer.body, "data:object");
        let data = part(&answer.body, &["data"]);
        check_fields(data, &format!("{SUMMARY} {DETAIL} max_supply:{max_supply}"));
        assert_eq!(text(data, &["asset_id"]), id.to_uppercase());
        assert_eq!(text(data, &["availability_status"]), "available");
        let price = |field: &str| units(&text(data, &[field]), 18);
        assert!(price("low_24h") <= price("price_usd") && price("price_usd") <= price("high_24h"), "{data}");
        assert!(price("atl") <= price("low_24h") && price("high_24h") <= price("ath"), "{data}");
        assert!(price("atl") > 0, "{data}");
        let signs = ["price_change_24h", "price_change_percentage_24h"].map(|field| price(field).signum());
        assert!(signs[0] == signs[1] || signs[1] == 0, "{data}");
    };
    check("BTC", "number").await;
    check("btc", "number").await;
    check("eTh", "null").await;
    check("SHIB", "null").await;
}

#[tokio::test]
async fn the_client_reads_what_the_market_says() {
    let server = TestServer::start();
    let client = server.client();
    let assets = client.assets(true, 2).await.unwrap();
    assert_eq!((assets.data.len(), assets.total_count), (2, assets.active_count));
    let bitcoin = client.asset("btc".parse().unwrap()).await.unwrap();
    assert_eq!((bitcoin.name.as_str(), bitcoin.symbol.as_str()), ("Bitcoin", "BTC"));
    assert_eq!(bitcoin.availability_status, Availability::Available);
    assert_eq!(bitcoin.last_updated, bitcoin.price_updated_at);
    assert!(!bitcoin.stale && bitcoin.is_active);
    assert_eq!(bitcoin.max_supply.unwrap().to_string(), "21000000");
}

#[tokio::test]
async fn what_is_no_asset_is_told_apart_from_what_is_unknown() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let (anyone, user) = (server.raw(), user.raw(&server));
    for id in ["NOPE", "0", "abcdefghij"] {
        check_refused(&anyone.get(&format!("/inventory/assets/{id}")).await, 404, "asset_not_found", &[]);
        check_refused(&user.get(&format!("/assets/{id}/transactions")).await, 404, "asset_not_found", &[]);
        check_refused(&user.get(&format!("/balance/asset/{id}")).await, 404, "asset_balance_not_found", &[]);
    }
    for id in ["ABCDEFGHIJK", "B-C", "B%20C", "%E2%82%BF", "BTC%00", "BTC%2F", "..%2F", "%F0%9F%A7%A7"] {
        for route in [format!("/assets/{id}/transactions"), format!("/balance/asset/{id}")] {
            check_refused(&user.get(&route).await, 422, "validation_failed", &["asset_id"]);
        }
        let answer = anyone.get(&format!("/inventory/assets/{id}")).await;
        check_refused(&answer, 422, "validation_failed", &["asset_id"]);
    }
}

#[tokio::test]
async fn a_server_that_takes_orders_is_healthy() {
    let server = TestServer::start();
    let answer = server.raw().get("//health").await;
    assert_eq!(answer.status, 200);
    check_fields(&answer.body, "status:text service:text version:text checks:object market:object");
    check_fields(part(&answer.body, &["market"]), "source:text state:text breaker:text updated_at:time");
    check_fields(part(&answer.body, &["checks"]), "database:text market:text insights:text");
    let health = server.client().health().await.unwrap();
    assert_eq!((health.status.as_str(), health.service.as_str()), ("healthy", "cnop-server"));
    let checks = [health.checks.database, health.checks.market, health.checks.insights];
    assert!(checks.iter().all(|check| check == "healthy"), "{checks:?}");
}
