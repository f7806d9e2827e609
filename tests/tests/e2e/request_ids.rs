//! `X-Request-ID`: the caller's own where it may be one, a new one otherwise, on every answer.

use std::collections::HashSet;

use cnop_tests::{Answer, TestServer, User};
use reqwest::header::HeaderValue;

use crate::wire::text;

/// One request for each kind of answer: a success, a refusal by a handler, by the router, by the extractors.
const REQUESTS: [(&str, &str, u16); 8] = [
    ("GET", "//health", 200),
    ("GET", "/balance", 200),
    ("POST", "/balance/deposit", 422),
    ("GET", "/orders/x", 422),
    ("GET", "/orders/order_0123456789", 404),
    ("GET", "/nothing", 404),
    ("DELETE", "/balance", 405),
    ("PUT", "/auth/password", 422),
];

#[tokio::test]
async fn the_callers_id_comes_back_on_every_answer() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let longest: String = ('!'..='~').chain('!'..='~').take(128).collect();
    for id in ["x", "order-42/a.b:c", "{\"a\":1}", "%00", longest.as_str()] {
        for (method, path, status) in REQUESTS {
            let answer = ask(&server, &user.token, method, path, HeaderValue::from_str(id).unwrap()).await;
            assert_eq!((answer.status.as_u16(), answer.header("x-request-id")), (status, id), "{method} {path}");
            check_trace_id(&answer);
        }
        let answer = ask(&server, "forged", "GET", "/balance", HeaderValue::from_str(id).unwrap()).await;
        assert_eq!((answer.status.as_u16(), answer.header("x-request-id")), (401, id));
        check_trace_id(&answer);
    }
}

async fn ask(server: &TestServer, token: &str, method: &str, path: &str, id: HeaderValue) -> Answer {
    let raw = server.raw().with_token(token);
    raw.send(raw.request(method, path).header("x-request-id", id)).await
}

#[track_caller]
fn check_trace_id(answer: &Answer) {
    if !answer.status.is_success() {
        assert_eq!(text(&answer.body, &["trace_id"]), answer.header("x-request-id"));
    }
}

#[tokio::test]
async fn what_cannot_be_an_id_is_replaced_by_a_new_one() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let long = "x".repeat(129);
    let unfit: [&[u8]; 7] = [
        b"",
        b"with space",
        b"tab\tinside",
        "\u{fc}ml\u{e4}ut".as_bytes(),
        b"\xff\xfe",
        "🧧".as_bytes(),
        long.as_bytes(),
    ];
    let mut seen = HashSet::new();
    for id in unfit {
        for (method, path, status) in REQUESTS {
            let answer = ask(&server, &user.token, method, path, HeaderValue::from_bytes(id).unwrap()).await;
            let given = answer.header("x-request-id").to_owned();
            assert_eq!(answer.status, status, "{method} {path}");
            assert!(given.as_bytes() != id && (1..=128).contains(&given.len()), "{given:?}");
            assert!(given.bytes().all(|byte| byte.is_ascii_graphic()), "{given:?}");
            check_trace_id(&answer);
            assert!(seen.insert(given), "no two requests have one id");
        }
    }
}

#[tokio::test]
async fn without_one_every_request_gets_a_new_one() {
    let server = TestServer::start();
    let raw = server.raw();
    let mut seen = HashSet::new();
    for path in ["//health", "/nothing", "/balance", "//health"] {
        let answer = raw.get(path).await;
        assert!(!answer.header("x-request-id").is_empty());
        assert!(seen.insert(answer.header("x-request-id").to_owned()));
        check_trace_id(&answer);
    }
}
