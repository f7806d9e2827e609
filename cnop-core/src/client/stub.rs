//! A server for the tests that answers each connection with the next of some prepared texts, and keeps what it read.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread::JoinHandle;

use super::Origin;

/// Serves as many connections as it has answers; an empty answer hangs up after the request was read.
pub(super) struct Stub {
    /// Where it listens.
    pub(super) origin: Origin,
    server: JoinHandle<Vec<String>>,
}

impl Stub {
    /// Starts to listen.
    pub(super) fn answering(answers: Vec<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let serve = move |answer: String| {
            let (stream, _) = listener.accept().unwrap();
            exchange(stream, &answer)
        };
        Self { origin, server: std::thread::spawn(move || answers.into_iter().map(serve).collect()) }
    }

    /// Every request as it was sent, once all answers are given.
    pub(super) fn requests(self) -> Vec<String> {
        self.server.join().unwrap()
    }
}

/// An answer of `status` with more `headers` (each with its line end) and a body.
pub(super) fn answer(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}")
}

fn exchange(mut stream: TcpStream, answer: &str) -> String {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while !is_complete(&request) {
        let count = stream.read(&mut buffer).unwrap();
        assert!(count > 0, "the client hung up");
        request.extend_from_slice(&buffer[..count]);
    }
    // The client may have seen enough of an oversized answer, and hung up.
    let _ = stream.write_all(answer.as_bytes());
    let _ = stream.shutdown(Shutdown::Write);
    String::from_utf8(request).unwrap()
}

fn is_complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}
