//! Keys and the mouse, in the words of the rules.

use crossterm::event::{
    Event as Input, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use crate::app::{Event, Key};
use crate::view::Hits;

/// Rows that the wheel goes at a time.
const WHEEL_ROWS: i32 = 3;

/// What a terminal's event means; nothing where it means nothing here.
pub(super) fn events(input: Input, hits: &Hits) -> impl Iterator<Item = Event> {
    let escape = match &input {
        // A terminal tells Escape and a key soon after it like Alt and the key.
        Input::Key(key) if key.kind != KeyEventKind::Release && key.modifiers.contains(KeyModifiers::ALT) => {
            Some(Event::Key(Key::Escape))
        }
        _ => None,
    };
    let event = match input {
        Input::Key(key) => self::key(key).map(Event::Key),
        Input::Paste(text) => Some(Event::Paste(text)),
        Input::Resize(columns, rows) => Some(Event::Resize(columns, rows)),
        Input::Mouse(mouse) => self::mouse(mouse, hits),
        Input::FocusGained | Input::FocusLost => None,
    };
    escape.into_iter().chain(event)
}

fn key(KeyEvent { code, modifiers, kind, .. }: KeyEvent) -> Option<Key> {
    if kind == KeyEventKind::Release {
        return None;
    }
    Some(match code {
        KeyCode::Char(letter) if modifiers.contains(KeyModifiers::CONTROL) => Key::Ctrl(letter.to_ascii_lowercase()),
        KeyCode::Char(letter) => Key::Char(letter),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Escape,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        _ => return None,
    })
}

fn mouse(MouseEvent { kind, column, row, .. }: MouseEvent, hits: &Hits) -> Option<Event> {
    match kind {
        MouseEventKind::Down(MouseButton::Left) => hits.at(column, row).map(Event::Click),
        MouseEventKind::ScrollUp => Some(Event::Wheel(-WHEEL_ROWS)),
        MouseEventKind::ScrollDown => Some(Event::Wheel(WHEEL_ROWS)),
        _ => None,
    }
}
