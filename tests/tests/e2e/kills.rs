//! Kills at random moments of a market in which hundreds of orders wait: what is left goes on as if nothing had been.

use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::time::Duration;

use cnop_core::api::MarketState;
use cnop_core::order::{OrderStatus, OrderType};
use cnop_tests::{DataFolder, TestServer, User};
use tempfile::TempDir;

use crate::market::{STANDING, csv_folder, limit, market_until, replay};
use crate::replay::outcome;

const ASSETS: [&str; 3] = ["BTC", "ETH", "SOL"];
const USERS: usize = 3;
/// Purchases and sales that each user has waiting in each asset.
const STEPS: usize = 25;
const DAYS: u32 = 120;
const KILLS: u64 = 8;
/// A server is killed within so long after it took connections: the whole path takes about as long.
const LONGEST_LIFE_MS: u64 = 80;

/// Prices of an asset that swing between 55 and 145, each in a rhythm of its own.
fn swinging(rhythm: f64) -> String {
    let price = |day: u32| {
        let swing = (f64::from(day) * rhythm).sin() * (f64::from(day) * 0.11).cos();
        10_000 + (swing * 4_500.0) as i64
    };
    let day = |day: u32| {
        let (open, close) = (price(day), price(day + 1));
        let [open, high, low, close] = [open, open.max(close) + 50, open.min(close) - 50, close].map(cents);
        format!("2025-{:02}-{:02},{open},{high},{low},{close},1\n", 1 + day / 28, 1 + day % 28)
    };
    std::iter::once("date,open,high,low,close,volume\n".to_owned()).chain((0..DAYS).map(day)).collect()
}

fn cents(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn files() -> TempDir {
    let paths = [0.7, 0.45, 0.9].map(swinging);
    csv_folder(&[("BTC.csv", &paths[0]), ("ETH.csv", &paths[1]), ("SOL.csv", &paths[2])])
}

/// Users who own something of everything, and have an order waiting at every other dollar.
async fn place_orders(server: &TestServer) -> Vec<User> {
    let mut users = Vec::new();
    for number in 0..USERS as i64 {
        let user = User::funded(server, 10_000).await;
        for asset_id in ASSETS {
            user.buy(asset_id, "5").await;
            for step in 0..STEPS as i64 {
                let away = 150 + 240 * step + 10 * number;
                limit(&user, OrderType::LimitBuy, asset_id, "0.1", &cents(10_000 - away)).await;
                limit(&user, OrderType::LimitSell, asset_id, "0.05", &cents(10_000 + away)).await;
            }
        }
        users.push(user);
    }
    users
}

/// A run over the whole path: the server is killed after each of `lives`, and then goes on to the end.
async fn play(files: &Path, lives: &[Duration]) -> Vec<String> {
    let server = replay(&DataFolder::new(), files, STANDING);
    let users = place_orders(&server).await;
    let (_, mut data) = server.stop();
    for life in lives {
        let server = replay(&data, files, "max");
        tokio::time::sleep(*life).await; // The moment of the kill, not something that is waited for.
        data = server.kill();
        data.assert_sound();
    }
    let server = replay(&data, files, "max");
    market_until(&server, |market| market.state == MarketState::Ended).await;
    let mut outcomes = Vec::new();
    for user in &users {
        outcomes.extend(told(&user.on(&server)).await);
    }
    server.kill().assert_sound();
    outcomes
}

/// Everything that a user has come to, without what differs from run to run.
async fn told(user: &User) -> Vec<String> {
    let orders = user.all_orders().await;
    let transactions = user.all_transactions().await;
    let history = transactions.iter().map(|entry| format!("{} makes {}", entry.amount, entry.balance_after));
    let holdings = user.client.asset_balances().await.unwrap();
    let holdings = holdings.iter().map(|held| format!("{} {} {}", held.asset_id, held.quantity, held.held_quantity));
    orders.iter().map(outcome).chain(history).chain(holdings).collect()
}

#[tokio::test]
async fn kills_at_random_moments_change_nothing_of_what_hundreds_of_orders_come_to() {
    let files = files();
    let waiting = USERS * ASSETS.len() * STEPS * 2;
    let undisturbed = play(files.path(), &[]).await;
    let count = |status: OrderStatus| {
        undisturbed.iter().filter(|line| line.contains("limit") && line.contains(status.as_str())).count()
    };
    let (done, queued) = (count(OrderStatus::Completed), count(OrderStatus::Queued));
    assert!(done > 200 && queued > 20 && done + queued == waiting, "{done} done and {queued} waiting of {waiting}");

    let seed = RandomState::new();
    let mut lives: Vec<_> = (0..KILLS).map(|kill| seed.hash_one(kill) % (LONGEST_LIFE_MS * 1_000)).collect();
    lives.sort_unstable(); // The path begins anew each time: so every kill comes further along it.
    let lives: Vec<_> = lives.into_iter().map(Duration::from_micros).collect();
    assert_eq!(play(files.path(), &lives).await, undisturbed, "killed after {lives:?}");
}
