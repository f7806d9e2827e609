//! Figures for Prometheus, and the dashboards and alerts that are made of them.

use std::collections::BTreeSet;
use std::path::Path;

use cnop_tests::{Raw, TestServer, User};

const AREAS: [&str; 6] = ["gateway", "auth", "user", "inventory", "order", "insights"];

async fn metrics(raw: &Raw) -> String {
    let answer = raw.get("//metrics").await;
    assert_eq!(answer.status.as_u16(), 200);
    assert!(answer.header("content-type").starts_with("text/plain; version=0.0.4"));
    answer.body
}

/// The value of a sample.
#[track_caller]
fn value(text: &str, sample: &str) -> f64 {
    let line = text.lines().find(|line| line.strip_prefix(sample).is_some_and(|rest| rest.starts_with(' ')));
    let line = line.unwrap_or_else(|| panic!("{sample} is absent:\n{text}"));
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

/// The names of all families.
fn families(text: &str) -> BTreeSet<String> {
    let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    types.filter_map(|line| Some(line.split(' ').next()?.to_owned())).collect()
}

#[tokio::test]
async fn every_family_is_there_from_the_start() {
    let server = TestServer::start();
    let found = families(&metrics(&server.raw()).await);
    for area in AREAS {
        for what in ["requests_total", "errors_total", "request_latency_seconds"] {
            assert!(found.contains(&format!("{area}_{what}")), "{area}_{what}");
        }
    }
    for name in [
        "gateway_proxy_errors_total",
        "cnop_writer_queue_depth",
        "cnop_writer_batch_size",
        "cnop_open_orders",
        "cnop_blocked_ips",
        "cnop_streams",
        "cnop_connections",
        "cnop_database_size_bytes",
        "cnop_disk_free_bytes",
        "cnop_price_age_seconds",
        "cnop_healthy",
    ] {
        assert!(found.contains(name), "{name}");
    }
}

#[tokio::test]
async fn requests_are_counted_by_route_and_status_whatever_their_path() {
    let server = TestServer::start();
    let user = User::funded(&server, 1_000).await;
    let raw = user.raw(&server);
    user.buy("BTC", "0.001").await;
    for number in 0..50 {
        raw.get(&format!("/orders/order_00000000{number:05}")).await;
        raw.get(&format!("/nothing/{number}")).await;
    }
    raw.json("POST", "/orders", r#"{"order_type":"limit_buy","asset_id":"BTC","quantity":"0.01","price":"1"}"#).await;
    for _ in 0..3 {
        raw.json("POST", "/auth/login", r#"{"username":"nobody_here","password":"x"}"#).await;
    }
    let _stream = raw.request("GET", "/stream?topics=orders").send().await.unwrap();
    let text = metrics(&raw).await;
    for (sample, expected) in [
        (r#"gateway_requests_total{status_code="201",endpoint="/api/v1/orders"}"#, 2.0),
        (r#"order_requests_total{status_code="201",endpoint="/api/v1/orders"}"#, 2.0),
        (r#"order_errors_total{status_code="404",endpoint="/api/v1/orders/{order_id}"}"#, 50.0),
        (r#"gateway_errors_total{status_code="404",endpoint="unmatched"}"#, 50.0),
        (r#"auth_errors_total{status_code="401",endpoint="/api/v1/auth/login"}"#, 3.0),
        (r#"user_requests_total{status_code="201",endpoint="/api/v1/balance/deposit"}"#, 1.0),
        (r#"order_request_latency_seconds_count{status_code="201",endpoint="/api/v1/orders"}"#, 2.0),
        ("cnop_open_orders", 1.0),
        ("cnop_streams", 1.0),
        ("cnop_healthy", 1.0),
    ] {
        assert_eq!(value(&text, sample), expected, "{sample}");
    }
    assert!(value(&text, "cnop_database_size_bytes") > 100_000.0 && value(&text, "cnop_disk_free_bytes") > 0.0);
    assert!(!text.contains("order_00000000"), "no path is a label");
    assert!(value(&text, "cnop_price_age_seconds") < 5.0);
}

#[tokio::test]
async fn metrics_are_for_this_machine_and_configured_networks() {
    let flags = ["--trusted-proxies", "127.0.0.1", "--metrics-allow", "203.0.113.0/24,2001:db8::/32"];
    let server = TestServer::start_with(&flags);
    let raw = server.raw();
    for (client, status) in
        [("203.0.113.7", 200), ("2001:db8::1", 200), ("198.51.100.1", 403), ("::ffff:203.0.113.9", 200)]
    {
        let answer = raw.send(raw.request("GET", "//metrics").header("x-forwarded-for", client)).await;
        assert_eq!(answer.status.as_u16(), status, "{client}");
        assert!(status == 200 || answer.code() == "permission_denied");
    }
    assert_eq!(raw.get("//metrics").await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_proxy_on_this_machine_that_nobody_told_of_is_not_this_machine() {
    let server = TestServer::start();
    let raw = server.raw();
    for header in ["x-forwarded-for", "forwarded", "x-real-ip"] {
        let answer = raw.send(raw.request("GET", "//metrics").header(header, "127.0.0.1")).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "permission_denied"), "{header}");
    }
    assert_eq!(raw.get("//metrics").await.status.as_u16(), 200);
}

#[tokio::test]
async fn what_an_alert_waits_for_is_there_before_it_happens() {
    let server = TestServer::start();
    let text = metrics(&server.raw()).await;
    for (route, status) in
        [("auth/login", 401), ("auth/login", 403), ("auth/login", 429), ("orders", 503), ("orders", 500)]
    {
        let sample = format!(r#"gateway_errors_total{{status_code="{status}",endpoint="/api/v1/{route}"}}"#);
        assert_eq!(value(&text, &sample), 0.0, "{sample}");
    }
}

#[tokio::test]
async fn a_source_in_trouble_is_counted() {
    let flags = ["--market", "coingecko", "--coingecko-url", "http://127.0.0.1:9"];
    let server = TestServer::start_with(&flags);
    let raw = server.raw();
    assert!(value(&metrics(&raw).await, "cnop_price_age_seconds").is_nan(), "what never was has no age");
    let sample = r#"gateway_proxy_errors_total{target_service="coingecko",error_type="unreachable"}"#;
    cnop_tests::until("an error", async || (value(&metrics(&raw).await, sample) > 0.0).then_some(())).await;
}

/// Every name in a text that looks like a metric of ours.
fn named(text: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
    let ours = |word: &&str| AREAS.iter().chain(&["cnop"]).any(|area| word.starts_with(&format!("{area}_")));
    let endings = ["_total", "_seconds", "_bucket", "_count", "_sum", "_bytes", "_depth", "_size", "_orders", "_ips"];
    let endings =
        |word: &&str| endings.iter().chain(&["_streams", "_connections", "_healthy"]).any(|end| word.ends_with(end));
    words.filter(ours).filter(endings).map(str::to_owned).collect()
}

#[tokio::test]
async fn the_dashboard_and_the_alerts_use_metrics_that_exist() {
    let server = TestServer::start();
    let text = metrics(&server.raw()).await;
    let found = families(&text);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("docs/operations");
    for file in ["grafana-dashboard.json", "prometheus-alerts.yml"] {
        let document = std::fs::read_to_string(folder.join(file)).unwrap();
        let names = named(&document);
        assert!(names.len() >= 5, "{file} is made of metrics: {names:?}");
        for name in names {
            let family = ["_bucket", "_count", "_sum"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
            assert!(found.contains(family), "{file} uses {name}, which does not exist");
        }
    }
    let dashboard = std::fs::read_to_string(folder.join("grafana-dashboard.json")).unwrap();
    let dashboard: serde_json::Value = serde_json::from_str(&dashboard).unwrap();
    assert!(dashboard["panels"].as_array().unwrap().len() >= 8);
}
