//! Keys as the terminal tells them, in our own words: the rules know no terminal library.

use std::fmt;

/// A key that was pressed. What no rule knows never becomes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    /// A character, as it is written.
    Char(char),
    /// Ctrl and a lower-case letter.
    Ctrl(char),
    Enter,
    Escape,
    Tab,
    BackTab,
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    Home,
    End,
    Backspace,
    Delete,
}

impl fmt::Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Char(' ') => "Space",
            Self::Char(letter) => return out.pad(letter.encode_utf8(&mut [0; 4])),
            Self::Ctrl(letter) => return out.pad(&format!("Ctrl+{}", letter.to_ascii_uppercase())),
            Self::Enter => "Enter",
            Self::Escape => "Esc",
            Self::Tab => "Tab",
            Self::BackTab => "Shift+Tab",
            Self::Up => "Up",
            Self::Down => "Down",
            Self::Left => "Left",
            Self::Right => "Right",
            Self::PageUp => "PgUp",
            Self::PageDown => "PgDn",
            Self::Home => "Home",
            Self::End => "End",
            Self::Backspace => "Backspace",
            Self::Delete => "Del",
        };
        out.pad(name)
    }
}
