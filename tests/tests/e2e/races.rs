//! Many at once: where one may get through, one does, whatever the others see.

use std::collections::BTreeMap;

use cnop_tests::{Answer, PASSWORD, Raw, TestServer, User};

use crate::wire::text;

const RACERS: usize = 20;

/// Sends all bodies at once, over connections of their own.
async fn all_at_once(raw: &Raw, path: &str, key: Option<&str>, bodies: impl Iterator<Item = String>) -> Vec<Answer> {
    let send = |body| {
        let request = raw.request("POST", path).body(body);
        let request = key.into_iter().fold(request, |request, key| request.header("idempotency-key", key));
        let raw = raw.clone();
        tokio::spawn(async move { raw.send(request).await })
    };
    let sent: Vec<_> = bodies.map(send).collect();
    let mut answers = Vec::new();
    for answer in sent {
        answers.push(answer.await.unwrap());
    }
    answers
}

/// Holds how many got which answer, written `status code`; a success has no code.
#[track_caller]
fn check(answers: &[Answer], expected: &[(&str, usize)]) {
    let mut counts = BTreeMap::new();
    for answer in answers {
        *counts.entry(format!("{} {}", answer.status.as_u16(), answer.code()).trim().to_owned()).or_default() += 1;
    }
    let expected: BTreeMap<_, _> = expected.iter().map(|(kind, count)| ((*kind).to_owned(), *count)).collect();
    assert_eq!(counts, expected);
}

fn same(body: &str) -> impl Iterator<Item = String> {
    std::iter::repeat_n(body.to_owned(), RACERS)
}

#[tokio::test]
async fn one_of_twenty_withdrawals_of_more_than_half_gets_through() {
    let server = TestServer::start();
    let user = User::funded(&server, 1_000).await;
    let answers = all_at_once(&user.raw(&server), "/balance/withdraw", None, same(r#"{"amount":"500.01"}"#)).await;
    check(&answers, &[("201", 1), ("422 insufficient_funds", RACERS - 1)]);
    assert_eq!(user.cash().await.to_string(), "499.99");
    server.stop().1.assert_sound();
}

#[tokio::test]
async fn one_of_twenty_deposits_of_more_than_half_the_limit_gets_through() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let answers = all_at_once(&user.raw(&server), "/balance/deposit", None, same(r#"{"amount":"5000.01"}"#)).await;
    check(&answers, &[("201", 1), ("422 daily_limit_exceeded", RACERS - 1)]);
    assert_eq!(user.cash().await.to_string(), "5000.01");
    server.stop().1.assert_sound();
}

#[tokio::test]
async fn purchases_and_sales_never_take_more_than_there_is() {
    let server = TestServer::start();
    let user = User::funded(&server, 5_000).await;
    let raw = user.raw(&server);
    let buy = r#"{"order_type":"market_buy","asset_id":"USDT","amount_usd":"2600"}"#;
    check(&all_at_once(&raw, "/orders", None, same(buy)).await, &[("201", 1), ("422 insufficient_funds", RACERS - 1)]);
    let held = text(&raw.get("/balance/asset/USDT").await.body, &["quantity"]);
    let sell = format!(r#"{{"order_type":"market_sell","asset_id":"USDT","quantity":"{held}"}}"#);
    check(
        &all_at_once(&raw, "/orders", None, same(&sell)).await,
        &[("201", 1), ("422 insufficient_assets", RACERS - 1)],
    );
    server.stop().1.assert_sound();
}

#[tokio::test]
async fn one_of_twenty_gets_a_name_and_one_an_address() {
    let server = TestServer::start();
    let registration = |username: &str, email: &str| {
        format!(
            r#"{{"username":"{username}","email":"{email}","password":"{PASSWORD}","first_name":"A","last_name":"B"}}"#
        )
    };
    let one_name = (0..RACERS).map(|place| registration("contested", &format!("racer{place}@example.com")));
    let answers = all_at_once(&server.raw(), "/auth/register", None, one_name).await;
    check(&answers, &[("201", 1), ("409 username_taken", RACERS - 1)]);
    let one_address = (0..RACERS).map(|place| registration(&format!("racer_{place}"), "contested@example.com"));
    let answers = all_at_once(&server.raw(), "/auth/register", None, one_address).await;
    check(&answers, &[("201", 1), ("409 email_taken", RACERS - 1)]);
    let winner = answers.iter().position(|answer| answer.status == 201).unwrap();
    let user = User::log_in(&server, &format!("racer_{winner}")).await;
    assert_eq!(user.client.profile().await.unwrap().email.as_str(), "contested@example.com");
    server.stop().1.assert_sound();
}

#[tokio::test]
async fn one_of_twenty_claims_opens_the_red_pocket() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let answers = all_at_once(&user.raw(&server), "/cny/claim", None, same(r#"{"phrase":"x"}"#)).await;
    check(&answers, &[("201", 1), ("422 already_claimed_today", RACERS - 1)]);
    assert_eq!(user.cash().await.to_string(), "8.88");
    server.stop().1.assert_sound();
}

#[tokio::test]
async fn twenty_orders_under_one_key_are_one_order() {
    let server = TestServer::start();
    let user = User::funded(&server, 1_000).await;
    let raw = user.raw(&server);
    let buy = r#"{"order_type":"market_buy","asset_id":"SOL","quantity":"0.25"}"#;
    let answers = all_at_once(&raw, "/orders", Some("one"), same(buy)).await;
    check(&answers, &[("201", RACERS)]);
    assert!(answers.iter().all(|answer| answer.body == answers[0].body), "all get one answer");
    let replayed = answers.iter().filter(|answer| answer.header("idempotency-replayed") == "true").count();
    assert_eq!(replayed, RACERS - 1);
    assert_eq!(text(&raw.get("/balance/asset/SOL").await.body, &["quantity"]), "0.25");
    server.stop().1.assert_sound();
}

#[tokio::test]
async fn a_settled_key_and_its_order_agree_on_what_happened() {
    let server = TestServer::start();
    let user = User::funded(&server, 5_000).await;
    let raw = user.raw(&server);
    let buy = r#"{"order_type":"market_buy","asset_id":"SOL","quantity":"0.01"}"#;
    for round in 0..RACERS {
        let key = format!("round-{round}");
        let order = raw.request("POST", "/orders").header("idempotency-key", &key).body(buy);
        let settle = raw.request("POST", &format!("/idempotency-keys/{key}/settle"));
        let (order, settled) = tokio::join!(raw.send(order), raw.send(settle));
        match text(&settled.body, &["outcome"]).as_str() {
            "done" => assert_eq!(order.status, 201, "{}", order.body),
            _ => assert_eq!((order.status.as_u16(), order.code().as_str()), (409, "idempotency_key_void")),
        }
    }
    server.stop().1.assert_sound();
}

#[tokio::test]
async fn one_of_twenty_refreshes_of_a_token_gets_a_new_one() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let answers = all_at_once(&user.raw(&server), "/auth/refresh", None, same("")).await;
    check(&answers, &[("200", 1), ("401 token_revoked", RACERS - 1)]);
}

#[tokio::test]
async fn one_of_four_users_gets_a_new_address() {
    let server = TestServer::start();
    let mut changes = Vec::new();
    for _ in 0..4 {
        let raw = User::register(&server).await.raw(&server);
        changes.push(async move { raw.json("PUT", "/auth/profile", r#"{"email":"wanted@example.com"}"#).await });
    }
    let mut answers = Vec::new();
    for change in changes.into_iter().map(tokio::spawn).collect::<Vec<_>>() {
        answers.push(change.await.unwrap());
    }
    check(&answers, &[("200", 1), ("409 email_taken", 3)]);
}
