//! Contract section 5: market orders, what they cost, and what they leave in the account.

use cnop_core::api::{Code, Order, OrderRequest};
use cnop_core::client::{ClientError, OrderFilter, Page};
use cnop_core::ids::IdempotencyKey;
use cnop_core::money::Quantity;
use cnop_core::order::{AssetTransactionStatus, AssetTransactionType, OrderStatus, OrderType};
use cnop_tests::{TestServer, User};

use crate::exact::{cost_up, ledger, quantity_down, value_down};
use crate::problem::check_refused;
use crate::wire::{check_fields, list, part, text};

const ORDER: &str = "order_id:text order_type:text asset_id:text quantity:amount price:amount status:text \
                     total_amount:amount created_at:time limit_price:null executed_at:time expires_at:null \
                     held_amount:null";

#[tokio::test]
async fn a_market_order_is_born_completed_at_the_price_of_the_moment() {
    let server = TestServer::start();
    let user = User::funded(&server, 9_000).await;
    let raw = user.raw(&server);
    for (body, kind, quantity) in [
        (r#"{"order_type":"market_buy","asset_id":"eth","quantity":1.50}"#, "market_buy", "1.5"),
        (r#"{"order_type":"market_buy","asset_id":"ETH","quantity":"0.001"}"#, "market_buy", "0.001"),
        (r#"{"order_type":"market_sell","asset_id":"ETH","quantity":"1.501"}"#, "market_sell", "1.501"),
    ] {
        let answer = raw.json("POST", "/orders", body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        check_fields(&answer.body, "data:object");
        check_fields(part(&answer.body, &["data"]), ORDER);
        let field = |name: &str| text(&answer.body, &["data", name]);
        assert_eq!([field("order_type"), field("asset_id"), field("quantity")], [kind, "ETH", quantity]);
        assert_eq!((field("status"), field("executed_at")), ("completed".to_owned(), field("created_at")));
        assert!(field("order_id").starts_with("order_") && (14..=46).contains(&field("order_id").len()));
        let same = raw.get(&format!("/orders/{}", field("order_id"))).await;
        assert_eq!((same.status.as_u16(), same.body), (200, answer.body), "the same as when it was placed");
    }
}

#[tokio::test]
async fn costs_round_up_and_proceeds_round_down_at_the_eighth_decimal() {
    let server = TestServer::start();
    let user = User::funded(&server, 9_000).await;
    let mut cash = ledger(user.cash().await);
    for (asset_id, quantity) in [
        ("SHIB", "0.001"),
        ("SHIB", "1.23456789"),
        ("SHIB", "7654321.00000001"),
        ("BTC", "0.01234567"),
        ("DOGE", "33.33333333"),
    ] {
        let order = user.buy(asset_id, quantity).await;
        assert_eq!(total(&order), cost_up(order.price.unwrap(), quantity), "{order:?}");
        cash -= total(&order);
        assert_eq!(ledger(user.cash().await), cash);
    }
    for (asset_id, quantity) in
        [("SHIB", "1.00000001"), ("SHIB", "1.23456788"), ("BTC", "0.00333333"), ("DOGE", "11.1")]
    {
        let order = user.sell(asset_id, quantity).await;
        assert_eq!(total(&order), value_down(order.price.unwrap(), quantity), "{order:?}");
        cash += total(&order);
        assert_eq!(ledger(user.cash().await), cash);
    }
}

#[track_caller]
fn total(order: &Order) -> i128 {
    ledger(order.total_amount.unwrap())
}

#[tokio::test]
async fn an_amount_buys_as_much_as_it_pays_for() {
    let server = TestServer::start();
    let user = User::funded(&server, 9_000).await;
    for (asset_id, amount) in
        [("BTC", "0.01"), ("BTC", "1234.56"), ("SHIB", "0.01"), ("SHIB", "999.99"), ("ETH", "100")]
    {
        let request = OrderRequest {
            order_type: OrderType::MarketBuy,
            asset_id: asset_id.parse().unwrap(),
            quantity: None,
            amount_usd: Some(amount.parse().unwrap()),
            price: None,
            expires_at: None,
        };
        let before = ledger(user.cash().await);
        let order = user.client.place_order(&request, &IdempotencyKey::generate()).await.unwrap().answer;
        let price = order.price.unwrap();
        assert_eq!(ledger(order.quantity), quantity_down(amount, price), "{order:?}");
        assert_eq!(total(&order), cost_up(price, order.quantity), "{order:?}");
        assert!(total(&order) <= ledger(amount), "never more than was asked: {order:?}");
        assert_eq!(ledger(user.cash().await), before - total(&order));
    }
}

#[tokio::test]
async fn orders_are_listed_newest_first_and_by_every_filter() {
    let server = TestServer::start();
    let user = User::funded(&server, 9_000).await;
    let mut placed = Vec::new();
    for (order_type, asset_id) in [
        (OrderType::MarketBuy, "ETH"),
        (OrderType::MarketBuy, "SOL"),
        (OrderType::MarketSell, "ETH"),
        (OrderType::MarketBuy, "ETH"),
    ] {
        let request = User::order(order_type, asset_id, "0.5");
        placed.insert(0, user.client.place_order(&request, &IdempotencyKey::generate()).await.unwrap().answer);
    }
    let check = async |filter: OrderFilter, expected: &[usize]| {
        let page = user.client.orders(&filter, &Page::default()).await.unwrap();
        let expected: Vec<_> = expected.iter().map(|place| placed[*place].clone()).collect();
        assert_eq!((page.data, page.has_more, page.next_cursor), (expected, false, None), "{filter:?}");
    };
    let of = |asset_id: Option<&str>, order_type, status| OrderFilter {
        asset_id: asset_id.map(|id| id.parse().unwrap()),
        order_type,
        status,
    };
    check(of(None, None, None), &[0, 1, 2, 3]).await;
    check(of(Some("eth"), None, None), &[0, 1, 3]).await;
    check(of(None, Some(OrderType::MarketSell), None), &[1]).await;
    check(of(Some("ETH"), Some(OrderType::MarketBuy), Some(OrderStatus::Completed)), &[0, 3]).await;
    check(of(None, None, Some(OrderStatus::Queued)), &[]).await;
    check(of(None, Some(OrderType::LimitBuy), None), &[]).await;
    check(of(Some("NOPE"), None, None), &[]).await;

    let answer = user.raw(&server).get("/orders").await;
    check_fields(&answer.body, "data:list has_more:bool next_cursor:null");
    list(&answer.body, &["data"]).iter().for_each(|order| check_fields(order, ORDER));
    let answer = user.raw(&server).get("/orders?asset_id=B-C&order_type=buy&status=done&limit=0").await;
    check_refused(&answer, 422, "validation_failed", &["asset_id", "order_type", "status", "limit"]);
}

#[tokio::test]
async fn somebody_elses_order_looks_like_one_that_does_not_exist() {
    let server = TestServer::start();
    let (ada, bob) = (User::funded(&server, 1_000).await, User::register(&server).await);
    let order = ada.buy("ETH", "0.1").await;
    let theirs = bob.raw(&server).get(&format!("/orders/{}", order.order_id)).await;
    check_refused(&theirs, 404, "order_not_found", &[]);
    let unknown_id = order.order_id.to_string().replace("order_0", "order_1");
    let nobodys = bob.raw(&server).get(&format!("/orders/{unknown_id}")).await;
    check_refused(&nobodys, 404, "order_not_found", &[]);
    let same = |field: &str| text(&theirs.body, &[field]).replace(&order.order_id.to_string(), &unknown_id);
    for field in ["type", "title", "status", "detail", "instance", "code"] {
        assert_eq!(same(field), text(&nobodys.body, &[field]));
    }
    for id in ["order_short", "order_doesnotexist", &order.order_id.to_string().to_lowercase(), &"x".repeat(50)] {
        check_refused(&ada.raw(&server).get(&format!("/orders/{id}")).await, 404, "order_not_found", &[]);
        let error = ada.client.order(id).await.unwrap_err();
        let ClientError::Refused { problem, .. } = error else { panic!("{error:?}") };
        assert_eq!(problem.code, Code::OrderNotFound);
    }
    let cancel = bob.raw(&server).json("DELETE", &format!("/orders/{}", order.order_id), "").await;
    check_refused(&cancel, 404, "order_not_found", &[]);
    for id in ["short", "order_with-dash", "order_%C3%BC_12345", &"x".repeat(51), "order_12345%2F", "%20order_1234567"]
    {
        let answer = ada.raw(&server).get(&format!("/orders/{id}")).await;
        check_refused(&answer, 422, "validation_failed", &["order_id"]);
    }
}

#[tokio::test]
async fn what_is_owned_is_listed_also_once_it_is_sold() {
    let server = TestServer::start();
    let user = User::funded(&server, 5_000).await;
    assert_eq!(user.client.asset_balances().await.unwrap(), []);
    let bought = user.buy("SOL", "3").await;
    user.buy("ADA", "100.5").await;
    let sold = user.sell("SOL", "3").await;
    let answer = user.raw(&server).get("/assets/balances").await;
    check_fields(&answer.body, "data:list");
    let fields = "asset_id:text asset_name:text quantity:amount held_quantity:amount current_price:amount \
                  total_value:amount created_at:time updated_at:time";
    list(&answer.body, &["data"]).iter().for_each(|asset| check_fields(asset, fields));
    let balances = user.client.asset_balances().await.unwrap();
    let [ada, sol] = &balances[..] else { panic!("{balances:?}") };
    assert_eq!((ada.asset_name.as_str(), ada.quantity.to_string().as_str()), ("Cardano", "100.5"));
    assert_eq!(ledger(ada.total_value.unwrap()), value_down(ada.current_price.unwrap(), ada.quantity));
    assert_eq!(
        (sol.quantity, sol.held_quantity, ledger(sol.total_value.unwrap())),
        (Quantity::ZERO, Quantity::ZERO, 0)
    );
    assert_eq!((sol.created_at, sol.updated_at), (bought.created_at, sold.created_at));
}

#[tokio::test]
async fn an_asset_has_a_history_of_its_own() {
    let server = TestServer::start();
    let user = User::funded(&server, 5_000).await;
    let bought = user.buy("SOL", "3").await;
    user.buy("ADA", "10").await;
    let sold = user.sell("SOL", "1.25").await;
    let answer = user.raw(&server).get("/assets/sol/transactions").await;
    check_fields(&answer.body, "data:list has_more:bool next_cursor:null");
    let fields = "asset_id:text transaction_type:text quantity:amount price:amount status:text timestamp:time \
                  order_id:text total_amount:amount";
    list(&answer.body, &["data"]).iter().for_each(|trade| check_fields(trade, fields));
    let page = user.client.asset_transactions("SOL".parse().unwrap(), &Page::default()).await.unwrap();
    let kinds = [(AssetTransactionType::Sell, &sold), (AssetTransactionType::Buy, &bought)];
    assert_eq!(page.data.len(), kinds.len());
    for (trade, (kind, order)) in page.data.iter().zip(kinds) {
        assert_eq!((trade.transaction_type, trade.order_id, trade.timestamp), (kind, order.order_id, order.created_at));
        assert_eq!((trade.quantity, Some(trade.price)), (order.quantity, order.price));
        assert_eq!((Some(trade.total_amount), trade.status), (order.total_amount, AssetTransactionStatus::Completed));
    }
    let answer = user.raw(&server).get("/assets/BTC/transactions").await;
    assert_eq!(answer.body, r#"{"data":[],"has_more":false,"next_cursor":null}"#);
}
