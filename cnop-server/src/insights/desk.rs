//! Where insights are asked for: who may, who writes them, and what becomes of a failure.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use cnop_core::api::Insight;
use cnop_core::time::Timestamp;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

use super::choice::Choice;
use super::facts::Facts;
use super::failure::Failure;
use super::fingerprint::Fingerprint;
use super::gate::Gate;
use super::memory::Memory;
use super::provider::{Local, Provider};
use crate::clock::Clock;
use crate::guard::Tally;
use crate::ops::{Metrics, OutsideError};
use crate::outside::Trouble;
use crate::store::{Store, UserNumber};

/// For an answer, from the moment that it is asked for.
const ANSWER_TIME: Duration = Duration::from_secs(30);
/// Questions that are under way at a time.
const MOST_AT_ONCE: usize = 8;
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
            Some(_) if self.gate.is_open(self.clock.now()) => Standing::Healthy,
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
        if anew {
            count(&self.refreshes, user, self.clock.now())?;
        }
        if facts.is_empty() {
            return self.local(&facts).await; // Nobody needs a model to say that there is nothing.
        }
        let facts = Arc::new(facts);
        match self.by_provider(user, Arc::clone(&facts), anew).await {
            Err(failure) if self.falls_back => {
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
        let provider = self.provider.as_ref().ok_or(Failure::NotConfigured)?;
        if !provider.is_dear() {
            return self.insight(&**provider, &facts).await.map_err(|trouble| Failure::from(&trouble));
        }
        let key = (user, Fingerprint::of(&facts, provider.model()));
        let desk = Arc::clone(self);
        // It is paid for, and others may wait for the same: it goes on where the first who asked goes away.
        let asked = tokio::spawn(async move { desk.memory.recall(key, anew, || desk.ask(user, &facts)).await });
        asked.await.unwrap_or_else(|error| {
            tracing::error!(%error, "an insight ended in the middle");
            Err(Failure::Failed(None))
        })
    }

    /// Asks the model: one of a few questions at a time, within a bounded time, if it is not left alone.
    async fn ask(&self, user: UserNumber, facts: &Facts) -> Result<Insight, Failure> {
        let provider = self.provider.as_ref().ok_or(Failure::NotConfigured)?;
        let deadline = Instant::now() + ANSWER_TIME;
        let turn = timeout_at(deadline, self.turns.acquire()).await.map_err(|_| Failure::Timeout)?;
        let pass = self.gate.enter(self.clock.now())?;
        if let Some(questions) = &self.questions {
            count(questions, user, self.clock.now())?;
        }
        let answered = timeout_at(deadline, self.insight(&**provider, facts)).await;
        drop(turn);
        let trouble = match answered.unwrap_or_else(|_| Err(Trouble::new(OutsideError::Timeout, "no answer in time"))) {
            Ok(insight) => {
                if pass.succeeded() {
                    tracing::info!(model = provider.model(), "insights are written again");
                }
                return Ok(insight);
            }
            Err(trouble) => trouble,
        };
        self.metrics.outside_failed(SERVICE, trouble.error);
        let failure = Failure::from(&trouble);
        let is_left_alone = match trouble.error {
            OutsideError::Withheld => pass.succeeded(), // It answers; of another portfolio it may say something.
            _ => pass.failed(&trouble, self.clock.now()),
        };
        tracing::warn!(model = provider.model(), %trouble, is_left_alone, "an insight was not written");
        Err(failure)
    }

    async fn insight(&self, provider: &dyn Provider, facts: &Facts) -> Result<Insight, Trouble> {
        let summary = provider.write(facts).await?;
        Ok(Insight { summary, generated_at: self.clock.now(), model: provider.model().to_owned() })
    }

    async fn local(&self, facts: &Facts) -> Result<Insight, Failure> {
        self.insight(&Local, facts).await.map_err(|trouble| Failure::from(&trouble))
    }
}

/// One more of a user.
fn count(tally: &Mutex<Tally<UserNumber>>, user: UserNumber, now: Timestamp) -> Result<(), Failure> {
    let mut tally = tally.lock().expect("no holder panics");
    match tally.full_until(&user, now) {
        Some(until) => {
            let wait = until.as_millis().saturating_sub(now.as_millis()).unsigned_abs();
            Err(Failure::TooOften(Duration::from_millis(wait)))
        }
        None => {
            tally.add(user, now);
            Ok(())
        }
    }
}
