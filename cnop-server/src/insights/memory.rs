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
    store: Store,
    clock: Clock,
}

impl Memory {
    /// That of a store.
    pub(crate) fn new(store: Store, clock: Clock) -> Self {
        Self { lately: Cache::new(CAPACITY), store, clock }
    }

    /// An insight that was written lately, or one that `write` writes now; `anew` takes none from before now. Whoever asks
    /// for the same meanwhile gets the same.
    ///
    /// # Errors
    /// Those of `write`.
    pub(crate) async fn recall<W>(&self, key: Key, anew: bool, write: impl Fn() -> W) -> Result<Insight, Failure>
    where
        W: Future<Output = Result<Insight, Failure>>,
    {
        let asked = self.clock.now();
        let will_do = |insight: &Insight| {
            if anew { insight.generated_at >= asked } else { is_fresh(insight, self.clock.now()) }
        };
        loop {
            if let Some(insight) = self.lately.get(&key).await {
                if will_do(&insight) {
                    return Ok((*insight).clone());
                }
                self.lately.invalidate(&key).await;
            }
            let found = async {
                match self.kept(key).filter(will_do) {
                    Some(kept) => Ok(Arc::new(kept)),
                    None => Ok(Arc::new(self.keep(key, write().await?).await)),
                }
            };
            let found =
                self.lately.try_get_with(key, found).await.map_err(|failure: Arc<Failure>| (*failure).clone())?;
            // Somebody else's search may have found what is too old for this one.
            if will_do(&found) {
                return Ok((*found).clone());
            }
        }
    }

    fn kept(&self, (user, fingerprint): Key) -> Option<Insight> {
        let kept = self.store.read(|view| view.insight(user)).unwrap_or_else(|error: StorageFailure| {
            tracing::warn!(%error, "a kept insight cannot be read; it is written anew");
            None
        });
        kept.filter(|kept| kept.fingerprint == fingerprint).map(Insight::from)
    }

    /// Keeps it for a restart; where that cannot be, until then.
    async fn keep(&self, (user, fingerprint): Key, insight: Insight) -> Insight {
        let kept = KeptInsight::new(fingerprint, insight.clone());
        if let Err(error) = self.store.submit(KeepInsight { user, kept }).await {
            tracing::debug!(%error, "an insight is not kept for a restart");
        }
        insight
    }
}

fn is_fresh(insight: &Insight, now: Timestamp) -> bool {
    now.as_millis() - insight.generated_at.as_millis() < KEPT_MS
}
