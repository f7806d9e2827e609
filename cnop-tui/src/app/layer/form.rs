//! Several fields, of which one has the cursor.

use crate::app::field::Field;
use crate::app::key::Key;
use crate::app::state::Step;

/// A field and what is said of it.
#[derive(Debug, Clone)]
pub(crate) struct Labelled {
    pub(crate) label: &'static str,
    /// What may be typed, said while it is empty.
    pub(crate) hint: &'static str,
    /// Whether what is typed is hidden.
    pub(crate) is_secret: bool,
    pub(crate) field: Field,
}

impl Labelled {
    pub(crate) fn new(label: &'static str, hint: &'static str) -> Self {
        Self { label, hint, is_secret: false, field: Field::default() }
    }

    pub(crate) fn secret(self) -> Self {
        Self { is_secret: true, ..self }
    }

    pub(crate) fn holding(self, text: impl Into<String>) -> Self {
        Self { field: Field::of(text), ..self }
    }
}

/// What Enter does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Enter {
    /// It goes to the next field, and from the last one on.
    Next,
    /// It goes on at once.
    Submit,
}

/// Fields, of which one has the cursor.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    pub(crate) fields: Vec<Labelled>,
    focus: usize,
    enter: Enter,
    /// What is wrong with all of it together.
    pub(crate) fault: Option<String>,
    /// What was sent is not answered yet: nothing is sent twice.
    pub(crate) is_busy: bool,
}

/// What a key did to a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pressed {
    /// It was typed, or moved the cursor.
    Taken,
    /// The person wants what they typed.
    Submitted,
    /// The person wants out.
    Left,
    /// It was not for the form.
    Ignored,
}

impl Pressed {
    /// What most forms do: they are submitted, or closed.
    pub(crate) fn then(self, submit: impl FnOnce()) -> Step {
        match self {
            Self::Submitted => submit(),
            Self::Left => return Step::Close,
            Self::Ignored => return Step::Ignored,
            Self::Taken => {}
        }
        Step::Done
    }
}

impl Form {
    pub(crate) fn new(fields: Vec<Labelled>, enter: Enter) -> Self {
        Self { fields, focus: 0, enter, fault: None, is_busy: false }
    }

    /// The field with the cursor.
    pub(crate) fn focused(&self) -> usize {
        self.focus.min(self.fields.len().saturating_sub(1))
    }

    /// Puts the cursor into a field.
    pub(crate) fn focus(&mut self, field: usize) {
        self.focus = field.min(self.fields.len().saturating_sub(1));
    }

    /// What is typed goes here.
    pub(crate) fn field_mut(&mut self) -> &mut Field {
        let focus = self.focused();
        &mut self.fields[focus].field
    }

    /// What stands in a field, without the space around it.
    pub(crate) fn text(&self, field: usize) -> &str {
        self.fields[field].field.text().trim()
    }

    /// Says what is wrong with a field, and goes there if it is the first that is.
    pub(crate) fn fail(&mut self, field: usize, fault: impl Into<String>) {
        if !self.has_fault() {
            self.focus = field;
        }
        self.fields[field].field.fault = Some(fault.into());
    }

    /// Whether anything is known to be wrong with a field.
    pub(crate) fn has_fault(&self) -> bool {
        self.fields.iter().any(|labelled| labelled.field.fault.is_some())
    }

    /// Reads a field; what is missing or does not parse is said below it.
    pub(crate) fn read<T: std::str::FromStr<Err: std::fmt::Display>>(&mut self, field: usize) -> Option<T> {
        let text = self.text(field).to_owned();
        self.read_as(field, &text)
    }

    /// The same for a figure. `1e3` is a thousand to a program, and a slip of the finger to a person.
    pub(crate) fn read_figure<T: std::str::FromStr<Err: std::fmt::Display>>(&mut self, field: usize) -> Option<T> {
        let text = self.text(field).to_owned();
        if text.contains(['e', 'E']) {
            self.fail(field, "must be written in digits, such as 1000 or 0.05");
            return None;
        }
        self.read_as(field, &text)
    }

    /// The same where spaces around it count.
    pub(crate) fn read_secret<T: std::str::FromStr<Err: std::fmt::Display>>(&mut self, field: usize) -> Option<T> {
        let text = self.fields[field].field.text().to_owned();
        self.read_as(field, &text)
    }

    fn read_as<T: std::str::FromStr<Err: std::fmt::Display>>(&mut self, field: usize, text: &str) -> Option<T> {
        let fault = match text.parse() {
            _ if text.is_empty() => "is needed".to_owned(),
            Ok(value) => return Some(value),
            Err(error) => error.to_string(),
        };
        self.fail(field, fault);
        None
    }

    /// The same for one that may be empty.
    pub(crate) fn read_optional<T: std::str::FromStr<Err: std::fmt::Display>>(&mut self, field: usize) -> Option<T> {
        if self.text(field).is_empty() { None } else { self.read(field) }
    }

    /// Forgets what was wrong before it is looked at again.
    pub(crate) fn clear_faults(&mut self) {
        self.fault = None;
        self.fields.iter_mut().for_each(|labelled| labelled.field.fault = None);
    }

    pub(crate) fn press(&mut self, key: Key) -> Pressed {
        let last = self.fields.len().saturating_sub(1);
        let focus = self.focused();
        match key {
            Key::Escape => return Pressed::Left,
            Key::Enter if self.is_busy => {}
            Key::Enter if self.enter == Enter::Submit || focus == last => return Pressed::Submitted,
            Key::Enter | Key::Tab | Key::Down => self.focus = if focus == last { 0 } else { focus + 1 },
            Key::BackTab | Key::Up => self.focus = if focus == 0 { last } else { focus - 1 },
            key if self.field_mut().press(key) => self.fault = None,
            _ => return Pressed::Ignored,
        }
        Pressed::Taken
    }
}

impl Form {
    /// Says what the server finds wrong, at the fields that it names among `names`, else below them all.
    pub(crate) fn fail_with(&mut self, failure: &cnop_core::client::ClientError, names: &[&str]) {
        let faults = failure.fields();
        for fault in faults {
            match names.iter().position(|name| *name == fault.field) {
                Some(field) => self.fail(field, fault.message.clone()),
                None => self.fault = Some(format!("{}: {}", fault.field, fault.message)),
            }
        }
        if faults.is_empty() {
            self.fault = Some(failure.to_string());
        }
    }
}
