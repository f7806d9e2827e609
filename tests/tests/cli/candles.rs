//! `cnop candles`: how a price went, as text, csv and JSON.

use cnop_core::time::Timestamp;
use cnop_tests::{Cli, TestServer};
use serde_json::Value;

use crate::look::check_aligned;

#[track_caller]
fn times(candles: &Value) -> Vec<i64> {
    let time = |candle: &Value| candle["time"].as_str().unwrap().parse::<Timestamp>().unwrap().as_millis();
    candles["data"].as_array().unwrap().iter().map(time).collect()
}

#[test]
fn candles_are_listed_oldest_first_and_a_chart_is_full_on_the_first_start() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let table = cli.ok("candles btc");
    check_aligned(&table);
    assert!(table.starts_with("TIME (UTC)") && table.lines().count() == 25, "{table}");
    let minute = 60_000;
    for (interval, length) in [
        ("1m", minute),
        ("5m", 5 * minute),
        ("15m", 15 * minute),
        ("1h", 60 * minute),
        ("4h", 240 * minute),
        ("1d", 1_440 * minute),
    ] {
        let candles = cli.json(&format!("candles BTC --interval {interval} --limit 30"));
        assert_eq!(candles["interval"], interval);
        let times = times(&candles);
        assert_eq!(times.len(), 30, "{interval}");
        assert!(times.windows(2).all(|pair| pair[1] - pair[0] == length), "{interval}: {times:?}");
    }
}

#[test]
fn a_chart_can_end_on_a_day_or_at_a_time() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let by_day = cli.json("candles ETH --interval 1d --limit 3 --end 2026-02-15");
    let by_time = cli.json("candles ETH --interval 1d --limit 3 --end 2026-02-15T00:00:00Z");
    assert_eq!(by_day, by_time, "a day is its first moment");
    let last = by_day["data"][2]["time"].as_str().unwrap();
    assert!(last.starts_with("2026-02-1"), "{last}");
}

#[test]
fn as_csv_candles_have_the_names_and_digits_of_the_json() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    let line = "candles ETH --interval 1d --limit 2 --end 2026-02-15";
    let csv = cli.ok(&format!("{line} --output csv"));
    let lines: Vec<_> = csv.lines().collect();
    assert_eq!((lines.len(), lines[0]), (3, "time,open,high,low,close,volume"));
    let first = &cli.json(line)["data"][0];
    let fields = ["open", "high", "low", "close"].map(|field| first[field].to_string()).join(",");
    let time = first["time"].as_str().unwrap();
    assert!(lines[1].starts_with(&format!("{time},{fields},")), "{csv} is not {first}");
}

#[test]
fn wrong_candles_are_refused_in_words() {
    let server = TestServer::start();
    let cli = Cli::at(server.url());
    for (line, status, part) in [
        ("candles BTC --interval 2m", 2, "must be one of 1m, 5m, 15m, 1h, 4h, 1d"),
        ("candles BTC --limit 1001", 2, "1001 is not in 1..=1000"),
        ("candles BTC --end tomorrow", 2, "must be a day such as 2026-02-15"),
        ("candles", 2, "<ID>"),
        ("candles NOSUCH", 5, "hint: `cnop assets` lists what can be traded"),
    ] {
        let said = cli.run(line);
        assert_eq!(said.status, status, "{said}");
        assert!(said.stderr.contains(part) && said.stdout.is_empty(), "{said}");
    }
}
