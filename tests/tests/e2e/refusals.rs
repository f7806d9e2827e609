//! What is refused, in breadth: every route, every field, every kind of body. `refusal_codes` has each code once.

use cnop_tests::{Answer, PASSWORD, Raw, TestServer, User};

use crate::problem::check_refused;

const BUY: &str = r#"{"order_type":"market_buy","asset_id":"ETH","quantity":"0.01"}"#;
/// Fits the server of [`small_limits`].
const DEPOSIT: &str = r#"{"amount":"100"}"#;

fn small_limits() -> TestServer {
    let flags = ["--daily-deposit-limit", "1000", "--daily-withdraw-limit", "50", "--max-order-value", "400"];
    TestServer::start_with(&flags)
}

async fn with_key(raw: &Raw, path: &str, key: &str, body: &str) -> Answer {
    raw.send(raw.request("POST", path).header("idempotency-key", key).body(body.to_owned())).await
}

#[tokio::test]
async fn whoever_is_nobody_is_asked_to_log_in() {
    let server = TestServer::start();
    let anyone = server.raw();
    for (method, path) in [
        ("POST", "/auth/refresh"),
        ("POST", "/auth/logout"),
        ("GET", "/auth/profile"),
        ("PUT", "/auth/profile"),
        ("PUT", "/auth/password"),
        ("GET", "/balance"),
        ("POST", "/balance/deposit"),
        ("POST", "/balance/withdraw"),
        ("GET", "/balance/transactions"),
        ("GET", "/balance/limits"),
        ("GET", "/balance/asset/BTC"),
        ("POST", "/orders"),
        ("GET", "/orders"),
        ("GET", "/orders/order_0123456789"),
        ("DELETE", "/orders/order_0123456789"),
        ("GET", "/assets/balances"),
        ("GET", "/assets/BTC/transactions"),
        ("GET", "/portfolio"),
        ("GET", "/insights/portfolio"),
        ("POST", "/cny/claim"),
        ("POST", "/idempotency-keys/k/settle"),
    ] {
        check_refused(&anyone.json(method, path, "{}").await, 401, "authentication_required", &[]);
        let forged = anyone.with_token("a.b.c").json(method, path, "{}").await;
        check_refused(&forged, 401, "token_invalid", &[]);
    }
    for value in ["Basic YTpi", "Bearer", "bearer:x", "", "Token abc"] {
        let answer = anyone.send(anyone.request("GET", "/balance").header("authorization", value)).await;
        check_refused(&answer, 401, "authentication_required", &[]);
    }
}

#[tokio::test]
async fn what_is_not_there_or_not_done_that_way_is_refused() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let raw = user.raw(&server);
    for path in ["/nothing", "/", "/balance/", "/orders/a/b", "//api/v2/balance", "//api/v1", "/Balance", "//healthz"] {
        check_refused(&raw.get(path).await, 404, "route_not_found", &[]);
    }
    for (method, path, allowed) in [
        ("DELETE", "/balance", "GET,HEAD"),
        ("GET", "/balance/deposit", "POST"),
        ("PATCH", "/auth/profile", "GET,HEAD,PUT"),
        ("PUT", "/orders", "GET,HEAD,POST"),
        ("OPTIONS", "/auth/login", "POST"),
        ("POST", "//health", "GET,HEAD"),
        ("BREW", "/portfolio", "GET,HEAD"),
    ] {
        let answer = raw.json(method, path, "{}").await;
        check_refused(&answer, 405, "method_not_allowed", &[]);
        let mut named: Vec<_> = answer.header("allow").split(',').map(str::trim).collect();
        named.sort_unstable();
        assert_eq!(named.join(","), allowed, "{method} {path}");
    }
    check_refused(&raw.get("/inventory/assets/NOPE").await, 404, "asset_not_found", &[]);
    check_refused(&raw.json("POST", "/orders", BUY.replace("ETH", "NOPE")).await, 404, "asset_not_found", &[]);
    check_refused(&raw.get("/orders/order_0123456789").await, 404, "order_not_found", &[]);
    check_refused(&raw.get("/balance/asset/ETH").await, 404, "asset_balance_not_found", &[]);
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let raw = user.raw(&server);
    let large = format!(r#"{{"amount":1,"note":"{}"}}"#, "x".repeat(64 * 1024));
    for (method, path) in [
        ("POST", "/auth/register"),
        ("POST", "/auth/login"),
        ("PUT", "/auth/profile"),
        ("PUT", "/auth/password"),
        ("POST", "/balance/deposit"),
        ("POST", "/balance/withdraw"),
        ("POST", "/orders"),
        ("POST", "/cny/claim"),
    ] {
        check_refused(&raw.json(method, path, large.as_str()).await, 413, "body_too_large", &[]);
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json", ""] {
            let request = raw.request(method, path).header("content-type", kind).body("{}");
            check_refused(&raw.send(request).await, 415, "unsupported_media_type", &[]);
        }
        for body in ["{", "{\"a\":}", "{'a':1}", "{\"a\":1,}", "{\"a\":NaN}", "{\"a\":01}", "\u{feff}{}", "{}{}", "a=b"]
        {
            check_refused(&raw.json(method, path, body).await, 400, "malformed_request", &[]);
        }
        for body in ["", " \r\n\t", "[]", "null", "7", "\"text\"", "true"] {
            check_refused(&raw.json(method, path, body).await, 422, "validation_failed", &[]);
        }
        let not_utf8 =
            raw.request(method, path).header("content-type", "application/json").body(b"{\"a\":\"\xff\"}".to_vec());
        check_refused(&raw.send(not_utf8).await, 400, "malformed_request", &[]);
    }
    let exactly = format!(r#"{{"amount":1,"note":"{}"}}"#, "x".repeat(64 * 1024 - 22));
    assert_eq!(exactly.len(), 64 * 1024);
    assert_eq!(raw.json("POST", "/balance/deposit", exactly).await.status, 201, "64 KiB is not over 64 KiB");
    let deep = format!(r#"{{"more":{}{},"amount":1}}"#, "[".repeat(30_000), "]".repeat(30_000));
    assert_eq!(
        raw.json("POST", "/balance/deposit", deep).await.status,
        201,
        "unknown fields are ignored, however deep"
    );
    for kind in ["application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.api+json"] {
        let request = raw.request("POST", "/balance/deposit").header("content-type", kind).body(r#"{"amount":1}"#);
        assert_eq!(raw.send(request).await.status, 201, "{kind}");
    }
}

#[tokio::test]
async fn every_field_of_a_body_has_its_rule() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let raw = user.raw(&server);
    let rows: [(&str, &str, &str, &[&str]); 22] = [
        ("POST", "/auth/register", "{}", &["username", "email", "password", "first_name", "last_name"]),
        (
            "POST",
            "/auth/register",
            r#"{"username":"a b","email":"@","password":"short","first_name":"1","last_name":"","phone":"1",
                "date_of_birth":"x","marketing_emails_consent":"x"}"#,
            &[
                "username",
                "email",
                "password",
                "first_name",
                "last_name",
                "phone",
                "date_of_birth",
                "marketing_emails_consent",
            ],
        ),
        ("POST", "/auth/login", "{}", &["username", "password"]),
        ("POST", "/auth/login", r#"{"username":"trader","password":""}"#, &["password"]),
        ("POST", "/auth/login", r#"{"username":["trader_1"],"password":7}"#, &["username", "password"]),
        ("PUT", "/auth/password", "{}", &["current_password", "new_password"]),
        ("PUT", "/auth/password", r#"{"current_password":"x","new_password":"allsmallletters1!"}"#, &["new_password"]),
        ("POST", "/balance/deposit", "{}", &["amount"]),
        ("POST", "/balance/withdraw", r#"{"amount":"-1"}"#, &["amount"]),
        ("POST", "/cny/claim", "{}", &["phrase"]),
        ("POST", "/cny/claim", r#"{"phrase":888}"#, &["phrase"]),
        ("POST", "/orders", "{}", &["order_type", "asset_id", "quantity"]),
        (
            "POST",
            "/orders",
            r#"{"order_type":"buy","asset_id":"₿","quantity":"0.0001","price":-1}"#,
            &["order_type", "asset_id", "quantity", "price"],
        ),
        ("POST", "/orders", r#"{"order_type":"market_buy","asset_id":"ETH","quantity":0.123456789}"#, &["quantity"]),
        ("POST", "/orders", r#"{"order_type":"market_buy","asset_id":"ETH","quantity":1000000000001}"#, &["quantity"]),
        ("POST", "/orders", r#"{"order_type":"market_buy","asset_id":"ETH","amount_usd":"0.001"}"#, &["amount_usd"]),
        (
            "POST",
            "/orders",
            r#"{"order_type":"market_buy","asset_id":"ETH","amount_usd":5,"quantity":1}"#,
            &["amount_usd"],
        ),
        (
            "POST",
            "/orders",
            r#"{"order_type":"market_sell","asset_id":"ETH","amount_usd":5}"#,
            &["amount_usd", "quantity"],
        ),
        ("POST", "/orders", r#"{"order_type":"market_buy","asset_id":"ETH","quantity":1,"price":0}"#, &["price"]),
        ("POST", "/orders", r#"{"order_type":"limit_buy","asset_id":"ETH","quantity":1}"#, &["price"]),
        ("POST", "/orders", r#"{"asset_id":"ETH","amount_usd":5}"#, &["order_type"]),
        ("POST", "/idempotency-keys/%C3%BC/settle", "", &["key"]),
    ];
    for (method, path, body, fields) in rows {
        check_refused(&raw.json(method, path, body).await, 422, "validation_failed", fields);
    }
}

#[tokio::test]
async fn what_the_account_or_its_limits_do_not_allow_is_refused() {
    let server = small_limits();
    let user = User::funded(&server, 700).await;
    user.buy("ETH", "0.1").await;
    let raw = user.raw(&server);
    let sell = BUY.replace("buy", "sell");
    let rows: [(&str, String, &str); 10] = [
        ("/balance/deposit", r#"{"amount":301}"#.to_owned(), "daily_limit_exceeded"),
        ("/balance/withdraw", r#"{"amount":51}"#.to_owned(), "daily_limit_exceeded"),
        ("/balance/withdraw", r#"{"amount":900}"#.to_owned(), "insufficient_funds"),
        ("/orders", BUY.replace("0.01", "20"), "order_value_exceeded"),
        (
            "/orders",
            BUY.replace("ETH", "SHIB").replace(r#""quantity":"0.01""#, r#""amount_usd":400.01"#),
            "order_value_exceeded",
        ),
        ("/orders", sell.replace("0.01", "20"), "order_value_exceeded"),
        ("/orders", sell.replace("0.01", "0.10000001"), "insufficient_assets"),
        ("/orders", sell.replace("ETH", "SOL"), "insufficient_assets"),
        ("/orders", sell.replace("ETH", "SHIB").replace("0.01", "1e12"), "order_value_exceeded"),
        ("/orders", BUY.replace("0.01", "1e12"), "order_value_exceeded"),
    ];
    for (path, body, code) in rows {
        check_refused(&raw.json("POST", path, body).await, 422, code, &[]);
    }
    user.buy("ETH", "0.1").await;
    user.buy("SOL", "1").await;
    let amount = r#"{"order_type":"market_buy","asset_id":"SOL","amount_usd":"400"}"#;
    check_refused(&raw.json("POST", "/orders", amount).await, 422, "insufficient_funds", &[]);
}

#[tokio::test]
async fn a_key_is_for_one_request_and_a_name_for_one_user() {
    let server = TestServer::start();
    let user = User::funded(&server, 1_000).await;
    let raw = user.raw(&server);
    assert_eq!(with_key(&raw, "/balance/deposit", "once", DEPOSIT).await.status, 201);
    let other_body = with_key(&raw, "/balance/deposit", "once", r#"{"amount":"100.0"}"#).await;
    check_refused(&other_body, 422, "idempotency_key_reused", &[]);
    let other_route = with_key(&raw, "/balance/withdraw", "once", DEPOSIT).await;
    check_refused(&other_route, 422, "idempotency_key_reused", &[]);
    assert_eq!(raw.json("POST", "/idempotency-keys/void/settle", "").await.status, 200);
    check_refused(&with_key(&raw, "/orders", "void", BUY).await, 409, "idempotency_key_void", &[]);
    for path in ["/balance/deposit", "/balance/withdraw", "/orders", "/cny/claim"] {
        let body = r#"{"amount":"1","order_type":"market_buy","asset_id":"ETH","quantity":1,"phrase":"x"}"#;
        for key in ["with space", "ümlaut", "tab\tkey", &"x".repeat(129)] {
            let answer = with_key(&raw, path, key, body).await;
            check_refused(&answer, 422, "validation_failed", &["Idempotency-Key"]);
        }
    }
    let registration = |username: &str, email: &str| {
        format!(
            r#"{{"username":"{username}","email":"{email}","password":"{PASSWORD}","first_name":"A","last_name":"B"}}"#
        )
    };
    let name = &user.username;
    let taken = raw.json("POST", "/auth/register", registration(name, "new@example.com")).await;
    check_refused(&taken, 409, "username_taken", &[]);
    let taken = raw.json("POST", "/auth/register", registration("new_name", &format!("{name}@example.com"))).await;
    check_refused(&taken, 409, "email_taken", &[]);
}

#[tokio::test]
async fn a_closed_server_takes_nobody_in() {
    let folder = TestServer::start().stop().1;
    let server = folder.start_with(&["--registration", "closed"]);
    for body in ["{}", "{", r#"{"username":"new_name"}"#] {
        check_refused(&server.raw().json("POST", "/auth/register", body).await, 403, "registration_closed", &[]);
    }
}

#[tokio::test]
async fn more_logins_than_can_wait_are_told_to_come_back() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let (raw, body) = (server.raw(), format!(r#"{{"username":"{}","password":"{PASSWORD}"}}"#, user.username));
    let tries: Vec<_> = (0..160)
        .map(|_| {
            tokio::spawn({
                let (raw, body) = (raw.clone(), body.clone());
                async move { raw.json("POST", "/auth/login", body).await }
            })
        })
        .collect();
    let mut refused = 0;
    for answer in tries {
        let answer = answer.await.unwrap();
        if answer.status != 200 {
            check_refused(&answer, 503, "overloaded", &[]);
            assert!(answer.header("retry-after").parse::<u32>().unwrap() >= 1);
            refused += 1;
        }
    }
    assert!((1..160).contains(&refused), "{refused} of 160 refused");
}
