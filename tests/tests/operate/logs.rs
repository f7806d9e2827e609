//! The log: a line a request for programs, what failed for people, and nothing that is secret.

use std::collections::BTreeSet;

use cnop_tests::{TestServer, User, until};
use serde_json::Value;

/// The lines of the file.
fn lines(server: &TestServer) -> Vec<Value> {
    let text = std::fs::read_to_string(server.folder().path().join("logs/cnop-server.log")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

async fn line_of(server: &TestServer, request_id: &str) -> Value {
    let look = async || {
        let mut found =
            lines(server).into_iter().filter(|line| line["request_id"] == request_id && line["message"] == "request");
        let line = found.next();
        assert!(found.next().is_none(), "a request has one line");
        line
    };
    until("the line of a request", look).await
}

#[tokio::test]
async fn every_request_has_one_line_with_its_route_and_its_user() {
    let server = TestServer::start();
    let user = User::funded(&server, 100).await;
    let raw = user.raw(&server);
    for (id, method, path, route, status, action) in [
        ("log-1", "GET", "/balance", "/api/v1/balance", 200, "get_balance"),
        ("log-2", "GET", "/orders/order_0123456789ABC", "/api/v1/orders/{order_id}", 404, "get_order"),
        ("log-3", "POST", "/orders", "/api/v1/orders", 422, "place_order"),
        (
            "log-4",
            "GET",
            "/inventory/assets/BTC/candles",
            "/api/v1/inventory/assets/{asset_id}/candles",
            200,
            "list_candles",
        ),
    ] {
        let request = raw.request(method, path).header("x-request-id", id).header("content-type", "application/json");
        raw.send(if method == "POST" { request.body("{}") } else { request }).await;
        let line = line_of(&server, id).await;
        for field in ["timestamp", "level", "service", "request_id", "user", "action", "message", "duration_ms"] {
            assert!(line.get(field).is_some(), "{field} of {line}");
        }
        assert_eq!((&line["route"], &line["status"], &line["method"]), (&route.into(), &status.into(), &method.into()));
        assert_eq!((&line["service"], &line["level"]), (&"cnop-server".into(), &"INFO".into()));
        assert_eq!(line["action"], action);
        let public = path.starts_with("/inventory");
        assert_eq!(line["user"].as_str(), (!public).then_some(user.username.as_str()), "{line}");
        assert!(line["duration_ms"].as_f64().is_some_and(|millis| (0.0..10_000.0).contains(&millis)), "{line}");
        assert!(line["timestamp"].as_str().unwrap().ends_with('Z'));
    }
    let unknown = server.raw();
    unknown.send(unknown.request("GET", "/secret/path?token=abc").header("x-request-id", "log-5")).await;
    let line = line_of(&server, "log-5").await;
    assert_eq!(line["route"], "-", "what no route answers is not repeated");
    assert!(!line.to_string().contains("secret"), "{line}");
    assert!(!server.log().contains("log-1"), "people are not told of what went well");
}

#[tokio::test]
async fn a_request_whose_client_hangs_up_is_noted_too() {
    let server = TestServer::start();
    let address = server.url().strip_prefix("http://").unwrap().to_owned();
    let head =
        "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nX-Request-ID: gone-1\r\nContent-Type: application/json\r\n";
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let bytes = format!("{head}Content-Length: 100\r\n\r\n{{\"user");
    tokio::io::AsyncWriteExt::write_all(&mut stream, bytes.as_bytes()).await.unwrap();
    drop(stream);
    let line = line_of(&server, "gone-1").await;
    assert!([400, 499].contains(&line["status"].as_u64().unwrap()), "{line}");
}

#[tokio::test]
async fn the_file_is_one_a_day_and_a_stop_writes_the_last_line() {
    let server = TestServer::start();
    let (_, folder) = server.stop();
    let logs = folder.path().join("logs");
    let names: BTreeSet<_> =
        std::fs::read_dir(&logs).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let dated = names.iter().find(|name| name.starts_with("cnop-server.2")).unwrap_or_else(|| panic!("{names:?}"));
    let text = std::fs::read_to_string(logs.join(dated)).unwrap();
    assert_eq!(text, std::fs::read_to_string(logs.join("cnop-server.log")).unwrap());
    assert!(text.lines().last().unwrap().contains("\"stopped\""), "{text}");

    let server = folder.start_with(&["--log-days", "0"]);
    server.client().health().await.unwrap();
    let (_, folder) = server.stop();
    assert_eq!(
        std::fs::read_to_string(folder.path().join("logs").join(dated)).unwrap(),
        text,
        "no file, if none is wanted"
    );
}

#[tokio::test]
async fn so_many_days_are_kept_and_no_more() {
    let folder = cnop_tests::DataFolder::new();
    let logs = folder.path().join("logs");
    std::fs::create_dir(&logs).unwrap();
    for day in 10..20 {
        std::fs::write(logs.join(format!("cnop-server.2026-01-{day}.log")), "").unwrap();
    }
    let server = folder.start_with(&["--log-days", "3"]);
    server.stop();
    let names = std::fs::read_dir(&logs).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let dated: BTreeSet<_> = names.filter(|name| name.starts_with("cnop-server.2")).collect();
    assert!(dated.len() <= 3, "{dated:?}");
    assert!(!dated.contains("cnop-server.2026-01-10.log"), "the oldest went first: {dated:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_reader_of_standard_error_that_has_stopped_holds_up_neither_requests_nor_a_stop() {
    use std::io::BufRead;
    use std::process::{Command, Stdio};

    let folder = cnop_tests::DataFolder::new();
    let mut command = Command::new(&cnop_tests::binaries().server);
    command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(folder.path());
    command.env("CNOP_LOG", "cnop_server::access=info").stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut server = command.spawn().unwrap();
    let mut line = String::new();
    std::io::BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let url = line.trim().split_once("http://").unwrap().1.to_owned();
    let http = reqwest::Client::new();
    for _ in 0..1_000 {
        // A line of some 200 bytes each, into a pipe of 64 KiB.
        assert!(http.get(format!("http://{url}/health")).send().await.unwrap().status().is_success());
    }
    let begun = std::time::Instant::now();
    assert!(Command::new("kill").args(["-TERM", &server.id().to_string()]).status().unwrap().success());
    assert!(server.wait().unwrap().success());
    assert!(begun.elapsed().as_secs() < 15, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn the_filter_may_be_set() {
    let server = cnop_tests::DataFolder::new().start_in(&[], &[("CNOP_LOG", "cnop_server::access=info")]);
    server.raw().get("/inventory/assets").await;
    until("a line for people", async || server.log().contains("/api/v1/inventory/assets").then_some(())).await;
}
