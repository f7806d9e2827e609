//! Streams that break, and go on.

use std::time::Instant;

use cnop_core::api::{Code, Topic};
use cnop_tests::{DataFolder, TestServer};

use super::*;

#[tokio::test]
async fn what_was_missed_comes_after_the_last_event_that_was_seen() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let raw = user.raw(&server);
    let mut feed = Feed::open(&raw, "?topics=balance", None).await;
    feed.settle().await;
    user.deposit(1).await;
    let (_, seen, _) = feed.event().await.unwrap();
    drop(feed);
    user.deposit(2).await;
    user.deposit(4).await;
    for _ in 0..2 {
        let mut again = Feed::open(&raw, "?topics=balance", Some(&seen)).await;
        for expected in ["3", "7"] {
            let (name, _, data) = again.event().await.unwrap();
            assert_eq!((name.as_str(), data["current_balance"].as_str().unwrap()), ("balance", expected));
        }
        let now = again.settle().await;
        // Nothing is told twice.
        let mut up_to_date = Feed::open(&raw, "?topics=balance", Some(&now)).await;
        assert!(up_to_date.block().await.unwrap().starts_with(": "));
    }
}

#[tokio::test]
async fn prices_that_were_missed_come_a_tick_at_a_time() {
    let server = TestServer::start();
    let mut feed = Feed::open(&server.raw(), "", None).await;
    let (_, seen, _) = feed.event().await.unwrap();
    let mut ticks = Vec::new();
    for _ in 0..3 {
        ticks.push(feed.event().await.unwrap());
    }
    let mut again = Feed::open(&server.raw(), "", Some(&seen)).await;
    for tick in ticks {
        assert_eq!(again.event().await.unwrap(), tick);
    }
}

#[tokio::test]
async fn an_id_of_another_process_or_none_begins_with_lagged_and_all_prices() {
    let server = TestServer::start();
    for id in ["0-1", "nonsense", "x-99999999999999999999", "fffffffffffffffffffffffffffffffffffffffffff-3"] {
        let mut feed = Feed::open(&server.raw(), "", Some(id)).await;
        let (name, _, data) = feed.event().await.unwrap();
        assert_eq!((name.as_str(), &data), ("lagged", &serde_json::json!({"missed": null})), "{id}");
        let (name, _, data) = feed.event().await.unwrap();
        assert_eq!((name.as_str(), data["prices"].as_array().unwrap().len()), ("prices", 30), "{id}");
    }
}

#[tokio::test]
async fn the_client_finds_a_server_that_was_started_anew() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let address = server.url().strip_prefix("http://").unwrap().to_owned();
    let mut events = connected(&user, &[Topic::Prices, Topic::Balance]).await;
    find(&mut events, prices).await;
    let folder = server.kill();
    find(&mut events, |event| matches!(event, StreamEvent::Reconnecting { .. }).then_some(())).await;
    let server = folder.start_with(&["--listen", &address]);
    find(&mut events, |event| matches!(event, StreamEvent::Connected).then_some(())).await;
    assert!(matches!(next(&mut events).await, Ok(StreamEvent::Lagged(lagged)) if lagged.missed.is_none()));
    assert_eq!(find(&mut events, prices).await.prices.len(), 30);
    user.on(&server).deposit(5).await;
    let told = find(&mut events, |event| if let StreamEvent::Balance(told) = event { Some(told) } else { None }).await;
    assert_eq!(told.current_balance.to_string(), "5");
}

#[tokio::test]
async fn a_stream_ends_with_its_session() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let other = User::log_in(&server, &user.username).await;
    let (mut ended, mut going_on) = (connected(&user, PRIVATE).await, connected(&other, PRIVATE).await);
    let mut watching = connected(&user, &[Topic::Prices]).await;
    user.client.logout().await.unwrap();
    let refused = loop {
        match next(&mut ended).await {
            Ok(StreamEvent::Reconnecting { .. }) => {}
            Ok(other) => panic!("{other:?}"),
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, ClientError::Refused { problem, .. } if problem.code == Code::TokenRevoked));
    other.deposit(1).await;
    assert!(matches!(next(&mut going_on).await, Ok(StreamEvent::Balance(_))));
    for _ in 0..3 {
        assert!(matches!(next(&mut watching).await, Ok(StreamEvent::Prices(_))), "prices are nobody's own");
    }
}

#[tokio::test]
async fn a_stream_ends_when_its_token_expires() {
    const KEY: &str = "0123456789abcdef0123456789abcdef";
    let server = DataFolder::new().start_in(&[], &[("JWT_SECRET_KEY", KEY)]);
    let user = User::register(&server).await;
    let mut claims: Value = jsonwebtoken::dangerous::insecure_decode(&user.token).unwrap().claims;
    // Expired by its own word, and good for the 5 seconds that clocks may differ.
    let iat = claims["iat"].as_i64().unwrap();
    claims["iat"] = (iat - 10).into();
    claims["auth_time"] = (iat - 10).into();
    claims["exp"] = (iat - 2).into();
    let header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
    let token =
        jsonwebtoken::encode(&header, &claims, &jsonwebtoken::EncodingKey::from_secret(KEY.as_bytes())).unwrap();
    let mut feed = Feed::open(&server.raw().with_token(&token), "?topics=orders", None).await;
    let began = Instant::now();
    while feed.block().await.is_some() {}
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    assert_eq!(server.raw().with_token(&token).get("/balance").await.code(), "token_expired");
}

#[tokio::test]
async fn a_server_that_stops_does_not_wait_for_its_streams() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let mut feeds = Vec::new();
    for query in ["", "?topics=balance", "?topics=prices,orders,balance&assets=BTC"] {
        let mut feed = Feed::open(&user.raw(&server), query, None).await;
        feed.settle().await;
        feeds.push(feed);
    }
    let began = Instant::now();
    let stopped = tokio::task::spawn_blocking(move || server.stop());
    for feed in &mut feeds {
        while feed.block().await.is_some() {}
    }
    drop(feeds);
    assert!(stopped.await.unwrap().0.success());
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}
