//! What models said lately: in memory, and in the store behind it, so that a restart asks nobody anew.

use std::future::Future;
use std::sync::Arc;

use cnop_core::api::Insight;
use cnop_core::time::Timestamp;
use moka::future::Cache;

use super::failure::Failure;
use super::fingerprint::Fingerprint;
use crate::clock::Clock;
use crate::store::commands::KeepInsight;
use crate::store::{KeptInsight, StorageFailure, Store, UserNumber};

/// An insight is answered again for so long.
pub(crate) const KEPT_MS: i64 = Timestamp::DAY_MS;
/// Some 10 MiB.
const CAPACITY: u64 = 10_000;

/// Whose, and of what.
pub(crate) type Key = (UserNumber, Fingerprint);

/// Insights that were written lately.
pub(crate) struct Memory {
    lately: Cache<Key, Arc<Insight>>,
    /// What is being written, for all who asked for it; `true` where nothing of before will do.
    under_way: Cache<(Key, bool), Arc<Insight>>,
    store: Store,
    clock: Clock,
}

impl Memory {
    /// That of a store.
    pub(crate) fn new(store: Store, clock: Clock) -> Self {
        Self { lately: Cache::new(CAPACITY), under_way: Cache::new(CAPACITY), store, clock }
    }

    /// An insight that was written lately, or one that `write` writes now; `anew` takes none from before now. Whoever asks
    /// for the same meanwhile gets the same.
    ///
    /// # Errors
    /// Those of `write`; what was written lately stays.
    pub(crate) async fn recall<W>(&self, key: Key, anew: bool, write: impl Fn() -> W) -> Result<Insight, Failure>
    where
        W: Future<Output = Result<Insight, Failure>>,
    {
        let asked = self.clock.now();
        loop {
            let written = self.under_way.try_get_with((key, anew), async {
                match self.remembered(key).await.filter(|_| !anew) {
                    Some(insight) => Ok(insight),
                    None => Ok(self.keep(key, write().await?).await),
                }
            });
            let written = written.await;
            // Not a place to remember it: the next one is to look anew.
            self.under_way.invalidate(&(key, anew)).await;
            let written = written.map_err(|failure: Arc<Failure>| (*failure).clone())?;
            if !anew || written.generated_at >= asked {
                return Ok((*written).clone());
            }
        }
    }

    /// One that is fresh enough.
    async fn remembered(&self, key: Key) -> Option<Arc<Insight>> {
        let is_fresh = |insight: &Arc<Insight>| is_fresh(insight, self.clock.now());
        if let Some(insight) = self.lately.get(&key).await.filter(is_fresh) {
            return Some(insight);
        }
        let kept = self.kept(key).map(Arc::new).filter(is_fresh)?;
        self.lately.insert(key, Arc::clone(&kept)).await;
        Some(kept)
    }

    fn kept(&self, (user, fingerprint): Key) -> Option<Insight> {
        let kept = self.store.read(|view| view.insight(user)).unwrap_or_else(|error: StorageFailure| {
            tracing::warn!(%error, "a kept insight cannot be read; it is written anew");
            None
        });
        kept.filter(|kept| kept.fingerprint == fingerprint).map(Insight::from)
    }

    /// Keeps it, also for a restart where that can be.
    async fn keep(&self, key: Key, insight: Insight) -> Arc<Insight> {
        let (user, fingerprint) = key;
        let kept = KeptInsight::new(fingerprint, insight.clone());
        let insight = Arc::new(insight);
        self.lately.insert(key, Arc::clone(&insight)).await;
        if let Err(error) = self.store.submit(KeepInsight { user, kept }).await {
            tracing::debug!(%error, "an insight is not kept for a restart");
        }
        insight
    }
}

fn is_fresh(insight: &Insight, now: Timestamp) -> bool {
    now.as_millis() - insight.generated_at.as_millis() < KEPT_MS
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

    use super::*;
    use crate::store::commands::tests::bench::{Bench, NOON, block_on};

    /// A memory whose time and whose writer are the test's.
    struct Setting {
        bench: Bench,
        user: UserNumber,
        millis: Arc<AtomicI64>,
        written: AtomicU32,
        memory: Memory,
    }

    impl Setting {
        fn new() -> Self {
            let bench = Bench::new();
            let user = bench.funded("ada_lovelace").user;
            let millis = Arc::new(AtomicI64::new(NOON));
            let memory = memory(&bench, &millis);
            Self { bench, user, millis, written: AtomicU32::new(0), memory }
        }

        fn restart(&mut self) {
            self.memory = memory(&self.bench, &self.millis);
        }

        fn wait(&self, millis: i64) {
            self.millis.fetch_add(millis, Ordering::SeqCst);
        }

        /// What is said of a portfolio, and how often something was written by then.
        fn ask(&self, portfolio: u8, anew: bool) -> (String, u32) {
            let write = || async {
                let count = self.written.fetch_add(1, Ordering::SeqCst) + 1;
                let generated_at = Timestamp::from_millis(self.millis.load(Ordering::SeqCst));
                Ok(Insight { summary: format!("text {count}"), generated_at, model: "a-model".to_owned() })
            };
            let insight = block_on(self.memory.recall((self.user, fingerprint(portfolio)), anew, write)).unwrap();
            (insight.summary, self.written.load(Ordering::SeqCst))
        }
    }

    fn memory(bench: &Bench, millis: &Arc<AtomicI64>) -> Memory {
        let millis = Arc::clone(millis);
        let clock = Clock::new(move || Timestamp::from_millis(millis.load(Ordering::SeqCst)));
        Memory::new(bench.store.clone(), clock)
    }

    fn fingerprint(portfolio: u8) -> Fingerprint {
        postcard::from_bytes(&[portfolio; 16]).unwrap()
    }

    #[test]
    fn it_is_answered_again_for_a_day_from_when_it_was_written() {
        let mut setting = Setting::new();
        let first = ("text 1".to_owned(), 1);
        assert_eq!(setting.ask(1, false), first);
        setting.wait(KEPT_MS - 2);
        assert_eq!(setting.ask(1, false), first);
        setting.restart();
        assert_eq!(setting.ask(1, false), first);
        setting.wait(1);
        assert_eq!(setting.ask(1, false), first, "and the restart does not make it younger");
        setting.wait(1);
        assert_eq!(setting.ask(1, false), ("text 2".to_owned(), 2));
    }

    #[test]
    fn another_portfolio_is_another_text_and_the_store_keeps_the_last() {
        let mut setting = Setting::new();
        setting.ask(1, false);
        assert_eq!(setting.ask(2, false), ("text 2".to_owned(), 2));
        assert_eq!(setting.ask(1, false), ("text 1".to_owned(), 2), "memory has both");
        setting.restart();
        assert_eq!(setting.ask(2, false), ("text 2".to_owned(), 2));
        assert_eq!(setting.ask(1, false), ("text 3".to_owned(), 3), "the store has one");
    }

    #[test]
    fn anew_is_anew_and_a_failure_takes_nothing_away() {
        let setting = Setting::new();
        setting.ask(1, false);
        setting.wait(1);
        assert_eq!(setting.ask(1, true), ("text 2".to_owned(), 2));
        setting.wait(1);
        let key = (setting.user, fingerprint(1));
        let failed = block_on(setting.memory.recall(key, true, || async { Err(Failure::Withheld) }));
        assert_eq!(failed, Err(Failure::Withheld));
        assert_eq!(setting.ask(1, false), ("text 2".to_owned(), 2));
    }
}
