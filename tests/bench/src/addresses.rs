//! More client addresses than a server counts: whether its memory stays bounded.

use anyhow::ensure;
use serde::Serialize;
use tokio::task::JoinSet;

use crate::Settings;
use crate::connection::Connection;
use crate::process::{Process, say};

/// What makes the limits count: a quota that is not whole again at once, and a proxy that names who asks.
const FLAGS: [&str; 6] = ["--listen", "127.0.0.1:0", "--trusted-proxies", "127.0.0.1", "--rate-limit-per-minute", "60"];
/// Somebody who is there already: to register them again takes every check of the address and no hash.
const TAKEN: &str = r#"{"username":"somebody","email":"somebody@example.com","password":"Correct-Horse-7","first_name":"Some","last_name":"Body"}"#;

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct AddressFigures {
    /// Different addresses, each with one request.
    pub(crate) addresses: u32,
    /// Requests a second.
    pub(crate) per_second: f64,
    /// Resident memory that the first tenth of them took, in bytes.
    pub(crate) first: u64,
    /// Resident memory that all others took beside, in bytes.
    pub(crate) others: u64,
}

/// Measures on an empty store.
pub(crate) async fn measure(settings: &Settings) -> anyhow::Result<AddressFigures> {
    let Settings { addresses, connections, .. } = *settings;
    say(&format!("{addresses} client addresses ..."));
    let folder = tempfile::tempdir()?;
    let (server, _) = Process::start_server(&settings.server, folder.path(), &FLAGS).await?;
    Connection::open(&server.address).await?.exchange(&registration(&server.address, 0)).await?;
    let mut counted = 0;
    let mut ask = async |range: std::ops::Range<u32>| -> anyhow::Result<()> {
        let mut clients = JoinSet::new();
        for first in 0..connections as u32 {
            let (address, numbers) = (server.address.clone(), range.clone().skip(first as usize).step_by(connections));
            clients.spawn(ask_as_each(address, numbers));
        }
        while let Some(asked) = clients.join_next().await {
            counted += asked??;
        }
        Ok(())
    };
    ask(1..addresses / 100).await?; // Everything is warm.
    let before = server.memory()?;
    ask(addresses / 100..addresses / 10).await?;
    let tenth = server.memory()?;
    let begun = std::time::Instant::now();
    ask(addresses / 10..addresses).await?;
    let per_second = f64::from(addresses - addresses / 10) / begun.elapsed().as_secs_f64();
    let after = server.memory()?;
    server.stop()?;
    ensure!(counted > addresses / 10 * 9, "only {counted} registrations were counted");
    let (first, others) = (tenth.saturating_sub(before), after.saturating_sub(tenth));
    Ok(AddressFigures { addresses, per_second, first, others })
}

/// Asks once as each of some addresses: how many of them were looked at.
async fn ask_as_each(address: String, numbers: impl Iterator<Item = u32>) -> anyhow::Result<u32> {
    let mut connection = Connection::open(&address).await?;
    let mut counted = 0;
    for number in numbers {
        let status = connection.exchange(&registration(&address, number)).await?.status;
        // Who is one too many for the map shares a quota with others like them.
        ensure!(matches!(status, 409 | 429), "a registration was answered {status}");
        counted += u32::from(status == 409);
    }
    Ok(counted)
}

/// A registration from a client of its own: of IPv6 a /64 is one.
fn registration(address: &str, number: u32) -> Vec<u8> {
    let client = format!("2001:db8:{:x}:{:x}::1", number >> 16, number & 0xffff);
    let head = format!("POST /api/v1/auth/register HTTP/1.1\r\nhost: {address}\r\nx-forwarded-for: {client}\r\n");
    format!("{head}content-length: {}\r\n\r\n{TAKEN}", TAKEN.len()).into_bytes()
}
