//! A form that is sent to the server as a whole: opening an account, editing the profile, changing the password.
//!
//! What each asks for and how its fields are read is in a file of its own below; what they share is here: what was sent
//! is not sent twice, and what the server finds wrong stands at the field that it names.

mod password;
mod profile;
mod register;

use cnop_core::api::{PasswordChange, ProfileUpdate, RegisterRequest, User};
use cnop_core::client::ClientError;

use super::form::{Enter, Form, Labelled};
use crate::app::effect::Effect;
use crate::app::key::Key;
use crate::app::known::Generation;
use crate::app::state::Step;
use crate::app::update::Turn;

/// What a person wrote, ready to be sent.
#[derive(Debug)]
pub(crate) enum Submission {
    Register(Box<RegisterRequest>),
    Profile(Box<ProfileUpdate>),
    Password(PasswordChange),
}

/// What it is for.
#[derive(Debug)]
enum Purpose {
    Register,
    /// With what the fields held at the beginning: what is left as it was is not sent.
    Profile([String; 5]),
    Password,
}

/// The form.
#[derive(Debug)]
pub(crate) struct Sheet {
    purpose: Purpose,
    pub(crate) form: Form,
    /// What is on its way.
    sent: Option<Generation>,
}

impl Sheet {
    pub(crate) fn register() -> Self {
        Self::new(Purpose::Register, register::fields())
    }

    pub(crate) fn profile(user: &User) -> Self {
        let before = profile::texts(user);
        let fields = profile::fields(&before);
        Self::new(Purpose::Profile(before), fields)
    }

    pub(crate) fn password() -> Self {
        Self::new(Purpose::Password, password::fields())
    }

    fn new(purpose: Purpose, fields: Vec<Labelled>) -> Self {
        Self { purpose, form: Form::new(fields, Enter::Next), sent: None }
    }

    pub(crate) fn title(&self) -> &'static str {
        match self.purpose {
            Purpose::Register => "Register",
            Purpose::Profile(_) => "Edit the profile",
            Purpose::Password => "Change the password",
        }
    }

    pub(crate) fn press(&mut self, key: Key, turn: &mut Turn<'_>) -> Step {
        self.form.press(key).then(|| self.submit(turn))
    }

    fn submit(&mut self, turn: &mut Turn<'_>) {
        self.form.clear_faults();
        let submission = match &self.purpose {
            Purpose::Register => register::read(&mut self.form).map(Box::new).map(Submission::Register),
            Purpose::Profile(before) => profile::read(&mut self.form, before).map(Box::new).map(Submission::Profile),
            Purpose::Password => password::read(&mut self.form).map(Submission::Password),
        };
        if let Some(submission) = submission {
            let generation = turn.data.next_generation();
            self.sent = Some(generation);
            self.form.is_busy = true;
            turn.effects.push(Effect::Submit(generation, submission));
        }
    }

    /// Whether it is this one that was answered.
    pub(crate) fn sent(&self, generation: Generation) -> bool {
        self.sent == Some(generation)
    }

    /// The name that was typed, for logging in with it.
    pub(crate) fn new_username(&self) -> Option<&str> {
        matches!(self.purpose, Purpose::Register).then(|| self.form.text(register::USERNAME))
    }

    /// It was not taken: what was typed stays, and may be changed.
    pub(crate) fn failed(&mut self, failure: &ClientError) {
        let names: &[&str] = match self.purpose {
            Purpose::Register => &register::NAMES,
            Purpose::Profile(_) => &profile::NAMES,
            Purpose::Password => &password::NAMES,
        };
        self.sent = None;
        self.form.is_busy = false;
        self.form.fail_with(failure, names);
    }
}

/// What a new password must be.
const PASSWORD_RULE: &str = "12 or more: a-z, A-Z, 0-9 and one of !@#$%^&*()-_=+";

/// A second field must hold the same as the first: what one cannot see is typed twice.
fn check_repeated(form: &mut Form, first: usize, second: usize) {
    if form.fields[first].field.text() != form.fields[second].field.text() {
        form.fail(second, "is not the same");
    }
}
