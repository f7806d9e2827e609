//! The command line of the server.

use std::env::VarError;
use std::io::{IsTerminal, Write};
use std::net::TcpListener;
use std::process::ExitCode;

use anyhow::Context;
use clap::{CommandFactory, Parser, Subcommand};
use secrecy::SecretString;

use crate::app::{self, DATABASE_FILE};
use crate::clock::Clock;
use crate::config::{COINGECKO_KEY_VARIABLE, DataDir, JWT_SECRET_VARIABLE, Settings};
use crate::store::{Report, Store};

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
}

/// Runs what the command line says.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    run(cli).unwrap_or_else(|error| {
        // Not through the log, whose filter may be narrow.
        let _ = writeln!(std::io::stderr(), "error: {error:#}");
        ExitCode::FAILURE
    })
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    log_to_stderr()?;
    match cli.command {
        Command::Serve(settings) => serve(*settings, &cli.data_dir),
        Command::Verify => verify(&cli.data_dir),
    }
}

fn serve(mut settings: Settings, data_dir: &DataDir) -> anyhow::Result<ExitCode> {
    warn_of_unknown_variables();
    settings.jwt_secret = secret_variable(JWT_SECRET_VARIABLE)?;
    settings.market.coingecko_key = secret_variable(COINGECKO_KEY_VARIABLE)?;
    let folder = data_dir.path()?;
    let listener =
        TcpListener::bind(settings.listen).with_context(|| format!("cannot listen on {}", settings.listen))?;
    let address = listener.local_addr().context("asking for the address")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("starting the runtime")?;
    runtime.block_on(async {
        let stop = stop_signal()?;
        let started = async {
            announce(&format!("cnop-server {} listening on http://{address}", env!("CARGO_PKG_VERSION")));
            stop.await;
        };
        app::run(settings, folder, Clock::system(), listener, started).await
    })?;
    Ok(ExitCode::SUCCESS)
}

/// What is too secret for a flag.
fn secret_variable(name: &str) -> anyhow::Result<Option<SecretString>> {
    match std::env::var(name) {
        Ok(secret) => Ok(Some(secret.into())),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => anyhow::bail!("{name} must be text"),
    }
}

/// Completes at SIGTERM or Ctrl+C.
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(async move {
        #[cfg(unix)]
        let terminated = terminate.recv();
        #[cfg(not(unix))]
        let terminated = std::future::pending::<Option<()>>();
        // Either signal means the same.
        tokio::select! {
            _ = terminated => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        tracing::info!("stopping");
    })
}

/// The status where accounts could be read, and something does not add up.
const UNSOUND: u8 = 3;

fn verify(data_dir: &DataDir) -> anyhow::Result<ExitCode> {
    let file = data_dir.path()?.join(DATABASE_FILE);
    anyhow::ensure!(file.exists(), "there is no database at {}; give --data-dir", file.display());
    let Report { users, entries, findings } = Store::verify_file(&file)?;
    for finding in &findings {
        announce(&format!("{}: {}", finding.username, finding.what));
    }
    announce(&format!("{users} accounts, {entries} entries, {} findings", findings.len()));
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(UNSOUND) })
}

/// What scripts read stands on stdout; everything else is the log's.
fn announce(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}"); // Nobody may be reading.
}

/// The variable that says what is logged, such as `debug` or `cnop_server::http=debug`.
const LOG_VARIABLE: &str = "CNOP_LOG";

fn log_to_stderr() -> anyhow::Result<()> {
    let wanted = std::env::var(LOG_VARIABLE).unwrap_or_else(|_| "info".to_owned());
    let filter = tracing_subscriber::EnvFilter::try_new(&wanted).with_context(|| format!("in {LOG_VARIABLE}"))?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    Ok(())
}

/// Variables that are no flags of the server, among them those of the command line.
const OTHERS: &[&str] = &[
    LOG_VARIABLE,
    COINGECKO_KEY_VARIABLE,
    "CNOP_SERVER",
    "CNOP_PROFILE",
    "CNOP_OUTPUT",
    "CNOP_PASSWORD",
    "CNOP_ALLOW_PLAIN_HTTP",
];

/// A misspelt variable would be silently without effect.
fn warn_of_unknown_variables() {
    let command = Cli::command();
    let commands = std::iter::once(&command).chain(command.get_subcommands());
    let known: Vec<_> =
        commands.flat_map(clap::Command::get_arguments).filter_map(|argument| argument.get_env()).collect();
    let ours = std::env::vars_os().map(|(name, _)| name).filter(|name| name.to_string_lossy().starts_with("CNOP_"));
    for name in
        ours.filter(|name| !OTHERS.contains(&name.to_string_lossy().as_ref()) && !known.contains(&name.as_os_str()))
    {
        tracing::warn!("the variable {} is unknown and has no effect", name.to_string_lossy());
    }
}
