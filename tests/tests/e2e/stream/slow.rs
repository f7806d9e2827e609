//! A reader that does not read.

use cnop_tests::TestServer;
use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use super::*;

/// Their events, two an order, are more than the queue and every buffer on the way hold: some 1 MB.
const ORDERS: usize = 2_048;
const WRITERS: usize = 32;
/// The system keeps little for a connection of small packets, where loopback's would have it keep 4 MB.
const RECEIVE_BUFFER: u32 = 32 * 1_024;
const PACKET: u32 = 1_024;

async fn open_slow(server: &TestServer, user: &User) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(RECEIVE_BUFFER).unwrap();
    SockRef::from(&socket).set_tcp_mss(PACKET).unwrap();
    let address = server.url().strip_prefix("http://").unwrap();
    let mut connection = socket.connect(address.parse().unwrap()).await.unwrap();
    let head = format!(
        "GET /api/v1/stream?topics=orders,balance HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\r\n",
        user.token
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    // The answer has begun: the stream is open.
    connection.read_exact(&mut [0; 15]).await.unwrap();
    connection
}

#[tokio::test]
async fn a_reader_that_does_not_read_is_told_so_and_holds_nobody_up() {
    let server = TestServer::start();
    let (user, other) = (User::funded(&server, 1_000).await, User::register(&server).await);
    let mut slow = open_slow(&server, &user).await;
    let mut quick = connected(&other, &[Topic::Prices, Topic::Balance]).await;
    let writers = (0..WRITERS).map(|_| {
        let user = user.clone();
        tokio::spawn(async move {
            for _ in 0..ORDERS / WRITERS {
                user.buy("SHIB", "1000").await;
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    other.deposit(1).await;
    let mut ticks = 0;
    loop {
        match next(&mut quick).await.unwrap() {
            StreamEvent::Balance(_) => break,
            StreamEvent::Prices(_) => ticks += 1,
            other => panic!("{other:?}"),
        }
    }
    assert!(ticks > 0);
    let (mut text, mut buffer) = (String::new(), vec![0; 64 * 1024]);
    let all_told = async {
        while told(&text) < 2 * ORDERS {
            let count = slow.read(&mut buffer).await.unwrap();
            assert!(count > 0, "the server hung up");
            text.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
        }
    };
    tokio::time::timeout(PATIENCE, all_told).await.expect("what is not told is counted");
    assert!(text.contains("event: lagged"), "every buffer held more than was thought");
    assert_eq!(told(&text), 2 * ORDERS, "nothing is told and counted");
}

/// How many events of orders and balances a text tells, or counts as missed.
fn told(text: &str) -> usize {
    let missed = text.split("{\"missed\":").skip(1).filter_map(|rest| rest.split_once('}')?.0.parse::<usize>().ok());
    text.matches("event: order").count() + text.matches("event: balance").count() + missed.sum::<usize>()
}
