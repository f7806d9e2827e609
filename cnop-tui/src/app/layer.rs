//! What lies over a screen and has the keys: forms, questions, help. One file each.

pub(crate) mod confirm;
pub(crate) mod errand;
pub(crate) mod form;
pub(crate) mod help;
pub(crate) mod log_in;
pub(crate) mod order;
pub(crate) mod palette;
pub(crate) mod payment;
pub(crate) mod sheet;
pub(crate) mod ticket;

use cnop_core::api::Order;
use cnop_core::asset_id::AssetId;
use cnop_core::client::ClientError;
use cnop_core::ids::OrderId;
use cnop_core::ticket as core_ticket;
use cnop_core::user::Username;

use super::action::{Action, Place};
use super::effect::TicketNumber;
use super::event::{SignInFailure, Submitted, Target};
use super::key::Key;
use super::known::Generation;
use super::state::{Data, Step};
use super::update::Turn;

/// A layer. The topmost has the keys, and Escape takes it away.
#[derive(Debug)]
pub(crate) enum Layer {
    LogIn(log_in::LogIn),
    Sheet(sheet::Sheet),
    Ticket(Box<ticket::TicketWindow>),
    Payment(Box<payment::Payment>),
    Order(order::OrderDetail),
    Confirm(confirm::Confirm),
    Palette(palette::Palette),
    Help(help::Help),
}

impl Layer {
    pub(crate) fn log_in() -> Self {
        Self::LogIn(log_in::LogIn::new(None, None))
    }

    /// Where a session has ended: its user is known.
    pub(crate) fn log_in_again(username: Option<Username>, reason: String) -> Self {
        Self::LogIn(log_in::LogIn::new(username, Some(reason)))
    }

    /// What is on the screen was seen.
    pub(crate) fn drawn(&mut self) {
        if let Self::Ticket(window) = self {
            window.drawn();
        }
    }

    /// It is below another one, and has to be seen again.
    pub(crate) fn covered(&mut self) {
        if let Self::Ticket(window) = self {
            window.covered();
        }
    }

    pub(crate) fn help() -> Self {
        Self::Help(help::Help::default())
    }

    pub(crate) fn palette(place: Place, asset: Option<AssetId>) -> Self {
        Self::Palette(palette::Palette::new(place, asset))
    }

    /// A ticket to buy or sell an asset.
    pub(crate) fn ticket(action: Action, asset_id: AssetId, turn: &mut Turn<'_>) -> Step {
        ticket::TicketWindow::open(action, asset_id, turn)
    }

    /// Takes a key.
    pub(crate) fn press(&mut self, key: Key, turn: &mut Turn<'_>) -> Step {
        match self {
            Self::LogIn(layer) => layer.press(key, turn),
            Self::Sheet(layer) => layer.press(key, turn),
            Self::Ticket(layer) => layer.press(key, turn),
            Self::Payment(layer) => layer.press(key, turn),
            Self::Order(layer) => layer.press(key, turn),
            Self::Confirm(layer) => layer.press(key, turn),
            Self::Palette(layer) => layer.press(key, turn),
            Self::Help(layer) => layer.press(key, turn),
        }
    }

    /// The form of the layer while it may be changed, if it has one: what is typed, pasted and clicked goes there.
    pub(crate) fn form(&mut self) -> Option<&mut form::Form> {
        match self {
            Self::LogIn(layer) => Some(&mut layer.form),
            Self::Sheet(layer) => Some(&mut layer.form),
            Self::Ticket(layer) => layer.form(),
            Self::Payment(layer) => layer.form(),
            Self::Palette(layer) => Some(&mut layer.form),
            Self::Order(_) | Self::Confirm(_) | Self::Help(_) => None,
        }
    }

    pub(crate) fn paste(&mut self, text: &str) {
        if let Some(form) = self.form() {
            form.field_mut().paste(text);
        }
    }

    pub(crate) fn click(&mut self, target: Target, turn: &mut Turn<'_>) -> Step {
        match (target, self) {
            (Target::Field(field), layer) => {
                if let Some(form) = layer.form() {
                    form.focus(field);
                }
                Step::Done
            }
            (Target::Row(row), Self::Palette(layer)) => layer.choose(row, turn),
            _ => Step::Ignored,
        }
    }

    /// Whether it shows an age in seconds.
    pub(crate) fn shows_age(&self) -> bool {
        matches!(self, Self::Ticket(window) if window.shows_age())
    }

    /// Whether something may still become of what it sent.
    pub(crate) fn is_in_doubt(&self) -> bool {
        match self {
            Self::Ticket(window) => window.errand.is_under_way(),
            Self::Payment(window) => window.errand.as_ref().is_some_and(errand::Errand::is_under_way),
            _ => false,
        }
    }

    fn errand_mut(&mut self) -> Option<&mut errand::Errand> {
        match self {
            Self::Ticket(window) => Some(&mut window.errand),
            Self::Payment(window) => window.errand.as_mut(),
            _ => None,
        }
    }

    /// Whether a ticket is in its window.
    pub(crate) fn holds_ticket(&mut self, number: TicketNumber) -> bool {
        self.errand_mut().is_some_and(|errand| errand.number == number)
    }

    /// Something happened to its ticket.
    pub(crate) fn ticket_event(&mut self, event: core_ticket::Event, turn: &mut Turn<'_>) {
        match self {
            Self::Ticket(window) => window.errand.happen(event, turn),
            Self::Payment(window) => window.happen(event, turn),
            _ => {}
        }
    }

    /// It goes. A ticket that is still under way is gone on with on the side.
    pub(crate) fn leave(self, data: &mut Data) {
        let errand = match self {
            Self::Ticket(window) => Some(window.errand),
            Self::Payment(window) => window.errand,
            _ => None,
        };
        if let Some(errand) = errand.filter(errand::Errand::is_under_way) {
            data.settling.push((errand.number, errand.ticket));
        }
    }
}

/// Logging in did not work.
pub(crate) fn log_in_failed(layers: &mut [Layer], failure: &SignInFailure) {
    let reason = failure.to_string();
    for layer in layers {
        if let Layer::LogIn(form) = layer {
            form.failed(reason.clone());
        }
    }
}

/// What was written into a form was taken, or why not. Where the form is gone, a line says it.
pub(crate) fn submitted(
    layers: &mut Vec<Layer>,
    generation: Generation,
    result: Result<Submitted, ClientError>,
    turn: &mut Turn<'_>,
) {
    let place = layers.iter().position(|layer| matches!(layer, Layer::Sheet(sheet) if sheet.sent(generation)));
    if generation <= turn.data.began_after {
        return; // Of a user who is no longer logged in.
    }
    match (result, place) {
        (Ok(submitted), place) => {
            let sheet = place.map(|place| layers.remove(place));
            let message = match submitted {
                Submitted::Registered(message) | Submitted::Password(message) => message.message,
                Submitted::Profile(updated) => {
                    turn.data.wallet.profile.tell(updated.user, turn.now);
                    updated.message
                }
            };
            if let (Some(Layer::Sheet(sheet)), Some(Layer::LogIn(log_in))) = (sheet, layers.last_mut()) {
                sheet.new_username().into_iter().for_each(|username| log_in.fill_in(username, &message));
            }
            turn.say_good(message);
        }
        (Err(failure), Some(place)) => {
            if let Layer::Sheet(sheet) = &mut layers[place] {
                sheet.failed(&failure);
            }
        }
        (Err(failure), None) => turn.say_bad(failure.to_string()),
    }
}

/// A ticket's intent is not on disk, so nothing was sent.
pub(crate) fn not_kept(layers: &mut [Layer], number: TicketNumber, reason: &str, turn: &mut Turn<'_>) {
    let Some(layer) = layers.iter_mut().find_map(|layer| layer.holds_ticket(number).then_some(layer)) else {
        turn.data.settling.retain(|(known, _)| *known != number);
        return turn.say_bad(format!("Nothing was sent: {reason}"));
    };
    layer.ticket_event(core_ticket::Event::NotKept, turn);
    match layer {
        Layer::Ticket(window) => window.not_kept(reason, turn),
        Layer::Payment(window) => window.not_kept(reason),
        _ => {}
    }
}

/// An order was taken back, or why not.
pub(crate) fn order_cancelled(
    layers: &mut [Layer],
    order_id: OrderId,
    result: &Result<Box<Order>, ClientError>,
    turn: &mut Turn<'_>,
) {
    for layer in layers {
        if let Layer::Confirm(confirm) = layer {
            confirm.cancelled(order_id, result, turn);
        }
    }
}

/// Prices moved: whoever shows what an order comes to shows it anew.
pub(crate) fn refresh(layers: &mut [Layer], turn: &mut Turn<'_>) {
    for layer in layers {
        if let Layer::Ticket(window) = layer {
            window.refresh(turn);
        }
    }
}
