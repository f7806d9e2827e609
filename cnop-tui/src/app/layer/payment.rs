//! Money in and out beside orders: a deposit, a withdrawal, a red pocket. One field, then what became of it.

use cnop_core::money::TransferAmount;
use cnop_core::ticket::{Event, Movement, Stage};

use super::Layer;
use super::errand::Errand;
use super::form::{Enter, Form, Labelled};
use crate::app::effect::Question;
use crate::app::key::Key;
use crate::app::state::Step;
use crate::app::update::Turn;

/// Which movement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Deposit,
    Withdrawal,
    Pocket,
}

/// The window.
#[derive(Debug)]
pub(crate) struct Payment {
    pub(crate) kind: Kind,
    form: Form,
    /// What is on its way, once it was asked for.
    pub(crate) errand: Option<Errand>,
}

impl Payment {
    pub(crate) fn open(kind: Kind, turn: &mut Turn<'_>) -> Step {
        let field = match kind {
            Kind::Pocket => Labelled::new("A wish", "what one says at New Year"),
            Kind::Deposit | Kind::Withdrawal => {
                turn.ask(Question::Limits);
                Labelled::new("Amount", "dollars, at most 2 decimals")
            }
        };
        let form = Form::new(vec![field], Enter::Submit);
        Step::Open(Box::new(Layer::Payment(Box::new(Self { kind, form, errand: None }))))
    }

    pub(crate) fn title(&self) -> &'static str {
        match self.kind {
            Kind::Deposit => "Deposit",
            Kind::Withdrawal => "Withdraw",
            Kind::Pocket => "🧧",
        }
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
            Some(errand) => errand.press(key, turn),
            None => self.form.press(key).then(|| self.submit(turn)),
        }
    }

    fn submit(&mut self, turn: &mut Turn<'_>) {
        self.form.clear_faults();
        let movement = match self.kind {
            Kind::Deposit => self.form.read_figure::<TransferAmount>(0).map(Movement::Deposit),
            Kind::Withdrawal => self.form.read_figure::<TransferAmount>(0).map(Movement::Withdrawal),
            Kind::Pocket => self.form.read::<String>(0).map(|phrase| Movement::Claim { phrase }),
        };
        let Some(movement) = movement else { return };
        if let Some(reason) = turn.data.server_is_away(turn.now) {
            self.form.fault = Some(reason.to_owned());
            return;
        }
        self.errand = Errand::new(movement, turn);
        if let Some(errand) = &mut self.errand {
            errand.confirm(turn);
        }
    }

    /// A refusal leads back to the field.
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
