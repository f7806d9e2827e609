//! The red pocket: a phrase, then what was in it.

use cnop_core::ticket::{Event, Movement, Stage};

use super::form::{Enter, Form, Labelled, Pressed};
use super::ticket::Errand;
use crate::app::key::Key;
use crate::app::state::Step;
use crate::app::update::Turn;

/// The window.
#[derive(Debug)]
pub(crate) struct Pocket {
    form: Form,
    /// The claim, once a phrase was said.
    pub(crate) errand: Option<Errand>,
}

impl Default for Pocket {
    fn default() -> Self {
        Self {
            form: Form::new(vec![Labelled::new("A wish", "what one says at New Year")], Enter::Submit),
            errand: None,
        }
    }
}

impl Pocket {
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
        let phrase = self.form.text(0).to_owned();
        if phrase.is_empty() {
            return self.form.fail(0, "is needed");
        }
        self.errand = Errand::new(Movement::Claim { phrase }, turn);
        if let Some(errand) = &mut self.errand {
            errand.confirm(turn);
        }
    }

    pub(crate) fn happen(&mut self, event: Event, turn: &mut Turn<'_>) {
        let Some(errand) = &mut self.errand else { return };
        errand.happen(event, turn);
        if let Stage::Refused(failure) = errand.ticket.stage() {
            self.form.fault = Some(failure.to_string());
            self.errand = None;
        }
    }

    /// Nothing was sent: the field may be changed again.
    pub(crate) fn not_kept(&mut self, reason: &str) {
        self.form.fault = Some(reason.to_owned());
        self.errand = None;
    }
}
