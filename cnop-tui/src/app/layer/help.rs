//! Every key, as the registry has it.

use crate::app::action::{Action, REGISTRY, Shown, Spec};
use crate::app::key::Key;
use crate::app::picker::moved;
use crate::app::state::Step;
use crate::app::update::Turn;

/// The window: a list that can be longer than the screen.
#[derive(Debug, Default)]
pub(crate) struct Help {
    /// The first row that is seen.
    pub(crate) first: usize,
}

/// Rows of the screen that are not the list's: its borders.
const AROUND: u16 = 2;

impl Help {
    /// Everything that is told of.
    pub(crate) fn rows() -> Vec<&'static Spec> {
        REGISTRY.iter().filter(|spec| spec.shown != Shown::Nowhere).collect()
    }

    /// How many rows fit a screen of so many.
    pub(crate) fn room(rows: u16) -> usize {
        usize::from(rows.saturating_sub(AROUND))
    }

    pub(crate) fn press(&mut self, key: Key, turn: &mut Turn<'_>) -> Step {
        let action = match key {
            Key::Escape | Key::Enter | Key::Char('?') => return Step::Close,
            Key::Up | Key::Char('k') => Action::Up,
            Key::Down | Key::Char('j') => Action::Down,
            Key::PageUp => Action::PageUp,
            Key::PageDown => Action::PageDown,
            Key::Home => Action::First,
            Key::End => Action::Last,
            _ => return Step::Ignored,
        };
        let last = Self::rows().len().saturating_sub(Self::room(turn.data.size.1));
        self.first = moved(self.first.min(last), last, action).unwrap_or(self.first);
        Step::Done
    }
}
