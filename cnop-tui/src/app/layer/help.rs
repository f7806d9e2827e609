//! Every key, as the registry has it.

use crate::app::action::{Action, REGISTRY};
use crate::app::key::Key;
use crate::app::picker::Picker;
use crate::app::state::Step;

/// The window: a list that can be longer than the screen.
#[derive(Debug, Default)]
pub(crate) struct Help {
    pub(crate) picker: Picker,
}

impl Help {
    pub(crate) fn press(&mut self, key: Key) -> Step {
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
        self.picker.act(action, REGISTRY.len());
        Step::Done
    }
}
