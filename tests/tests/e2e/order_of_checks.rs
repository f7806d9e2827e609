//! Two faults in one request: the contract's order says which of them is answered.

use cnop_tests::{Answer, PASSWORD, Raw, TestServer, User};

use crate::problem::check_refused;

async fn send(raw: &Raw, method: &str, path: &str, kind: &str, body: impl Into<String>) -> Answer {
    raw.send(raw.request(method, path).header("content-type", kind).body(body.into())).await
}

fn large() -> String {
    "x".repeat(64 * 1024 + 1)
}

#[tokio::test]
async fn the_route_comes_first_then_the_method_then_who_asks() {
    let server = TestServer::start();
    let (anyone, plain) = (server.raw(), "text/plain");
    check_refused(&send(&anyone, "DELETE", "/nothing", plain, large()).await, 404, "route_not_found", &[]);
    check_refused(&send(&anyone, "DELETE", "/orders", plain, large()).await, 405, "method_not_allowed", &[]);
    check_refused(&send(&anyone, "GET", "/auth/login", plain, "").await, 405, "method_not_allowed", &[]);
    check_refused(&send(&anyone, "POST", "/orders", plain, large()).await, 401, "authentication_required", &[]);
    let forged = anyone.with_token("x");
    check_refused(&send(&forged, "POST", "/orders", plain, large()).await, 401, "token_invalid", &[]);
    check_refused(&forged.get("/orders/-?limit=x").await, 401, "token_invalid", &[]);
    check_refused(&forged.get("/orders/%FF").await, 401, "token_invalid", &[]);
}

#[tokio::test]
async fn size_then_type_then_syntax_then_fields() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let raw = user.raw(&server);
    for (method, path) in
        [("POST", "/auth/register"), ("POST", "/auth/login"), ("PUT", "/auth/profile"), ("POST", "/orders")]
    {
        check_refused(&send(&raw, method, path, "text/plain", large()).await, 413, "body_too_large", &[]);
        check_refused(&send(&raw, method, path, "text/plain", "{").await, 415, "unsupported_media_type", &[]);
        check_refused(&send(&raw, method, path, "text/plain", "").await, 415, "unsupported_media_type", &[]);
    }
    let bad_key = |body: &'static str| raw.request("POST", "/orders").header("idempotency-key", "a b").body(body);
    check_refused(&raw.send(bad_key("{")).await, 400, "malformed_request", &[]);
    let fields = ["Idempotency-Key", "order_type", "asset_id", "quantity"];
    check_refused(&raw.send(bad_key("{}")).await, 422, "validation_failed", &fields);
    let answer = raw.get("/assets/B-C/transactions?limit=0&cursor=x").await;
    check_refused(&answer, 422, "validation_failed", &["asset_id", "limit", "cursor"]);
}

#[tokio::test]
async fn fields_then_the_asset_then_the_value_then_what_is_there() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let raw = user.raw(&server);
    let order = async |kind: &str, asset_id: &str, size: &str| {
        raw.json("POST", "/orders", format!(r#"{{"order_type":"{kind}","asset_id":"{asset_id}",{size}}}"#)).await
    };
    for kind in ["market_buy", "market_sell"] {
        let answer = order(kind, "NOPE", r#""quantity":0.0001"#).await;
        check_refused(&answer, 422, "validation_failed", &["quantity"]);
        check_refused(&order(kind, "NOPE", r#""quantity":1e12"#).await, 404, "asset_not_found", &[]);
        check_refused(&order(kind, "BTC", r#""quantity":1e12"#).await, 422, "order_value_exceeded", &[]);
        check_refused(&order(kind, "SHIB", r#""quantity":1e12"#).await, 422, "order_value_exceeded", &[]);
    }
    check_refused(&order("market_buy", "BTC", r#""quantity":0.001"#).await, 422, "insufficient_funds", &[]);
    check_refused(&order("market_sell", "BTC", r#""quantity":0.001"#).await, 422, "insufficient_assets", &[]);
    check_refused(&order("market_buy", "NOPE", r#""amount_usd":1000000"#).await, 404, "asset_not_found", &[]);
    for asset_id in ["BTC", "SHIB"] {
        let answer = order("market_buy", asset_id, r#""amount_usd":1000000"#).await;
        check_refused(&answer, 422, "order_value_exceeded", &[]);
        let answer = order("market_buy", asset_id, r#""amount_usd":10000"#).await;
        check_refused(&answer, 422, "insufficient_funds", &[]);
    }
}

#[tokio::test]
async fn a_withdrawal_checks_funds_before_the_daily_limit() {
    let server = TestServer::start_with(&["--daily-withdraw-limit", "100"]);
    let user = User::funded(&server, 500).await;
    let raw = user.raw(&server);
    check_refused(&raw.json("POST", "/balance/withdraw", r#"{"amount":500.01}"#).await, 422, "insufficient_funds", &[]);
    check_refused(&raw.json("POST", "/balance/withdraw", r#"{"amount":500}"#).await, 422, "daily_limit_exceeded", &[]);
    check_refused(&raw.json("POST", "/balance/withdraw", r#"{"amount":1e6}"#).await, 422, "insufficient_funds", &[]);
    check_refused(
        &raw.json("POST", "/balance/withdraw", r#"{"amount":1e7}"#).await,
        422,
        "validation_failed",
        &["amount"],
    );
}

#[tokio::test]
async fn a_used_key_is_looked_at_after_the_fields_and_before_the_market() {
    let server = TestServer::start();
    let user = User::funded(&server, 100).await;
    let raw = user.raw(&server);
    let keyed = async |raw: &Raw, path: &str, body: &str| {
        raw.send(raw.request("POST", path).header("idempotency-key", "used").body(body.to_owned())).await
    };
    assert_eq!(keyed(&raw, "/balance/deposit", r#"{"amount":1}"#).await.status, 201);
    check_refused(&keyed(&server.raw(), "/orders", "{").await, 401, "authentication_required", &[]);
    check_refused(&keyed(&raw, "/balance/deposit", "{").await, 400, "malformed_request", &[]);
    check_refused(&keyed(&raw, "/balance/deposit", "{}").await, 422, "validation_failed", &["amount"]);
    for (path, body) in [
        ("/balance/withdraw", r#"{"amount":1000000}"#),
        ("/balance/deposit", r#"{"amount":1000000}"#),
        ("/orders", r#"{"order_type":"market_buy","asset_id":"NOPE","quantity":1}"#),
        ("/orders", r#"{"order_type":"market_sell","asset_id":"BTC","quantity":1e12}"#),
    ] {
        check_refused(&keyed(&raw, path, body).await, 422, "idempotency_key_reused", &[]);
    }
}

#[tokio::test]
async fn accounts_check_fields_then_names_then_addresses() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let (raw, name) = (user.raw(&server), &user.username);
    let register = async |username: &str, email: &str, password: &str| {
        let body = format!(
            r#"{{"username":"{username}","email":"{email}","password":"{password}","first_name":"A","last_name":"B"}}"#
        );
        raw.json("POST", "/auth/register", body).await
    };
    let email = format!("{name}@example.com");
    check_refused(&register(name, &email, "weak").await, 422, "validation_failed", &["password"]);
    check_refused(&register(name, &email, PASSWORD).await, 409, "username_taken", &[]);
    check_refused(&register("somebody_new", &email, PASSWORD).await, 409, "email_taken", &[]);
    let wrong = r#"{"current_password":"wrong","new_password":"weak"}"#;
    check_refused(&raw.json("PUT", "/auth/password", wrong).await, 422, "validation_failed", &["new_password"]);
    let wrong = r#"{"current_password":"wrong","new_password":"Battery-Staple-8"}"#;
    check_refused(&raw.json("PUT", "/auth/password", wrong).await, 401, "invalid_credentials", &[]);
}

#[tokio::test]
async fn a_closed_registration_is_said_before_the_body_is_looked_at() {
    let server = TestServer::start_with(&["--registration", "closed"]);
    let anyone = server.raw();
    for (kind, body) in [("application/json", "{".to_owned()), ("text/plain", String::new()), ("text/plain", large())] {
        let answer = send(&anyone, "POST", "/auth/register", kind, body).await;
        check_refused(&answer, 403, "registration_closed", &[]);
    }
}
