//! The event stream: what happens on the market and to a user, told to whoever listens.
//!
//! One task ([`Streams::run`]) hears of ticks and commits, and hands each event, encoded once, to the queues of its
//! readers. Nobody waits for a reader: whoever does not keep up is told how much was missed.
//! `hub` decides who is told what, `market` and `own` keep what a reader that comes back may have missed; the route is
//! `http::stream`.

mod event;
mod hub;
mod market;
mod own;
mod queue;
mod reader;
mod seat;

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use cnop_core::asset_id::AssetId;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::MissedTickBehavior;

use crate::auth::Verified;
use crate::clock::Clock;
use crate::market::{Board, PriceBook};
use crate::store::{Bulletin, Session, Store};
pub(crate) use event::EventId;
use hub::{Hub, Now};
pub(crate) use reader::Reader;

/// How often sessions are looked at, and those who fell behind are told so.
const ROUND: Duration = Duration::from_secs(1);
/// Rounds between two signs of life.
const ROUNDS_A_BEAT: u32 = 15;
/// Streams at a time, whoever has them: some 20 KiB each.
const MAX_STREAMS: usize = 10_000;

/// How many streams there may be at a time. `None` sets no limit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StreamLimits {
    /// For one user.
    pub(crate) a_user: Option<NonZeroU32>,
    /// For one client address.
    pub(crate) an_address: Option<NonZeroU32>,
}

/// Why no stream was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotOpened {
    /// The user has as many as are allowed.
    #[error("This account has {0} event streams open, and no more are allowed at a time. Close one first.")]
    TooManyOfUser(u32),
    /// The address has as many as are allowed.
    #[error("This address has {0} event streams open, and no more are allowed at a time. Close one first.")]
    TooManyOfAddress(u32),
    /// The server has as many as it can serve.
    #[error("The server has as many event streams as it can serve.")]
    TooMany,
    /// The server is about to stop.
    #[error("The server is stopping.")]
    Closing,
}

/// Whose prices.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Assets {
    /// Those of every asset.
    All,
    /// Those of these, in order, each once.
    Only(Arc<[AssetId]>),
}

impl Assets {
    fn holds(&self, asset_id: AssetId) -> bool {
        match self {
            Self::All => true,
            Self::Only(assets) => assets.binary_search(&asset_id).is_ok(),
        }
    }
}

/// What a user wants to hear of what is theirs.
#[derive(Debug, Clone)]
pub(crate) struct Own {
    /// Who.
    pub(crate) session: Session,
    /// What the stream ends with.
    pub(crate) token: Arc<Verified>,
    /// Their orders.
    pub(crate) orders: bool,
    /// Their balance.
    pub(crate) balance: bool,
}

/// What a stream is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// From where.
    pub(crate) address: IpAddr,
    /// Prices of these assets.
    pub(crate) prices: Option<Assets>,
    /// What belongs to a user.
    pub(crate) own: Option<Own>,
    /// The last event that the reader had before its stream broke.
    pub(crate) after: Option<EventId>,
}

/// Where events come from: taken before anything can happen that would be missed.
pub(crate) struct Sources {
    ticks: broadcast::Receiver<Arc<Board>>,
    news: broadcast::Receiver<Bulletin>,
}

impl Sources {
    /// Everything from now on.
    pub(crate) fn of(book: &PriceBook, store: &Store) -> Self {
        Self { ticks: book.listen(), news: store.listen() }
    }
}

/// All open streams. Clones share them.
#[derive(Clone)]
pub(crate) struct Streams {
    // Held while an event is handed out, never across an await.
    hub: Arc<Mutex<Hub>>,
    limits: StreamLimits,
}

impl Streams {
    /// None yet. `boot` tells this process from the one before.
    pub(crate) fn new(boot: &str, limits: StreamLimits) -> Self {
        Self { hub: Arc::new(Mutex::new(Hub::new(boot))), limits }
    }

    /// Opens a stream: what it begins with, and everything from now on.
    ///
    /// # Errors
    /// [`NotOpened`].
    pub(crate) fn open(&self, wanted: Wanted) -> Result<Reader, NotOpened> {
        let place = self.hub().open(wanted, self.limits)?;
        Ok(Reader::new(place, Arc::clone(&self.hub)))
    }

    /// How many are open.
    pub(crate) fn count(&self) -> usize {
        self.hub().count()
    }

    /// Ends every stream, and lets nobody open another.
    pub(crate) fn close(&self) {
        self.hub().close();
    }

    fn hub(&self) -> MutexGuard<'_, Hub> {
        self.hub.lock().expect("no holder panics")
    }

    /// Hands out what happens, until there is nothing more to hear of. The caller supervises it.
    pub(crate) async fn run(self, mut sources: Sources, book: Arc<PriceBook>, store: Store, clock: Clock) {
        let mut rounds = tokio::time::interval(ROUND);
        rounds.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut rounds_done = 0_u32;
        loop {
            // In no order: each of them may come without a pause, and none is to keep the others from being told.
            tokio::select! {
                tick = sources.ticks.recv() => match tick {
                    Ok(board) => self.hub().look(&board, Now::of(&book, &clock)),
                    Err(RecvError::Lagged(_)) => {} // The next one tells all that changed.
                    Err(RecvError::Closed) => return,
                },
                _ = rounds.tick() => {
                    rounds_done = rounds_done.wrapping_add(1);
                    self.round(&book, &store, &clock, rounds_done.is_multiple_of(ROUNDS_A_BEAT));
                }
                news = sources.news.recv() => match news {
                    Ok(bulletin) => self.hub().tell(&bulletin),
                    Err(RecvError::Lagged(_)) => self.hub().lose_news(),
                    Err(RecvError::Closed) => return,
                },
            }
        }
    }

    fn round(&self, book: &PriceBook, store: &Store, clock: &Clock, beat: bool) {
        let now = clock.now();
        let sessions = self.hub().sessions();
        let over = sessions.into_iter().filter(|(_, Own { session, token, .. })| {
            // A store that cannot be read says nothing about a session.
            token.is_over(now) || store.read(|view| view.check(*session)).is_ok_and(|held| held.is_err())
        });
        let over: Vec<_> = over.map(|(reader, _)| reader).collect();
        let mut hub = self.hub();
        over.into_iter().for_each(|reader| hub.leave(reader));
        // A price grows old without a tick.
        hub.look(&book.board(), Now::of(book, clock));
        hub.catch_up();
        if beat {
            hub.beat();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::path::Path;
    use std::pin::Pin;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Instant;

    use bytes::Bytes;
    use cnop_core::ids::Sequence;
    use cnop_core::money::Usd;
    use cnop_core::time::Timestamp;
    use cnop_core::user::Role;
    use http_body::Body;

    use super::*;
    use crate::auth::{SigningKey, Tokens};
    use crate::store::commands::tests::bench::Bench;
    use crate::store::{Cash, News, UserNumber, What};

    /// So long the market goes on.
    const PATIENCE: Duration = Duration::from_secs(5);

    /// A token given out at `at`.
    pub(super) fn verified(at: Timestamp) -> Arc<Verified> {
        let key = SigningKey::load(Some("0123456789abcdef0123456789abcdef".to_owned().into()), Path::new("unused"));
        let tokens = Tokens::new(&key.map_err(|_| ()).unwrap());
        let text = tokens.sign(Sequence::first_of(at), &"ada_lovelace".parse().unwrap(), Role::Customer, at);
        tokens.verify(&text, at).unwrap()
    }

    #[test]
    fn a_market_without_pause_leaves_room_for_news() {
        let bench = Bench::new();
        let (newsroom, news) = broadcast::channel(8);
        let sources = Sources { ticks: bench.book.listen(), news };
        let streams = Streams::new("b007", StreamLimits { a_user: None, an_address: None });
        let session = Session { user: UserNumber::for_test(1), token: Sequence::first_of(bench.now()) };
        let own = Own { session, token: verified(bench.now()), orders: false, balance: true };
        let wanted = Wanted { address: IpAddr::from([127, 0, 0, 1]), prices: None, own: Some(own), after: None };
        let mut reader = streams.open(wanted).unwrap();
        let telling = streams.run(sources, Arc::clone(&bench.book), bench.store.clone(), bench.clock());
        let cash = Cash { current: Usd::ZERO, held: Usd::ZERO, updated_at: bench.now() };
        let bulletin = || vec![News { user: UserNumber::for_test(1), what: What::Balance(cash) }].into();

        let (told, began) = (AtomicBool::new(false), Instant::now());
        let heard_in_time = std::thread::scope(|scope| {
            let market = scope.spawn(|| {
                while !told.load(Ordering::Relaxed) && began.elapsed() < PATIENCE {
                    bench.refresh_prices();
                }
            });
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap();
            let telling = runtime.spawn(telling);
            runtime.block_on(async {
                while bench.book.board().number() < 1_000 {
                    tokio::task::yield_now().await;
                }
                newsroom.send(bulletin()).unwrap();
                while !next(&mut reader).await.starts_with(b"event: balance") {}
            });
            let heard_in_time = !market.is_finished();
            told.store(true, Ordering::Relaxed);
            telling.abort();
            heard_in_time
        });
        assert!(heard_in_time);
    }

    async fn next(reader: &mut Reader) -> Bytes {
        let frame = poll_fn(|context| Pin::new(&mut *reader).poll_frame(context)).await;
        frame.expect("it goes on").unwrap().into_data().unwrap()
    }
}
