//! What lies over a screen and has the keys: forms, questions, help. One file each.

pub(crate) mod confirm;
pub(crate) mod form;
pub(crate) mod help;
pub(crate) mod log_in;
pub(crate) mod order;
pub(crate) mod palette;
pub(crate) mod password;
pub(crate) mod pocket;
pub(crate) mod profile;
pub(crate) mod register;
pub(crate) mod ticket;
pub(crate) mod transfer;

use cnop_core::api::{Message, Order, ProfileUpdated};
use cnop_core::asset_id::AssetId;
use cnop_core::client::ClientError;
use cnop_core::ids::OrderId;
use cnop_core::ticket as core_ticket;
use cnop_core::user::Username;

use super::action::{Action, Place};
use super::effect::TicketNumber;
use super::event::{SignInFailure, Target};
use super::key::Key;
use super::known::Generation;
use super::state::{Data, Step};
use super::update::Turn;

/// A layer. The topmost has the keys, and Escape takes it away.
#[derive(Debug)]
pub(crate) enum Layer {
    LogIn(log_in::LogIn),
    Register(register::Register),
    Ticket(Box<ticket::TicketWindow>),
    Transfer(Box<transfer::Transfer>),
    Order(order::OrderDetail),
    Confirm(confirm::Confirm),
    Profile(profile::ProfileForm),
    Password(password::PasswordForm),
    Palette(palette::Palette),
    Help(help::Help),
    Pocket(Box<pocket::Pocket>),
}

impl Layer {
    pub(crate) fn log_in() -> Self {
        Self::LogIn(log_in::LogIn::new(None, None))
    }

    /// Where a session has ended: its user is known.
    pub(crate) fn log_in_again(username: Option<Username>, reason: &ClientError) -> Self {
        Self::LogIn(log_in::LogIn::new(username, Some(reason.to_string())))
    }

    pub(crate) fn help() -> Self {
        Self::Help(help::Help::default())
    }

    pub(crate) fn palette(place: Place) -> Self {
        Self::Palette(palette::Palette::new(place))
    }

    pub(crate) fn pocket() -> Self {
        Self::Pocket(Box::default())
    }

    /// A ticket to buy or sell an asset.
    pub(crate) fn ticket(action: Action, asset_id: AssetId, turn: &mut Turn<'_>) -> Step {
        ticket::TicketWindow::open(action, asset_id, turn)
    }

    /// Takes a key.
    pub(crate) fn press(&mut self, key: Key, turn: &mut Turn<'_>) -> Step {
        match self {
            Self::LogIn(layer) => layer.press(key, turn),
            Self::Register(layer) => layer.press(key, turn),
            Self::Ticket(layer) => layer.press(key, turn),
            Self::Transfer(layer) => layer.press(key, turn),
            Self::Order(layer) => layer.press(key, turn),
            Self::Confirm(layer) => layer.press(key, turn),
            Self::Profile(layer) => layer.press(key, turn),
            Self::Password(layer) => layer.press(key, turn),
            Self::Palette(layer) => layer.press(key, turn),
            Self::Help(layer) => layer.press(key),
            Self::Pocket(layer) => layer.press(key, turn),
        }
    }

    /// The form of the layer, if it has one: what the mouse and the clipboard go to.
    fn form(&mut self) -> Option<&mut form::Form> {
        match self {
            Self::LogIn(layer) => Some(&mut layer.form),
            Self::Register(layer) => Some(&mut layer.form),
            Self::Ticket(layer) => layer.form(),
            Self::Transfer(layer) => layer.form(),
            Self::Profile(layer) => Some(&mut layer.form),
            Self::Password(layer) => Some(&mut layer.form),
            Self::Pocket(layer) => layer.form(),
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

    /// Whether a ticket is in its window.
    pub(crate) fn holds_ticket(&self, number: TicketNumber) -> bool {
        match self {
            Self::Ticket(window) => window.errand.number == number,
            Self::Transfer(window) => window.errand.as_ref().is_some_and(|errand| errand.number == number),
            Self::Pocket(window) => window.errand.as_ref().is_some_and(|errand| errand.number == number),
            _ => false,
        }
    }

    /// Something happened to its ticket.
    pub(crate) fn ticket_event(&mut self, event: core_ticket::Event, turn: &mut Turn<'_>) {
        match self {
            Self::Ticket(window) => window.errand.happen(event, turn),
            Self::Transfer(window) => window.happen(event, turn),
            Self::Pocket(window) => window.happen(event, turn),
            _ => {}
        }
    }

    /// It goes. A ticket that is still under way is gone on with on the side.
    pub(crate) fn leave(self, data: &mut Data) {
        let errand = match self {
            Self::Ticket(window) => Some(window.errand),
            Self::Transfer(window) => window.errand,
            Self::Pocket(window) => window.errand,
            _ => None,
        };
        if let Some(errand) = errand.filter(ticket::Errand::is_under_way) {
            data.settling.push((errand.number, errand.ticket));
        }
    }
}

/// Logging in did not work.
pub(crate) fn log_in_failed(layers: &mut [Layer], failure: &SignInFailure) {
    let reason = match failure {
        SignInFailure::Client(error) => error.to_string(),
        SignInFailure::Disk(reason) => reason.clone(),
    };
    for layer in layers {
        if let Layer::LogIn(form) = layer {
            form.failed(reason.clone());
        }
    }
}

/// An account was opened: logging in is next, with the name filled in.
pub(crate) fn registered(layers: &mut Vec<Layer>, result: Result<Message, ClientError>, turn: &mut Turn<'_>) {
    let Some(place) = layers.iter().position(|layer| matches!(layer, Layer::Register(_))) else { return };
    match (result, &mut layers[place]) {
        (Ok(message), Layer::Register(form)) => {
            let username = form.form.text(0).to_owned();
            layers.remove(place);
            if let Some(Layer::LogIn(log_in)) = layers.last_mut() {
                log_in.form.fields[0].field.set(username);
                log_in.form.focus(1);
            }
            turn.say_good(message.message);
        }
        (Err(failure), Layer::Register(form)) => form.failed(&failure),
        _ => {}
    }
}

/// The profile was changed, or why not.
pub(crate) fn profile_updated(
    layers: &mut Vec<Layer>,
    generation: Generation,
    result: Result<Box<ProfileUpdated>, ClientError>,
    turn: &mut Turn<'_>,
) {
    let is_it = |layer: &Layer| matches!(layer, Layer::Profile(form) if form.sent == Some(generation));
    let place = layers.iter().position(is_it);
    match result {
        Ok(updated) => {
            turn.data.wallet.profile.set(updated.user, turn.now);
            turn.say_good(updated.message);
            place.map(|place| layers.remove(place));
        }
        Err(failure) => match place.map(|place| &mut layers[place]) {
            Some(Layer::Profile(form)) => form.failed(&failure),
            _ => turn.say_bad(failure.to_string()),
        },
    }
}

/// The password was changed, or why not.
pub(crate) fn password_changed(
    layers: &mut Vec<Layer>,
    generation: Generation,
    result: Result<Message, ClientError>,
    turn: &mut Turn<'_>,
) {
    let is_it = |layer: &Layer| matches!(layer, Layer::Password(form) if form.sent == Some(generation));
    let place = layers.iter().position(is_it);
    match result {
        Ok(message) => {
            turn.say_good(message.message);
            place.map(|place| layers.remove(place));
        }
        Err(failure) => match place.map(|place| &mut layers[place]) {
            Some(Layer::Password(form)) => form.failed(&failure),
            _ => turn.say_bad(failure.to_string()),
        },
    }
}

/// A ticket's intent is not on disk, so nothing was sent.
pub(crate) fn not_kept(layers: &mut [Layer], number: TicketNumber, reason: &str, turn: &mut Turn<'_>) {
    let Some(layer) = layers.iter_mut().find(|layer| layer.holds_ticket(number)) else { return };
    layer.ticket_event(core_ticket::Event::NotKept, turn);
    match layer {
        Layer::Ticket(window) => window.not_kept(reason),
        Layer::Transfer(window) => window.not_kept(reason),
        Layer::Pocket(window) => window.not_kept(reason),
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
