//! What every command works with: the server, the profile's session, the printer.

use cnop_core::client::{Client, ClientOptions};
use cnop_core::config::ProfileName;
use cnop_core::session::{Session, SessionStore};
use cnop_core::time::Timestamp;

use crate::cli::GlobalArgs;
use crate::clock;
use crate::failure::Failure;
use crate::printer::Printer;

/// A token lives an hour. One with less left than this is renewed first, so that a script does not lose it midway.
const RENEW_BEFORE_MS: i64 = 10 * 60 * Timestamp::SECOND_MS;

/// The settings of one run.
#[derive(Debug)]
pub(crate) struct Context {
    /// Speaks to the server for nobody.
    pub(crate) client: Client,
    /// Whose session counts.
    pub(crate) profile: ProfileName,
    /// Writes.
    pub(crate) printer: Printer,
    /// Whether orders are placed without asking.
    pub(crate) assume_yes: bool,
}

/// A session, and a client that speaks for it.
#[derive(Debug)]
pub(crate) struct LoggedIn {
    pub(crate) client: Client,
    pub(crate) session: Session,
}

impl Context {
    /// The settings that were typed; where they do not work, why, and who can say so.
    pub(crate) fn new(global: GlobalArgs) -> Result<Self, (Printer, Failure)> {
        let printer = Printer::new(global.output);
        let options = ClientOptions {
            user_agent: concat!("cnop/", env!("CARGO_PKG_VERSION")).to_owned(),
            allow_plain_http: global.allow_plain_http,
        };
        let client = Client::new(global.server, options).map_err(|error| (printer, error.into()))?;
        Ok(Self { client, profile: global.profile, printer, assume_yes: global.yes })
    }

    /// The profile's session at this server, as it is on disk.
    pub(crate) fn stored_session(&self) -> Result<LoggedIn, Failure> {
        let stored = SessionStore::of_user()?.load(&self.profile, self.client.origin())?;
        let session = stored.ok_or_else(|| Failure::NotLoggedIn { origin: self.client.origin().clone() })?;
        Ok(LoggedIn { client: self.client.with_session(&session)?, session })
    }

    /// The profile's session at this server, renewed where it is about to end.
    pub(crate) async fn logged_in(&self) -> Result<LoggedIn, Failure> {
        let stored = self.stored_session()?;
        if !(1..RENEW_BEFORE_MS).contains(&stored.session.remaining_ms(clock::now())) {
            return Ok(stored);
        }
        // At best: the token still works, and if it does not, the command itself will say so.
        Ok(self.renewed(&stored.session).await.unwrap_or(stored))
    }

    async fn renewed(&self, old: &Session) -> Option<LoggedIn> {
        let store = SessionStore::of_user().ok()?;
        let waiting = (store.clone(), self.profile.clone());
        // Held across the renewal: of two commands at once, the second would send a token that the first made void.
        let _lock = tokio::task::spawn_blocking(move || waiting.0.lock(&waiting.1)).await.ok()?.ok()?;
        let current = self.stored_session().ok()?;
        if current.session.expires_at() != old.expires_at() {
            return Some(current);
        }
        let answer = current.client.refresh().await.ok()?;
        let (username, origin) = (old.username().clone(), old.origin().clone());
        let session = Session::new(username, origin, answer, clock::now());
        if let Err(error) = store.save(&self.profile, &session) {
            self.printer.note(&format!("warning: the renewed session cannot be kept, log in again next time: {error}"));
        }
        Some(LoggedIn { client: self.client.with_session(&session).ok()?, session })
    }
}
