//! `cnop-tui`, the terminal of a CNOP server.
//!
//! `app` decides, `view` draws, `run` is the rim around both. What travels over HTTP, and what lies on disk of sessions and
//! orders, is left to `cnop_core`.

mod app;
mod clock;
mod log;
mod preferences;
mod run;
mod settings;
#[cfg(test)]
mod testing;
mod view;

use std::io::{IsTerminal, stdin, stdout};
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use cnop_core::client::{Client, ClientOptions, Origin};
use cnop_core::config::ProfileName;
use cnop_core::ids::IdempotencyKey;
use cnop_core::session::SessionStore;
use cnop_core::ticket::IntentStore;
use tokio::runtime::Builder;

use crate::app::State;
use crate::app::state::{NoticeKind, Setup};
use crate::run::Place;
use crate::settings::Settings;

/// Trade on a CNOP server in a terminal
#[derive(Debug, Parser)]
#[command(name = "cnop-tui", version, after_help = AFTER_HELP)]
struct Args {
    /// The server to talk to [env: CNOP_SERVER] [default: http://127.0.0.1:8080]
    #[arg(long, value_name = "URL")]
    server: Option<Origin>,
    /// Which of several sessions to use [env: CNOP_PROFILE] [default: default]
    #[arg(long, value_name = "NAME")]
    profile: Option<ProfileName>,
    /// Draw without colours [env: NO_COLOR]
    #[arg(long)]
    no_color: bool,
    /// Send passwords and sessions over plain http to other machines too, where everyone on the way can read them
    /// [env: CNOP_ALLOW_PLAIN_HTTP]
    #[arg(long)]
    allow_plain_http: bool,
}

const AFTER_HELP: &str = "\
? in it shows every key, Ctrl+P finds anything to do. An option goes before its variable, a variable before the
file of `cnop config path`, the file before the default. What it logs is in the state folder, as much as CNOP_LOG says.";

fn main() -> ExitCode {
    match start(Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "the terminal is no longer ours")]
fn report(error: &anyhow::Error) {
    eprintln!("error: {error:#}");
}

fn start(args: Args) -> anyhow::Result<()> {
    anyhow::ensure!(stdin().is_terminal() && stdout().is_terminal(), "this needs a terminal; scripts use `cnop`");
    let kind = std::env::var("TERM").unwrap_or_default();
    anyhow::ensure!(!matches!(kind.as_str(), "" | "dumb"), "this terminal cannot do it: TERM is {kind:?}");
    let settings = settings::of_user(args)?;
    let logged = log::to_file();
    let options = ClientOptions {
        user_agent: concat!("cnop-tui/", env!("CARGO_PKG_VERSION")).to_owned(),
        allow_plain_http: settings.allow_plain_http,
    };
    let client = Client::new(settings.server.clone(), options)?;
    let setup = Setup {
        server: settings.server.to_string(),
        profile: (settings.profile != ProfileName::default()).then(|| settings.profile.to_string()),
        colour: settings.colour,
        new_key: IdempotencyKey::generate,
    };
    let mut state = State::new(setup, preferences::load(&settings.preferences));
    if let Err(error) = logged {
        // Nobody should be kept from trading by that.
        state.data.say(NoticeKind::Bad, format!("nothing is logged: {error:#}"), clock::now());
    }
    let intents = IntentStore::of_user(&settings.profile).context("finding the state folder")?;
    let Settings { profile, preferences, .. } = settings;
    let place = Place { client, profile, sessions: SessionStore::of_user()?, intents, preferences };
    tracing::info!(version = env!("CARGO_PKG_VERSION"), server = %place.client.origin(), "started");
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(run::run(state, place));
    runtime.shutdown_background();
    match &ended {
        Ok(in_doubt) => tracing::info!(in_doubt, "ended"),
        Err(error) => tracing::error!("ended: {error:#}"),
    }
    ended.map(say_what_is_in_doubt)
}

/// What was sent and not answered is on disk.
#[expect(clippy::print_stderr, reason = "the terminal is no longer ours")]
fn say_what_is_in_doubt(in_doubt: usize) {
    if in_doubt > 0 {
        eprintln!("what became of {in_doubt} is unknown; `cnop orders settle` or the next start finds it out");
    }
}
