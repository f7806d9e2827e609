//! What every command works with: the server, the profile's session, the printer.

use std::fs::File;

use cnop_core::client::{Client, ClientError, ClientOptions};
use cnop_core::config::ProfileName;
use cnop_core::session::{Session, SessionStore};
use cnop_core::time::Timestamp;
use secrecy::SecretString;

use crate::clock;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::progress;
use crate::settings::Settings;

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
    /// The password that need not be typed.
    pub(crate) password: Option<SecretString>,
}

/// A session, and a client that speaks for it.
#[derive(Debug)]
pub(crate) struct LoggedIn {
    pub(crate) client: Client,
    pub(crate) session: Session,
}

impl Context {
    /// What `settings` come to, if none of them is wrong.
    pub(crate) fn new(printer: Printer, settings: Settings) -> Result<Self, Failure> {
        settings.checked()?;
        for key in &settings.unknown {
            printer.warn(key);
        }
        let client = progress::watched(client(&settings)?, &settings.server.value, printer.is_quiet());
        let Settings { profile, yes, password, .. } = settings;
        Ok(Self { client, profile: profile.value, printer, assume_yes: yes.value, password })
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

    /// Waits until no other command changes the profile's session: one that renews it meanwhile would put it back over
    /// a newer one, or after it was ended. `None` where the system knows no locks.
    pub(crate) async fn lock_session(&self) -> Option<File> {
        let (store, profile) = (SessionStore::of_user().ok()?, self.profile.clone());
        // On a thread of its own, so that Ctrl+C is heard meanwhile.
        tokio::task::spawn_blocking(move || store.lock(&profile)).await.ok()?.ok()
    }

    async fn renewed(&self, old: &Session) -> Option<LoggedIn> {
        let store = SessionStore::of_user().ok()?;
        // Held across the renewal: of two commands at once, the second would send a token that the first made void.
        let _lock = self.lock_session().await?;
        // Whoever logged in meanwhile is not whom this command speaks for, if it is another user.
        let current = self.stored_session().ok().filter(|current| current.session.username() == old.username())?;
        if current.session.expires_at() != old.expires_at() {
            return Some(current);
        }
        let answer = current.client.refresh().await.ok()?;
        let (username, origin) = (old.username().clone(), old.origin().clone());
        let session = Session::new(username, origin, answer, clock::now());
        if let Err(error) = store.save(&self.profile, &session) {
            self.printer.warn(format_args!("the renewed session cannot be kept, log in again next time: {error}"));
        }
        Some(LoggedIn { client: self.client.with_session(&session).ok()?, session })
    }
}

/// A client for the server that is set.
pub(crate) fn client(settings: &Settings) -> Result<Client, ClientError> {
    let options = ClientOptions {
        user_agent: concat!("cnop/", env!("CARGO_PKG_VERSION")).to_owned(),
        allow_plain_http: settings.allow_plain_http.value,
    };
    Client::new(settings.server.value.clone(), options)
}
