//! A request under a key happens once, however often and through whatever it is sent.

use cnop_core::api::SettleOutcome;
use cnop_core::ids::IdempotencyKey;
use cnop_core::order::OrderType;
use cnop_tests::{Answer, Raw, TestServer, User};

use crate::problem::check_refused;
use crate::wire::{check_fields, list, part, text};

/// One of each route that takes a key.
const WRITES: [(&str, &str); 5] = [
    ("/balance/deposit", r#"{"amount":"300.5"}"#),
    ("/balance/withdraw", r#"{ "amount": 12.50 }"#),
    ("/orders", r#"{"order_type":"market_buy","asset_id":"SHIB","quantity":"1000.00000001"}"#),
    ("/orders", r#"{"order_type":"market_buy","asset_id":"eth","amount_usd":20}"#),
    ("/cny/claim", r#"{"phrase":"恭喜發財"}"#),
];

async fn send(raw: &Raw, path: &str, key: &str, body: &str) -> Answer {
    raw.send(raw.request("POST", path).header("idempotency-key", key).body(body.to_owned())).await
}

/// What the user has, in one text.
async fn state(raw: &Raw) -> String {
    let paths = ["/balance", "/balance/transactions", "/orders", "/balance/limits"];
    let mut state = String::new();
    for path in paths {
        state += &raw.get(path).await.body;
    }
    state
}

#[track_caller]
fn check_replayed(first: &Answer, again: &Answer) {
    assert_eq!((again.status, &again.body), (first.status, &first.body), "byte for byte");
    assert_eq!(again.header("content-type"), first.header("content-type"));
    assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
}

#[tokio::test]
async fn the_same_request_again_gets_the_same_answer_and_moves_nothing() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let raw = user.raw(&server);
    let mut firsts = Vec::new();
    for (place, (path, body)) in WRITES.iter().enumerate() {
        let key = format!("key-{place}");
        let first = send(&raw, path, &key, body).await;
        assert_eq!(first.status, 201, "{}", first.body);
        let before = state(&raw).await;
        check_replayed(&first, &send(&raw, path, &key, body).await);
        assert_eq!(state(&raw).await, before, "{path}");
        firsts.push(first);
    }
    let before = state(&raw).await;

    let server = server.kill().start();
    let raw = user.on(&server).raw(&server);
    for (place, ((path, body), first)) in WRITES.iter().zip(&firsts).enumerate() {
        check_replayed(first, &send(&raw, path, &format!("key-{place}"), body).await);
    }
    let other_session = User::log_in(&server, &user.username).await.raw(&server);
    check_replayed(&firsts[0], &send(&other_session, WRITES[0].0, "key-0", WRITES[0].1).await);
    assert_eq!(state(&raw).await, before, "also through kill -9 and from another session");
    server.stop().1.assert_sound();
}

#[tokio::test]
async fn a_key_belongs_to_its_route_and_body() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let raw = user.raw(&server);
    let (path, body) = WRITES[0];
    assert_eq!(send(&raw, path, "k", body).await.status, 201);
    let before = state(&raw).await;
    for (path, body) in [
        (path, r#"{"amount":"300.50"}"#),
        (path, r#"{"amount":"300.5"} "#),
        (path, r#"{"amount":1}"#),
        ("/balance/withdraw", body),
        ("/orders", WRITES[2].1),
        ("/cny/claim", WRITES[4].1),
    ] {
        check_refused(&send(&raw, path, "k", body).await, 422, "idempotency_key_reused", &[]);
    }
    assert_eq!(send(&raw, path, "K", body).await.status, 201, "keys differ in case");
    assert_ne!(state(&raw).await, before);
}

#[tokio::test]
async fn a_refusal_leaves_the_key_free() {
    let server = TestServer::start_with(&["--daily-withdraw-limit", "50"]);
    let user = User::register(&server).await;
    let raw = user.raw(&server);
    let withdraw = r#"{"amount":40}"#;
    for (body, status, code) in [
        (r#"{"amount":0}"#, 422, "validation_failed"),
        ("{", 400, "malformed_request"),
        (r#"{"amount":60}"#, 422, "insufficient_funds"),
        (withdraw, 422, "insufficient_funds"),
    ] {
        let answer = send(&raw, "/balance/withdraw", "k", body).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code));
    }
    user.deposit(100).await;
    check_refused(&send(&raw, "/balance/withdraw", "k", r#"{"amount":60}"#).await, 422, "daily_limit_exceeded", &[]);
    let first = send(&raw, "/balance/withdraw", "k", withdraw).await;
    assert_eq!(first.status, 201, "the first success takes the key: {}", first.body);
    check_replayed(&first, &send(&raw, "/balance/withdraw", "k", withdraw).await);
    assert_eq!(user.cash().await.to_string(), "60");
}

#[tokio::test]
async fn somebody_elses_key_is_another_key() {
    let server = TestServer::start();
    let (ada, bob) = (User::register(&server).await, User::register(&server).await);
    let (path, body) = WRITES[0];
    let first = send(&ada.raw(&server), path, "shared", body).await;
    let second = send(&bob.raw(&server), path, "shared", body).await;
    assert_eq!((first.status.as_u16(), second.status.as_u16()), (201, 201));
    assert_eq!(second.header("idempotency-replayed"), "");
    assert_ne!(text(&first.body, &["transaction_id"]), text(&second.body, &["transaction_id"]));
    assert_eq!(bob.cash().await, ada.cash().await);
    let nobodys = User::register(&server).await;
    assert_eq!(settle(&nobodys.raw(&server), "shared").await.body, r#"{"outcome":"void"}"#);
}

async fn settle(raw: &Raw, key: &str) -> Answer {
    raw.send(raw.request("POST", &format!("/idempotency-keys/{key}/settle"))).await
}

#[tokio::test]
async fn a_settled_key_says_what_was_done() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let raw = user.raw(&server);
    for (place, (path, body)) in WRITES.iter().enumerate() {
        let key = format!("done-{place}");
        let first = send(&raw, path, &key, body).await;
        let before = state(&raw).await;
        let settled = settle(&raw, &key).await;
        assert_eq!(settled.status, 200);
        check_fields(&settled.body, "outcome:text status:number answer:object");
        assert_eq!(text(&settled.body, &["outcome"]), "done");
        assert_eq!((part(&settled.body, &["status"]), part(&settled.body, &["answer"])), ("201", first.body.as_str()));
        assert_eq!(settle(&raw, &key).await.body, settled.body, "it may be asked again");
        check_replayed(&first, &send(&raw, path, &key, body).await);
        assert_eq!(state(&raw).await, before);
    }
}

#[tokio::test]
async fn a_key_settled_as_void_stays_void_for_late_arrivals() {
    let server = TestServer::start();
    let user = User::funded(&server, 100).await;
    let raw = user.raw(&server);
    let before = state(&raw).await;
    for place in 0..WRITES.len() {
        let settled = settle(&raw, &format!("void-{place}")).await;
        assert_eq!((settled.status.as_u16(), settled.body.as_str()), (200, r#"{"outcome":"void"}"#));
    }
    let server = server.kill().start();
    let user = user.on(&server);
    let raw = user.raw(&server);
    for (place, (path, body)) in WRITES.iter().enumerate() {
        let key = format!("void-{place}");
        check_refused(&send(&raw, path, &key, body).await, 409, "idempotency_key_void", &[]);
        check_refused(&send(&raw, path, &key, body).await, 409, "idempotency_key_void", &[]);
        assert_eq!(settle(&raw, &key).await.body, r#"{"outcome":"void"}"#);
    }
    assert_eq!(state(&raw).await, before, "a settled key places nothing");
    assert_eq!(list(&raw.get("/orders").await.body, &["data"]).len(), 0);
}

#[tokio::test]
async fn a_key_is_any_visible_ascii_also_in_a_path() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let raw = user.raw(&server);
    let longest: String = ('!'..='~').chain('!'..='~').take(128).collect();
    for key in ["!", "a/b?c#d%e", "\"quoted\\\"", longest.as_str()] {
        let first = send(&raw, "/balance/deposit", key, r#"{"amount":1}"#).await;
        assert_eq!(first.status, 201, "{key}");
        let settled = user.client.settle(&key.parse().unwrap()).await.unwrap();
        assert_eq!((settled.outcome, settled.status), (SettleOutcome::Done, Some(201)), "{key}");
        assert_eq!(settled.answer.unwrap().get(), first.body);
    }
    for key in ["%C3%BC", "a%20b", "%00", &"x".repeat(129)] {
        check_refused(&settle(&raw, key).await, 422, "validation_failed", &["key"]);
    }
}

#[tokio::test]
async fn the_client_tells_a_replay_from_a_first_time() {
    let server = TestServer::start();
    let user = User::funded(&server, 1_000).await;
    let (order, key) = (User::order(OrderType::MarketBuy, "ETH", "0.1"), IdempotencyKey::generate());
    let first = user.client.place_order(&order, &key).await.unwrap();
    let again = user.client.place_order(&order, &key).await.unwrap();
    assert_eq!((first.replayed, again.replayed, &first.answer), (false, true, &again.answer));
    let free = IdempotencyKey::generate();
    assert_eq!(user.client.settle(&free).await.unwrap().outcome, SettleOutcome::Void);
}
