//! Memory under more clients than the server counts.

use cnop_tests::TestServer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// More than the 100,000 that are counted at a time.
const ADDRESSES: u32 = 120_000;
/// How every answer begins.
const STATUS: &[u8] = b"HTTP/1.1 404";
/// Requests that are sent before their answers are read.
const AT_ONCE: u32 = 100;
/// One that spends its whole quota shortly before there is no more room.
const SPENT: u32 = 99_000;
/// What a full map and everything around it may take.
const MAX_GROWTH_KIB: u64 = 40 * 1024;

/// Resident memory in KiB.
#[cfg(target_os = "linux")]
fn memory(server: &TestServer) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// A request of each of some clients, of a /64 of its own each.
fn requests(clients: std::ops::Range<u32>) -> String {
    let one = |client: u32| format!("GET /x HTTP/1.1\r\nhost: x\r\nx-forwarded-for: {}\r\n\r\n", address(client));
    clients.map(one).collect()
}

fn address(client: u32) -> String {
    format!("2001:db8:{:x}:{:x}::1", client >> 16, client & 0xffff)
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn more_clients_than_can_be_counted_do_not_make_the_server_grow() {
    let flags = ["--trusted-proxies", "127.0.0.1", "--rate-limit-per-minute", "2"];
    let server = TestServer::start_with(&flags);
    let mut stream = TcpStream::connect(server.url().strip_prefix("http://").unwrap()).await.unwrap();
    let mut before = 0;
    let mut buffer = vec![0; 256 * 1024];
    for first in (0..ADDRESSES).step_by(AT_ONCE as usize) {
        let spent = if first == SPENT { SPENT..SPENT + 1 } else { 0..0 };
        let sent = AT_ONCE + spent.len() as u32;
        let text = requests(first..first + AT_ONCE) + &requests(spent);
        stream.write_all(text.as_bytes()).await.unwrap();
        let (mut answered, mut kept) = (0, 0);
        while answered < sent {
            let count = stream.read(&mut buffer[kept..]).await.unwrap();
            assert!(count > 0, "the server goes on");
            let read = &buffer[..kept + count];
            answered += read.windows(STATUS.len()).filter(|bytes| *bytes == STATUS).count() as u32;
            // A status line may lie in two pieces.
            let tail = read.len().saturating_sub(STATUS.len() - 1)..read.len();
            kept = tail.len();
            buffer.copy_within(tail, 0);
        }
        if first == 10_000 {
            before = memory(&server); // Everything is warm.
        }
    }
    let after = memory(&server);
    assert!(after < before + MAX_GROWTH_KIB, "{before} KiB became {after} KiB");
    // Whoever has spent more than one request is not forgotten for those who come by once.
    let again = server.raw().request("GET", "/inventory/assets").header("x-forwarded-for", address(SPENT));
    assert_eq!(server.raw().send(again).await.status.as_u16(), 429);
}
