//! Orders and moves that are well formed, many at once, most of them refused: no money comes or goes unaccounted for.

use std::collections::BTreeMap;

use cnop_core::api::Order;
use cnop_core::order::OrderType;
use cnop_tests::{Raw, TestServer, User};
use proptest::prelude::*;
use proptest::sample::select;

use super::requests::sample;
use crate::exact::{cost_up, ledger, value_down};

const USERS: usize = 4;
const SENDERS_A_USER: usize = 4;
const REQUESTS_A_SENDER: usize = 60;
/// What a request of the right form may be answered with.
const FINE: [&str; 9] = [
    "",
    "validation_failed",
    "asset_not_found",
    "order_value_exceeded",
    "insufficient_funds",
    "insufficient_assets",
    "daily_limit_exceeded",
    "already_claimed_today",
    "idempotency_key_reused",
];

/// A route, a key and a body.
type Write = (&'static str, Option<u8>, String);

fn write() -> impl Strategy<Value = Write> {
    let asset_id = || select(&["BTC", "eth", "SHIB", "DOGE", "USDT", "NOPE"][..]);
    let quantity = || select(&["0.001", "0.00100001", "1.23456789", "33", "777777.7", "1e6", "1e12", "0.0001"][..]);
    let dollars = || select(&["0.01", "1", "99.99", "2500", "10000", "10000.01", "1000000", "0"][..]);
    let by_quantity =
        (select(&["market_buy", "market_sell"][..]), asset_id(), quantity()).prop_map(|(kind, asset_id, quantity)| {
            ("/orders", format!(r#"{{"order_type":"{kind}","asset_id":"{asset_id}","quantity":"{quantity}"}}"#))
        });
    let by_amount = (asset_id(), dollars()).prop_map(|(asset_id, amount)| {
        ("/orders", format!(r#"{{"order_type":"market_buy","asset_id":"{asset_id}","amount_usd":{amount}}}"#))
    });
    let moved = (select(&["/balance/deposit", "/balance/withdraw"][..]), dollars())
        .prop_map(|(path, amount)| (path, format!(r#"{{"amount":"{amount}"}}"#)));
    let claim = Just(("/cny/claim", r#"{"phrase":"x"}"#.to_owned()));
    let write = prop_oneof![6 => by_quantity, 3 => by_amount, 3 => moved, 1 => claim];
    // Few keys, so that they meet again with the same and with another body.
    (prop::option::of(0..20_u8), write).prop_map(|(key, (path, body))| (path, key, body))
}

#[tokio::test]
async fn what_is_well_formed_conserves_money_and_assets() {
    let server = TestServer::start_with(&["--daily-deposit-limit", "30000", "--daily-withdraw-limit", "9000"]);
    let mut users = Vec::new();
    for _ in 0..USERS {
        users.push(User::funded(&server, 10_000).await);
    }
    let writes = sample(&write(), super::SEED, USERS * SENDERS_A_USER * REQUESTS_A_SENDER);
    let senders: Vec<_> = writes
        .chunks(REQUESTS_A_SENDER)
        .zip(users.iter().cycle())
        .map(|(writes, user)| tokio::spawn(send_all(user.raw(&server), writes.to_vec())))
        .collect();
    let mut done = 0;
    for sender in senders {
        done += sender.await.unwrap();
    }
    assert!(done > 50, "{done} requests did something");
    for user in &users {
        check_conserved(user).await;
    }
    assert!(!server.log().contains("panicked"), "{}", server.log());
    server.kill().assert_sound();
}

/// How many were done.
async fn send_all(raw: Raw, writes: Vec<Write>) -> usize {
    let mut done = 0;
    for (path, key, body) in writes {
        let mut request = raw.request("POST", path).body(body.clone());
        if let Some(key) = key {
            request = request.header("idempotency-key", key.to_string());
        }
        let answer = raw.send(request).await;
        assert!(FINE.contains(&answer.code().as_str()), "{path} {body}: {} {}", answer.status, answer.body);
        done += usize::from(answer.status == 201);
    }
    done
}

/// Holds that everything the user has follows from the user's histories.
async fn check_conserved(user: &User) {
    let (mut cash, mut by_order) = (0, BTreeMap::new());
    let newest_first = user.all_transactions().await;
    for transaction in newest_first.iter().rev() {
        cash += ledger(transaction.amount);
        assert_eq!(cash, ledger(transaction.balance_after), "{transaction:?}");
        assert!(cash >= 0);
        by_order.extend(transaction.reference_id.clone().map(|id| (id, ledger(transaction.amount))));
    }
    assert_eq!(ledger(user.cash().await), cash);

    let mut owned = BTreeMap::new();
    for order in user.all_orders().await {
        let (quantity, change) = effect(&order);
        assert_eq!(by_order.remove(&order.order_id.to_string()), Some(change), "{order:?}");
        *owned.entry(order.asset_id).or_insert(0) += quantity;
    }
    assert!(by_order.is_empty(), "payments without orders: {by_order:?}");
    let balances = user.client.asset_balances().await.unwrap();
    let found: BTreeMap<_, _> = balances.iter().map(|asset| (asset.asset_id, ledger(asset.quantity))).collect();
    assert_eq!(found, owned);
}

/// What an order did to the asset and to the cash, worked out anew from its price.
#[track_caller]
fn effect(order: &Order) -> (i128, i128) {
    let (price, quantity) = (order.price.unwrap(), ledger(order.quantity));
    let (quantity, change) = match order.order_type {
        OrderType::MarketBuy => (quantity, -cost_up(price, order.quantity)),
        _ => (-quantity, value_down(price, order.quantity)),
    };
    assert_eq!(change.abs(), ledger(order.total_amount.unwrap()), "{order:?}");
    (quantity, change)
}
