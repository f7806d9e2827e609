//! Servers with prices from elsewhere, and waiting for what they do.

use std::fs;
use std::path::PathBuf;

use cnop_core::api::{MarketHealth, Order, OrderRequest};
use cnop_core::ids::IdempotencyKey;
use cnop_core::order::OrderType;
use cnop_tests::{DataFolder, TestServer, User, until};
use tempfile::TempDir;

/// Asks for the market's health until it is as wanted.
pub(crate) async fn market_until(server: &TestServer, wanted: impl Fn(&MarketHealth) -> bool) -> MarketHealth {
    let client = server.client();
    until("the market's health", async || client.health().await.unwrap().market.filter(|market| wanted(market))).await
}

/// A folder of files to play.
pub(crate) fn csv_folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// A speed at which a replay stands still for as long as a test lasts.
pub(crate) const STANDING: &str = "0.001";

/// Starts a server that plays the files of a folder.
pub(crate) fn replay(data: &DataFolder, files: &std::path::Path, speed: &str) -> TestServer {
    let files = files.to_str().unwrap();
    // Its end is seen once the last price is old. What stands still is stamped anew every second.
    let max_age = if speed == STANDING { "10" } else { "1" };
    let flags = ["--market", "replay", "--replay-folder", files, "--replay-speed", speed];
    data.start_with(&[&flags[..], &["--max-price-age-seconds", max_age]].concat())
}

/// Places a limit order.
pub(crate) async fn limit(user: &User, order_type: OrderType, asset_id: &str, quantity: &str, price: &str) -> Order {
    let request = OrderRequest { price: price.parse().ok(), ..User::order(order_type, asset_id, quantity) };
    user.client.place_order(&request, &IdempotencyKey::generate()).await.unwrap().answer
}

/// A file beside the project that is not part of it; says so where it is absent.
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(path);
    if !file.exists() {
        eprintln!("SKIPPED: there is no {}", file.display());
        return None;
    }
    Some(file)
}
