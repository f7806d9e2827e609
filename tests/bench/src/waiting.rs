//! A store in which orders wait: how fast a server starts on it, and what a tick costs there.

use std::time::Duration;

use cnop_server::Clock;
use cnop_server::load::{Ticks, WaitingLoad};
use serde::Serialize;

use crate::Settings;
use crate::measure::{median_of, millis};
use crate::plan::{PASSWORD_HASH, start_time};
use crate::process::{Process, database, say};

/// Orders that a user may have open.
const ORDERS_EACH: u32 = 200;
/// Ticks that trigger nothing, and ticks that trigger something.
const QUIET_TICKS: u32 = 200;
const LOUD_TICKS: u32 = 5;

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct WaitingFigures {
    /// Orders that wait.
    pub(crate) orders: u32,
    /// From the start of the process to the first 200 of `/health`.
    pub(crate) start_ms: f64,
    /// Reading all of them from the store until the first tick is matched.
    pub(crate) load_ms: f64,
    /// Resident memory of the server with all of them, in bytes.
    pub(crate) memory: u64,
    /// A tick that triggers none, for all assets: the median and the longest.
    pub(crate) quiet_tick_ms: f64,
    /// The longest of them.
    pub(crate) longest_quiet_tick_ms: f64,
    /// Orders that a loud tick triggers.
    pub(crate) triggered: usize,
    /// A tick that triggers them, until all are on disk: the median.
    pub(crate) loud_tick_ms: f64,
    /// The longest of them.
    pub(crate) longest_loud_tick_ms: f64,
}

/// Fills a store with waiting orders, and measures on it.
pub(crate) async fn measure(settings: &Settings) -> anyhow::Result<WaitingFigures> {
    let Settings { waiting_users: users, triggered, .. } = *settings;
    say(&format!("filling a store: {users} users, {} orders that wait ...", users * ORDERS_EACH));
    let folder = tempfile::tempdir()?;
    let file = database(folder.path());
    let load = WaitingLoad { users, orders_each: ORDERS_EACH, password_hash: PASSWORD_HASH.to_owned() };
    let market = load.write(&file, Clock::system()).await?;
    say("starting on it, and ticking ...");
    let start_ms = start_time(settings, folder.path()).await?;
    let memory = memory(settings, &folder).await?;
    let ticks = Ticks { quiet: QUIET_TICKS, loud: LOUD_TICKS, triggered };
    let times = market.time(&file, Clock::system(), ticks).await?;
    Ok(WaitingFigures {
        orders: users * ORDERS_EACH,
        start_ms,
        load_ms: millis(times.load),
        memory,
        quiet_tick_ms: median_of(all_millis(&times.quiet)),
        longest_quiet_tick_ms: longest(&times.quiet),
        triggered,
        loud_tick_ms: median_of(all_millis(&times.loud)),
        longest_loud_tick_ms: longest(&times.loud),
    })
}

/// Once everything that waits is read: two ticks are enough.
async fn memory(settings: &Settings, folder: &tempfile::TempDir) -> anyhow::Result<u64> {
    let (server, _) = Process::server(&settings.server, folder.path(), &[]).await?;
    tokio::time::sleep(Duration::from_secs_f64(settings.seconds)).await;
    let memory = server.memory()?;
    server.stop()?;
    Ok(memory)
}

fn all_millis(times: &[Duration]) -> Vec<f64> {
    times.iter().copied().map(millis).collect()
}

fn longest(times: &[Duration]) -> f64 {
    times.iter().max().copied().map_or(f64::NAN, millis)
}
