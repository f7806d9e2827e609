//! A line of text that a person types.

use tui_input::{Input, InputRequest};

use super::key::Key;

/// Longer texts are refused at the keyboard: no field of the contract takes more.
const MAX_CHARS: usize = 128;

/// One field: its text, its cursor, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Field {
    input: Input,
    /// What is wrong with its text, said below it.
    pub(crate) fault: Option<String>,
}

impl Field {
    /// A field that holds `text` already.
    pub(crate) fn of(text: impl Into<String>) -> Self {
        Self { input: Input::new(text.into()), fault: None }
    }

    /// What was typed.
    pub(crate) fn text(&self) -> &str {
        self.input.value()
    }

    /// What stands before the cursor, and what behind it.
    pub(crate) fn around_cursor(&self) -> (&str, &str) {
        let text = self.text();
        let at = text.char_indices().nth(self.input.cursor()).map_or(text.len(), |(at, _)| at);
        text.split_at(at)
    }

    /// Replaces the text, with the cursor behind it.
    pub(crate) fn set(&mut self, text: impl Into<String>) {
        *self = Self::of(text);
    }

    /// Takes a key, and says whether it was one for a field. A changed text has no fault yet.
    pub(crate) fn press(&mut self, key: Key) -> bool {
        let request = match key {
            Key::Char(letter) if letter.is_control() => return false,
            Key::Char(_) if self.text().chars().count() >= MAX_CHARS => return true,
            Key::Char(letter) => InputRequest::InsertChar(letter),
            Key::Backspace => InputRequest::DeletePrevChar,
            Key::Delete => InputRequest::DeleteNextChar,
            Key::Left => InputRequest::GoToPrevChar,
            Key::Right => InputRequest::GoToNextChar,
            Key::Home | Key::Ctrl('a') => InputRequest::GoToStart,
            Key::End | Key::Ctrl('e') => InputRequest::GoToEnd,
            Key::Ctrl('w') => InputRequest::DeletePrevWord,
            Key::Ctrl('u') => InputRequest::DeleteLine,
            Key::Ctrl('k') => InputRequest::DeleteTillEnd,
            _ => return false,
        };
        if self.input.handle(request).is_some_and(|changed| changed.value) {
            self.fault = None;
        }
        true
    }

    /// Takes what was pasted. A line break or another control character in it stays a gap: two lines never become one
    /// figure.
    pub(crate) fn paste(&mut self, text: &str) {
        text.trim().chars().for_each(|letter| {
            self.press(Key::Char(if letter.is_control() { ' ' } else { letter }));
        });
    }
}
