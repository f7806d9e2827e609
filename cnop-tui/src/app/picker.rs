//! Which row of a list is chosen.

use super::action::Action;

/// The chosen row of a list, by what stands in it: it stays chosen when the order changes. Where the list begins on the
/// screen is the view's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Picker<K> {
    /// `None` until somebody chooses: then it is the first row, whatever stands there.
    chosen: Option<K>,
    /// Where it was, for when it is gone.
    row: usize,
}

/// Rows that PgUp and PgDn go.
const PAGE: usize = 10;

impl<K> Default for Picker<K> {
    fn default() -> Self {
        Self { chosen: None, row: 0 }
    }
}

impl<K: Copy + PartialEq> Picker<K> {
    /// The chosen row among `keys`; `None` where there is none.
    pub(crate) fn row(&self, keys: &[K]) -> Option<usize> {
        let last = keys.len().checked_sub(1)?;
        let there = self.chosen.and_then(|chosen| keys.iter().position(|key| *key == chosen));
        Some(there.unwrap_or(self.row.min(last)))
    }

    /// What stands in the chosen row.
    pub(crate) fn chosen(&self, keys: &[K]) -> Option<K> {
        self.row(keys).map(|row| keys[row])
    }

    /// Chooses a row.
    pub(crate) fn choose(&mut self, row: usize, keys: &[K]) {
        (self.row, self.chosen) = (row, keys.get(row).copied());
    }

    /// Moves by an action among `keys`, and says whether it was one that moves.
    pub(crate) fn act(&mut self, action: Action, keys: &[K]) -> bool {
        let (row, last) = (self.row(keys).unwrap_or_default(), keys.len().saturating_sub(1));
        let Some(row) = moved(row, last, action) else { return false };
        self.choose(row, keys);
        true
    }
}

/// The row to which an action goes; `None` where it is none that moves.
pub(crate) fn moved(row: usize, last: usize, action: Action) -> Option<usize> {
    Some(match action {
        Action::Up => row.saturating_sub(1),
        Action::Down => (row + 1).min(last),
        Action::PageUp => row.saturating_sub(PAGE),
        Action::PageDown => (row + PAGE).min(last),
        Action::First => 0,
        Action::Last => last,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_stays_chosen_when_the_order_changes() {
        let mut picker = Picker::default();
        assert_eq!((picker.row(&['a', 'b', 'c']), picker.row(&[])), (Some(0), None));
        assert_eq!(picker.row(&['c', 'a']), Some(0), "nobody chose yet");
        assert!(picker.act(Action::Down, &['a', 'b', 'c']));
        assert_eq!(picker.row(&['b', 'c', 'a']), Some(0));
        assert_eq!(picker.row(&['c', 'a']), Some(1), "it is gone: the row where it was");
        assert!(!picker.act(Action::Buy, &['a']));
        picker.act(Action::Last, &['a', 'b', 'c']);
        picker.act(Action::Down, &['a', 'b', 'c']);
        assert_eq!(picker.chosen(&['a', 'b', 'c']), Some('c'));
    }
}
