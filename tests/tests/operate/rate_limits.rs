//! How many requests somebody may send, and what they are told of it.

use cnop_core::time::Timestamp;
use cnop_tests::{Answer, Raw, TestServer, User};

/// Seconds since 1970 by the server's own clock.
async fn server_seconds(raw: &Raw) -> i64 {
    let answer = raw.get("/nothing").await;
    answer.value()["timestamp"].as_str().unwrap().parse::<Timestamp>().unwrap().as_seconds()
}

#[track_caller]
fn number(answer: &Answer, header: &str) -> i64 {
    answer.header(header).parse().unwrap_or_else(|_| panic!("{} has no {header}: {:?}", answer.path, answer.headers))
}

#[tokio::test]
async fn every_answer_says_where_the_client_stands() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let raw = user.raw(&server);
    let mut left = number(&raw.get("/balance").await, "x-ratelimit-remaining");
    let answers = [
        raw.get("/balance").await,
        raw.get("/nothing").await,
        raw.get("//somewhere/else").await,
        raw.json("DELETE", "/balance", "{}").await,
        raw.json("POST", "/orders", "{").await,
        raw.json("POST", "/orders", "{}").await,
        server.raw().get("/portfolio").await,
        raw.get("/inventory/assets").await,
        raw.get("/stream?topics=nonsense").await,
    ];
    for answer in &answers {
        assert_eq!(number(answer, "x-ratelimit-limit"), 10_000, "{}", answer.path);
        let now_left = number(answer, "x-ratelimit-remaining");
        assert!((left - 2..10_000).contains(&now_left), "{now_left} after {left}");
        left = now_left;
    }
    let now = server_seconds(&raw).await;
    let reset = number(&raw.get("/balance").await, "x-ratelimit-reset");
    assert!((now..=now + 2).contains(&reset), "a few requests are back within a second or so: {reset} at {now}");
}

#[tokio::test]
async fn one_request_too_many_is_told_when_to_come_back() {
    let server = TestServer::start_with(&["--rate-limit-per-minute", "30"]);
    let raw = server.raw();
    let mut refused = None;
    for _ in 0..40 {
        let answer = raw.get("/inventory/assets?limit=1").await;
        match answer.status.as_u16() {
            200 => assert!(refused.is_none(), "once it is over, it is over"),
            _ => refused = refused.or(Some(answer)),
        }
        if refused.is_some() {
            break;
        }
    }
    let refused = refused.expect("30 are allowed");
    assert_eq!((refused.status.as_u16(), refused.code()), (429, "rate_limited".to_owned()));
    assert!((1..=2).contains(&number(&refused, "retry-after")), "one more fits in every 2 seconds");
    assert_eq!(number(&refused, "x-ratelimit-remaining"), 0);
    assert!(!refused.header("x-request-id").is_empty());

    // What does not exist is said first, and whoever watches over the server is not kept out.
    assert_eq!(raw.get("/nothing").await.code(), "route_not_found");
    assert_eq!(raw.json("PUT", "/orders", "{}").await.code(), "method_not_allowed");
    assert_eq!(raw.get("/balance").await.code(), "rate_limited", "before the token is looked at");
    for path in ["//health", "//metrics"] {
        let answer = raw.get(path).await;
        assert_eq!(answer.status.as_u16(), 200, "{path}");
        assert_eq!(number(&answer, "x-ratelimit-limit"), 30);
    }
}

#[tokio::test]
async fn without_a_limit_there_is_none() {
    let server = TestServer::start_with(&["--rate-limit-per-minute", "0"]);
    let answer = server.raw().get("/inventory/assets").await;
    assert_eq!((answer.status.as_u16(), answer.header("x-ratelimit-limit")), (200, ""));
}

#[tokio::test]
async fn a_user_may_change_so_much_a_minute_and_read_on() {
    let server = TestServer::start_with(&["--user-writes-per-minute", "5"]);
    let (ada, bob) = (User::register(&server).await, User::register(&server).await);
    let deposit = async |user: &User| user.raw(&server).json("POST", "/balance/deposit", r#"{"amount": 1}"#).await;
    for _ in 0..5 {
        assert_eq!(deposit(&ada).await.status.as_u16(), 201);
    }
    let refused = deposit(&ada).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (429, "rate_limited".to_owned()));
    assert!((1..=12).contains(&number(&refused, "retry-after")));
    assert_eq!(ada.cash().await.to_string(), "5", "and reading goes on");
    assert_eq!(deposit(&bob).await.status.as_u16(), 201, "nobody else is meant");
}

#[tokio::test]
async fn who_is_not_trusted_gets_no_quota_of_anybody_else() {
    let server = TestServer::start_with(&["--rate-limit-per-minute", "3", "--registrations-per-hour", "1"]);
    let raw = server.raw();
    let ask = async |client: &str| {
        let request = raw.request("GET", "/inventory/assets").header("x-forwarded-for", client.to_owned());
        raw.send(request.header("forwarded", format!("for={client}")).header("x-real-ip", client.to_owned())).await
    };
    for (client, expected) in [("203.0.113.1", 200), ("203.0.113.2", 200), ("203.0.113.3", 200), ("203.0.113.4", 429)] {
        assert_eq!(ask(client).await.status.as_u16(), expected, "{client}");
    }
}

#[tokio::test]
async fn whoever_trusts_everybody_is_warned() {
    let server = TestServer::start_with(&["--trusted-proxies", "10.0.0.0/8,::/0"]);
    let warned = async || server.log().contains("the trusted proxies are ::/0").then_some(());
    cnop_tests::until("the warning", warned).await;
}

#[tokio::test]
async fn clients_are_told_apart_by_the_proxy_that_is_trusted() {
    let server = TestServer::start_with(&["--rate-limit-per-minute", "3", "--trusted-proxies", "127.0.0.1"]);
    let from = async |client: &str| {
        let raw = server.raw();
        raw.send(raw.request("GET", "/inventory/assets?limit=1").header("x-forwarded-for", client)).await.status
    };
    for client in ["203.0.113.7", "203.0.113.8", "2001:db8::1"] {
        for _ in 0..3 {
            assert_eq!(from(client).await.as_u16(), 200, "{client}");
        }
        assert_eq!(from(client).await.as_u16(), 429, "{client}");
    }
    assert_eq!(from("2001:db8::2").await.as_u16(), 429, "of the same /64");
    assert_eq!(from("::ffff:203.0.113.7").await.as_u16(), 429, "the same address, mapped");
    assert_eq!(from("198.51.100.1, 203.0.113.7").await.as_u16(), 429, "what a client claims stands left of it");
}

#[tokio::test]
async fn registrations_of_strangers_are_counted_and_this_machines_are_not() {
    let server = TestServer::start_with(&["--registrations-per-hour", "2", "--trusted-proxies", "127.0.0.1"]);
    let register = async |client: &str| {
        let raw = server.raw();
        let body = serde_json::to_string(&cnop_tests::registration(&cnop_tests::fresh_username())).unwrap();
        let request = raw.request("POST", "/auth/register").header("content-type", "application/json").body(body);
        raw.send(if client.is_empty() { request } else { request.header("x-forwarded-for", client) }).await
    };
    for _ in 0..2 {
        assert_eq!(register("203.0.113.7").await.status.as_u16(), 201);
    }
    let refused = register("203.0.113.7").await;
    assert_eq!((refused.status.as_u16(), refused.code()), (429, "rate_limited".to_owned()));
    assert!((3_500..=3_600).contains(&number(&refused, "retry-after")));
    assert_eq!(register("203.0.113.8").await.status.as_u16(), 201);
    for _ in 0..4 {
        assert_eq!(register("").await.status.as_u16(), 201);
    }
}
