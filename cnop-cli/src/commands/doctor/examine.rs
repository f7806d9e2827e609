//! Looks at the settings, the folder, the server, the clocks, the session, and what was left unsettled.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::Instant;

use cnop_core::client::{Client, ClientError, Probe};
use cnop_core::config;
use cnop_core::session::{Session, SessionStore};
use cnop_core::ticket::{IntentStore, Left};
use cnop_core::time::Timestamp;

use super::check::Check;
use super::clock::Reading;
use crate::commands::health::is_healthy;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::settings::Settings;
use crate::{clock, context, format, progress};

/// Every check in its order.
pub(super) async fn everything(settings: &Settings) -> Vec<Check> {
    let (server, clock, client) = server(settings).await;
    let session = session(settings, client.as_ref()).await;
    vec![settings_hold(settings), folder(), server, clock, session, unsettled(settings)]
}

fn settings_hold(settings: &Settings) -> Check {
    const NAME: &str = "settings";
    if let Some(fault) = settings.faults.first() {
        let faults: Vec<_> = settings.faults.iter().map(ToString::to_string).collect();
        return Check::failed(NAME, Exit::Usage, faults.join("; "), fault.hint.clone());
    }
    if let Some(unknown) = settings.unknown.first() {
        return Check::warning(NAME, unknown.to_string(), unknown.hint.clone());
    }
    match &settings.file {
        Some(file) if file.path().exists() => Check::ok(NAME, format!("{} is in order", file.path().display())),
        Some(file) => Check::ok(NAME, format!("there is no {}", file.path().display())),
        None => Check::ok(NAME, "there is no home folder to have a file in"),
    }
}

/// Where sessions and intents are kept.
fn folder() -> Check {
    const NAME: &str = "folder";
    let folder = match config::state_dir() {
        Ok(folder) => folder,
        Err(error) => {
            return Check::failed(NAME, Exit::Unexpected, error.to_string(), "no session can be kept without");
        }
    };
    let shown = folder.display();
    match fs::metadata(&folder).and_then(|found| try_to_write(&folder).map(|()| found)) {
        Ok(found) if is_open_to_others(&found) => Check::warning(
            NAME,
            format!("others can look into {shown}"),
            format!("sessions in it are private all the same; `chmod 700 {shown}` hides their names"),
        ),
        Ok(_) => Check::ok(NAME, format!("{shown} is private and can be written to")),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Check::ok(NAME, format!("{shown} is made at the first login"))
        }
        Err(error) => Check::failed(
            NAME,
            Exit::Unexpected,
            format!("{shown}: {error}"),
            "make it a folder that you own: without it no session can be kept and no order be placed",
        ),
    }
}

fn try_to_write(folder: &Path) -> io::Result<()> {
    let path = folder.join(format!(".doctor.{}", std::process::id()));
    File::create_new(&path)?;
    fs::remove_file(&path)
}

fn is_open_to_others(found: &Metadata) -> bool {
    #[cfg(unix)]
    return std::os::unix::fs::MetadataExt::mode(found) & 0o077 != 0;
    #[cfg(not(unix))]
    return false;
}

/// Whether the server answers and agrees on the time; and a client for it, if it does.
async fn server(settings: &Settings) -> (Check, Check, Option<Client>) {
    const NAME: &str = "server";
    let silent = || Reading::missing("the server has not answered");
    let client = match context::client(settings) {
        Ok(client) => progress::watched(client, &settings.server.value, settings.quiet.value),
        Err(error) => return (Check::of(NAME, error), silent(), None),
    };
    let (asked, begun) = (clock::now(), Instant::now());
    match client.probe().await {
        Ok(probe) => {
            let answered = clock::now();
            let reading = probe.date.map(|server| Reading { asked, answered, server }.check());
            let clock = reading.unwrap_or_else(|| Reading::missing("the server does not say what time it is"));
            (health(NAME, &client, &probe, begun.elapsed().as_millis()), clock, Some(client))
        }
        Err(error) => (Check::of(NAME, error), silent(), None),
    }
}

fn health(name: &'static str, client: &Client, probe: &Probe, millis: u128) -> Check {
    let health = &probe.health;
    let parts = &health.checks;
    let message = format!(
        "{} answers in {millis} ms: {} {}, {}; database {}, market {}, insights {}",
        client.origin(),
        health.service,
        health.version,
        health.status,
        parts.database,
        parts.market,
        parts.insights
    );
    if is_healthy(health) { Check::ok(name, message) } else { Check { message, ..Check::of(name, Failure::Degraded) } }
}

/// Whether the profile has a session at this server, and whether the server takes it.
async fn session(settings: &Settings, client: Option<&Client>) -> Check {
    const NAME: &str = "session";
    let origin = &settings.server.value;
    let stored = SessionStore::of_user().and_then(|store| store.load(&settings.profile.value, origin));
    let session = match stored {
        Ok(Some(session)) => session,
        Ok(None) => return Check::of(NAME, Failure::NotLoggedIn { origin: origin.clone() }),
        Err(error) => return Check::of(NAME, error),
    };
    let Some(client) = client else {
        return Check::skipped(NAME, format!("{}; the server was not asked about it", describe(&session)));
    };
    match ask_about(client, &session).await {
        Ok(()) => Check::ok(NAME, describe(&session)),
        Err(failure) => Check::of(NAME, failure),
    }
}

async fn ask_about(client: &Client, session: &Session) -> Result<(), Failure> {
    let client = client.with_session(session)?;
    client.profile().await.map(drop).map_err(|error: ClientError| error.into())
}

fn describe(session: &Session) -> String {
    let minutes = session.remaining_ms(clock::now()) / (60 * Timestamp::SECOND_MS);
    let until = format::time(session.expires_at());
    format!("{} at {}, until {until} (UTC), for {minutes} min", session.username(), session.origin())
}

/// Whether money is in doubt.
fn unsettled(settings: &Settings) -> Check {
    const NAME: &str = "unsettled";
    let left = IntentStore::of_user(&settings.profile.value).map_err(Into::into).and_then(|store| store.left());
    let left = match left {
        Ok(left) => left,
        Err(error) => return Check::failed(NAME, Exit::Unexpected, error.to_string(), "nothing can be bought or sold"),
    };
    let behind = left.iter().filter(|left| !matches!(left, Left::InFlight(_))).count();
    match (behind, left.len()) {
        (0, 0) => Check::ok(NAME, "nothing was left unsettled"),
        (0, under_way) => Check::ok(NAME, format!("{under_way} under way in other commands")),
        (behind, _) => Check::failed(
            NAME,
            Exit::OutcomeUnknown,
            format!("{behind} of which it is not known what became of them"),
            "`cnop orders settle` asks the server",
        ),
    }
}
