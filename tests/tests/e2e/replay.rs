//! History played again: scripted paths, and the real one from start to end.

use std::path::Path;

use cnop_core::api::{Interval, MarketState, Order};
use cnop_core::order::{OrderStatus, OrderType};
use cnop_tests::{DataFolder, User, until};

use crate::market::{STANDING, csv_folder, limit, market_until, replay, shared};

/// 100, 90, 120, 110 and then 110, 130, 50, 60: it rose first, then it fell.
const PATH: &str = "date,open,high,low,close,volume\n2025-01-01,100,120,90,110,7\n2025-01-02,110,130,50,60,9\n";

#[tokio::test]
async fn limit_orders_meet_the_first_price_that_will_do() {
    let (data, files) = (DataFolder::new(), csv_folder(&[("BTC.csv", PATH)]));
    let server = replay(&data, files.path(), STANDING);
    let user = User::funded(&server, 10_000).await;
    assert_eq!(user.buy("BTC", "10").await.price, "100".parse().ok(), "it stands at its beginning");
    let orders = [
        (limit(&user, OrderType::LimitBuy, "BTC", "1", "95").await, Some("90")),
        (limit(&user, OrderType::LimitBuy, "BTC", "2", "90").await, Some("90")),
        (limit(&user, OrderType::LimitBuy, "BTC", "3", "89.999999999999").await, Some("50")),
        (limit(&user, OrderType::LimitBuy, "BTC", "4", "49").await, None),
        (limit(&user, OrderType::LimitSell, "BTC", "1", "115").await, Some("120")),
        (limit(&user, OrderType::LimitSell, "BTC", "2", "130").await, Some("130")),
        (limit(&user, OrderType::LimitSell, "BTC", "3", "131").await, None),
    ];
    let (_, data) = server.stop();
    let server = replay(&data, files.path(), "max");
    market_until(&server, |market| market.state == MarketState::Ended).await;
    let user = user.on(&server);
    for (order, price) in orders {
        let order = user.client.order(&order.order_id.to_string()).await.unwrap();
        assert_eq!(order.price.map(|price| price.to_string()).as_deref(), price, "{order:?}");
        assert_eq!(order.status, if price.is_some() { OrderStatus::Completed } else { OrderStatus::Queued });
    }
    // 10,000 − 10 · 100 − 90 − 2 · 90 − 3 · 50 + 120 + 2 · 130
    assert_eq!(user.cash().await.to_string(), "8960");
    server.kill().assert_sound();
}

#[tokio::test]
async fn what_was_played_is_recorded_as_it_was_seen() {
    let (data, files) = (DataFolder::new(), csv_folder(&[("BTC.csv", PATH), ("NEW.csv", PATH)]));
    let server = replay(&data, files.path(), "max");
    market_until(&server, |market| market.state == MarketState::Ended).await;
    let read = async |server: &cnop_tests::TestServer| {
        server.client().candles("NEW".parse().unwrap(), Interval::D1, 10, None).await.unwrap().data
    };
    let candles = read(&server).await;
    let [open, high, low, close] = ["100", "130", "50", "60"].map(|price| price.parse().unwrap());
    let day = candles.last().unwrap();
    // The day may have ended in between.
    assert!(
        candles.len() == 2 || (day.open.0, day.high.0, day.low.0, day.close.0) == (open, high, low, close),
        "{candles:?}"
    );
    assert_eq!(day.volume, None);
    let (_, data) = server.stop();
    let server = replay(&data, files.path(), STANDING);
    let after = read(&server).await;
    assert_eq!((after[0].open, after[0].low), (candles[0].open, candles[0].low), "it was saved");
    let new = server.client().asset("NEW".parse().unwrap()).await.unwrap();
    assert_eq!((new.name.as_str(), new.category.as_str(), new.ath), ("NEW", "unknown", None));
}

#[tokio::test]
async fn a_replay_without_files_or_with_bad_ones_does_not_start() {
    let data = DataFolder::new();
    let check = |flags: &[&str], expected: &str| {
        let (status, said) = data.fail_to_start(&[&["--market", "replay"], flags].concat(), &[]);
        assert!(!status.success() && said.contains(expected), "{said}");
    };
    check(&[], "a replay needs --replay-folder");
    let bad = csv_folder(&[("BTC.csv", "date,open,high,low,close,volume\n2025-01-01,1,1,2,1,1\n")]);
    let folder = bad.path().to_str().unwrap();
    check(&["--replay-folder", folder], "BTC.csv, line 2: open and close must lie between low and high");
    check(&["--replay-folder", folder, "--replay-speed", "fast"], "must be max, or a number");
    check(&["--replay-folder", folder, "--replay-from", "monday"], "must be a day such as");
    check(&["--replay-folder", "/nowhere"], "the folder /nowhere cannot be read");
}

/// What an order came to, without what differs from run to run.
pub(crate) fn outcome(order: &Order) -> String {
    let Order { order_type, asset_id, quantity, status, price, total_amount, limit_price, held_amount, .. } = order;
    format!(
        "{order_type} {asset_id} {quantity} at {limit_price:?}: {status} at {price:?} for {total_amount:?}, {held_amount:?} held"
    )
}

/// Orders placed at the beginning of two years of five assets, and what they came to at the end.
async fn play(files: &Path, kills: usize) -> Vec<String> {
    let server = replay(&DataFolder::new(), files, STANDING);
    let user = User::funded(&server, 10_000).await;
    for (asset_id, quantity) in [("BTC", "0.02"), ("ETH", "0.5"), ("SOL", "8"), ("XRP", "2000"), ("BNB", "1.5")] {
        let price = user.buy(asset_id, quantity).await.price.unwrap();
        for step in 1..=8_i128 {
            let at = |percent: i128| {
                let cents = price.units() * percent / 100 / 10_i128.pow(8) * 10_i128.pow(8);
                cnop_core::money::Price::from_units(cents).unwrap().to_string()
            };
            limit(&user, OrderType::LimitBuy, asset_id, "0.01", &at(100 - 9 * step)).await;
            limit(&user, OrderType::LimitSell, asset_id, "0.002", &at(100 + 30 * step)).await;
        }
    }
    let (_, mut data) = server.stop();
    for kill in 1..=kills {
        let server = replay(&data, files, "max");
        let user = user.on(&server);
        until("some more executions", async || {
            let done = user.all_orders().await.iter().filter(|order| order.status == OrderStatus::Completed).count();
            (done >= 5 + 8 * kill).then_some(()) // Five of them are the purchases.
        })
        .await;
        data = server.kill();
    }
    let server = replay(&data, files, "max");
    market_until(&server, |market| market.state == MarketState::Ended).await;
    let user = user.on(&server);
    let mut outcomes: Vec<_> = user.all_orders().await.iter().map(outcome).collect();
    outcomes.push(format!("cash {}", user.cash().await));
    for asset in user.client.portfolio().await.unwrap().assets {
        outcomes
            .push(format!("{} {} {:?} {:?}", asset.asset_id, asset.quantity, asset.average_cost, asset.market_value));
    }
    server.kill().assert_sound();
    outcomes
}

#[tokio::test]
async fn two_years_of_real_history_end_with_the_same_ledger_every_time() {
    let Some(files) = shared("ohlcv-daily") else { return };
    let first = play(&files, 0).await;
    let executed = first.iter().filter(|outcome| outcome.contains("limit") && outcome.contains("completed")).count();
    assert!((25..80).contains(&executed), "some execute and some do not: {executed} of 80");
    assert_eq!(play(&files, 0).await, first);
    assert_eq!(play(&files, 2).await, first, "also when it is killed on the way");
}
