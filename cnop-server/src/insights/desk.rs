//! Where insights are asked for: who may, who writes them, and what becomes of a failure.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use cnop_core::api::Insight;
use cnop_core::time::Timestamp;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::choice::Choice;
use super::facts::Facts;
use super::failure::Failure;
use super::fingerprint::Fingerprint;
use super::gate::{Gate, Pass};
use super::memory::Memory;
use super::provider::{Local, Provider};
use crate::clock::Clock;
use crate::guard::Tally;
use crate::ops::{Metrics, OutsideError, REQUEST};
use crate::outside::Trouble;
use crate::store::{Store, UserNumber};

/// For an answer, from the moment that the model is asked.
const ANSWER_TIME: Duration = Duration::from_secs(30);
/// Questions that are under way at a time.
const MOST_AT_ONCE: usize = 8;
/// Others wait for one of them to end, and then come back later.
const TURN_TIME: Duration = Duration::from_secs(2);
/// After that.
const BUSY_TIME: Duration = Duration::from_secs(5);
const HOUR_MS: i64 = 3_600 * Timestamp::SECOND_MS;
/// Insights that a user may have written anew an hour.
const REFRESHES_AN_HOUR: u32 = 6;
/// Users who are counted at a time.
const MAX_USERS: usize = 100_000;
/// The name of the service in metrics.
const SERVICE: &str = "insights";

/// Writes insights, or has them written.
pub(crate) struct Insights {
    /// `None` where it was asked for by name and lacks what it needs.
    provider: Option<Box<dyn Provider>>,
    falls_back: bool,
    memory: Memory,
    gate: Gate,
    turns: Semaphore,
    // Held for one look-up, never across an await.
    refreshes: Mutex<Tally<UserNumber>>,
    questions: Option<Mutex<Tally<UserNumber>>>,
    clock: Clock,
    metrics: Arc<Metrics>,
}

/// How the provider is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It answers, as far as anybody asked.
    Healthy,
    /// It is left alone for a while.
    Unavailable,
    /// It lacks what it needs.
    NotConfigured,
}

impl Insights {
    /// Those of the chosen provider.
    pub(crate) fn new(choice: Choice, store: Store, clock: Clock, metrics: Arc<Metrics>) -> Self {
        let Choice { provider, falls_back, questions_an_hour } = choice;
        let counted = |limit| Mutex::new(Tally::new(limit, HOUR_MS, MAX_USERS));
        Self {
            provider,
            falls_back,
            memory: Memory::new(store, clock.clone()),
            gate: Gate::new(),
            turns: Semaphore::new(MOST_AT_ONCE),
            refreshes: counted(REFRESHES_AN_HOUR),
            questions: (questions_an_hour > 0).then(|| counted(questions_an_hour)),
            clock,
            metrics,
        }
    }

    /// How the provider is. Nobody is asked for it.
    pub(crate) fn standing(&self) -> Standing {
        match &self.provider {
            None => Standing::NotConfigured,
            Some(_) if self.gate.check(self.clock.now()).is_ok() => Standing::Healthy,
            Some(_) => Standing::Unavailable,
        }
    }

    /// Forgets who asked long ago.
    pub(crate) fn prune(&self, now: Timestamp) {
        let counts = std::iter::once(&self.refreshes).chain(&self.questions);
        counts.for_each(|counts| counts.lock().expect("no holder panics").prune(now));
    }

    /// What is said of a user's portfolio; `anew` takes nothing that was said before.
    ///
    /// # Errors
    /// [`Failure`].
    pub(crate) async fn of(self: &Arc<Self>, user: UserNumber, facts: Facts, anew: bool) -> Result<Insight, Failure> {
        if facts.is_empty() {
            return self.local(&facts).await; // Nobody needs a model to say that there is nothing.
        }
        let facts = Arc::new(facts);
        match self.by_provider(user, Arc::clone(&facts), anew).await {
            Err(failure) if self.falls_back && !matches!(failure, Failure::AnewTooOften(_)) => {
                tracing::debug!(?failure, "the local analyst stands in");
                self.local(&facts).await
            }
            answered => answered,
        }
    }

    async fn by_provider(
        self: &Arc<Self>,
        user: UserNumber,
        facts: Arc<Facts>,
        anew: bool,
    ) -> Result<Insight, Failure> {
        let (provider, now) = (self.provider.as_ref().ok_or(Failure::NotConfigured)?, self.clock.now());
        if anew {
            // A model that is left alone costs nobody a try.
            self.gate.check(now)?;
            count(&self.refreshes, user, now).map_err(Failure::AnewTooOften)?;
        }
        if !provider.is_dear() {
            return self.insight(&**provider, &facts).await.map_err(|trouble| Failure::of(&trouble, None));
        }
        let key = (user, Fingerprint::of(&facts, provider.model()));
        let desk = Arc::clone(self);
        let recalled = async move { desk.memory.recall(key, anew, || desk.ask(user, &facts)).await };
        // It is paid for, and others may wait for the same: it goes on where the first who asked goes away.
        let asked = match REQUEST.try_with(Clone::clone) {
            Ok(id) => tokio::spawn(REQUEST.scope(id, recalled)),
            Err(_) => tokio::spawn(recalled),
        };
        asked.await.unwrap_or_else(|error| {
            tracing::error!(%error, "an insight ended in the middle");
            Err(Failure::Failed(None))
        })
    }

    /// Asks the model: one of a few questions at a time, within a bounded time, if it is not left alone.
    async fn ask(&self, user: UserNumber, facts: &Facts) -> Result<Insight, Failure> {
        let provider = self.provider.as_ref().ok_or(Failure::NotConfigured)?;
        self.gate.check(self.clock.now())?;
        let turn = timeout(TURN_TIME, self.turns.acquire()).await;
        let _turn = turn.map_err(|_| Failure::Busy(Some(BUSY_TIME)))?.expect("turns are never closed");
        let pass = self.gate.enter(self.clock.now())?;
        if let Some(questions) = &self.questions {
            count(questions, user, self.clock.now()).map_err(Failure::TooOften)?;
        }
        let answered = timeout(ANSWER_TIME, self.insight(&**provider, facts)).await;
        match answered.unwrap_or_else(|_| Err(Trouble::new(OutsideError::Timeout, "no answer in time"))) {
            Ok(insight) => {
                if pass.succeeded() {
                    tracing::info!(model = provider.model(), "insights are written again");
                }
                Ok(insight)
            }
            Err(trouble) => Err(self.failed(provider.model(), pass, &trouble)),
        }
    }

    /// Notes a failure, and says what is told of it.
    fn failed(&self, model: &str, pass: Pass<'_>, trouble: &Trouble) -> Failure {
        self.metrics.outside_failed(SERVICE, trouble.error);
        let pause = match trouble.error {
            OutsideError::Withheld => {
                pass.succeeded(); // The service is there; of another portfolio it may say something.
                None
            }
            _ => pass.failed(trouble, self.clock.now()),
        };
        match pause {
            Some(pause) => {
                tracing::warn!(model, %trouble, ?pause, "an insight was not written; the model is left alone")
            }
            None => tracing::warn!(model, %trouble, "an insight was not written"),
        }
        Failure::of(trouble, pause)
    }

    async fn insight(&self, provider: &dyn Provider, facts: &Facts) -> Result<Insight, Trouble> {
        let summary = provider.write(facts).await?;
        Ok(Insight { summary, generated_at: self.clock.now(), model: provider.model().to_owned() })
    }

    async fn local(&self, facts: &Facts) -> Result<Insight, Failure> {
        self.insight(&Local, facts).await.map_err(|trouble| Failure::of(&trouble, None))
    }
}

/// One more of a user.
///
/// # Errors
/// The time until there is room for one more.
fn count(tally: &Mutex<Tally<UserNumber>>, user: UserNumber, now: Timestamp) -> Result<(), Duration> {
    let mut tally = tally.lock().expect("no holder panics");
    match tally.full_until(&user, now) {
        Some(until) => Err(Duration::from_millis(until.as_millis().saturating_sub(now.as_millis()).unsigned_abs())),
        None => {
            tally.add(user, now);
            Ok(())
        }
    }
}
