//! Changing the password.

use cnop_core::api::PasswordChange;
use cnop_core::client::ClientError;
use cnop_core::user::Password;
use secrecy::SecretString;

use super::form::{Enter, Form, Labelled, Pressed};
use crate::app::effect::Effect;
use crate::app::key::Key;
use crate::app::known::Generation;
use crate::app::state::Step;
use crate::app::update::Turn;

const CURRENT: usize = 0;
const NEW: usize = 1;
const REPEATED: usize = 2;

/// Fields of the server, by the names that its faults have.
const NAMES: [&str; 2] = ["current_password", "new_password"];

/// The form.
#[derive(Debug)]
pub(crate) struct PasswordForm {
    pub(crate) form: Form,
    pub(crate) sent: Option<Generation>,
}

impl PasswordForm {
    pub(crate) fn new() -> Self {
        let fields = vec![
            Labelled::new("Current password", "").secret(),
            Labelled::new("New password", "12 or more: a-z, A-Z, 0-9 and one of !@#$%^&*()-_=+").secret(),
            Labelled::new("The same again", "").secret(),
        ];
        Self { form: Form::new(fields, Enter::Next), sent: None }
    }

    pub(crate) fn press(&mut self, key: Key, turn: &mut Turn<'_>) -> Step {
        match self.form.press(key) {
            Pressed::Submitted => self.submit(turn),
            Pressed::Left => Step::Close,
            Pressed::Taken => Step::Done,
            Pressed::Ignored => Step::Ignored,
        }
    }

    fn submit(&mut self, turn: &mut Turn<'_>) -> Step {
        self.form.clear_faults();
        let current = self.form.fields[CURRENT].field.text().to_owned();
        if current.is_empty() {
            self.form.fail(CURRENT, "is needed");
        }
        let new: Option<Password> = self.form.read(NEW);
        if self.form.fields[REPEATED].field.text() != self.form.fields[NEW].field.text() {
            self.form.fail(REPEATED, "is not the same");
        }
        if let (Some(new_password), false) = (new, self.form.has_fault()) {
            let generation = turn.data.next_generation();
            self.sent = Some(generation);
            self.form.is_busy = true;
            let change = PasswordChange { current_password: SecretString::from(current), new_password };
            turn.effects.push(Effect::ChangePassword(generation, change));
        }
        Step::Done
    }

    pub(crate) fn failed(&mut self, failure: &ClientError) {
        self.form.is_busy = false;
        self.form.fail_with(failure, &NAMES);
    }
}
