//! What keeps strangers from hurting the server: who a request comes from, how many requests they may send, and when
//! they may try passwords.
//!
//! Everything here is kept in maps that are bounded by count and by age. Statuses are `http::problem`'s to choose.

use std::sync::Mutex;
use std::time::Duration;

use cnop_core::time::Timestamp;

use crate::config::GuardSettings;
use crate::store::{Block, UserNumber};

mod limiter;
mod login;
mod network;
mod proxies;
mod tally;

pub(crate) use limiter::{Limiter, Standing};
pub(crate) use login::{BlockChange, LoginGuard, LoginLimits, NotNow};
pub(crate) use network::ClientNetwork;
pub(crate) use proxies::{Client, TrustedProxies};
pub(crate) use tally::Tally;

/// A span for registrations.
const HOUR_MS: i64 = 3_600 * Timestamp::SECOND_MS;
/// Client networks whose registrations are counted at a time.
const MAX_REGISTERING: usize = 100_000;

/// Everything that is counted of strangers and users.
pub(crate) struct Guard {
    /// Who is asked for whom.
    pub(crate) proxies: TrustedProxies,
    /// Requests of each client; `None` where they are not limited.
    pub(crate) requests: Option<Limiter<ClientNetwork>>,
    /// Requests of each user that change something.
    user_writes: Option<Limiter<UserNumber>>,
    // Held for one look-up, never across an await.
    registrations: Option<Mutex<Tally<ClientNetwork>>>,
    /// Who may try passwords.
    pub(crate) logins: LoginGuard,
}

/// Somebody did too much; after this there is room for one more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMany {
    /// Of what.
    pub(crate) what: &'static str,
    /// When there is room.
    pub(crate) wait: Duration,
}

impl Guard {
    /// A guard with these settings and the blocks that were kept.
    pub(crate) fn new(settings: &GuardSettings, blocks: impl IntoIterator<Item = (ClientNetwork, Block)>) -> Self {
        let registrations = settings.registrations_per_hour;
        Self {
            proxies: TrustedProxies::new(settings.trusted_proxies.clone()),
            requests: Limiter::per_minute(settings.rate_limit_per_minute),
            user_writes: Limiter::per_minute(settings.user_writes_per_minute),
            registrations: (registrations > 0).then(|| Mutex::new(Tally::new(registrations, HOUR_MS, MAX_REGISTERING))),
            logins: LoginGuard::new(settings.login_limits(), blocks),
        }
    }

    /// Counts a request of a user that changes something.
    ///
    /// # Errors
    /// [`TooMany`].
    pub(crate) fn count_write(&self, user: UserNumber) -> Result<(), TooMany> {
        match self.user_writes.as_ref().and_then(|writes| writes.take(user).refused_for) {
            Some(wait) => Err(TooMany { what: "requests that change something came from this user", wait }),
            None => Ok(()),
        }
    }

    /// Whether one more user may be registered by a client; `count` counts it.
    ///
    /// # Errors
    /// [`TooMany`].
    pub(crate) fn admit_registration(&self, client: Client, now: Timestamp, count: bool) -> Result<(), TooMany> {
        let Some(registrations) = self.registrations.as_ref().filter(|_| !client.is_this_machine()) else {
            return Ok(());
        };
        let network = ClientNetwork::from(client.address);
        let mut registrations = registrations.lock().expect("no holder panics");
        if let Some(until) = registrations.full_until(&network, now) {
            let wait = Duration::from_millis((until.as_millis() - now.as_millis()).unsigned_abs());
            return Err(TooMany { what: "users were registered from this address", wait });
        }
        if count {
            registrations.add(network, now);
        }
        Ok(())
    }

    /// Forgets what is over, and gives the memory back.
    pub(crate) fn prune(&self, now: Timestamp) {
        self.requests.iter().for_each(Limiter::prune);
        self.user_writes.iter().for_each(Limiter::prune);
        self.registrations.iter().for_each(|counts| counts.lock().expect("no holder panics").prune(now));
        self.logins.prune(now);
    }
}
