//! The parts of the measurement by themselves: a filled store, and a load on a server that was started by hand.

use std::path::PathBuf;

use cnop_server::Clock;
use cnop_server::load::tokens;

use crate::Settings;
use crate::measure::{Figures, Load, measure};
use crate::plan::{LONGEST, fill};
use crate::process::{JWT_SECRET, JWT_SECRET_VARIABLE, say};
use crate::workload::Workload;
use crate::{addresses, logins, streams, waiting};

/// Where to put the store.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Fill {
    /// The data folder of a server that does not run
    data_dir: PathBuf,
}

/// What to send where.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Drive {
    /// Host and port of a server on a filled folder
    address: String,
    /// What to send
    #[arg(value_enum)]
    workload: Workload,
}

impl Fill {
    pub(crate) async fn run(&self, settings: &Settings) -> anyhow::Result<()> {
        std::fs::create_dir_all(&self.data_dir)?;
        fill(settings, &self.data_dir, settings.traders, settings.orders / settings.traders, LONGEST).await?;
        say(&format!("filled; start its server with {JWT_SECRET_VARIABLE}='{JWT_SECRET}'"));
        Ok(())
    }
}

/// What orders that wait cost, as JSON.
pub(crate) async fn waiting(settings: &Settings) -> anyhow::Result<()> {
    say(&serde_json::to_string_pretty(&waiting::measure(settings).await?)?);
    Ok(())
}

/// What logins cost those who trade, as JSON.
pub(crate) async fn logins(settings: &Settings) -> anyhow::Result<()> {
    say(&serde_json::to_string_pretty(&logins::measure_logins(settings).await?)?);
    Ok(())
}

/// What many client addresses cost, as JSON.
pub(crate) async fn addresses(settings: &Settings) -> anyhow::Result<()> {
    say(&serde_json::to_string_pretty(&addresses::measure(settings).await?)?);
    Ok(())
}

/// What readers of the stream cost, as JSON.
pub(crate) async fn streams(settings: &Settings) -> anyhow::Result<()> {
    say(&serde_json::to_string_pretty(&streams::measure(settings).await?)?);
    Ok(())
}

impl Drive {
    pub(crate) async fn run(&self, settings: &Settings) -> anyhow::Result<()> {
        let tokens = tokens(JWT_SECRET, settings.traders, &Clock::system())?;
        let Settings { connections, seconds, .. } = *settings;
        let load = Load { address: &self.address, workload: self.workload, tokens: &tokens, connections, seconds };
        let Figures { per_second, p50_ms, p99_ms } = measure(&load).await?;
        say(&format!("{:?}: {per_second:.0} a second, p50 {p50_ms:.2} ms, p99 {p99_ms:.2} ms", self.workload));
        Ok(())
    }
}
