//! Opening an account. Logging in comes after it, with the name filled in.

use cnop_core::api::RegisterRequest;
use cnop_core::client::ClientError;
use cnop_core::user::{Email, Password, PersonName, Username};

use super::form::{Enter, Form, Labelled, Pressed};
use crate::app::effect::Effect;
use crate::app::key::Key;
use crate::app::state::Step;
use crate::app::update::Turn;

const USERNAME: usize = 0;
const EMAIL: usize = 1;
const FIRST_NAME: usize = 2;
const LAST_NAME: usize = 3;
const PASSWORD: usize = 4;
const REPEATED: usize = 5;

/// Fields of the server, by the names that its faults have.
const NAMES: [&str; 5] = ["username", "email", "first_name", "last_name", "password"];

/// The form.
#[derive(Debug)]
pub(crate) struct Register {
    pub(crate) form: Form,
}

impl Register {
    pub(crate) fn new() -> Self {
        let fields = vec![
            Labelled::new("Username", "6 to 30 letters, digits or underscores"),
            Labelled::new("Email", "name@example.com"),
            Labelled::new("First name", ""),
            Labelled::new("Last name", ""),
            Labelled::new("Password", "12 or more: a-z, A-Z, 0-9 and one of !@#$%^&*()-_=+").secret(),
            Labelled::new("The same again", "").secret(),
        ];
        Self { form: Form::new(fields, Enter::Next) }
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
        if let Some(request) = self.read() {
            self.form.is_busy = true;
            turn.effects.push(Effect::Register(Box::new(request)));
        }
        Step::Done
    }

    /// Every fault at once.
    fn read(&mut self) -> Option<RegisterRequest> {
        let form = &mut self.form;
        let username = form.read::<Username>(USERNAME);
        let email = form.read::<Email>(EMAIL);
        let first_name = form.read::<PersonName>(FIRST_NAME);
        let last_name = form.read::<PersonName>(LAST_NAME);
        let password = form.read::<Password>(PASSWORD);
        if form.fields[REPEATED].field.text() != form.fields[PASSWORD].field.text() {
            form.fail(REPEATED, "is not the same");
        }
        if form.has_fault() {
            return None;
        }
        Some(RegisterRequest {
            username: username?,
            email: email?,
            password: password?,
            first_name: first_name?,
            last_name: last_name?,
            phone: None,
            date_of_birth: None,
            marketing_emails_consent: None,
        })
    }

    /// What the server finds wrong, at the field that it names.
    pub(crate) fn failed(&mut self, failure: &ClientError) {
        self.form.is_busy = false;
        self.form.fail_with(failure, &NAMES);
    }
}
