//! Keys and the mouse, in the words of the rules.

use std::io;

use crossterm::event::{
    Event as Input, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use futures_util::StreamExt;
use tokio::sync::mpsc;

use crate::app::{Event, Key};
use crate::view::Hits;

/// Rows that the wheel goes at a time.
const WHEEL_ROWS: i32 = 3;

/// Keys that wait for the loop: a paste of some length, typed by a slow machine.
const WAITING: usize = 1_024;

/// Everything that the terminal tells, through a channel. Its own stream is left to one task alone: polled without a
/// waker (as by `now_or_never`), it forgets to wake anybody afterwards.
pub(super) fn follow() -> mpsc::Receiver<io::Result<Input>> {
    let (sender, inputs) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        let mut stream = EventStream::new();
        while let Some(input) = stream.next().await {
            if sender.send(input).await.is_err() {
                return;
            }
        }
    });
    inputs
}

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
