//! The event stream: what is told, to whom, and how it goes on after a break.

mod breaks;
mod limit_orders;
mod limits;
mod refusals;
mod slow;

use std::time::Duration;

use cnop_core::api::{Prices, Topic};
use cnop_core::client::{ClientError, EventStream, StreamEvent};
use cnop_tests::{Raw, TestServer, User};
use reqwest::Response;
use serde_json::Value;

/// Longer than any event takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
const PRIVATE: &[Topic] = &[Topic::Orders, Topic::Balance];

/// A stream as its bytes come.
struct Feed {
    response: Response,
    text: String,
}

impl Feed {
    async fn open(raw: &Raw, query: &str, after: Option<&str>) -> Self {
        let mut request = raw.request("GET", &format!("/stream{query}"));
        if let Some(id) = after {
            request = request.header("Last-Event-ID", id);
        }
        let response = tokio::time::timeout(PATIENCE, request.send()).await.expect("an answer comes").unwrap();
        assert_eq!(response.status(), 200);
        Self { response, text: String::new() }
    }

    /// The next block of lines; `None` at the end of the stream.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let block = block.to_owned();
                self.text = rest.to_owned();
                return Some(block);
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await.expect("something comes");
            self.text.push_str(std::str::from_utf8(&chunk.ok()??).expect("events are text"));
        }
    }

    /// The next event: its name, its id, its data.
    async fn event(&mut self) -> Option<(String, String, Value)> {
        loop {
            let block = self.block().await?;
            let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
            if let (Some(name), Some(data)) = (field("event: "), field("data: ")) {
                return Some((name, field("id: ").expect("every event has one"), serde_json::from_str(&data).unwrap()));
            }
        }
    }

    /// Reads until the stream says that it lives: the id to go on from.
    async fn settle(&mut self) -> String {
        loop {
            let block = self.block().await.expect("the stream goes on");
            if let Some(id) = block.strip_prefix(": alive\nid: ") {
                return id.to_owned();
            }
        }
    }
}

/// The next thing that happened: that the server lives is none.
async fn next(events: &mut EventStream) -> Result<StreamEvent, ClientError> {
    loop {
        let next = tokio::time::timeout(PATIENCE, events.next()).await.expect("something happens");
        let next = next.expect("the stream was over before");
        if !matches!(next, Ok(StreamEvent::Alive)) {
            return next;
        }
    }
}

/// The next event of those that `wanted` takes.
async fn find<T>(events: &mut EventStream, wanted: impl Fn(StreamEvent) -> Option<T>) -> T {
    loop {
        if let Some(found) = wanted(next(events).await.expect("nothing ends the stream")) {
            return found;
        }
    }
}

fn prices(event: StreamEvent) -> Option<Prices> {
    if let StreamEvent::Prices(prices) = event { Some(prices) } else { None }
}

/// A stream that is connected.
async fn connected(user: &User, topics: &[Topic]) -> EventStream {
    let mut events = user.client.stream(topics, &[]);
    assert!(matches!(next(&mut events).await, Ok(StreamEvent::Connected)));
    events
}

#[tokio::test]
async fn first_comes_every_price_then_what_each_tick_changed() {
    let server = TestServer::start();
    let listed = server.client().assets(false, 250).await.unwrap().data;
    let mut events = server.client().stream(&[Topic::Prices], &[]);
    assert!(matches!(next(&mut events).await, Ok(StreamEvent::Connected)));
    let Ok(StreamEvent::Prices(first)) = next(&mut events).await else { panic!("prices come first") };
    let ids = |prices: &Prices| prices.prices.iter().map(|price| price.asset_id).collect::<Vec<_>>();
    assert_eq!(ids(&first), listed.iter().map(|asset| asset.asset_id).collect::<Vec<_>>());
    assert!(first.prices.iter().all(|price| price.price_usd.is_some() && !price.stale));
    let mut known = first;
    for _ in 0..3 {
        let tick = find(&mut events, prices).await;
        assert!(tick.time > known.time && !tick.prices.is_empty());
        for price in &tick.prices {
            let before = known.prices.iter().find(|before| before.asset_id == price.asset_id).unwrap();
            assert_ne!(before, price, "what did not change is not told");
        }
        known.time = tick.time;
        known.prices.retain(|before| tick.prices.iter().all(|price| price.asset_id != before.asset_id));
        known.prices.extend(tick.prices);
    }
}

#[tokio::test]
async fn prices_are_numbers_of_the_assets_asked_for_and_the_answer_is_a_stream() {
    let server = TestServer::start();
    let raw = server.raw();
    let mut feed = Feed::open(&raw, "?topics=prices&assets=eth,BTC,,ETH", None).await;
    let header = |name: &str| feed.response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "text/event-stream");
    assert_eq!(header("cache-control"), "no-store");
    assert!(!header("x-request-id").is_empty());
    for turn in 0..3 {
        let (name, id, data) = feed.event().await.unwrap();
        assert_eq!((name.as_str(), id.rsplit_once('-').is_some()), ("prices", true));
        let told = data["prices"].as_array().unwrap();
        let ids: Vec<_> = told.iter().map(|price| price["asset_id"].as_str().unwrap()).collect();
        assert!(ids.iter().all(|id| ["BTC", "ETH"].contains(id)) && (turn > 0 || ids.len() == 2), "{ids:?}");
        for price in told {
            assert!(price["price_usd"].is_number() && price["price_change_percentage_24h"].is_number(), "{price}");
            assert_eq!((&price["stale"], price.as_object().unwrap().len()), (&Value::Bool(false), 4));
        }
    }
}

#[tokio::test]
async fn an_order_is_told_to_its_owner_and_to_nobody_else() {
    let server = TestServer::start();
    let (ada, bob) = (User::funded(&server, 1_000).await, User::register(&server).await);
    let (mut hers, mut his) = (connected(&ada, PRIVATE).await, connected(&bob, PRIVATE).await);
    let mut orders_only = connected(&ada, &[Topic::Orders]).await;
    let placed = ada.buy("SHIB", "1000").await;
    let (mut order, mut balance) = (None, None);
    while order.is_none() || balance.is_none() {
        match next(&mut hers).await.unwrap() {
            StreamEvent::Order(told) => order = Some(told),
            StreamEvent::Balance(told) => balance = Some(told),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(*order.unwrap(), placed);
    assert_eq!(balance.unwrap(), ada.client.balance().await.unwrap());
    assert!(matches!(next(&mut orders_only).await, Ok(StreamEvent::Order(told)) if *told == placed));
    // The first that he hears of is his own.
    bob.deposit(7).await;
    assert!(
        matches!(next(&mut his).await, Ok(StreamEvent::Balance(told)) if told == bob.client.balance().await.unwrap())
    );
    ada.deposit(1).await;
    let second = ada.buy("SHIB", "1001").await;
    assert!(
        matches!(next(&mut orders_only).await, Ok(StreamEvent::Order(told)) if *told == second),
        "a balance was not asked for"
    );
}

#[tokio::test]
async fn a_quiet_stream_shows_every_15_seconds_that_it_lives() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let mut feed = Feed::open(&user.raw(&server), "?topics=balance", None).await;
    let (first, began) = (feed.block().await.unwrap(), std::time::Instant::now());
    let second = feed.block().await.unwrap();
    assert!(first.starts_with(": ") && second.starts_with(": "), "{first:?} {second:?}");
    assert!(began.elapsed() < Duration::from_secs(20));
}
