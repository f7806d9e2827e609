//! A movement of money on its way, from its confirmation to the certainty what became of it: what tickets, deposits,
//! withdrawals and red pockets share.

use cnop_core::ticket::{Event, Intent, Movement, Stage, Ticket};

use crate::app::effect::{Effect, TicketNumber};
use crate::app::key::Key;
use crate::app::state::Step;
use crate::app::update::Turn;

/// The movement.
#[derive(Debug)]
pub(crate) struct Errand {
    pub(crate) number: TicketNumber,
    pub(crate) ticket: Ticket,
}

impl Errand {
    /// A new one; `None` where nobody is logged in.
    pub(crate) fn new(movement: Movement, turn: &mut Turn<'_>) -> Option<Self> {
        let session = turn.data.user.as_ref()?;
        let intent = Intent {
            key: (turn.data.setup.new_key)(),
            origin: session.origin.clone(),
            username: session.username.clone(),
            movement,
            created_at: turn.now,
        };
        Some(Self { number: turn.data.next_ticket(), ticket: Ticket::open(intent) })
    }

    /// Lets something happen to the ticket, and asks for what it wants done. Out of turn, it changes nothing: so a
    /// second Enter, or an answer that comes twice, does nothing.
    pub(crate) fn happen(&mut self, event: Event, turn: &mut Turn<'_>) {
        if let Ok(Some(effect)) = self.ticket.on(event, turn.now) {
            let intent = Box::new(self.ticket.intent().clone());
            turn.effects.push(Effect::Ticket { number: self.number, effect, intent });
        }
    }

    /// The person confirms it.
    pub(crate) fn confirm(&mut self, turn: &mut Turn<'_>) {
        self.happen(Event::Confirmed, turn);
    }

    /// A key once it is confirmed: only Escape closes, and Enter asks again where the outcome is unknown.
    pub(crate) fn press(&mut self, key: Key, turn: &mut Turn<'_>) -> Step {
        match key {
            Key::Escape => return Step::Close,
            Key::Enter if matches!(self.ticket.stage(), Stage::Unknown(_)) => self.happen(Event::Asked, turn),
            _ => {}
        }
        Step::Done
    }

    /// Whether something may still become of it.
    pub(crate) fn is_under_way(&self) -> bool {
        !matches!(
            self.ticket.stage(),
            Stage::Draft | Stage::Review(_) | Stage::Accepted(_) | Stage::Refused(_) | Stage::NotPlaced(_)
        )
    }
}
