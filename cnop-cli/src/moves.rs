//! Money that moves: sent once, and never left in doubt while the server can be asked.
//!
//! What is about to be sent lies on disk first, and goes from there only once it is known what became of it. Where the
//! answer is lost, the key is settled; what is still in doubt then, or was left behind by a command that ended, is
//! settled by `cnop orders settle` and by whatever moves money next. The rules are `cnop_core::ticket`'s.

mod driver;
mod earlier;
mod failure;
mod receipt;
mod settling;

pub(crate) use failure::MoveFailure;
pub(crate) use receipt::describe;
pub(crate) use settling::{Outcome, Settled, Settling};

use clap::Args;
use cnop_core::client::Client;
use cnop_core::ids::IdempotencyKey;
use cnop_core::ticket::{Acceptance, Answered, Doubt, Effect, Event, Intent, IntentStore, Movement, Stage, Ticket};

use self::driver::Driver;
use crate::clock;
use crate::context::{Context, LoggedIn};
use crate::failure::Failure;

/// How a script makes sure that a line which it repeats is done once.
#[derive(Debug, Args)]
pub(crate) struct KeyArgs {
    /// Do this once, however often the line is repeated within a day: any name that you use for nothing else
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<IdempotencyKey>,
}

impl KeyArgs {
    /// Whether the line is one that may be repeated.
    pub(crate) fn is_given(&self) -> bool {
        self.idempotency_key.is_some()
    }
}

/// Somebody who may move money: nothing that came before is in doubt.
pub(crate) struct Mover<'a> {
    context: &'a Context,
    who: LoggedIn,
    store: IntentStore,
    key: IdempotencyKey,
    key_was_given: bool,
}

impl<'a> Mover<'a> {
    /// Settles what earlier commands left, except what is about to be repeated under the same key.
    pub(crate) async fn ready(context: &'a Context, args: &KeyArgs) -> Result<Self, Failure> {
        let who = context.logged_in().await?;
        let store = IntentStore::of_user(&context.profile).map_err(|error| MoveFailure::Disk(error.into()))?;
        earlier::settle_before(&store, context, &who, args.idempotency_key.as_ref()).await?;
        let key_was_given = args.idempotency_key.is_some();
        let key = args.idempotency_key.clone().unwrap_or_else(IdempotencyKey::generate);
        Ok(Self { context, who, store, key, key_was_given })
    }

    /// The client that speaks for them.
    pub(crate) fn client(&self) -> &Client {
        &self.who.client
    }

    /// Sends `movement`, and prints what came of it before it is forgotten.
    pub(crate) async fn perform(self, movement: Movement) -> Result<(), Failure> {
        let intent = Intent::new(&self.who.session, movement, self.key.clone(), clock::now());
        let ticket = Ticket::open(intent);
        let ticket = if self.key_was_given { ticket.repeatable() } else { ticket };
        let mut driver = Driver::new(&self.who.client, &self.context.printer, ticket);
        driver.confirm(&self.store).await?;
        let reported = report(self.context, driver.ticket());
        if self.key_was_given {
            self.say_of_key(driver.ticket().stage());
        }
        // What could not be said is not forgotten: the next command says it.
        if !matches!(reported, Err(Failure::System(_) | Failure::ClosedPipe)) {
            driver.forget();
        }
        reported
    }

    /// What can be done next under the key that was given.
    fn say_of_key(&self, stage: &Stage) {
        match stage {
            Stage::NotPlaced(_) => {
                self.context.printer.note("nothing will be done under this key any more: try again with another one");
            }
            Stage::Unknown(_) => {
                self.context
                    .printer
                    .note("run the same line again: under its key it is done once, whatever became of it");
            }
            _ => {}
        }
    }
}

fn report(context: &Context, ticket: &Ticket) -> Result<(), Failure> {
    let Intent { movement, key, .. } = ticket.intent();
    let what = movement.noun();
    match ticket.stage() {
        Stage::Accepted(Acceptance { receipt: Some(receipt), by }) => {
            match by {
                Answered::Directly => {}
                Answered::Replayed => {
                    context.printer.note(&format!("this {what} was done before under the same key; nothing moved now"));
                }
                Answered::Settled => context.printer.note(&format!("the {what} was done")),
            }
            context.printer.answer(receipt, |receipt| receipt::view(movement, receipt))
        }
        Stage::Accepted(Acceptance { receipt: None, .. }) => Err(Failure::AnswerUnreadable { what }),
        Stage::Refused(error) => Err(error.clone().into()),
        Stage::NotPlaced(Doubt::Lost(cause)) => Err(Failure::NotDone { what, cause: cause.clone() }),
        Stage::Unknown(doubt) => {
            Err(Failure::OutcomeUnknown { what, key: key.clone(), reason: failure::reason(doubt) })
        }
        stage => unreachable!("a ticket that was confirmed comes to an end, not to {stage:?}"),
    }
}

/// The events of a face that follows the effects are never out of turn.
fn happens(ticket: &mut Ticket, event: Event) -> Option<Effect> {
    ticket.on(event, clock::now()).expect("each event answers the effect before it")
}
