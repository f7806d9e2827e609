//! Logging in: at the beginning, and over whatever is seen when a session ends.

use cnop_core::user::Username;
use secrecy::SecretString;

use super::Layer;
use super::form::{Enter, Form, Labelled, Pressed};
use super::sheet::Sheet;
use crate::app::action::{Action, Place, action_of};
use crate::app::effect::Effect;
use crate::app::key::Key;
use crate::app::state::Step;
use crate::app::update::Turn;

const USERNAME: usize = 0;
const PASSWORD: usize = 1;

/// The form.
#[derive(Debug)]
pub(crate) struct LogIn {
    pub(crate) form: Form,
    /// Who was logged in, where a session has ended: their screens wait below.
    pub(crate) again: Option<Username>,
    /// Why one has to log in, where that is not plain.
    pub(crate) reason: Option<String>,
}

impl LogIn {
    pub(crate) fn new(again: Option<Username>, reason: Option<String>) -> Self {
        let username = Labelled::new("Username", "6 to 30 letters, digits or underscores");
        let username = match &again {
            Some(name) => username.holding(name.to_string()),
            None => username,
        };
        let mut form = Form::new(vec![username, Labelled::new("Password", "").secret()], Enter::Next);
        if again.is_some() {
            form.focus(PASSWORD);
        }
        Self { form, again, reason }
    }

    pub(crate) fn press(&mut self, key: Key, turn: &mut Turn<'_>) -> Step {
        if action_of(key, Place::LogIn) == Some(Action::Register) {
            return Step::Open(Box::new(Layer::Sheet(Sheet::register())));
        }
        match self.form.press(key) {
            // There is nothing behind it to go back to; Ctrl+C quits.
            Pressed::Left => Step::Done,
            pressed => pressed.then(|| self.submit(turn)),
        }
    }

    fn submit(&mut self, turn: &mut Turn<'_>) {
        self.form.clear_faults();
        let username = self.form.read(USERNAME);
        let password = self.form.fields[PASSWORD].field.text().to_owned();
        if password.is_empty() {
            self.form.fail(PASSWORD, "is needed");
        }
        if let (Some(username), false) = (username, self.form.has_fault()) {
            self.form.is_busy = true;
            turn.effects.push(Effect::LogIn { username, password: SecretString::from(password) });
        }
    }

    /// An account was opened: logging in with it is next.
    pub(crate) fn fill_in(&mut self, username: &str, message: &str) {
        self.reason = Some(message.to_owned());
        self.form.clear_faults();
        self.form.fields[USERNAME].field.set(username);
        self.form.focus(PASSWORD);
    }

    /// The server says no, or nothing: the password is typed again.
    pub(crate) fn failed(&mut self, reason: String) {
        self.form.is_busy = false;
        self.form.fault = Some(reason);
        self.form.fields[PASSWORD].field.set("");
        self.form.focus(PASSWORD);
    }
}
