//! What both faces use to move money: an order, a deposit, a withdrawal or a claim, done once and never lost.
//!
//! [`Ticket`] is the state machine and decides what happens next; [`Preview`] is what a person sees before they confirm;
//! [`IntentStore`] keeps what is under way on disk, so that a crash leaves a trace that can be settled.
//! Nothing here sends anything, prints or reads a clock. [`crate::client::Client::move_money`] and
//! [`crate::client::Client::settle`] do what the ticket asks for.

mod intent;
mod means;
mod movement;
mod preview;
mod stage;
mod store;

pub use intent::Intent;
pub use means::Means;
pub use movement::{Movement, Receipt, Settlement};
pub use preview::{Figures, Obstacle, Preview, Quote, Warning};
pub use stage::{Acceptance, Answered, Doubt, Effect, Event, OutOfTurn, Stage, Ticket};
pub use store::{Claim, IntentError, IntentStore, Left};
