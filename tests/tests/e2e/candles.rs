//! Contract section 3: candles.

use cnop_core::api::{Candle, Interval};
use cnop_core::time::Timestamp;
use cnop_tests::TestServer;

use crate::problem::check_refused;
use crate::wire::{check_fields, list, text};

#[tokio::test]
async fn a_chart_is_full_on_the_first_start() {
    let server = TestServer::start();
    for interval in Interval::ALL {
        let answer = server.raw().get(&format!("/inventory/assets/shib/candles?interval={interval}&limit=1000")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        check_fields(&answer.body, "data:list interval:text");
        let candles = list(&answer.body, &["data"]);
        assert_eq!((candles.len(), text(&answer.body, &["interval"])), (1_000, interval.to_string()));
        let shape = "time:time open:number high:number low:number close:number volume:number";
        candles.iter().for_each(|candle| check_fields(candle, shape));
        let times: Vec<Timestamp> = candles.iter().map(|candle| text(candle, &["time"]).parse().unwrap()).collect();
        assert!(times.iter().all(|time| time.as_millis() % interval.as_millis() == 0));
        let steps = times.windows(2).map(|pair| pair[1].as_millis() - pair[0].as_millis());
        assert!(steps.into_iter().all(|step| step == interval.as_millis()), "oldest first, without gaps");
    }
}

#[tokio::test]
async fn an_hour_of_200_is_what_is_shown_without_a_wish() {
    let server = TestServer::start();
    let answer = server.raw().get("/inventory/assets/BTC/candles").await;
    assert_eq!((list(&answer.body, &["data"]).len(), text(&answer.body, &["interval"])), (200, "1h".to_owned()));
}

/// What is over never changes, not by a restart either, and a chart can be read backwards page by page.
#[tokio::test]
async fn the_past_is_the_same_after_a_restart_and_in_pages() {
    let server = TestServer::start();
    let read = async |server: &TestServer, interval, limit, end| -> Vec<Candle> {
        server.client().candles("ETH".parse().unwrap(), interval, limit, end).await.unwrap().data
    };
    let newest = read(&server, Interval::M1, 2, None).await[0].clone();
    let before = read(&server, Interval::M1, 600, Some(newest.time)).await;
    assert_eq!(before.last(), Some(&newest), "a candle that begins at the end belongs to it");
    let server = server.kill().start();
    assert_eq!(read(&server, Interval::M1, 600, Some(newest.time)).await, before);
    let mut pages = Vec::new();
    let mut end = newest.time;
    while pages.len() < 600 {
        pages.splice(..0, read(&server, Interval::M1, 150, Some(end)).await);
        end = pages[0].time.plus_millis(-1);
    }
    assert_eq!(pages, before);
    let long = read(&server, Interval::M5, 100, Some(newest.time)).await;
    for candle in &long[..long.len() - 1] {
        let parts: Vec<_> = before
            .iter()
            .filter(|part| (0..Interval::M5.as_millis()).contains(&(part.time.as_millis() - candle.time.as_millis())))
            .collect();
        if let [first, .., last] = parts[..]
            && parts.len() == 5
        {
            assert_eq!((candle.open, candle.close), (first.open, last.close));
            assert_eq!(Some(candle.high), parts.iter().map(|part| part.high).max());
            assert_eq!(Some(candle.low), parts.iter().map(|part| part.low).min());
        }
    }
}

#[tokio::test]
async fn the_candle_under_way_comes_last_and_the_future_has_none() {
    let server = TestServer::start();
    let now = server.client().asset("BTC".parse().unwrap()).await.unwrap().price_updated_at.unwrap();
    for end in [None, Some(now.plus_millis(365 * Timestamp::DAY_MS))] {
        let candles = server.client().candles("BTC".parse().unwrap(), Interval::D1, 3, end).await.unwrap().data;
        let age = now.as_millis() - candles[2].time.as_millis();
        assert!(candles.len() == 3 && age < Timestamp::DAY_MS, "{candles:?}");
    }
    let answer = server.raw().get("/inventory/assets/BTC/candles?end=1999-12-31T00:00:00Z").await;
    assert!(list(&answer.body, &["data"]).is_empty(), "before the market's path began: {}", answer.body);
}

#[tokio::test]
async fn what_is_no_window_is_refused_naming_every_fault() {
    let server = TestServer::start();
    for (query, fields) in [
        ("limit=0", &["limit"][..]),
        ("limit=1001", &["limit"]),
        ("interval=2m", &["interval"]),
        ("interval=", &["interval"]),
        ("interval=1M&limit=x&end=yesterday", &["interval", "limit", "end"]),
    ] {
        let answer = server.raw().get(&format!("/inventory/assets/BTC/candles?{query}")).await;
        check_refused(&answer, 422, "validation_failed", fields);
    }
    let answer = server.raw().get("/inventory/assets/B-C/candles?limit=0").await;
    check_refused(&answer, 422, "validation_failed", &["asset_id", "limit"]);
    let answer = server.raw().get("/inventory/assets/NOPE/candles").await;
    check_refused(&answer, 404, "asset_not_found", &[]);
}
