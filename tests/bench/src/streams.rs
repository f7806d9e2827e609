//! Many readers of the event stream, a tick a second: what they cost the server, and how late their events are.

use std::time::Duration;

use anyhow::{Context, ensure};
use cnop_core::time::Timestamp;
use cnop_server::Clock;
use serde::Serialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::Settings;
use crate::measure::at_share;
use crate::process::{Process, say};

/// Every reader has its first event by then, and the cost of connecting is over.
const WARM_UP: Duration = Duration::from_secs(3);
/// Ticks that may fall on the edges of a measurement.
const EDGE_TICKS: usize = 2;
/// What stands before the time of each `prices` event.
const MARK: &[u8] = b"data: {\"time\":\"";
const TIME_LENGTH: usize = "2026-02-15T08:00:00.000Z".len();

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct StreamFigures {
    /// Readers at a time.
    pub(crate) readers: usize,
    /// Events that all of them got.
    pub(crate) events: usize,
    /// The server's share of one core, in percent.
    pub(crate) cpu_percent: f64,
    /// From a tick's time to its arrival at a reader, in milliseconds: half of all stay below.
    pub(crate) p50_ms: f64,
    /// 99 of 100 stay below.
    pub(crate) p99_ms: f64,
    /// The latest of all.
    pub(crate) latest_ms: f64,
    /// Resident memory of the server with all readers, in bytes.
    pub(crate) memory: u64,
}

/// Measures on an empty store.
pub(crate) async fn measure(settings: &Settings) -> anyhow::Result<StreamFigures> {
    let Settings { readers, .. } = *settings;
    say(&format!("{readers} readers of the event stream ..."));
    let folder = tempfile::tempdir()?;
    let (server, _) = Process::server(&settings.server, folder.path(), &["--streams-per-ip", "0"]).await?;
    let lasts = Duration::from_secs_f64(settings.stream_seconds);
    let begins = Instant::now() + WARM_UP;
    let mut tasks = JoinSet::new();
    for _ in 0..readers {
        let reader = Reader::open(&server.address).await?;
        tasks.spawn(reader.read(begins, begins + lasts));
    }
    ensure!(Instant::now() < begins, "connecting {readers} readers took longer than {WARM_UP:?}");
    tokio::time::sleep_until(begins).await;
    let before = server.cpu_time()?;
    tokio::time::sleep_until(begins + lasts).await;
    let (cpu, memory) = (server.cpu_time()? - before, server.memory()?);
    let mut delays = Vec::new();
    while let Some(read) = tasks.join_next().await {
        let read = read??;
        ensure!(read.len() + EDGE_TICKS >= lasts.as_secs() as usize, "a reader got only {} events", read.len());
        delays.extend(read);
    }
    delays.sort_unstable();
    Ok(StreamFigures {
        readers,
        events: delays.len(),
        cpu_percent: cpu.as_secs_f64() / lasts.as_secs_f64() * 100.0,
        p50_ms: at_share(&delays, 0.5) as f64,
        p99_ms: at_share(&delays, 0.99) as f64,
        latest_ms: delays.last().map_or(f64::NAN, |latest| *latest as f64),
        memory,
    })
}

/// One connection.
struct Reader {
    stream: TcpStream,
    /// What was read and not yet looked at.
    text: Vec<u8>,
}

impl Reader {
    async fn open(address: &str) -> anyhow::Result<Self> {
        let mut stream = TcpStream::connect(address).await?;
        let request = format!("GET /api/v1/stream HTTP/1.1\r\nhost: {address}\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        Ok(Self { stream, text: Vec::new() })
    }

    /// How late each event was between two moments, in milliseconds.
    async fn read(mut self, begins: Instant, ends: Instant) -> anyhow::Result<Vec<i64>> {
        let (clock, mut delays) = (Clock::system(), Vec::new());
        loop {
            let Ok(read) = tokio::time::timeout_at(ends, self.stream.read_buf(&mut self.text)).await else {
                return Ok(delays);
            };
            ensure!(read? > 0, "the server ended a stream");
            let now = clock.now();
            while let Some(time) = self.next_time()? {
                if Instant::now() >= begins {
                    delays.push(now.as_millis() - time.as_millis());
                }
            }
        }
    }

    /// The time of the next event in the text.
    fn next_time(&mut self) -> anyhow::Result<Option<Timestamp>> {
        let keep = MARK.len() + TIME_LENGTH;
        let Some(at) = self.text.windows(MARK.len()).position(|bytes| bytes == MARK) else {
            self.text.drain(..self.text.len().saturating_sub(keep));
            return Ok(None);
        };
        let Some(time) = self.text.get(at + MARK.len()..at + keep) else { return Ok(None) };
        let time = std::str::from_utf8(time)?.parse().ok().context("an event begins with its time")?;
        self.text.drain(..at + keep);
        Ok(Some(time))
    }
}
