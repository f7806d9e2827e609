//! What is measured, in which order.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use cnop_server::Clock;
use cnop_server::load::{Load, tokens};
use serde::Serialize;
use tempfile::TempDir;

use crate::Settings;
use crate::addresses::{self, AddressFigures};
use crate::connection::Connection;
use crate::logins::{LoginFigures, measure_logins};
use crate::measure::{self, Figures, measure, median, median_of, millis};
use crate::process::{JWT_SECRET, Process, database, say};
use crate::report;
use crate::streams::{self, StreamFigures};
use crate::waiting::{self, WaitingFigures};
use crate::workload::Workload;

/// Everybody's password hash: nobody logs in with a password here.
pub(crate) const PASSWORD_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$TmJ0bm90YXJlYWxoYXNoanVzdHNoYXBlZGxpa2VvbmU";
/// Assets that a trader with a history holds.
const HOLDINGS: usize = 10;
/// Traders with a history in the store that is otherwise empty: enough for the requests that read one.
const FEW: u32 = 64;
/// The page that is compared with the first one, and how many orders that takes.
const DEEP_PAGE: u32 = 1_000;
const PAGE_LENGTH: u32 = 50;
/// Orders of the one user with the long history.
pub(crate) const LONGEST: u32 = DEEP_PAGE * PAGE_LENGTH;
/// Times both pages are asked for.
const PAGE_TRIES: usize = 300;

/// Everything measured on one store.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Scenario {
    /// Orders stored beforehand.
    pub(crate) orders_stored: u32,
    /// The baseline, measured between the others.
    pub(crate) baseline: Figures,
    /// `POST /orders`.
    pub(crate) place_order: Figures,
    /// `GET /portfolio`.
    pub(crate) portfolio: Figures,
    /// `GET /orders?limit=50`.
    pub(crate) orders: Figures,
    /// `GET /inventory/assets`.
    pub(crate) assets: Figures,
    /// From the start of the process to the first 200 of `/health`.
    pub(crate) start_ms: f64,
    /// The same after a kill under load.
    pub(crate) start_after_kill_ms: f64,
    /// Resident memory before the first request, in bytes.
    pub(crate) idle_memory: u64,
    /// Resident memory after all of them, in bytes.
    pub(crate) memory: u64,
    /// The database's size before the first request, in bytes.
    pub(crate) file_size: u64,
    /// The time of a page deep in a long history, by cursor, to that of the first page, where there is one.
    pub(crate) deep_page: Option<f64>,
}

/// Everything measured in one run.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Bench {
    /// On a store without history.
    pub(crate) empty: Scenario,
    /// On one with a long history.
    pub(crate) full: Scenario,
    /// On one in which orders wait.
    pub(crate) waiting: WaitingFigures,
    /// With readers of the event stream.
    pub(crate) streams: StreamFigures,
    /// Beside logins.
    pub(crate) logins: LoginFigures,
    /// With many client addresses.
    pub(crate) addresses: AddressFigures,
}

/// Measures everything, prints it and keeps it.
pub(crate) async fn run(settings: &Settings) -> anyhow::Result<()> {
    let empty = scenario(settings, FEW, HOLDINGS as u32, 0).await?;
    let full = scenario(settings, settings.traders, settings.orders / settings.traders, LONGEST).await?;
    let waiting = waiting::measure(settings).await?;
    let streams = streams::measure(settings).await?;
    let logins = measure_logins(settings).await?;
    let addresses = addresses::measure(settings).await?;
    report::finish(&Bench { empty, full, waiting, streams, logins, addresses }, settings)
}

/// Fills a store in which `veterans` have `orders_each` orders behind them, and measures on it.
async fn scenario(settings: &Settings, veterans: u32, orders_each: u32, longest: u32) -> anyhow::Result<Scenario> {
    let orders_stored = veterans * orders_each + longest;
    say(&format!("filling a store: {} users, {orders_stored} orders ...", settings.users));
    let folder = tempfile::tempdir()?;
    fill(settings, folder.path(), veterans, orders_each, longest).await?;
    let file_size = std::fs::metadata(database(folder.path()))?.len();
    let start_ms = start_time(settings, folder.path()).await?;
    let (server, _) = Process::server(&settings.server, folder.path(), &[]).await?;
    let idle_memory = server.memory()?;

    let tokens = tokens(JWT_SECRET, settings.traders, &Clock::system())?;
    let veterans = &tokens[..veterans as usize];
    let deep_page = if longest > 0 { Some(deep_page(&server, &tokens[0]).await?) } else { None };
    let mut rounds = Rounds::default();
    for round in 1..=settings.rounds {
        say(&format!("measuring, round {round} of {} ...", settings.rounds));
        let baseline = Process::baseline()?;
        rounds.baseline.push(figures(settings, &baseline, Workload::PlaceOrder, &tokens).await?);
        drop(baseline);
        rounds.place_order.push(figures(settings, &server, Workload::PlaceOrder, &tokens).await?);
        rounds.portfolio.push(figures(settings, &server, Workload::Portfolio, veterans).await?);
        rounds.orders.push(figures(settings, &server, Workload::Orders, veterans).await?);
        rounds.assets.push(figures(settings, &server, Workload::Assets, veterans).await?);
    }
    let memory = server.memory()?;
    let start_after_kill_ms = start_after_kill(settings, server, &folder, &tokens).await?;
    Ok(Scenario {
        orders_stored,
        baseline: median(&rounds.baseline),
        place_order: median(&rounds.place_order),
        portfolio: median(&rounds.portfolio),
        orders: median(&rounds.orders),
        assets: median(&rounds.assets),
        start_ms,
        start_after_kill_ms,
        idle_memory,
        memory,
        file_size,
        deep_page,
    })
}

/// Fills the store of a data folder.
pub(crate) async fn fill(
    settings: &Settings,
    folder: &Path,
    veterans: u32,
    orders_each: u32,
    longest: u32,
) -> anyhow::Result<()> {
    let load = Load {
        users: settings.users,
        traders: settings.traders,
        veterans,
        holdings: HOLDINGS,
        orders_each,
        longest,
        password_hash: PASSWORD_HASH.to_owned(),
    };
    load.write(&database(folder), Clock::system()).await
}

/// The time of a page deep in the longest history to that of its first: medians of many tries in turn.
async fn deep_page(server: &Process, token: &str) -> anyhow::Result<f64> {
    let mut connection = Connection::open(&server.address).await?;
    let first = Workload::Orders.request(&server.address, token);
    let mut deep = first.clone();
    for _ in 1..DEEP_PAGE {
        let answer = connection.exchange(&deep).await?;
        Workload::Orders.check(&answer)?;
        let page: serde_json::Value = serde_json::from_slice(answer.body)?;
        let cursor = page["next_cursor"].as_str().context("the history is long enough")?;
        let path = format!("GET /api/v1/orders?limit={PAGE_LENGTH}&cursor={cursor} ");
        deep = String::from_utf8(first.clone())?.replacen("GET /api/v1/orders?limit=50 ", &path, 1).into_bytes();
    }
    let (mut first_times, mut deep_times) = (Vec::new(), Vec::new());
    for _ in 0..PAGE_TRIES {
        for (request, times) in [(&first, &mut first_times), (&deep, &mut deep_times)] {
            let sent = Instant::now();
            Workload::Orders.check(&connection.exchange(request).await?)?;
            times.push(millis(sent.elapsed()));
        }
    }
    Ok(median_of(deep_times) / median_of(first_times))
}

/// What every round measured.
#[derive(Default)]
struct Rounds {
    baseline: Vec<Figures>,
    place_order: Vec<Figures>,
    portfolio: Vec<Figures>,
    orders: Vec<Figures>,
    assets: Vec<Figures>,
}

async fn figures(
    settings: &Settings,
    process: &Process,
    workload: Workload,
    tokens: &[String],
) -> anyhow::Result<Figures> {
    let Settings { connections, seconds, .. } = *settings;
    measure(&measure::Load { address: &process.address, workload, tokens, connections, seconds }).await
}

/// The median start of several.
pub(crate) async fn start_time(settings: &Settings, folder: &Path) -> anyhow::Result<f64> {
    let mut times = Vec::new();
    for _ in 0..settings.rounds {
        let (server, took) = Process::server(&settings.server, folder, &[]).await?;
        times.push(millis(took));
        server.stop()?;
    }
    Ok(median_of(times))
}

/// The median start after kills in the middle of orders.
async fn start_after_kill(
    settings: &Settings,
    mut server: Process,
    folder: &TempDir,
    tokens: &[String],
) -> anyhow::Result<f64> {
    let mut times = Vec::new();
    for _ in 0..settings.rounds {
        let address = server.address.clone();
        let load = measure::Load {
            address: &address,
            workload: Workload::PlaceOrder,
            tokens,
            connections: settings.connections,
            seconds: settings.seconds,
        };
        let under_load = tokio::time::timeout(Duration::from_secs_f64(settings.seconds / 5.0), measure(&load)).await;
        anyhow::ensure!(under_load.is_err(), "the load ended before the kill: {under_load:?}");
        server.kill()?;
        let (again, took) = Process::server(&settings.server, folder.path(), &[]).await?;
        times.push(millis(took));
        server = again;
    }
    server.stop()?;
    Ok(median_of(times))
}
