//! Does what a ticket asks for, and tells it what came of that.

use std::time::Duration;

use cnop_core::api::SettleAnswer;
use cnop_core::client::{Client, ClientError};
use cnop_core::ticket::{Claim, Doubt, Effect, Event, IntentStore, Stage, Ticket};

use super::{MoveFailure, happens};
use crate::clock;
use crate::failure::Failure;
use crate::interrupt;
use crate::printer::Printer;

/// A server that restarts is back within these; together with [`SETTLE_WITHIN`] what a person will wait for.
const PAUSES: [Duration; 4] =
    [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// How long a server that accepts questions and does not answer is asked.
const SETTLE_WITHIN: Duration = Duration::from_secs(60);

/// A ticket on its way, with its intent on disk.
pub(super) struct Driver<'a> {
    client: &'a Client,
    printer: &'a Printer,
    ticket: Ticket,
    claim: Option<Claim>,
    /// Whether all is known, so that the intent can go once that is said.
    settled: bool,
}

impl<'a> Driver<'a> {
    pub(super) fn new(client: &'a Client, printer: &'a Printer, ticket: Ticket) -> Self {
        Self { client, printer, ticket, claim: None, settled: false }
    }

    /// The driver of an intent that was found on disk.
    pub(super) fn of_claim(client: &'a Client, printer: &'a Printer, claim: Claim) -> Self {
        let ticket = Ticket::left_behind(claim.intent().clone());
        Self { claim: Some(claim), ..Self::new(client, printer, ticket) }
    }

    pub(super) fn ticket(&self) -> &Ticket {
        &self.ticket
    }

    /// Writes the intent down and sends it, until it is known what became of it or nobody can tell.
    pub(super) async fn confirm(&mut self, store: &IntentStore) -> Result<(), Failure> {
        let intent = self.ticket.intent().clone();
        happens(&mut self.ticket, Event::Confirmed);
        let claim = store.claim(intent, clock::now()).map_err(MoveFailure::Disk)?;
        let again = claim.was_left();
        self.claim = Some(claim);
        self.follow(Event::Kept { again }).await;
        Ok(())
    }

    /// Asks what became of it.
    pub(super) async fn ask(&mut self) {
        self.follow(Event::Asked).await;
    }

    /// Takes the intent from the disk, if nothing is left to learn. What stays there is settled once more: no harm.
    pub(super) fn forget(self) {
        let over = self.settled || matches!(self.ticket.stage(), Stage::Unknown(Doubt::TooOld));
        if let Some(claim) = self.claim.filter(|_| over)
            && let Err(error) = claim.forget()
        {
            self.printer.warn(format_args!("this is over, and cannot be taken from the disk: {error}"));
        }
    }

    async fn follow(&mut self, event: Event) {
        let mut next = happens(&mut self.ticket, event);
        while let Some(effect) = next {
            let event = match effect {
                Effect::Send => self.send().await,
                Effect::Settle => self.settle().await,
                Effect::Forget | Effect::Keep => {
                    self.settled = effect == Effect::Forget;
                    return;
                }
            };
            next = happens(&mut self.ticket, event);
        }
    }

    async fn send(&self) -> Event {
        let intent = self.ticket.intent();
        // The answer comes first: one that is there is worth more than the wish to stop waiting for it.
        tokio::select! {
            biased;
            answer = self.client.move_money(&intent.movement, &intent.key) => Event::Answered(answer),
            () = interrupt::pressed() => Event::GivenUp,
        }
    }

    async fn settle(&self) -> Event {
        let movement = &self.ticket.intent().movement;
        if let Stage::Settling(Doubt::Lost(lost)) = self.ticket.stage() {
            self.printer.note(&format!("{lost}; asking what became of the {}", movement.noun()));
        }
        tokio::select! {
            biased;
            answer = self.ask_within_patience() => Event::Settled(answer.map(|settled| movement.read(&settled))),
            () = interrupt::pressed() => Event::GivenUp,
        }
    }

    async fn ask_within_patience(&self) -> Result<SettleAnswer, ClientError> {
        let answer = tokio::time::timeout(SETTLE_WITHIN, self.ask_until_answered()).await;
        answer.unwrap_or_else(|_| {
            let (origin, reason) = (self.client.origin().clone(), "it took too long".to_owned());
            Err(ClientError::NoAnswer { origin, reason })
        })
    }

    async fn ask_until_answered(&self) -> Result<SettleAnswer, ClientError> {
        let key = &self.ticket.intent().key;
        for pause in PAUSES {
            match self.client.settle(key).await {
                Err(error) if may_pass(&error) => tokio::time::sleep(pause).await,
                settled => return settled,
            }
        }
        self.client.settle(key).await
    }
}

/// Whether asking again may help: not where the server refuses the question itself.
fn may_pass(error: &ClientError) -> bool {
    !matches!(error, ClientError::Refused { problem, .. } if problem.status < 500)
}
