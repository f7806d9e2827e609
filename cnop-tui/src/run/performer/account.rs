//! The session: found, begun, renewed in time, ended; and the stream that lasts as long as it does.

use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use cnop_core::api::LoginRequest;
use cnop_core::client::{Client, ClientError};
use cnop_core::config::ProfileName;
use cnop_core::session::{Session, SessionError, SessionStore};
use cnop_core::time::Timestamp;
use cnop_core::user::Username;
use secrecy::SecretString;
use tokio::sync::mpsc::error::{SendError, TrySendError};
use tokio::sync::mpsc::{self, Sender};
use tokio::task::JoinHandle;

use crate::app::Event;
use crate::app::event::{SignInFailure, Welcome};
use crate::clock;
use crate::run::stream;

/// A token lives an hour. It is renewed when so much of it is left.
const RENEW_BEFORE_MS: i64 = 10 * 60 * Timestamp::SECOND_MS;
/// A renewal that did not work is tried again after so long.
const RETRY_AFTER: Duration = Duration::from_secs(30);

/// Whether a session is over is looked at again after so long, where the server does not say.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// The longest sleep at once: that of the machine does not count, so the clock is looked at again and again.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// Who speaks to the server.
pub(super) struct Account {
    stranger: Client,
    profile: ProfileName,
    store: SessionStore,
    events: Sender<Event>,
    // Held to look or to replace, never across an await.
    open: Mutex<Option<Open>>,
}

/// A session that is under way.
struct Open {
    client: Client,
    session: Session,
    /// Where the stream gets a renewed client.
    renew: Sender<Client>,
    tasks: Vec<JoinHandle<()>>,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Account {
    pub(super) fn new(stranger: Client, profile: ProfileName, store: SessionStore, events: Sender<Event>) -> Self {
        Self { stranger, profile, store, events, open: Mutex::new(None) }
    }

    /// Speaks for nobody.
    pub(super) fn stranger(&self) -> &Client {
        &self.stranger
    }

    /// Speaks for whoever is logged in, else for nobody: then the server says so.
    pub(super) fn client(&self) -> Client {
        self.open().as_ref().map_or_else(|| self.stranger.clone(), |open| open.client.clone())
    }

    /// Whose session it is.
    pub(super) fn session(&self) -> Option<Session> {
        self.open().as_ref().map(|open| open.session.clone())
    }

    fn open(&self) -> MutexGuard<'_, Option<Open>> {
        self.open.lock().expect("no holder panics")
    }

    /// Goes on with the profile's session; without one, or with one that is over, somebody has to log in.
    pub(super) async fn resume(self: &std::sync::Arc<Self>) -> bool {
        let session = self.store.load(&self.profile, self.stranger.origin()).ok().flatten();
        match session.filter(|session| session.remaining_ms(clock::now()) > 0) {
            Some(session) => self.begin(session).await,
            None => {
                self.say(Event::LoggedOut).await;
                false
            }
        }
    }

    /// Begins a session, and keeps it on disk.
    pub(super) async fn log_in(self: &std::sync::Arc<Self>, username: Username, password: SecretString) -> bool {
        let request = LoginRequest { username: username.to_string(), password };
        let session = match self.stranger.login(&request).await {
            Ok(answer) => Session::new(username, self.stranger.origin().clone(), answer, clock::now()),
            Err(error) => return self.fail(SignInFailure::Client(error)).await,
        };
        if let Err(error) = self.keep(&session) {
            return self.fail(SignInFailure::Disk(error.to_string())).await;
        }
        self.begin(session).await
    }

    fn keep(&self, session: &Session) -> Result<(), SessionError> {
        self.store.save(&self.profile, session)
    }

    async fn fail(&self, failure: SignInFailure) -> bool {
        self.say(Event::Session(Err(failure))).await;
        false
    }

    async fn begin(self: &std::sync::Arc<Self>, session: Session) -> bool {
        let Ok(client) = self.stranger.with_session(&session) else {
            self.say(Event::LoggedOut).await;
            return false;
        };
        let (renew, renewed) = mpsc::channel(1);
        // Before anybody hears of it: what is asked then is asked with it.
        *self.open() = Some(Open { client: client.clone(), session: session.clone(), renew, tasks: Vec::new() });
        self.welcome(&session).await;
        let streaming = tokio::spawn(stream::follow(client, renewed, self.events.clone()));
        let renewing = tokio::spawn(std::sync::Arc::clone(self).keep_alive());
        if let Some(open) = self.open().as_mut() {
            open.tasks = vec![streaming, renewing];
        }
        true
    }

    /// Goes on with a session that another program renewed, which ended ours; without one it is over.
    pub(super) async fn recover(self: &std::sync::Arc<Self>, failure: ClientError) {
        let Some(session) = self.session() else { return };
        if let Some(newer) = self.newer_than(&session) {
            self.begin(newer).await;
            return;
        }
        // What failed may have been asked with the session before this one.
        match self.client().balance().await {
            Err(error) if error.ends_the_session() => drop(self.fail(SignInFailure::Client(failure)).await),
            Ok(_) => self.begin_anew(session).await,
            // It cannot be told now: the stream asks again.
            Err(_) => {
                tokio::time::sleep(LOOK_AGAIN).await;
                self.begin_anew(session).await;
            }
        }
    }

    /// Opens the stream of the session again, unless somebody logged out or in meanwhile.
    async fn begin_anew(self: &std::sync::Arc<Self>, session: Session) {
        let is_still = |now: Session| now.username() == session.username() && now.expires_at() == session.expires_at();
        if self.session().is_some_and(is_still) {
            self.begin(session).await;
        }
    }

    /// The session on disk, if it is the same user's and lasts longer.
    fn newer_than(&self, old: &Session) -> Option<Session> {
        let stored = self.store.load(&self.profile, self.stranger.origin()).ok().flatten();
        stored.filter(|stored| stored.username() == old.username() && stored.expires_at() > old.expires_at())
    }

    async fn welcome(&self, session: &Session) {
        let (username, origin) = (session.username().clone(), session.origin().clone());
        let welcome = Welcome { username, origin, expires_at: session.expires_at() };
        self.say(Event::Session(Ok(welcome))).await;
    }

    /// Renews the session for as long as the server lets it; when it is over, the next answer says so.
    async fn keep_alive(self: std::sync::Arc<Self>) {
        loop {
            let Some(session) = self.session() else { return };
            let left = session.remaining_ms(clock::now()) - RENEW_BEFORE_MS;
            if let Ok(left @ 1..) = u64::try_from(left) {
                tokio::time::sleep(Duration::from_millis(left).min(LONGEST_SLEEP)).await;
                continue;
            }
            match self.renew(&session).await {
                Ok(()) => {}
                Err(error) if error.ends_the_session() => return,
                Err(_) => tokio::time::sleep(RETRY_AFTER).await,
            }
        }
    }

    /// Another program may have renewed it meanwhile: then its token is the one that counts.
    async fn renew(&self, old: &Session) -> Result<(), ClientError> {
        let (store, profile) = (self.store.clone(), self.profile.clone());
        // Held across the renewal: of two programs at once, the second would send a token that the first made void.
        let _lock = tokio::task::spawn_blocking(move || store.lock(&profile)).await;
        let session = match self.newer_than(old) {
            Some(newer) => newer,
            None => {
                let answer = self.client().refresh().await?;
                let session = Session::new(old.username().clone(), old.origin().clone(), answer, clock::now());
                if let Err(error) = self.keep(&session) {
                    self.say(Event::NotDone(format!("the renewed session cannot be kept: {error}"))).await;
                }
                session
            }
        };
        self.go_on_with(session).await;
        Ok(())
    }

    async fn go_on_with(&self, session: Session) {
        let Ok(client) = self.stranger.with_session(&session) else { return };
        let renew = {
            let mut open = self.open();
            let Some(open) = open.as_mut() else { return };
            (open.client, open.session) = (client.clone(), session.clone());
            open.renew.clone()
        };
        // The stream may have given up on the session of before.
        if let Err(SendError(client)) = renew.send(client).await {
            self.stream_anew(client);
        }
        self.welcome(&session).await;
    }

    fn stream_anew(&self, client: Client) {
        let mut open = self.open();
        let Some(open) = open.as_mut() else { return };
        let (renew, renewed) = mpsc::channel(1);
        open.renew = renew;
        open.tasks.push(tokio::spawn(stream::follow(client, renewed, self.events.clone())));
    }

    /// Ends it at the server and then here: the other way round it could not be ended any more.
    pub(super) async fn log_out(&self) {
        let ended = self.client().logout().await;
        if let Err(error) = &ended
            && !error.ends_the_session()
        {
            return self.say(Event::NotDone(format!("not logged out: {error}"))).await;
        }
        *self.open() = None;
        if let Err(error) = self.store.remove(&self.profile) {
            self.say(Event::NotDone(format!("the session stays on disk: {error}"))).await;
        }
        self.say(Event::LoggedOut).await;
    }

    /// Makes a new connection at once.
    pub(super) fn reconnect(&self) {
        let asked = self.open().as_ref().map(|open| open.renew.try_send(open.client.clone()));
        // Where one is on its way already, that will do.
        if let Some(Err(TrySendError::Closed(client))) = asked {
            self.stream_anew(client);
        }
    }

    /// The loop may be over.
    async fn say(&self, event: Event) {
        let _ = self.events.send(event).await;
    }
}
