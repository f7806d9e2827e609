//! Editing the profile: what is left as it was is not sent.

use cnop_core::api::{ProfileUpdate, User};
use cnop_core::client::ClientError;
use cnop_core::user::{DateOfBirth, Email, PersonName, Phone};

use super::form::{Enter, Form, Labelled, Pressed};
use crate::app::effect::Effect;
use crate::app::key::Key;
use crate::app::known::Generation;
use crate::app::state::Step;
use crate::app::update::Turn;

const EMAIL: usize = 0;
const FIRST_NAME: usize = 1;
const LAST_NAME: usize = 2;
const PHONE: usize = 3;
const DATE_OF_BIRTH: usize = 4;

/// Fields of the server, by the names that its faults have.
const NAMES: [&str; 5] = ["email", "first_name", "last_name", "phone", "date_of_birth"];

/// The form.
#[derive(Debug)]
pub(crate) struct ProfileForm {
    pub(crate) form: Form,
    before: [String; 5],
    pub(crate) sent: Option<Generation>,
}

impl ProfileForm {
    pub(crate) fn new(user: &User) -> Self {
        let before = [
            user.email.to_string(),
            user.first_name.to_string(),
            user.last_name.to_string(),
            user.phone.as_ref().map(ToString::to_string).unwrap_or_default(),
            user.date_of_birth.as_ref().map(ToString::to_string).unwrap_or_default(),
        ];
        let labels = ["Email", "First name", "Last name", "Phone", "Date of birth"];
        let hints = ["name@example.com", "", "", "10 to 15 digits", "1990-12-31"];
        let fields = labels.into_iter().zip(hints).zip(&before);
        let fields = fields.map(|((label, hint), text)| Labelled::new(label, hint).holding(text.clone())).collect();
        Self { form: Form::new(fields, Enter::Next), before, sent: None }
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
        let update = ProfileUpdate {
            email: self.changed::<Email>(EMAIL),
            first_name: self.changed::<PersonName>(FIRST_NAME),
            last_name: self.changed::<PersonName>(LAST_NAME),
            phone: self.changed::<Phone>(PHONE),
            date_of_birth: self.changed::<DateOfBirth>(DATE_OF_BIRTH),
            marketing_emails_consent: None,
        };
        if self.form.has_fault() {
            return Step::Done;
        }
        let generation = turn.data.next_generation();
        self.sent = Some(generation);
        self.form.is_busy = true;
        turn.effects.push(Effect::UpdateProfile(generation, Box::new(update)));
        Step::Done
    }

    /// A field that holds something else than before. Nothing can be taken out: the contract has no way to say so.
    fn changed<T: std::str::FromStr<Err: std::fmt::Display>>(&mut self, field: usize) -> Option<T> {
        if self.form.text(field) == self.before[field] { None } else { self.form.read(field) }
    }

    pub(crate) fn failed(&mut self, failure: &ClientError) {
        self.form.is_busy = false;
        self.form.fail_with(failure, &NAMES);
    }
}
