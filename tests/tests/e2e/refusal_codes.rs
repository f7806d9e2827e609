//! Every code of the contract's table, provoked once, in the whole shape of a problem; or named here as out of reach.

use std::collections::BTreeSet;

use cnop_tests::{Answer, DataFolder, PASSWORD, Raw, TestServer, User};
use serde_json::Value;

use crate::problem::check_refused;

/// The contract's table of section 1.
const ALL: &str = "malformed_request authentication_required token_invalid token_expired token_revoked \
    invalid_credentials ip_blocked permission_denied registration_closed account_disabled route_not_found \
    asset_not_found order_not_found asset_balance_not_found ip_block_not_found method_not_allowed body_too_large \
    unsupported_media_type username_taken email_taken order_not_cancellable idempotency_key_void validation_failed \
    insufficient_funds insufficient_assets daily_limit_exceeded order_value_exceeded asset_not_tradable \
    too_many_open_orders already_claimed_today idempotency_key_reused rate_limited insights_rate_limited \
    internal_error insights_failed insights_timeout price_unavailable overloaded storage_unavailable shutting_down \
    insights_not_configured";

/// Parts that do not exist yet: blocks, admin routes, rate limits, other providers of insights.
const NOT_YET: &str = "ip_blocked permission_denied account_disabled ip_block_not_found asset_not_tradable \
    rate_limited insights_rate_limited insights_failed insights_timeout insights_not_configured shutting_down";

/// Only a broken disk or a stopped feed gives these, or more logins at once than this table sends.
const OUT_OF_REACH: &str = "internal_error price_unavailable storage_unavailable overloaded";

/// The server's limits, so small that they are easily met.
const FLAGS: [&str; 6] = ["--daily-deposit-limit", "1000", "--daily-withdraw-limit", "50", "--max-order-value", "400"];
const SIGNING_KEY: &str = "0123456789abcdef0123456789abcdef";

const BUY: &str = r#"{"order_type":"market_buy","asset_id":"ETH","quantity":"0.01"}"#;

/// Checks answers and remembers which codes were met.
#[derive(Default)]
struct Table {
    met: BTreeSet<String>,
}

impl Table {
    #[track_caller]
    fn row(&mut self, answer: &Answer, status: u16, code: &str, fields: &[&str]) {
        check_refused(answer, status, code, fields);
        self.met.insert(code.to_owned());
    }
}

#[tokio::test]
async fn every_code_is_met_or_out_of_reach() {
    let server = DataFolder::new().start_in(&FLAGS, &[("JWT_SECRET_KEY", SIGNING_KEY)]);
    let user = User::funded(&server, 700).await;
    let order = user.buy("ETH", "0.1").await;
    let mut table = Table::default();
    let cancel = user.raw(&server).json("DELETE", &format!("/orders/{}", order.order_id), "").await;
    table.row(&cancel, 409, "order_not_cancellable", &[]);
    sessions(&mut table, &server, &user).await;
    requests(&mut table, &user.raw(&server)).await;
    accounts(&mut table, &user, &user.raw(&server)).await;
    money(&mut table, &user.raw(&server)).await;
    keys(&mut table, &user.raw(&server)).await;
    let closed = server.stop().1.start_with(&["--registration", "closed"]);
    table.row(&closed.raw().json("POST", "/auth/register", "{}").await, 403, "registration_closed", &[]);

    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<BTreeSet<_>>();
    let expected = &(&words(ALL) - &words(NOT_YET)) - &words(OUT_OF_REACH);
    assert_eq!(table.met, expected);
}

async fn sessions(table: &mut Table, server: &TestServer, user: &User) {
    let anyone = server.raw();
    table.row(&anyone.get("/balance").await, 401, "authentication_required", &[]);
    table.row(&anyone.with_token("a.b.c").get("/balance").await, 401, "token_invalid", &[]);
    table.row(&anyone.with_token(&expired(user)).get("/balance").await, 401, "token_expired", &[]);
    let ended = User::log_in(server, &user.username).await;
    ended.client.logout().await.unwrap();
    table.row(&ended.raw(server).get("/balance").await, 401, "token_revoked", &[]);
    let wrong = format!(r#"{{"username":"{}","password":"wrong"}}"#, user.username);
    table.row(&anyone.json("POST", "/auth/login", wrong).await, 401, "invalid_credentials", &[]);
}

/// The user's own token as it will be in two hours.
fn expired(user: &User) -> String {
    let mut claims: Value = jsonwebtoken::dangerous::insecure_decode(&user.token).unwrap().claims;
    for claim in ["iat", "exp", "auth_time"] {
        claims[claim] = (claims[claim].as_i64().unwrap() - 7_200).into();
    }
    let key = jsonwebtoken::EncodingKey::from_secret(SIGNING_KEY.as_bytes());
    jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).unwrap()
}

async fn requests(table: &mut Table, raw: &Raw) {
    table.row(&raw.get("/nothing").await, 404, "route_not_found", &[]);
    table.row(&raw.json("DELETE", "/portfolio", "").await, 405, "method_not_allowed", &[]);
    table.row(&raw.json("POST", "/orders", "x".repeat(65_537)).await, 413, "body_too_large", &[]);
    let text = raw.request("POST", "/orders").header("content-type", "text/plain").body(BUY);
    table.row(&raw.send(text).await, 415, "unsupported_media_type", &[]);
    table.row(&raw.json("POST", "/orders", "{").await, 400, "malformed_request", &[]);
    let fields = ["order_type", "asset_id", "quantity"];
    table.row(&raw.json("POST", "/orders", "{}").await, 422, "validation_failed", &fields);
    table.row(&raw.json("POST", "/orders", "[]").await, 422, "validation_failed", &[]);
}

async fn accounts(table: &mut Table, user: &User, raw: &Raw) {
    let register = async |username: &str, email: &str| {
        let names = r#""first_name":"A","last_name":"B""#;
        let body = format!(r#"{{"username":"{username}","email":"{email}","password":"{PASSWORD}",{names}}}"#);
        raw.json("POST", "/auth/register", body).await
    };
    table.row(&register(&user.username, "new@example.com").await, 409, "username_taken", &[]);
    let email = format!("{}@example.com", user.username);
    table.row(&register("somebody_new", &email).await, 409, "email_taken", &[]);
}

async fn money(table: &mut Table, raw: &Raw) {
    let post = async |path: &str, body: &str| raw.json("POST", path, body).await;
    let sell = BUY.replace("buy", "sell");
    table.row(&raw.get("/inventory/assets/NOPE").await, 404, "asset_not_found", &[]);
    table.row(&post("/orders", &BUY.replace("ETH", "NOPE")).await, 404, "asset_not_found", &[]);
    table.row(&raw.get("/orders/order_0123456789").await, 404, "order_not_found", &[]);
    table.row(&raw.get("/balance/asset/SOL").await, 404, "asset_balance_not_found", &[]);
    table.row(&post("/orders", &BUY.replace("0.01", "5")).await, 422, "order_value_exceeded", &[]);
    table.row(&post("/orders", &sell.replace("0.01", "0.11")).await, 422, "insufficient_assets", &[]);
    table.row(&post("/balance/withdraw", r#"{"amount":900}"#).await, 422, "insufficient_funds", &[]);
    table.row(&post("/balance/withdraw", r#"{"amount":51}"#).await, 422, "daily_limit_exceeded", &[]);
    table.row(&post("/balance/deposit", r#"{"amount":301}"#).await, 422, "daily_limit_exceeded", &[]);
    let waiting = r#"{"order_type":"limit_buy","asset_id":"ETH","quantity":"0.001","price":"0.01"}"#;
    for _ in 0..200 {
        assert_eq!(post("/orders", waiting).await.status, 201);
    }
    table.row(&post("/orders", waiting).await, 422, "too_many_open_orders", &[]);
    assert_eq!(post("/cny/claim", r#"{"phrase":"x"}"#).await.status, 201);
    table.row(&post("/cny/claim", r#"{"phrase":"y"}"#).await, 422, "already_claimed_today", &[]);
}

async fn keys(table: &mut Table, raw: &Raw) {
    let deposit = async |key: &str, amount: u32| {
        let request = raw.request("POST", "/balance/deposit").header("idempotency-key", key);
        raw.send(request.body(format!(r#"{{"amount":{amount}}}"#))).await
    };
    assert_eq!(deposit("used", 1).await.status, 201);
    table.row(&deposit("used", 2).await, 422, "idempotency_key_reused", &[]);
    table.row(&deposit("a b", 2).await, 422, "validation_failed", &["Idempotency-Key"]);
    assert_eq!(raw.json("POST", "/idempotency-keys/closed/settle", "").await.status, 200);
    table.row(&deposit("closed", 1).await, 409, "idempotency_key_void", &[]);
}
