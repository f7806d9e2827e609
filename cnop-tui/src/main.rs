//! `cnop-tui`, the terminal of a CNOP server.
//!
//! `app` decides, `view` draws, `run` is the rim around both. What travels over HTTP, and what lies on disk of sessions and
//! orders, is left to `cnop_core`.

mod app;
mod clock;
mod preferences;
mod run;
#[cfg(test)]
mod testing;
mod view;

use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use cnop_core::client::{Client, ClientOptions, Origin};
use cnop_core::config::{self, DEFAULT_SERVER, ProfileName};
use cnop_core::session::SessionStore;
use cnop_core::ticket::IntentStore;
use tokio::runtime::Builder;

use crate::app::State;
use crate::app::state::Setup;
use crate::run::Place;

/// Trade on a CNOP server in a terminal
#[derive(Debug, Parser)]
#[command(name = "cnop-tui", version)]
struct Args {
    /// The server to talk to
    #[arg(long, value_name = "URL", env = "CNOP_SERVER", default_value = DEFAULT_SERVER)]
    server: Origin,
    /// Which of several sessions to use
    #[arg(long, value_name = "NAME", env = "CNOP_PROFILE", default_value_t = ProfileName::default())]
    profile: ProfileName,
    /// Draw without colours
    #[arg(long, env = "NO_COLOR", value_parser = clap::builder::FalseyValueParser::new())]
    no_color: bool,
    /// Send passwords and sessions over plain http to other machines too, where everyone on the way can read them
    #[arg(long, env = "CNOP_ALLOW_PLAIN_HTTP", value_parser = clap::builder::FalseyValueParser::new())]
    allow_plain_http: bool,
}

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
    let Args { server, profile, no_color, allow_plain_http } = args;
    let options =
        ClientOptions { user_agent: concat!("cnop-tui/", env!("CARGO_PKG_VERSION")).to_owned(), allow_plain_http };
    let client = Client::new(server.clone(), options)?;
    let preferences = config::config_file().context("finding the configuration")?.path().with_file_name("tui.json");
    let setup = Setup {
        server: server.to_string(),
        profile: (profile != ProfileName::default()).then(|| profile.to_string()),
        colour: !no_color,
    };
    let state = State::new(setup, preferences::load(&preferences));
    let intents = IntentStore::of_user(&profile).context("finding the state folder")?;
    let place = Place { client, profile, sessions: SessionStore::of_user()?, intents, preferences };
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(run::run(state, place));
    runtime.shutdown_background();
    ended
}
