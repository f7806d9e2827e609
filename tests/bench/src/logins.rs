//! Many who log in at once: what that costs those who trade meanwhile.

use std::time::Duration;

use anyhow::ensure;
use cnop_server::Clock;
use cnop_server::load::{Load, password_hash, tokens, username};
use serde::Serialize;
use tokio::task::JoinSet;

use crate::Settings;
use crate::connection::Connection;
use crate::measure::{self, measure, median_of};
use crate::process::{JWT_SECRET, Process, database, say};
use crate::workload::Workload;

/// Who logs in at the same time.
const LOGINS: u32 = 200;
/// Everybody's password.
const PASSWORD: &str = "Correct-Horse-7";
/// The pause that the server asks for where too many hashes wait.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct LoginFigures {
    /// Logins under way at a time.
    pub(crate) at_once: u32,
    /// Those that were answered a second, all rounds together.
    pub(crate) per_second: f64,
    /// The p99 of orders without them, in milliseconds.
    pub(crate) alone_p99_ms: f64,
    /// The p99 of orders beside them, in milliseconds.
    pub(crate) beside_p99_ms: f64,
    /// The one to the other, of the same round.
    pub(crate) p99_ratio: f64,
    /// Orders a second beside them, to those without.
    pub(crate) throughput: f64,
}

/// Measures on a store without history, with and without logins in turn.
pub(crate) async fn measure_logins(settings: &Settings) -> anyhow::Result<LoginFigures> {
    say(&format!("{LOGINS} logins at once beside orders ..."));
    let folder = tempfile::tempdir()?;
    let users = settings.traders.max(LOGINS);
    let load = Load {
        users,
        traders: users,
        veterans: 0,
        holdings: 0,
        orders_each: 0,
        longest: 0,
        password_hash: password_hash(PASSWORD),
    };
    load.write(&database(folder.path()), Clock::system()).await?;
    let (server, _) = Process::server(&settings.server, folder.path(), &[]).await?;
    let tokens = tokens(JWT_SECRET, users, &Clock::system())?;
    let Settings { connections, seconds, rounds, .. } = *settings;
    let rounds = 2 * rounds.max(1) - 1; // A p99 swings more than other figures.
    let orders = measure::Load {
        address: &server.address,
        workload: Workload::PlaceOrder,
        tokens: &tokens,
        connections,
        seconds,
    };
    let (mut alone, mut beside, mut ratios, mut throughput, mut answered) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), 0);
    for _ in 0..rounds {
        let without = measure(&orders).await?;
        let mut logins = JoinSet::new();
        for number in 0..LOGINS {
            logins.spawn(log_in_again(server.address.clone(), number, Duration::from_secs_f64(seconds)));
        }
        let with = measure(&orders).await?;
        while let Some(count) = logins.join_next().await {
            answered += count??;
        }
        alone.push(without.p99_ms);
        beside.push(with.p99_ms);
        ratios.push(with.p99_ms / without.p99_ms);
        throughput.push(with.per_second / without.per_second);
    }
    server.stop()?;
    ensure!(answered > 0, "nobody could log in");
    Ok(LoginFigures {
        at_once: LOGINS,
        per_second: f64::from(answered) / (seconds * rounds as f64),
        alone_p99_ms: median_of(alone),
        beside_p99_ms: median_of(beside),
        p99_ratio: median_of(ratios),
        throughput: median_of(throughput),
    })
}

/// Logs in again and again for so long, as patiently as the server asks: how often it was let in.
async fn log_in_again(address: String, number: u32, lasts: Duration) -> anyhow::Result<u32> {
    let body = format!(r#"{{"username":"{}","password":"{PASSWORD}"}}"#, username(number));
    let head = format!("POST /api/v1/auth/login HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n");
    let request = format!("{head}content-length: {}\r\n\r\n{body}", body.len()).into_bytes();
    let mut connection = Connection::open(&address).await?;
    let (ends, mut answered) = (tokio::time::Instant::now() + lasts, 0);
    while tokio::time::Instant::now() < ends {
        match connection.exchange(&request).await?.status {
            200 => answered += 1,
            503 => tokio::time::sleep(RETRY_AFTER).await,
            status => anyhow::bail!("a login was answered {status}"),
        }
    }
    Ok(answered)
}
