//! `cnop-server serve`

use std::env::VarError;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::CommandFactory;
use secrecy::{ExposeSecret, SecretString};

use super::{Cli, announce};
use crate::app::{self, LOG_FOLDER};
use crate::clock::Clock;
use crate::config::{
    COINGECKO_KEY_VARIABLE, DataDir, GEMINI_KEY_VARIABLE, INSIGHTS_KEY_VARIABLE, JWT_SECRET_VARIABLE, Settings,
};
use crate::ops::{LOG_VARIABLE, LogFiles, start_logging};

/// What is for the file alone: whoever started the server is told otherwise.
const ENDING: &str = "cnop_server::ending";

pub(super) fn serve(mut settings: Settings, data_dir: &DataDir) -> anyhow::Result<ExitCode> {
    let folder = data_dir.path()?;
    app::make_folders(&folder)?;
    let logs = folder.join(LOG_FOLDER);
    let files = (settings.log_days > 0).then(|| LogFiles {
        folder: &logs,
        days: settings.log_days.into(),
        bytes_a_day: settings.log_bytes_a_day(),
    });
    let logging = start_logging(files)?;
    settings.request_log = logging.requests.clone();
    warn_of_unknown_variables();
    allow_many_files();
    let served = run(settings, folder);
    // Into the file too, before the error goes to whoever started it.
    match &served {
        Ok(()) => tracing::info!(target: ENDING, "stopped"),
        Err(error) => tracing::error!(target: ENDING, "stopped: {error:#}"),
    }
    served.map(|()| ExitCode::SUCCESS)
}

fn run(mut settings: Settings, folder: PathBuf) -> anyhow::Result<()> {
    settings.jwt_secret = secret_variable(JWT_SECRET_VARIABLE)?;
    settings.market.coingecko_key = secret_variable(COINGECKO_KEY_VARIABLE)?;
    settings.insights.gemini_key = key_variable(GEMINI_KEY_VARIABLE)?;
    settings.insights.insights_key = key_variable(INSIGHTS_KEY_VARIABLE)?;
    let listener =
        TcpListener::bind(settings.listen).with_context(|| format!("cannot listen on {}", settings.listen))?;
    let address = listener.local_addr().context("asking for the address")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("starting the runtime")?;
    let served = runtime.block_on(async {
        let stop = stop_signal()?;
        let started = async {
            let line = format!("cnop-server {} listening on http://{address}", env!("CARGO_PKG_VERSION"));
            tokio::task::spawn_blocking(move || announce(&line)); // Whoever should read it may have stopped reading.
            tracing::info!(%address, version = env!("CARGO_PKG_VERSION"), "serving");
            stop.await;
        };
        app::run(settings, folder, Clock::system(), listener, started).await
    });
    runtime.shutdown_background(); // A task that hangs does not hold up a stop.
    served
}

/// What is too secret for a flag.
fn secret_variable(name: &str) -> anyhow::Result<Option<SecretString>> {
    match std::env::var(name) {
        Ok(secret) => Ok(Some(secret.into())),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => anyhow::bail!("{name} must be text"),
    }
}

/// The same of a key, which an empty variable is not.
fn key_variable(name: &str) -> anyhow::Result<Option<SecretString>> {
    let key = secret_variable(name)?.map(|key| SecretString::from(key.expose_secret().trim()));
    Ok(key.filter(|key| !key.expose_secret().is_empty()))
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

/// Every connection is a file, and shells allow 1,024 of them; the system's own limit is higher.
fn allow_many_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
        let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }); // Then it stays as it was.
    }
}

/// Variables that are no flags of the server, among them those of the command line.
const OTHERS: &[&str] = &[
    LOG_VARIABLE,
    COINGECKO_KEY_VARIABLE,
    INSIGHTS_KEY_VARIABLE,
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
