//! Paying in and out.

use cnop_core::money::TransferAmount;
use cnop_core::ticket::{Event, Movement, Stage};

use super::Layer;
use super::form::{Enter, Form, Labelled, Pressed};
use super::ticket::Errand;
use crate::app::effect::Question;
use crate::app::key::Key;
use crate::app::state::Step;
use crate::app::update::Turn;

/// Which way the dollars go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    In,
    Out,
}

/// The window.
#[derive(Debug)]
pub(crate) struct Transfer {
    pub(crate) way: Way,
    form: Form,
    /// What is on its way, once it was confirmed.
    pub(crate) errand: Option<Errand>,
}

impl Transfer {
    pub(crate) fn open(way: Way, turn: &mut Turn<'_>) -> Step {
        turn.ask(Question::Limits);
        let form = Form::new(vec![Labelled::new("Amount", "dollars, at most 2 decimals")], Enter::Submit);
        Step::Open(Box::new(Layer::Transfer(Box::new(Self { way, form, errand: None }))))
    }

    /// The field, while it may be changed.
    pub(crate) fn form(&mut self) -> Option<&mut Form> {
        self.errand.is_none().then_some(&mut self.form)
    }

    /// The same, to be looked at.
    pub(crate) fn fields(&self) -> &Form {
        &self.form
    }

    pub(crate) fn press(&mut self, key: Key, turn: &mut Turn<'_>) -> Step {
        match &mut self.errand {
            None => match self.form.press(key) {
                Pressed::Submitted => self.submit(turn),
                Pressed::Left => return Step::Close,
                Pressed::Taken => {}
                Pressed::Ignored => return Step::Ignored,
            },
            Some(_) if key == Key::Escape => return Step::Close,
            Some(errand) if key == Key::Enter && matches!(errand.ticket.stage(), Stage::Unknown(_)) => {
                errand.happen(Event::Asked, turn);
            }
            Some(_) => {}
        }
        Step::Done
    }

    fn submit(&mut self, turn: &mut Turn<'_>) {
        self.form.clear_faults();
        let Some(amount) = self.form.read::<TransferAmount>(0) else { return };
        let movement = match self.way {
            Way::In => Movement::Deposit(amount),
            Way::Out => Movement::Withdrawal(amount),
        };
        self.errand = Errand::new(movement, turn);
        if let Some(errand) = &mut self.errand {
            errand.confirm(turn);
        }
    }

    /// A refusal, or an intent that could not be kept, leads back to the field.
    pub(crate) fn happen(&mut self, event: Event, turn: &mut Turn<'_>) {
        let Some(errand) = &mut self.errand else { return };
        errand.happen(event, turn);
        match errand.ticket.stage() {
            Stage::Refused(failure) => {
                self.form.fault = Some(failure.to_string());
                self.errand = None;
            }
            Stage::Accepted(_) => {
                turn.ask(Question::Limits);
                turn.ask(Question::Transactions(None));
            }
            _ => {}
        }
    }

    /// Nothing was sent: the field may be changed again.
    pub(crate) fn not_kept(&mut self, reason: &str) {
        self.form.fault = Some(reason.to_owned());
        self.errand = None;
    }
}
