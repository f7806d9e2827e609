//! The life of orders that wait, as a stream tells it.

use cnop_core::api::{Balance, Order, OrderRequest};
use cnop_core::ids::IdempotencyKey;
use cnop_core::order::{OrderStatus, OrderType};
use cnop_core::time::Timestamp;
use cnop_tests::{TestServer, User};

use super::*;

/// A limit buy of 1,000 SHIB.
fn limit_buy(price: &str, expires_at: Option<Timestamp>) -> OrderRequest {
    OrderRequest { price: Some(price.parse().unwrap()), expires_at, ..User::order(OrderType::LimitBuy, "SHIB", "1000") }
}

/// The next order and the next balance, in whatever order they come.
async fn step(events: &mut EventStream) -> (Order, Balance) {
    let (mut order, mut balance) = (None, None);
    loop {
        match next(events).await.unwrap() {
            StreamEvent::Order(told) => assert!(order.replace(*told).is_none(), "one step has one order"),
            StreamEvent::Balance(told) => assert!(balance.replace(told).is_none(), "one step has one balance"),
            other => panic!("{other:?}"),
        }
        if let (Some(order), Some(balance)) = (&order, &balance) {
            return (order.clone(), balance.clone());
        }
    }
}

#[track_caller]
fn check((order, balance): (Order, Balance), status: OrderStatus, held: &str) {
    assert_eq!((order.status, balance.held_balance.to_string().as_str()), (status, held), "{order:?}");
}

#[tokio::test]
async fn every_step_of_a_waiting_order_is_told_with_what_it_holds() {
    let server = TestServer::start();
    let user = User::funded(&server, 2_000).await;
    let mut events = connected(&user, PRIVATE).await;
    let place = async |order| user.client.place_order(&order, &IdempotencyKey::generate()).await.unwrap().answer;

    let far = place(limit_buy("0.000000001", None)).await;
    check(step(&mut events).await, OrderStatus::Queued, "0.000001");
    user.client.cancel_order(&far.order_id.to_string()).await.unwrap();
    check(step(&mut events).await, OrderStatus::Cancelled, "0");

    let soon = far.created_at.plus_millis(3_000);
    place(limit_buy("0.000000001", Some(soon))).await;
    check(step(&mut events).await, OrderStatus::Queued, "0.000001");
    check(step(&mut events).await, OrderStatus::Expired, "0");

    let through = place(limit_buy("1", None)).await;
    check(step(&mut events).await, OrderStatus::Queued, "1000");
    let (order, balance) = step(&mut events).await;
    assert_eq!((order.order_id, order.status), (through.order_id, OrderStatus::Completed));
    assert_eq!(order, user.client.order(&order.order_id.to_string()).await.unwrap());
    assert_eq!(balance, user.client.balance().await.unwrap());
}
