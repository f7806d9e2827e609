//! The state machine: which stage a ticket is in, what may happen to it there, and what is to be done next.

use super::{Intent, Movement, Preview, Receipt, Settlement};
use crate::client::{ClientError, Done};
use crate::time::Timestamp;

/// One movement of money from the first thought to the certainty what became of it.
///
/// Its key is made when it opens and never changes: whatever happens, nothing is sent under a second one, and a doubt
/// can always be settled.
#[derive(Debug, Clone)]
pub struct Ticket {
    intent: Intent,
    stage: Stage,
    is_repeatable: bool,
}

/// How far it has come.
#[derive(Debug, Clone)]
pub enum Stage {
    /// It may still change.
    Draft,
    /// It was looked at with a price; it may still change.
    Review(Box<Preview>),
    /// It is confirmed, and being written to disk.
    Keeping,
    /// It is on its way.
    Submitting {
        /// Whether an earlier run may have sent it too, so that a refusal now says nothing about then.
        again: bool,
    },
    /// The server is asked what became of it.
    Settling(Doubt),
    /// Nobody knows what became of it. It can be asked for again.
    Unknown(Doubt),
    /// It was done.
    Accepted(Acceptance),
    /// The server said no, or nothing left this machine.
    Refused(ClientError),
    /// It is certain that it was not done, and never will be.
    NotPlaced(Doubt),
}

/// How it came to be known that it was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// What the server answered; `None` where that cannot be read.
    pub receipt: Option<Receipt>,
    /// By which answer.
    pub by: Answered,
}

/// Which answer said that it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    /// That of the request itself.
    Directly,
    /// That of the request, repeating an earlier one: nothing moved this time.
    Replayed,
    /// That of the question what became of it.
    Settled,
}

/// Why it is not known what became of it.
#[derive(Debug, Clone)]
pub enum Doubt {
    /// The answer did not arrive, or tells nothing.
    Lost(ClientError),
    /// The person stopped waiting.
    GivenUp,
    /// Whoever sent it ended before the answer.
    LeftBehind,
    /// The question what became of it was not answered either.
    Unanswered(ClientError),
    /// The server knows nothing of the key, and would not by now even if it had been done.
    TooOld,
}

/// What happens to a ticket.
#[derive(Debug, Clone)]
pub enum Event {
    /// Something else is wanted.
    Changed(Movement),
    /// It was looked at with a price.
    Previewed(Box<Preview>),
    /// The person, or `--yes`, wants it.
    Confirmed,
    /// It is on disk.
    Kept {
        /// Whether it was there already, left by an earlier run.
        again: bool,
    },
    /// It could not be written to disk.
    NotKept,
    /// The request was answered, or its answer was lost.
    Answered(Result<Done<Receipt>, ClientError>),
    /// The question what became of it was answered, or not.
    Settled(Result<Settlement, ClientError>),
    /// The person does not want to wait any longer.
    GivenUp,
    /// Somebody wants to know what became of it.
    Asked,
}

/// What whoever drives the ticket has to do next, with [`Ticket::intent`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Write the intent to disk, and say so with [`Event::Kept`] or [`Event::NotKept`].
    Keep,
    /// Send it, and say what came back with [`Event::Answered`].
    Send,
    /// Settle its key, and say what came back with [`Event::Settled`].
    Settle,
    /// Take the intent from the disk: everything is known.
    Forget,
}

/// The event cannot happen to a ticket in its stage. Nothing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("that cannot happen to this ticket now")]
pub struct OutOfTurn;

/// A stage, and what it asks for.
type Next = (Stage, Option<Effect>);

impl Ticket {
    /// A ticket that nothing has happened to.
    pub fn open(intent: Intent) -> Self {
        Self { intent, stage: Stage::Draft, is_repeatable: false }
    }

    /// The ticket of an intent that was found on disk.
    pub fn left_behind(intent: Intent) -> Self {
        Self { intent, stage: Stage::Unknown(Doubt::LeftBehind), is_repeatable: false }
    }

    /// The same ticket for somebody who chose its key and will ask for the same again: where the answer is lost, it is
    /// not settled, which would use up the key.
    #[must_use]
    pub fn repeatable(self) -> Self {
        Self { is_repeatable: true, ..self }
    }

    /// What it is about.
    pub fn intent(&self) -> &Intent {
        &self.intent
    }

    /// How far it has come.
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    /// Lets `event` happen at `now`, and answers what is to be done about it.
    ///
    /// # Errors
    /// [`OutOfTurn`]; then the ticket is as it was.
    pub fn on(&mut self, event: Event, now: Timestamp) -> Result<Option<Effect>, OutOfTurn> {
        let (stage, effect) = match (&self.stage, event) {
            (Stage::Draft | Stage::Review(_), Event::Changed(movement)) => {
                self.intent.movement = movement;
                (Stage::Draft, None)
            }
            (stage, event) => self.next(stage, event, now)?,
        };
        self.stage = stage;
        Ok(effect)
    }

    fn next(&self, stage: &Stage, event: Event, now: Timestamp) -> Result<Next, OutOfTurn> {
        Ok(match (stage, event) {
            (Stage::Draft | Stage::Review(_), Event::Previewed(preview)) => (Stage::Review(preview), None),
            (Stage::Draft | Stage::Review(_), Event::Confirmed) => (Stage::Keeping, Some(Effect::Keep)),
            (Stage::Keeping, Event::Kept { again }) => (Stage::Submitting { again }, Some(Effect::Send)),
            (Stage::Keeping, Event::NotKept) => (Stage::Draft, None),
            (Stage::Submitting { .. }, Event::Answered(Err(lost)))
                if self.is_repeatable && lost.leaves_outcome_unknown() =>
            {
                (Stage::Unknown(Doubt::Lost(lost)), None)
            }
            (Stage::Submitting { again }, Event::Answered(answer)) => answered(answer, *again),
            // It was given up, but the answer came after all.
            (Stage::Settling(_) | Stage::Unknown(_), Event::Answered(Ok(done))) => accepted(done),
            (Stage::Settling(doubt), Event::Settled(answer)) => self.settled(doubt, answer, now),
            (Stage::Submitting { .. } | Stage::Settling(_), Event::GivenUp) => (Stage::Unknown(Doubt::GivenUp), None),
            (Stage::Unknown(doubt), Event::Asked) => (Stage::Settling(doubt.clone()), Some(Effect::Settle)),
            _ => return Err(OutOfTurn),
        })
    }

    fn settled(&self, doubt: &Doubt, answer: Result<Settlement, ClientError>, now: Timestamp) -> Next {
        match answer {
            Ok(Settlement::Done(receipt)) => {
                let acceptance = Acceptance { receipt: receipt.map(|receipt| *receipt), by: Answered::Settled };
                (Stage::Accepted(acceptance), Some(Effect::Forget))
            }
            Ok(Settlement::Void) if self.intent.is_too_old(now) => (Stage::Unknown(Doubt::TooOld), None),
            Ok(Settlement::Void) => (Stage::NotPlaced(doubt.clone()), Some(Effect::Forget)),
            Err(error) => (Stage::Unknown(Doubt::Unanswered(error)), None),
        }
    }
}

/// A refusal of what may have been sent before is no answer to that: it is settled as if the answer had been lost.
fn answered(answer: Result<Done<Receipt>, ClientError>, again: bool) -> Next {
    match answer {
        Ok(done) => accepted(done),
        Err(error) if again || error.leaves_outcome_unknown() => {
            (Stage::Settling(Doubt::Lost(error)), Some(Effect::Settle))
        }
        Err(error) => (Stage::Refused(error), Some(Effect::Forget)),
    }
}

fn accepted(Done { answer, replayed }: Done<Receipt>) -> Next {
    let by = if replayed { Answered::Replayed } else { Answered::Directly };
    (Stage::Accepted(Acceptance { receipt: Some(answer), by }), Some(Effect::Forget))
}

#[cfg(test)]
mod tests;
