//! Does what tickets ask for. An intent lies on disk, locked, from before it is sent until it is known what became of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cnop_core::api::SettleAnswer;
use cnop_core::client::{ClientError, Done};
use cnop_core::ids::IdempotencyKey;
use cnop_core::ticket::{Claim, Effect, Event as TicketEvent, Intent, IntentStore, Left, Receipt};
use tokio::sync::mpsc::Sender;

use super::account::Account;
use crate::app::Event;
use crate::app::effect::TicketNumber;
use crate::clock;

/// A server that restarts may be back within these; else it is asked again when the stream is.
const PAUSES: [Duration; 4] =
    [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];
/// How long a server that accepts questions and does not answer is asked.
const SETTLE_WITHIN: Duration = Duration::from_secs(60);

/// Everything that tickets have under way.
pub(super) struct Errands {
    account: Arc<Account>,
    store: IntentStore,
    events: Sender<Event>,
    // Held to look or to change, never across an await.
    claims: Mutex<HashMap<IdempotencyKey, Claim>>,
}

impl Errands {
    pub(super) fn new(account: Arc<Account>, store: IntentStore, events: Sender<Event>) -> Self {
        Self { account, store, events, claims: Mutex::new(HashMap::new()) }
    }

    /// Does one thing for a ticket.
    pub(super) async fn go(&self, number: TicketNumber, effect: Effect, intent: Intent) {
        let event = match effect {
            Effect::Keep => match self.keep(intent).await {
                Ok(again) => TicketEvent::Kept { again },
                Err(reason) => return self.say(Event::NotKept(number, reason)).await,
            },
            Effect::Send => TicketEvent::Answered(self.send(&intent).await),
            Effect::Settle => {
                if !self.is_of_user(&intent) {
                    return; // It lies on disk, for when they are back.
                }
                let answer = self.ask_within_patience(&intent.key).await;
                TicketEvent::Settled(answer.map(|settled| intent.movement.read(&settled)))
            }
            Effect::Forget => return self.forget(&intent.key).await,
        };
        self.say(Event::Ticket(number, event)).await;
    }

    /// Sends it in the name of whoever confirmed it, and of nobody else who may have logged in since.
    async fn send(&self, intent: &Intent) -> Result<Done<Receipt>, ClientError> {
        if self.is_of_user(intent) {
            return self.account.client().move_money(&intent.movement, &intent.key).await;
        }
        Err(ClientError::Setup { reason: "somebody else is logged in now; it was not sent".to_owned() })
    }

    fn is_of_user(&self, intent: &Intent) -> bool {
        self.account.session().is_some_and(|session| intent.belongs_to(&session))
    }

    /// Lets go of what is another user's, or everybody's where nobody is logged in: it stays on disk until they are back.
    pub(super) fn let_go(&self) {
        self.claims().retain(|_, claim| self.is_of_user(claim.intent()));
    }

    /// Writes it down, and says whether it was there already.
    async fn keep(&self, intent: Intent) -> Result<bool, String> {
        let (store, key) = (self.store.clone(), intent.key.clone());
        let claim = tokio::task::spawn_blocking(move || store.claim(intent, clock::now())).await;
        let claim = claim.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
        let again = claim.was_left();
        self.claims().insert(key, claim);
        Ok(again)
    }

    async fn forget(&self, key: &IdempotencyKey) {
        let Some(claim) = self.claims().remove(key) else { return };
        let forgotten = tokio::task::spawn_blocking(move || claim.forget()).await;
        if let Ok(Err(error)) = forgotten {
            self.say(Event::NotDone(format!("this is over, and cannot be taken from the disk: {error}"))).await;
        }
    }

    /// Finds what an earlier run of the user left in doubt. What another program is at is left to it.
    pub(super) async fn look_for_what_was_left(&self) {
        let Some(session) = self.account.session() else { return };
        let store = self.store.clone();
        let Ok(Ok(left)) = tokio::task::spawn_blocking(move || store.left()).await else { return };
        let mut intents = Vec::new();
        for left in left {
            if let Left::Behind(claim) = left
                && claim.intent().belongs_to(&session)
            {
                intents.push(claim.intent().clone());
                self.claims().insert(claim.intent().key.clone(), claim);
            }
        }
        if !intents.is_empty() {
            self.say(Event::LeftBehind(intents)).await;
        }
    }

    async fn ask_within_patience(&self, key: &IdempotencyKey) -> Result<SettleAnswer, ClientError> {
        let answer = tokio::time::timeout(SETTLE_WITHIN, self.ask_until_answered(key)).await;
        answer.unwrap_or_else(|_| {
            let (origin, reason) = (self.account.client().origin().clone(), "it took too long".to_owned());
            Err(ClientError::NoAnswer { origin, reason })
        })
    }

    async fn ask_until_answered(&self, key: &IdempotencyKey) -> Result<SettleAnswer, ClientError> {
        for pause in PAUSES {
            match self.account.client().settle(key).await {
                // Not where the server refuses the question itself.
                Err(error) if !matches!(&error, ClientError::Refused { problem, .. } if problem.status < 500) => {
                    tokio::time::sleep(pause).await;
                }
                settled => return settled,
            }
        }
        self.account.client().settle(key).await
    }

    fn claims(&self) -> std::sync::MutexGuard<'_, HashMap<IdempotencyKey, Claim>> {
        self.claims.lock().expect("no holder panics")
    }

    /// The loop may be over.
    async fn say(&self, event: Event) {
        let _ = self.events.send(event).await;
    }
}
