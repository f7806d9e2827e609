//! Measures the release build of the server, each figure as a ratio to a baseline of the same run.
//!
//! `plan` says what is measured, `connection` and `workload` send it and check every answer, `baseline` is the minimal
//! server to compare with, `waiting` and `streams` measure the market, `logins` what passwords cost, `addresses` what strangers
//! leave in memory; `report` prints the table and keeps `bench.json`. `./scripts/bench` builds and runs it.
//! `fill` and `drive` are its parts, for a server that a profiler watches.

mod addresses;
mod baseline;
mod connection;
mod drive;
mod logins;
mod measure;
mod plan;
mod process;
mod report;
mod streams;
mod waiting;
mod workload;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// How fast the server is.
#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The minimal server to compare with; started by the measurement itself
    Baseline,
    /// Fill a store with a long history, for a server under a profiler
    Fill(drive::Fill),
    /// Send one kind of request to a server that runs already
    Drive(drive::Drive),
    /// Measure only a market in which orders wait
    Waiting,
    /// Measure only the readers of the event stream
    Streams,
    /// Measure only orders beside logins
    Logins,
    /// Measure only the memory that many client addresses take
    Addresses,
}

/// What is measured, and how long.
#[derive(Debug, Clone, clap::Args)]
struct Settings {
    /// The server's binary
    #[arg(long, default_value = "target/release/cnop-server")]
    server: PathBuf,
    /// Where the figures are kept as JSON
    #[arg(long, default_value = "target/bench.json")]
    json: PathBuf,
    /// Registered users
    #[arg(long, default_value_t = 100_000)]
    users: u32,
    /// Users that trade
    #[arg(long, default_value_t = 20_000)]
    traders: u32,
    /// Orders stored in the second half
    #[arg(long, default_value_t = 1_000_000)]
    orders: u32,
    /// Keep-alive connections
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Seconds a measurement lasts
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// Times everything is measured; the median counts
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Users with 200 waiting orders each
    #[arg(long, default_value_t = 5_000)]
    waiting_users: u32,
    /// Waiting orders that one tick triggers
    #[arg(long, default_value_t = 1_000)]
    triggered: usize,
    /// Readers of the event stream
    #[arg(long, default_value_t = 1_000)]
    readers: usize,
    /// Seconds for which they are watched
    #[arg(long, default_value_t = 15.0)]
    stream_seconds: f64,
    /// Client addresses that ask once each
    #[arg(long, default_value_t = 1_000_000)]
    addresses: u32,
    /// Say what misses its target, but do not fail for it
    #[arg(long)]
    lenient: bool,
    /// Everything once and in small, in half a minute: whether it works, not how fast it is
    #[arg(long)]
    smoke: bool,
}

impl Settings {
    /// What a smoke run does in place of what was asked. Its figures say nothing, so they neither fail nor replace others.
    fn scaled(self) -> Self {
        if !self.smoke {
            return self;
        }
        let json = self.json.with_file_name("bench-smoke.json");
        Self {
            users: 2_000,
            traders: 400,
            orders: 8_000,
            seconds: 0.7,
            rounds: 1,
            waiting_users: 50,
            triggered: 50,
            readers: 100,
            stream_seconds: 3.0,
            addresses: 20_000,
            lenient: true,
            json,
            ..self
        }
    }
}

fn main() -> anyhow::Result<()> {
    let Cli { command, settings } = Cli::parse();
    let settings = settings.scaled();
    // One thread, so that the generator leaves the other core to the server.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match command {
        Some(Command::Baseline) => baseline::serve(),
        Some(Command::Fill(fill)) => runtime.block_on(fill.run(&settings)),
        Some(Command::Drive(drive)) => runtime.block_on(drive.run(&settings)),
        Some(Command::Waiting) => runtime.block_on(drive::waiting(&settings)),
        Some(Command::Logins) => runtime.block_on(drive::logins(&settings)),
        Some(Command::Addresses) => runtime.block_on(drive::addresses(&settings)),
        Some(Command::Streams) => runtime.block_on(drive::streams(&settings)),
        None => runtime.block_on(plan::run(&settings)),
    }
}
