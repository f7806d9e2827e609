//! Connections: how many, and how long one may take over its first words.

use std::time::{Duration, Instant};

use cnop_tests::{TestServer, User};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The head of a request has 10 s.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// On a busy machine.
const PATIENCE: Duration = Duration::from_secs(25);

async fn connect(server: &TestServer) -> TcpStream {
    TcpStream::connect(server.url().strip_prefix("http://").unwrap()).await.unwrap()
}

/// What comes until the server hangs up, and when it did.
async fn rest(mut stream: TcpStream) -> (String, Duration) {
    let (begun, mut answer) = (Instant::now(), Vec::new());
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    assert!(read.is_ok(), "the server keeps the connection");
    (String::from_utf8_lossy(&answer).into_owned(), begun.elapsed())
}

#[tokio::test]
async fn a_head_that_is_not_finished_in_time_and_one_that_never_begins_are_hung_up_on() {
    let server = TestServer::start();
    let half = async {
        let mut stream = connect(&server).await;
        stream.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ").await.unwrap();
        rest(stream).await
    };
    let silent = async { rest(connect(&server).await).await };
    let second = async {
        let mut stream = connect(&server).await;
        stream.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET /health HT").await.unwrap();
        rest(stream).await
    };
    let ((_, half), (_, silent), (answer, second)) = tokio::join!(half, silent, second);
    for took in [half, silent, second] {
        assert!(took > HEAD_TIME / 2 && took < PATIENCE, "{took:?}");
    }
    assert!(answer.starts_with("HTTP/1.1 200"), "what was whole was answered: {answer}");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_answered_after_thirty_seconds() {
    let server = TestServer::start();
    let mut stream = TcpStream::connect(server.url().strip_prefix("http://").unwrap()).await.unwrap();
    let head = "POST /api/v1/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
    stream.write_all(format!("{head}content-length: 60\r\n\r\n{{\"username\":").as_bytes()).await.unwrap();
    let begun = std::time::Instant::now();
    let mut answer = [0; 4_096];
    let length = stream.read(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer[..length]).to_lowercase();
    assert!((29..40).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
    assert!(answer.starts_with("http/1.1 503") && answer.contains("retry-after: "), "{answer}");
}

#[tokio::test]
async fn one_connection_too_many_is_hung_up_on_and_a_free_place_is_taken() {
    let server = TestServer::start_with(&["--connections-per-ip", "3"]);
    let address = server.url().strip_prefix("http://").unwrap().to_owned();
    let ask = async |stream: &mut TcpStream| {
        let sent = stream.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n").await;
        let mut first = [0; 12];
        sent.is_ok() && stream.read_exact(&mut first).await.is_ok() && &first == b"HTTP/1.1 200"
    };
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        assert!(ask(&mut stream).await);
        held.push(stream);
    }
    let mut one_more = TcpStream::connect(&address).await.unwrap();
    assert!(!ask(&mut one_more).await, "a fourth is too many");
    drop(held.pop());
    let begun = Instant::now();
    loop {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        if ask(&mut stream).await {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "a place that was left is free");
    }
}

#[tokio::test]
async fn all_connections_together_are_bounded_and_a_proxys_are_not_counted_as_one_clients() {
    let flags = ["--max-connections", "4", "--connections-per-ip", "1", "--trusted-proxies", "127.0.0.1"];
    let server = TestServer::start_with(&flags);
    let mut held = Vec::new();
    for number in 0..6 {
        let mut stream = connect(&server).await;
        let _ = stream.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n").await;
        let mut first = [0; 12];
        assert_eq!(stream.read_exact(&mut first).await.is_ok(), number < 4, "the {number}th");
        held.push(stream);
    }
}

#[tokio::test]
async fn a_client_that_pauses_longer_than_connections_are_kept_does_not_notice() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let mut idle = connect(&server).await;
    idle.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let (answer, _) = rest(idle).await; // By then the client's own connection has been idle as long.
    assert!(answer.starts_with("HTTP/1.1 200"));
    user.deposit(5).await;
}
