//! Which row of a list is chosen.

use super::action::Action;

/// The chosen row of a list whose length may change. Where it begins on the screen is the view's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Picker {
    row: usize,
}

/// Rows that PgUp and PgDn go.
const PAGE: usize = 10;

impl Picker {
    /// The chosen row of `rows`; `None` where there is none.
    pub(crate) fn row(&self, rows: usize) -> Option<usize> {
        rows.checked_sub(1).map(|last| self.row.min(last))
    }

    /// Chooses a row.
    pub(crate) fn choose(&mut self, row: usize) {
        self.row = row;
    }

    /// Moves by an action among `rows`, and says whether it was one that moves.
    pub(crate) fn act(&mut self, action: Action, rows: usize) -> bool {
        let last = rows.saturating_sub(1);
        let row = self.row.min(last);
        self.row = match action {
            Action::Up => row.saturating_sub(1),
            Action::Down => (row + 1).min(last),
            Action::PageUp => row.saturating_sub(PAGE),
            Action::PageDown => (row + PAGE).min(last),
            Action::First => 0,
            Action::Last => last,
            _ => return false,
        };
        true
    }
}
