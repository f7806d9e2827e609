//! Stopping in good order whatever clients do, and a disk that is full.

use std::time::{Duration, Instant};

use cnop_tests::{DataFolder, TestServer, User};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A stop takes no longer, whatever clients do.
const STOP_TIME: Duration = Duration::from_secs(15);

async fn connect(server: &TestServer, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(server.url().strip_prefix("http://").unwrap()).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream
}

#[tokio::test]
async fn half_sent_requests_and_readers_who_do_not_read_hold_up_no_stop() {
    let server = TestServer::start_with(&["--streams-per-ip", "0"]);
    let user = User::funded(&server, 100).await;
    let half_a_head = connect(&server, b"GET /api/v1/balance HTTP/1.1\r\nHost: x\r\nAuth").await;
    let half_a_body = connect(
        &server,
        b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"user",
    )
    .await;
    let silent = connect(&server, b"").await;
    let mut streams = Vec::new();
    for _ in 0..20 {
        streams.push(connect(&server, b"GET /api/v1/stream HTTP/1.1\r\nHost: x\r\n\r\n").await);
    }
    let mut idle = connect(&server, b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n").await;
    idle.read_exact(&mut [0; 12]).await.unwrap();

    let begun = Instant::now();
    let (status, folder) = server.stop();
    assert!(status.success(), "{status}");
    assert!(begun.elapsed() < STOP_TIME, "{:?}", begun.elapsed());
    drop((half_a_head, half_a_body, silent, streams, idle));
    folder.assert_sound();
    assert_eq!(user.on(&folder.start()).cash().await.to_string(), "100");
}

#[cfg(unix)]
#[tokio::test]
async fn a_reader_of_standard_output_that_has_stopped_holds_up_neither_a_start_nor_a_stop() {
    let folder = DataFolder::new();
    let (reader, mut writer) = std::io::pipe().unwrap();
    std::io::Write::write_all(&mut writer, &[b'.'; 65_536]).unwrap(); // As much as one holds.
    let mut server = folder
        .command(&["serve", "--listen", "127.0.0.1:0"])
        .stdout(writer)
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let log = folder.path().join("logs/cnop-server.log");
    let serving = async || std::fs::read_to_string(&log).ok().filter(|text| text.contains("\"serving\""));
    cnop_tests::until("a server that serves", serving).await;
    let begun = Instant::now();
    assert!(std::process::Command::new("kill").args(["-TERM", &server.id().to_string()]).status().unwrap().success());
    assert!(server.wait().unwrap().success());
    assert!(begun.elapsed() < STOP_TIME, "{:?}", begun.elapsed());
    drop(reader);
}

#[test]
fn a_first_start_below_the_reserve_says_how_much_is_free_and_what_to_set() {
    let (status, said) = DataFolder::new().fail_to_start(&["--free-space-reserve-mib", "100000000"], &[]);
    assert!(!status.success() && said.contains("100000000 are its reserve"), "{said}");
    assert!(said.contains("CNOP_FREE_SPACE_RESERVE_MIB") && said.contains("the disk is full, or has"), "{said}");
}

#[tokio::test]
async fn an_interrupt_is_a_stop_too_and_what_is_under_way_is_answered() {
    let server = TestServer::start();
    let user = User::funded(&server, 100).await;
    let mut stream = user.raw(&server).request("GET", "/stream?topics=prices").send().await.unwrap();
    let body = r#"{"amount": 5}"#;
    let head = format!(
        "POST /api/v1/balance/deposit HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        user.token,
        body.len()
    );
    let mut deposit = connect(&server, head.as_bytes()).await;
    let url = server.url().strip_prefix("http://").unwrap().to_owned();
    let stopping = tokio::task::spawn_blocking(move || server.interrupt());
    // No new connection is taken once it stops; what was begun is finished.
    cnop_tests::until("the end of the listener", async || TcpStream::connect(&url).await.err()).await;
    deposit.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    deposit.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    while stream.chunk().await.expect("a stream is ended and not cut off").is_some() {}
    let (status, folder) = stopping.await.unwrap();
    assert!(status.success(), "{status}");
    assert_eq!(user.on(&folder.start()).cash().await.to_string(), "105");
}

/// A disk of a few MiB of its own: it takes a namespace in which an ordinary user may mount one.
#[cfg(target_os = "linux")]
mod full_disk {
    use std::path::Path;

    use cnop_core::ids::IdempotencyKey;
    use cnop_core::order::OrderStatus;
    use cnop_tests::until;

    use super::*;

    /// Starts a server on a new disk of so many MiB, mounted at its data folder where nobody else sees it. What fills it
    /// and what frees it again is the shell that waits beside it.
    fn start(folder: &DataFolder) -> TestServer {
        folder.start_on_small_disk(
            24,
            &["--free-space-reserve-mib", "8", "--user-writes-per-minute", "0", "--rate-limit-per-minute", "0"],
        )
    }

    /// Tells the shell beside the server to fill the disk, or to empty it.
    fn tell(folder: &DataFolder, word: &str) {
        std::fs::write(folder.control().join(word), "").unwrap();
    }

    fn done(control: &Path, word: &str) -> bool {
        !control.join(word).exists()
    }

    #[tokio::test]
    async fn a_full_disk_refuses_writes_answers_reads_and_takes_orders_again_once_there_is_room() {
        let folder = DataFolder::new();
        let server = start(&folder);
        let user = User::funded(&server, 1_000).await;
        user.buy("ADA", "10").await;
        let before = user.all_orders().await;
        let control = folder.control();

        tell(&folder, "fill");
        until("a full disk", async || done(&control, "fill").then_some(())).await;
        let raw = user.raw(&server);
        let order = r#"{"order_type": "market_buy", "asset_id": "ADA", "quantity": "1"}"#;
        for (method, path, body) in [
            ("POST", "/orders", order),
            ("POST", "/balance/deposit", r#"{"amount": 1}"#),
            ("PUT", "/auth/profile", r#"{"first_name": "Ada"}"#),
            ("POST", "/auth/logout", ""),
        ] {
            let answer = raw.json(method, path, body).await;
            assert_eq!(
                (answer.status.as_u16(), answer.code().as_str()),
                (503, "storage_unavailable"),
                "{method} {path}"
            );
            assert!(!answer.header("retry-after").is_empty());
        }
        let health = raw.get("//health").await;
        assert_eq!(health.status.as_u16(), 503);
        assert_eq!(health.value()["checks"]["database"], "disk full");
        assert_eq!(user.all_orders().await, before, "reads go on");
        assert!(raw.get("/portfolio").await.status.is_success());

        tell(&folder, "free");
        until("room", async || done(&control, "free").then_some(())).await;
        let key = IdempotencyKey::generate();
        let request = User::order(cnop_core::order::OrderType::MarketBuy, "ADA", "1");
        let placed = user.client.place_order(&request, &key).await.unwrap().answer;
        let mut expected = before.clone();
        expected.insert(0, placed);
        assert_eq!(user.all_orders().await, expected, "nothing that was answered is lost, and nothing else was done");
        assert_eq!(raw.get("//health").await.status.as_u16(), 200);
    }

    #[tokio::test]
    async fn an_order_whose_time_is_over_on_a_full_disk_ends_once_there_is_room() {
        let folder = DataFolder::new();
        let server = start(&folder);
        let user = User::funded(&server, 5_000).await;
        let control = folder.control();
        let now = async || server.client().health().await.unwrap().market.unwrap().updated_at.unwrap();
        let ends_at = now().await.plus_millis(3_000);
        let limit = cnop_core::api::OrderRequest {
            price: Some("0.01".parse().unwrap()),
            expires_at: Some(ends_at),
            ..User::order(cnop_core::order::OrderType::LimitBuy, "ADA", "10")
        };
        let order = user.client.place_order(&limit, &IdempotencyKey::generate()).await.unwrap().answer.order_id;
        tell(&folder, "fill");
        until("a full disk", async || done(&control, "fill").then_some(())).await;
        // Two seconds after its time it still holds its money: nothing can be written.
        until("its time", async || (now().await > ends_at.plus_millis(2_000)).then_some(())).await;
        let status = async || user.client.order(&order.to_string()).await.unwrap().status;
        assert_eq!(status().await, OrderStatus::Queued);
        tell(&folder, "free");
        until("its end", async || (status().await == OrderStatus::Expired).then_some(())).await;
        assert_eq!(user.client.balance().await.unwrap().held_balance.to_string(), "0");
        let (stopped, _) = server.stop();
        assert!(stopped.success());
    }
}
