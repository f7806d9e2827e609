//! Orders that wait for their price, through the real binary: the wire, the holds, every end, and what a kill leaves.

use cnop_core::api::{Balance, MarketState, Order, OrderRequest};
use cnop_core::client::{OrderFilter, Page, PageStart};
use cnop_core::ids::IdempotencyKey;
use cnop_core::money::Price;
use cnop_core::order::{OrderStatus, OrderType};
use cnop_core::time::Timestamp;
use cnop_tests::{DataFolder, TestServer, User, until};

use crate::market::{STANDING, csv_folder, limit, market_until, replay};
use crate::problem::check_refused;
use crate::wire::check_fields;

/// Never reached by the simulated market, however long a test takes.
const FAR_BELOW: &str = "1";
const FAR_ABOVE: &str = "5000";

async fn listed(user: &User, status: OrderStatus) -> Vec<String> {
    let filter = OrderFilter { status: Some(status), ..OrderFilter::default() };
    let page = user.client.orders(&filter, &Page { limit: Some(100), start: PageStart::Newest }).await.unwrap();
    page.data.into_iter().map(|order| order.order_id.to_string()).collect()
}

async fn ended(user: &User, order: &Order) -> Order {
    let id = order.order_id.to_string();
    let look = async || user.client.order(&id).await.ok().filter(|order| order.status != OrderStatus::Queued);
    until("the end of an order", look).await
}

/// Current, available and held.
async fn balance(user: &User) -> [String; 3] {
    let Balance { current_balance, available_balance, held_balance, .. } = user.client.balance().await.unwrap();
    [current_balance, available_balance, held_balance].map(|amount| amount.to_string())
}

/// The server's own time, from an order of its own.
async fn server_time(server: &TestServer) -> Timestamp {
    server.client().health().await.unwrap().market.unwrap().updated_at.unwrap()
}

#[tokio::test]
async fn an_order_waits_with_its_hold_until_it_is_cancelled() {
    let server = TestServer::start();
    let user = User::funded(&server, 1_000).await;
    user.buy("SOL", "2").await;
    let [cash, ..] = balance(&user).await;
    let body = r#"{"order_type":"limit_buy","asset_id":"eth","quantity":"100.5","price":1.00000001}"#;
    let answer = user.raw(&server).json("POST", "/orders", body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let sent = answer.value()["data"].to_string();
    check_fields(
        &sent,
        "order_id:text order_type:text asset_id:text quantity:amount price:null status:text total_amount:null \
         created_at:time limit_price:amount executed_at:null expires_at:time held_amount:amount",
    );
    let order: Order = serde_json::from_str(&sent).unwrap();
    assert_eq!((order.status, order.limit_price), (OrderStatus::Queued, "1.00000001".parse().ok()));
    assert_eq!(order.held_amount, "100.50000101".parse().ok(), "100.5 × 1.00000001, rounded up");
    let month_ms = 30 * Timestamp::DAY_MS;
    assert_eq!(order.expires_at, Some(order.created_at.plus_millis(month_ms)));
    let [current, available, held] = balance(&user).await;
    assert_eq!((current.as_str(), held.as_str()), (cash.as_str(), "100.50000101"));

    let sale = limit(&user, OrderType::LimitSell, "SOL", "1.5", FAR_ABOVE).await;
    assert_eq!((sale.held_amount, sale.price), (None, None));
    let sol = user.client.asset_balances().await.unwrap().into_iter().find(|asset| asset.asset_id.as_str() == "SOL");
    let sol = sol.unwrap();
    assert_eq!((sol.quantity.to_string(), sol.held_quantity.to_string()), ("2".to_owned(), "1.5".to_owned()));

    let raw = user.raw(&server);
    let withdrawal = format!(r#"{{"amount":"{}"}}"#, cash.split_once('.').map_or(cash.as_str(), |(whole, _)| whole));
    check_refused(&raw.json("POST", "/balance/withdraw", withdrawal).await, 422, "insufficient_funds", &[]);
    let sell = r#"{"order_type":"market_sell","asset_id":"SOL","quantity":"0.501"}"#;
    check_refused(&raw.json("POST", "/orders", sell).await, 422, "insufficient_assets", &[]);

    assert_eq!(listed(&user, OrderStatus::Queued).await, [sale.order_id.to_string(), order.order_id.to_string()]);
    let transactions = user.all_transactions().await.len();
    let cancelled = user.client.cancel_order(&order.order_id.to_string()).await.unwrap();
    assert_eq!(cancelled, Order { status: OrderStatus::Cancelled, held_amount: None, ..order.clone() });
    assert_eq!(balance(&user).await, [cash.clone(), cash.clone(), "0".to_owned()]);
    assert_ne!(available, cash);
    assert_eq!(user.all_transactions().await.len(), transactions, "holds are no transactions");
    assert_eq!(listed(&user, OrderStatus::Cancelled).await, [order.order_id.to_string()]);
    assert_eq!(listed(&user, OrderStatus::Queued).await, [sale.order_id.to_string()]);
    server.kill().assert_sound();
}

#[tokio::test]
async fn only_a_waiting_order_of_ones_own_is_cancelled() {
    let server = TestServer::start();
    let (ada, bob) = (User::funded(&server, 1_000).await, User::funded(&server, 1_000).await);
    let order = limit(&ada, OrderType::LimitBuy, "ETH", "1", FAR_BELOW).await;
    let path = format!("/orders/{}", order.order_id);
    check_refused(&bob.raw(&server).json("DELETE", &path, "").await, 404, "order_not_found", &[]);
    check_refused(&bob.raw(&server).get(&path).await, 404, "order_not_found", &[]);
    check_refused(&server.raw().json("DELETE", &path, "").await, 401, "authentication_required", &[]);
    let ada_raw = ada.raw(&server);
    check_refused(&ada_raw.json("DELETE", "/orders/-", "").await, 422, "validation_failed", &["order_id"]);
    check_refused(&ada_raw.json("DELETE", "/orders/order_0123456789", "").await, 404, "order_not_found", &[]);
    let answer = ada_raw.json("DELETE", &path, "").await;
    assert_eq!((answer.status.as_u16(), answer.value()["data"]["status"].as_str()), (200, Some("cancelled")));
    check_refused(&ada_raw.json("DELETE", &path, "").await, 409, "order_not_cancellable", &[]);
}

#[tokio::test]
async fn an_order_whose_price_stands_is_born_queued_and_executes_at_once() {
    let server = TestServer::start();
    let user = User::funded(&server, 1_000).await;
    let order = limit(&user, OrderType::LimitBuy, "ADA", "10", "5").await;
    assert_eq!((order.status, order.held_amount), (OrderStatus::Queued, "50".parse().ok()));
    let done = ended(&user, &order).await;
    assert_eq!((done.status, done.held_amount, done.limit_price), (OrderStatus::Completed, None, order.limit_price));
    let (price, total) = (done.price.unwrap(), done.total_amount.unwrap());
    assert!(price <= "5".parse::<Price>().unwrap() && done.executed_at >= Some(order.created_at));
    let payment = user.all_transactions().await.remove(0);
    assert_eq!(
        (payment.amount, payment.reference_id.as_deref()),
        (total.negated(), Some(order.order_id.to_string().as_str()))
    );
    assert_eq!(Some(payment.created_at), done.executed_at);
    let [current, available, held] = balance(&user).await;
    assert_eq!((current.as_str(), held.as_str()), (payment.balance_after.to_string().as_str(), "0"));
    assert_eq!(current, available);
    let page = Page { limit: None, start: PageStart::Newest };
    let trades = user.client.asset_transactions("ADA".parse().unwrap(), &page).await.unwrap().data;
    assert_eq!((trades.len(), trades[0].order_id, trades[0].total_amount), (1, order.order_id, total));

    let sale = limit(&user, OrderType::LimitSell, "ADA", "10", "0.000001").await;
    let sold = ended(&user, &sale).await;
    assert!(sold.price > "0.000001".parse().ok(), "at the market's price, not at the limit: {sold:?}");
    server.kill().assert_sound();
}

#[tokio::test]
async fn an_order_expires_within_a_second_of_its_time() {
    let server = TestServer::start();
    let user = User::funded(&server, 1_000).await;
    let expires_at = server_time(&server).await.plus_millis(3_000);
    let request = OrderRequest {
        price: FAR_BELOW.parse().ok(),
        expires_at: Some(expires_at),
        ..User::order(OrderType::LimitBuy, "ETH", "1")
    };
    let order = user.client.place_order(&request, &IdempotencyKey::generate()).await.unwrap().answer;
    assert_eq!((order.status, order.expires_at), (OrderStatus::Queued, Some(expires_at)));
    let order = ended(&user, &order).await;
    let found_at = server_time(&server).await;
    assert_eq!((order.status, order.price, order.executed_at), (OrderStatus::Expired, None, None));
    assert!(found_at >= expires_at.plus_millis(-1_000), "not before its time: {found_at}");
    assert_eq!(balance(&user).await, ["1000", "1000", "0"]);
    assert_eq!(listed(&user, OrderStatus::Expired).await, [order.order_id.to_string()]);
    server.kill().assert_sound();
}

#[tokio::test]
async fn a_key_answers_the_same_after_the_orders_time() {
    let server = TestServer::start();
    let user = User::funded(&server, 1_000).await;
    let raw = user.raw(&server);
    let expires_at = server_time(&server).await.plus_millis(3_000);
    let body = |price: &str| {
        let rest = format!(r#""quantity":"1","price":"{price}","expires_at":"{expires_at}""#);
        format!(r#"{{"order_type":"limit_buy","asset_id":"ETH",{rest}}}"#)
    };
    let send = async |key: &str, price: &str| {
        raw.send(raw.request("POST", "/orders").header("idempotency-key", key).body(body(price))).await
    };
    let first = send("k", FAR_BELOW).await;
    assert_eq!(first.status, 201, "{}", first.body);
    let [order] = &user.all_orders().await[..] else { panic!("one order") };
    assert_eq!(ended(&user, order).await.status, OrderStatus::Expired);
    let again = send("k", FAR_BELOW).await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert_eq!(again.header("idempotency-replayed"), "true");
    for (key, price) in [("other", FAR_BELOW), ("k", "2")] {
        check_refused(&send(key, price).await, 422, "validation_failed", &["expires_at"]);
    }
    assert_eq!(user.all_orders().await.len(), 1);
}

#[tokio::test]
async fn what_an_order_must_be_is_checked_field_by_field() {
    let server = TestServer::start();
    let user = User::funded(&server, 1_000).await;
    let raw = user.raw(&server);
    let post = async |rest: &str| raw.json("POST", "/orders", format!(r#"{{"asset_id":"ETH",{rest}}}"#)).await;
    for (rest, fields) in [
        (r#""order_type":"limit_buy","quantity":1"#, &["price"][..]),
        (
            r#""order_type":"limit_buy","quantity":0,"price":0,"expires_at":"soon""#,
            &["quantity", "price", "expires_at"],
        ),
        (r#""order_type":"limit_sell","quantity":1,"price":"1000000.1""#, &["price"]),
        (r#""order_type":"limit_buy","amount_usd":5,"price":1"#, &["amount_usd", "quantity"]),
        (r#""order_type":"limit_buy","quantity":1,"price":1,"expires_at":"2020-01-01T00:00:00Z""#, &["expires_at"]),
        (r#""order_type":"limit_buy","quantity":1,"price":1,"expires_at":"9000-01-01T00:00:00Z""#, &["expires_at"]),
    ] {
        check_refused(&post(rest).await, 422, "validation_failed", fields);
    }
    let buy = async |quantity: &str, price: &str| {
        post(&format!(r#""order_type":"limit_buy","quantity":"{quantity}","price":"{price}""#)).await
    };
    check_refused(&buy("1", "10000.01").await, 422, "order_value_exceeded", &[]);
    check_refused(&buy("1", "1000.00000001").await, 422, "insufficient_funds", &[]);
    let sell = post(r#""order_type":"limit_sell","quantity":"1","price":"9000""#).await;
    check_refused(&sell, 422, "insufficient_assets", &[]);
    assert_eq!(balance(&user).await, ["1000", "1000", "0"]);
}

#[tokio::test]
async fn the_201st_waiting_order_is_refused() {
    let server = TestServer::start();
    let user = User::funded(&server, 1_000).await;
    let first = limit(&user, OrderType::LimitBuy, "ETH", "0.001", FAR_BELOW).await;
    for _ in 1..200 {
        limit(&user, OrderType::LimitBuy, "ETH", "0.001", FAR_BELOW).await;
    }
    let body = r#"{"order_type":"limit_buy","asset_id":"ETH","quantity":"0.001","price":1}"#;
    let one_more = async || user.raw(&server).json("POST", "/orders", body).await;
    check_refused(&one_more().await, 422, "too_many_open_orders", &[]);
    assert_eq!(balance(&user).await, ["1000", "999.8", "0.2"]);
    user.client.cancel_order(&first.order_id.to_string()).await.unwrap();
    assert_eq!(one_more().await.status, 201);
    check_refused(&one_more().await, 422, "too_many_open_orders", &[]);
}

#[tokio::test]
async fn a_key_places_a_limit_order_once_also_after_a_kill() {
    let server = TestServer::start();
    let user = User::funded(&server, 1_000).await;
    let key = IdempotencyKey::generate();
    let request = OrderRequest { price: FAR_BELOW.parse().ok(), ..User::order(OrderType::LimitBuy, "ETH", "7") };
    let placed = user.client.place_order(&request, &key).await.unwrap();
    let server = server.kill().start();
    let user = user.on(&server);
    user.client.cancel_order(&placed.answer.order_id.to_string()).await.unwrap();
    let again = user.client.place_order(&request, &key).await.unwrap();
    assert!(again.replayed && !placed.replayed);
    assert_eq!(again.answer, placed.answer, "what was answered then, whatever became of it");
    assert_eq!(balance(&user).await, ["1000", "1000", "0"]);
    server.kill().assert_sound();
}

#[tokio::test]
async fn what_waits_goes_on_waiting_after_a_stop_and_after_a_kill() {
    let data = DataFolder::new();
    let mut server = data.start();
    let user = User::funded(&server, 1_000).await;
    user.buy("SOL", "1").await;
    let mut waiting = Vec::new();
    for round in 0..4 {
        let user = user.on(&server);
        for number in 1..=5 {
            let quantity = format!("{}.{number}", round + 1);
            waiting.insert(0, limit(&user, OrderType::LimitBuy, "ETH", &quantity, FAR_BELOW).await);
        }
        waiting.insert(0, limit(&user, OrderType::LimitSell, "SOL", "0.1", FAR_ABOVE).await);
        let gone = waiting.remove(3);
        user.client.cancel_order(&gone.order_id.to_string()).await.unwrap();
        let before = (balance(&user).await, user.client.asset_balances().await.unwrap()[0].held_quantity);
        if round % 2 == 0 {
            server.kill().assert_sound();
        } else {
            assert!(server.stop().0.success());
            data.assert_sound();
        }
        server = data.start();
        let user = user.on(&server);
        assert_eq!((balance(&user).await, user.client.asset_balances().await.unwrap()[0].held_quantity), before);
        let ids: Vec<_> = waiting.iter().map(|order| order.order_id.to_string()).collect();
        assert_eq!(listed(&user, OrderStatus::Queued).await, ids);
    }
    let user = user.on(&server);
    for order in &waiting {
        user.client.cancel_order(&order.order_id.to_string()).await.unwrap();
    }
    let [current, available, held] = balance(&user).await;
    assert_eq!((current, held.as_str()), (available, "0"));
    server.kill().assert_sound();
}

/// 190 days on each of which the price falls by 1, from 200.
fn falling() -> String {
    let day = |number: u32| {
        let beginning: Timestamp = "2025-01-01T00:00:00Z".parse().unwrap();
        let date = beginning.plus_millis(i64::from(number) * Timestamp::DAY_MS).day();
        let open = 200 - number;
        format!("{date},{open},{open},{low},{low},1\n", low = open - 1)
    };
    let header = "date,open,high,low,close,volume\n".to_owned();
    std::iter::once(header).chain((0..190).map(day)).collect()
}

/// The market reaches one limit after the other from above while the owner cancels one after the other from below.
#[tokio::test]
async fn cancellations_in_the_midst_of_a_falling_market_end_every_order_once() {
    let (data, files) = (DataFolder::new(), csv_folder(&[("BTC.csv", &falling())]));
    let server = replay(&data, files.path(), STANDING);
    let user = User::funded(&server, 10_000).await;
    let mut orders = Vec::new();
    for number in 0..180 {
        orders.push(limit(&user, OrderType::LimitBuy, "BTC", "0.01", &format!("{}.5", 198 - number)).await);
    }
    let (_, data) = server.stop();
    let server = replay(&data, files.path(), "max");
    let user = user.on(&server);
    let mut cancelled = Vec::new();
    for order in orders.iter().rev() {
        cancelled.push(user.client.cancel_order(&order.order_id.to_string()).await.is_ok());
    }
    market_until(&server, |market| market.state == MarketState::Ended).await;
    let mut executed = 0;
    for (order, cancelled) in orders.iter().rev().zip(&cancelled) {
        let order = ended(&user, order).await;
        let expected = if *cancelled { OrderStatus::Cancelled } else { OrderStatus::Completed };
        assert_eq!(order.status, expected, "{order:?}");
        executed += usize::from(!cancelled);
    }
    assert_eq!(user.all_transactions().await.len(), 1 + executed);
    let [current, available, held] = balance(&user).await;
    assert_eq!((current, held.as_str()), (available, "0"));
    server.kill().assert_sound();
}
