//! Bytes that are not even HTTP: the server answers or hangs up, and goes on.

use std::time::Duration;

use cnop_tests::TestServer;
use proptest::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::requests::sample;

/// The server gives a silent connection 10 s.
const PATIENCE: Duration = Duration::from_secs(20);

/// Sends bytes and reads what comes back until the server hangs up.
async fn exchange(server: &TestServer, bytes: &[u8], says_no_more: bool) -> String {
    let address = server.url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let _ = stream.write_all(bytes).await; // The server may hang up before it has read everything.
    if says_no_more {
        let _ = stream.shutdown().await;
    }
    let mut answer = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    assert!(read.is_ok(), "it hangs on {:?}", String::from_utf8_lossy(bytes));
    String::from_utf8_lossy(&answer).into_owned()
}

/// The statuses of the answers, in order.
fn statuses(answer: &str) -> Vec<&str> {
    answer.split("HTTP/1.1 ").skip(1).filter_map(|rest| rest.get(..3)).collect()
}

#[tokio::test]
async fn what_is_no_http_is_answered_with_a_4xx_or_not_at_all() {
    let server = TestServer::start();
    let many = format!("GET /health HTTP/1.1\r\nHost: x\r\n{}\r\n", "X-A: b\r\n".repeat(500));
    let long = format!("GET /health HTTP/1.1\r\nHost: x\r\nX-A: {}\r\n\r\n", "b".repeat(1 << 20));
    let path = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(100_000));
    let rows: [&[u8]; 22] = [
        b"",
        b"\r\n\r\n\r\n",
        b"GET",
        b"GET /health\r\n",
        b"GET /health HTTP/9.9\r\n\r\n",
        b"GET /he\xffalth HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: x\r\nX-A: a\x00b\r\n\r\n",
        b"GET /health HTTP/1.1\r\nX A: b\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n{}",
        b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n{}",
        b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{}",
        b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
        b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n{}",
        b"CONNECT localhost:80 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        many.as_bytes(),
        long.as_bytes(),
        path.as_bytes(),
    ];
    for row in rows {
        let answer = exchange(&server, row, true).await;
        let fine = statuses(&answer).iter().all(|status| status.starts_with('4'));
        assert!(fine, "{:?}: {answer}", String::from_utf8_lossy(&row[..row.len().min(200)]));
    }
    for bytes in sample(&prop::collection::vec(any::<u8>(), 0..2_000), super::SEED, 200) {
        let answer = exchange(&server, &bytes, true).await;
        assert!(statuses(&answer).iter().all(|status| status.starts_with('4')), "{bytes:?}: {answer}");
    }
    assert_eq!(server.client().health().await.unwrap().status, "healthy");
    assert!(!server.log().contains("panicked"), "{}", server.log());
}

#[tokio::test]
async fn what_is_http_is_answered_however_it_is_cut() {
    let server = TestServer::start();
    let close = "Host: x\r\nConnection: close\r\n";
    let chunked = |chunks: &[usize]| {
        let mut text = format!("POST /api/v1/auth/login HTTP/1.1\r\n{close}Transfer-Encoding: chunked\r\n\r\n");
        chunks.iter().for_each(|length| text += &format!("{length:x}\r\n{}\r\n", " ".repeat(*length)));
        text + "0\r\n\r\n"
    };
    let announced = format!("POST /api/v1/auth/login HTTP/1.1\r\n{close}Content-Length: 2000000\r\n\r\n");
    let twice = format!("GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET /nothing HTTP/1.1\r\n{close}\r\n");
    let absolute = format!("GET http://elsewhere.example/health HTTP/1.1\r\n{close}\r\n");
    let expecting =
        format!("POST /api/v1/orders HTTP/1.1\r\n{close}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{{}}");
    let inner = "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n";
    let smuggled = format!("GET /health HTTP/1.1\r\n{close}Content-Length: {}\r\n\r\n{inner}", inner.len());
    for (bytes, expected) in [
        (twice.as_str(), &["200", "404"][..]),
        (absolute.as_str(), &["200"]),
        (expecting.as_str(), &["100", "401"]),
        (smuggled.as_str(), &["200"]),
        ("GET /health HTTP/1.0\r\n\r\n", &[]), // Answered in HTTP/1.0's own words.
        (chunked(&[2, 3, 5]).as_str(), &["422"]),
        (chunked(&[60_000, 5_536]).as_str(), &["422"]),
        (chunked(&[60_000, 5_537]).as_str(), &["413"]),
        (chunked(&[300_000, 300_000]).as_str(), &["413"]),
        (announced.as_str(), &["413"]), // Without waiting for what was announced.
    ] {
        let answer = exchange(&server, bytes.as_bytes(), false).await;
        assert_eq!(statuses(&answer), expected, "{:?}: {answer}", &bytes[..bytes.len().min(150)]);
    }
}

#[tokio::test]
async fn a_refusal_reaches_who_is_still_sending() {
    let server = TestServer::start();
    let (raw, large) = (server.raw(), " ".repeat(900_000));
    for _ in 0..10 {
        for (method, path, status) in [
            ("POST", "/nothing", 404),
            ("DELETE", "/orders", 405),
            ("POST", "/orders", 401),
            ("POST", "/auth/login", 413),
        ] {
            // A connection that is closed on unread bytes is reset, and this would panic.
            assert_eq!(raw.json(method, path, large.as_str()).await.status, status, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn what_comes_before_the_body_is_answered_without_waiting_for_it() {
    let server = TestServer::start();
    let address = server.url().strip_prefix("http://").unwrap();
    for (head, status) in [
        ("POST /api/v1/orders HTTP/1.1\r\nAuthorization: Bearer x", "401"),
        ("POST /api/v1/nothing HTTP/1.1", "404"),
        ("PATCH /api/v1/orders HTTP/1.1", "405"),
        ("POST /api/v1/auth/login HTTP/1.1\r\nContent-Type: text/plain", "415"),
    ] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let half = format!("{head}\r\nHost: x\r\nContent-Length: 100\r\n\r\n{{\"amo");
        stream.write_all(half.as_bytes()).await.unwrap();
        let mut line = [0; 12];
        tokio::time::timeout(PATIENCE, stream.read_exact(&mut line)).await.expect("no waiting").unwrap();
        assert_eq!(&line[9..], status.as_bytes(), "{head}");
    }
}

#[tokio::test]
async fn half_a_request_does_not_hold_up_a_stop() {
    let server = TestServer::start();
    let address = server.url().strip_prefix("http://").unwrap();
    let mut half = TcpStream::connect(address).await.unwrap();
    half.write_all(b"POST /api/v1/auth/login HTTP/1.1\r\nContent-Length: 100\r\n\r\n{").await.unwrap();
    let mut less = TcpStream::connect(address).await.unwrap();
    less.write_all(b"GET /hea").await.unwrap();
    assert_eq!(server.client().health().await.unwrap().status, "healthy");
    let (status, _) = tokio::task::spawn_blocking(|| server.stop()).await.unwrap();
    assert_eq!(status.code(), Some(0));
}
