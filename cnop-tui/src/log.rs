//! The log, in a file only: the screen belongs to the views.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use cnop_core::config;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;

/// What is logged, such as `debug`.
const VARIABLE: &str = "CNOP_LOG";
/// Days whose logs are kept.
const DAYS: usize = 7;

/// Begins or goes on with the day's file.
pub(crate) fn to_file() -> anyhow::Result<()> {
    let wanted = std::env::var(VARIABLE).unwrap_or_else(|_| "info".to_owned());
    let filter = EnvFilter::try_new(&wanted).with_context(|| format!("in {VARIABLE}"))?;
    let folder = folder()?;
    // The appender would complain on the terminal where it is missing.
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("cnop-tui")
        .filename_suffix("log")
        .max_log_files(DAYS)
        .build(folder)?;
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(file).with_ansi(false).init();
    Ok(())
}

fn folder() -> anyhow::Result<PathBuf> {
    Ok(config::state_dir().context("finding the state folder")?.join("logs"))
}
