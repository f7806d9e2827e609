//! The command line of the server.

mod admin;
mod healthcheck;
mod keep;
mod password;
mod serve;
mod stopped;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{DataDir, Settings};
use crate::ops::start_logging;
use crate::store::keep_damage_quiet;
use admin::AdminCommand;
use healthcheck::Healthcheck;
use password::Interrupted;

/// The status of what could not be done.
const FAILED: u8 = 1;
/// Ctrl+C, as shells count it: 128 and the number of SIGINT.
const INTERRUPTED: u8 = 130;

/// The CNOP trading server: one binary, one file of data.
#[derive(Debug, Parser)]
#[command(name = "cnop-server", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    data_dir: DataDir,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API until SIGTERM or Ctrl+C
    Serve(Box<Settings>),
    /// Recompute every account from its history and say what does not add up (server stopped)
    Verify,
    /// Copy the data to a new file, and verify the copy (server stopped; `cnop admin backup` while it runs)
    Backup {
        /// The new file
        file: PathBuf,
    },
    /// Put a backup in place of the data, after verifying it (server stopped); all sessions end
    Restore {
        /// The backup
        file: PathBuf,
        /// Replace data that is there; it is kept beside the new
        #[arg(long)]
        force: bool,
    },
    /// Make administrators, set passwords, shut accounts (server stopped)
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Replace the key that signs tokens: all sessions end (server stopped)
    RotateKey,
    /// Ask a running server whether it is healthy: 0 if it is, else 1
    Healthcheck(Healthcheck),
}

/// Runs what the command line says.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    keep_damage_quiet();
    run(cli).unwrap_or_else(|error| {
        // Not through the log, whose filter may be narrow.
        let _ = writeln!(std::io::stderr(), "error: {}", told(&error));
        ExitCode::from(if error.is::<Interrupted>() { INTERRUPTED } else { FAILED })
    })
}

/// An error with its causes. Some say their cause themselves.
fn told(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !text.ends_with(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let data_dir = &cli.data_dir;
    if let Command::Serve(settings) = cli.command {
        return serve::serve(*settings, data_dir);
    }
    let _logging = start_logging(None)?;
    match cli.command {
        Command::Serve(_) => unreachable!("it was served above"),
        Command::Verify => keep::verify(data_dir),
        Command::Backup { file } => keep::backup(data_dir, &file),
        Command::Restore { file, force } => keep::restore(data_dir, &file, force),
        Command::Admin(command) => command.run(data_dir),
        Command::RotateKey => admin::rotate_key(data_dir),
        Command::Healthcheck(healthcheck) => healthcheck.run(),
    }
}

/// What scripts read stands on stdout; everything else is the log's.
fn announce(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}"); // Nobody may be reading.
}

/// A runtime for a command that asks one thing after the other.
fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

#[cfg(test)]
mod tests;
