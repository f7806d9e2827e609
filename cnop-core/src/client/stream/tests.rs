//! The stream's client against a server that breaks in every way.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::api::TokenAnswer;
use crate::client::{ClientOptions, Origin};
use crate::session::Session;
use crate::time::Timestamp;

const STREAM: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
const BALANCE: &str =
    r#"{"current_balance":"5","available_balance":"5","held_balance":"0","updated_at":"2026-02-15T08:00:00.000Z"}"#;

/// A server whose connections the test answers by hand.
struct Server {
    listener: TcpListener,
    origin: Origin,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        Self { listener, origin }
    }

    /// The next connection and the head of its request, in lower case.
    async fn accept(&self) -> (TcpStream, String) {
        let (mut connection, _) = self.listener.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(connection.read_u8().await.unwrap());
        }
        (connection, String::from_utf8(head).unwrap().to_lowercase())
    }

    /// Answers the next connection and leaves it open.
    async fn answer(&self, text: &str) -> (TcpStream, String) {
        let (mut connection, head) = self.accept().await;
        connection.write_all(text.as_bytes()).await.unwrap();
        (connection, head)
    }

    fn stream(&self, topics: &[Topic], patience: Patience) -> EventStream {
        EventStream::open(&client(self.origin.clone()), topics.to_vec(), Vec::new(), None, patience)
    }
}

/// A client with a session.
fn client(origin: Origin) -> Client {
    let client = Client::new(origin.clone(), ClientOptions::default()).unwrap();
    let answer =
        TokenAnswer { access_token: "the-token".to_owned(), token_type: "bearer".to_owned(), expires_in: 3_600 };
    let session = Session::new("ada_lovelace".parse().unwrap(), origin, answer, Timestamp::EPOCH);
    client.with_session(&session).unwrap()
}

/// Tries again at once.
fn impatient() -> Patience {
    Patience { first_pause: Duration::from_millis(1), longest_pause: Duration::from_millis(5), ..Patience::default() }
}

async fn next(events: &mut EventStream) -> StreamEvent {
    events.next().await.expect("the stream goes on").expect("there is no reason to end it")
}

fn problem(status: u16, code: &str) -> String {
    let body = format!(
        r#"{{"type":"","title":"","status":{status},"detail":"","instance":"","code":"{code}","message":"",
        "timestamp":"2026-02-15T08:00:00.000Z","trace_id":""}}"#
    );
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\ncontent-type: application/problem+json\r\ncontent-length: {length}\r\n\r\n{body}")
}

#[tokio::test]
async fn after_a_cut_it_goes_on_from_the_last_event() {
    let server = Server::start().await;
    let mut events = server.stream(&[Topic::Orders, Topic::Balance], impatient());
    let text =
        format!("{STREAM}: hello\nid: b-1\n\nevent: balance\nid: b-2\ndata: {BALANCE}\n\nevent: balance\nid: b-9\n");
    let (connection, head) = server.answer(&text).await;
    assert!(head.starts_with("get /api/v1/stream?topics=orders%2cbalance http/1.1\r\n"), "{head}");
    assert!(head.contains("authorization: bearer the-token\r\n") && !head.contains("last-event-id"), "{head}");
    assert!(head.contains("accept: text/event-stream"), "{head}");
    assert!(matches!(next(&mut events).await, StreamEvent::Connected));
    assert!(matches!(next(&mut events).await, StreamEvent::Alive), "an id alone says that the server is there");
    assert!(
        matches!(next(&mut events).await, StreamEvent::Balance(balance) if balance.current_balance == "5".parse().unwrap())
    );
    drop(connection);
    let reconnecting = next(&mut events).await;
    assert!(matches!(reconnecting, StreamEvent::Reconnecting { reason: ClientError::NoAnswer { .. }, .. }));
    let lagged = "event: lagged\nid: b-12\ndata: {\"missed\":3}\n\nevent: new\nid: b-13\ndata: of tomorrow\n\n";
    let (connection, head) = server.answer(&format!("{STREAM}{lagged}")).await;
    // The event that was cut in the middle does not count.
    assert!(head.contains("last-event-id: b-2\r\n"), "{head}");
    assert!(matches!(next(&mut events).await, StreamEvent::Connected));
    assert!(matches!(next(&mut events).await, StreamEvent::Lagged(Lagged { missed: Some(3) })));
    drop(connection);
    assert!(matches!(next(&mut events).await, StreamEvent::Reconnecting { .. }));
    let (_, head) = server.answer(STREAM).await;
    assert!(head.contains("last-event-id: b-13\r\n"), "{head}");
}

#[tokio::test]
async fn another_session_continues_where_the_first_ended() {
    let server = Server::start().await;
    let mut events = server.stream(&[Topic::Balance], impatient());
    let _open = server.answer(&format!("{STREAM}event: balance\nid: b-2\ndata: {BALANCE}\n\n")).await;
    next(&mut events).await;
    next(&mut events).await;
    let mut events = events.continue_with(&client(server.origin.clone()));
    let (_open, head) = server.answer(STREAM).await;
    assert!(head.contains("last-event-id: b-2\r\n") && head.contains("topics=balance"), "{head}");
    assert!(matches!(next(&mut events).await, StreamEvent::Connected));
}

#[tokio::test]
async fn a_connection_that_falls_silent_is_left() {
    let server = Server::start().await;
    let patience = Patience { silence: Duration::from_millis(50), ..impatient() };
    let mut events = server.stream(&[], patience);
    let (mut silent, head) = server.answer(STREAM).await;
    assert!(head.starts_with("get /api/v1/stream http/1.1\r\n") && !head.contains("authorization"), "{head}");
    assert!(matches!(next(&mut events).await, StreamEvent::Connected));
    assert!(matches!(next(&mut events).await, StreamEvent::Reconnecting { .. }));
    assert_eq!(silent.read(&mut [0]).await.unwrap(), 0);
    let _open = server.answer(STREAM).await;
    assert!(matches!(next(&mut events).await, StreamEvent::Connected));
}

#[tokio::test]
async fn what_may_pass_is_tried_again() {
    let server = Server::start().await;
    let mut events = server.stream(&[Topic::Prices], impatient());
    for answer in [&problem(503, "shutting_down"), &problem(429, "rate_limited"), "HTTP/1.1 502 X\r\n\r\n", ""] {
        drop(server.answer(answer).await);
        assert!(matches!(next(&mut events).await, StreamEvent::Reconnecting { .. }), "{answer}");
    }
    let (_open, head) = server.answer(STREAM).await;
    assert!(!head.contains("authorization"), "prices are nobody's own: {head}");
    assert!(matches!(next(&mut events).await, StreamEvent::Connected));
}

#[tokio::test]
async fn only_a_connection_that_was_there_begins_the_pauses_anew() {
    let server = Server::start().await;
    let patience = Patience { steady: Duration::ZERO, longest_pause: Duration::from_secs(1), ..impatient() };
    let mut events = server.stream(&[], patience);
    let mut last_pause = async |answer: &str, count: usize| {
        let mut last = Duration::ZERO;
        for _ in 0..count {
            drop(server.answer(answer).await);
            last = loop {
                if let StreamEvent::Reconnecting { after, .. } = next(&mut events).await {
                    break after;
                }
            };
        }
        last
    };
    // Each is at least twice the first of the one before.
    assert!(last_pause(&problem(503, "shutting_down"), 6).await >= Duration::from_millis(32));
    assert!(last_pause(STREAM, 1).await <= Duration::from_millis(2));
}

#[tokio::test]
async fn what_will_not_pass_ends_it() {
    let not_a_stream = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\nhi".to_owned();
    let nonsense = format!("{STREAM}event: balance\ndata: {{}}\n\n");
    let endless = format!("{STREAM}data: {}", "x".repeat(2 << 20));
    for answer in [
        problem(401, "token_revoked"),
        problem(403, "account_disabled"),
        problem(404, "asset_not_found"),
        problem(422, "validation_failed"),
        "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n".to_owned(),
        not_a_stream,
        nonsense,
        endless,
    ] {
        let server = Server::start().await;
        let mut events = server.stream(&[Topic::Balance], impatient());
        let (mut connection, _) = server.accept().await;
        let _ = connection.write_all(answer.as_bytes()).await; // The client may have seen enough.
        let mut last = events.next().await.unwrap();
        if matches!(last, Ok(StreamEvent::Connected)) {
            last = events.next().await.unwrap();
        }
        assert!(last.is_err(), "{answer:.80}: {last:?}");
        assert!(events.next().await.is_none(), "{answer:.80}");
    }
}

#[tokio::test]
async fn a_token_is_not_sent_to_strangers_in_clear_text() {
    let client = client("http://stranger.invalid".parse().unwrap());
    let mut events = client.stream(&[Topic::Orders], &[]);
    assert!(matches!(events.next().await, Some(Err(ClientError::InsecureTransport { .. }))));
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn an_unheard_stream_hangs_up() {
    let server = Server::start().await;
    let mut events = server.stream(&[Topic::Prices], impatient());
    let (mut connection, _) = server.answer(STREAM).await;
    assert!(matches!(next(&mut events).await, StreamEvent::Connected));
    drop(events);
    assert_eq!(connection.read(&mut [0]).await.unwrap(), 0);
}
