//! What happens to tickets: in their windows, and aside once those are closed.

use cnop_core::ticket;
use cnop_core::time::Timestamp;

use super::Turn;
use crate::app::effect::{Effect, TicketNumber};
use crate::app::layer::Layer;
use crate::app::state::{NoticeKind, State};

/// Something happened to a ticket: in its window, or aside once that is closed.
pub(super) fn ticket_event(
    state: &mut State,
    number: TicketNumber,
    event: ticket::Event,
    effects: &mut Vec<Effect>,
    now: Timestamp,
) {
    let mut turn = Turn { data: &mut state.data, effects, now };
    let may_have_moved = matches!(event, ticket::Event::Answered(_) | ticket::Event::Settled(_));
    let window = state.layers.iter_mut().find_map(|layer| layer.holds_ticket(number).then_some(layer));
    match window {
        Some(layer) => layer.ticket_event(event, &mut turn),
        None => happen_aside(&mut turn, number, event),
    }
    if may_have_moved {
        turn.ask_for_wallet();
    }
}

/// The server is there again: what is unknown is asked about. To a ticket that is not, it does nothing.
pub(super) fn ask_what_became(layers: &mut [Layer], turn: &mut Turn<'_>) {
    layers.iter_mut().for_each(|layer| layer.ticket_event(ticket::Event::Asked, turn));
    let aside: Vec<_> = turn.data.settling.iter().map(|(number, _)| *number).collect();
    aside.into_iter().for_each(|number| happen_aside(turn, number, ticket::Event::Asked));
}

/// Lets something happen to a ticket without a window, and says how it ended.
pub(super) fn happen_aside(turn: &mut Turn<'_>, number: TicketNumber, event: ticket::Event) {
    let now = turn.now;
    let Some(place) = turn.data.settling.iter().position(|(known, _)| *known == number) else { return };
    let ticket = &mut turn.data.settling[place].1;
    // What comes out of turn changes nothing, and there is nobody to tell.
    let effect = ticket.on(event, now).ok().flatten();
    let intent = Box::new(ticket.intent().clone());
    let ended = match ticket.stage() {
        ticket::Stage::Accepted(_) => Some((NoticeKind::Good, "was done".to_owned())),
        ticket::Stage::NotPlaced(_) => Some((NoticeKind::Bad, "was not done, and will not be".to_owned())),
        ticket::Stage::Refused(failure) => Some((NoticeKind::Bad, format!("was refused: {failure}"))),
        ticket::Stage::Unknown(ticket::Doubt::TooOld) => {
            Some((NoticeKind::Bad, "is too old to find out what became of it: look through your orders".to_owned()))
        }
        _ => None,
    };
    if let Some(effect) = effect {
        turn.effects.push(Effect::Ticket { number, effect, intent });
    }
    if let Some((kind, what)) = ended {
        let (_, ticket) = turn.data.settling.remove(place);
        turn.data.say(kind, format!("The {} {what}.", ticket.intent().movement), now);
    }
}
