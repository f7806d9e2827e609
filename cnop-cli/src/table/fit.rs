//! Which columns of a table fit a terminal.

use comfy_table::{ColumnConstraint, Width};

use super::{GAP, LONGEST_WORD};
use crate::text::one_line;
use crate::view::Table;

/// Which of the columns at `places` stay in `width`; `None` where even those that never leave do not fit.
pub(super) fn staying(table: &Table, places: &[usize], width: u16) -> Option<Vec<usize>> {
    let mut staying = places.to_vec();
    let mut leaving: Vec<_> = places.iter().filter_map(|place| Some((turn(table, *place)?, *place))).collect();
    leaving.sort_unstable();
    let mut leaving = leaving.into_iter();
    // As long as some may leave, what stays is not even wrapped.
    while sum(&staying, |place| content_width(table, place)) > usize::from(width) {
        let Some((_, place)) = leaving.next() else {
            let least = sum(&staying, |place| least_width(table, place));
            return (least <= usize::from(width)).then_some(staying);
        };
        staying.retain(|stays| *stays != place);
    }
    Some(staying)
}

/// What says nothing is the first to go.
fn turn(table: &Table, place: usize) -> Option<u8> {
    let says_nothing = table.rows.iter().all(|row| row[place].shown().is_empty());
    if says_nothing { Some(0) } else { table.columns[place].leaves }
}

fn sum(places: &[usize], width: impl Fn(usize) -> u16) -> usize {
    places.iter().map(|place| usize::from(width(*place)) + usize::from(GAP)).sum()
}

fn least_width(table: &Table, place: usize) -> u16 {
    match table.columns[place].wraps {
        true => longest_word(table, place).min(LONGEST_WORD),
        false => content_width(table, place),
    }
}

/// The whole width of a column, its title included.
pub(super) fn content_width(table: &Table, place: usize) -> u16 {
    widest(table, place, columns_of)
}

/// What keeps a column wide enough for a word. Nothing where `content` is beyond all measure: the library adds to it.
pub(super) fn at_least(word: u16, content: u16) -> Option<ColumnConstraint> {
    (content < u16::MAX - GAP).then(|| ColumnConstraint::LowerBoundary(Width::Fixed(word + GAP)))
}

/// The longest word of a column, its title included.
pub(super) fn longest_word(table: &Table, place: usize) -> u16 {
    widest(table, place, longest_word_of)
}

/// The most of `width` among the title and the cells of a column.
fn widest(table: &Table, place: usize, width: impl Fn(&str) -> usize) -> u16 {
    let title = width(table.columns[place].title.unwrap_or_default());
    let cells = table.rows.iter().map(|row| width(&one_line(row[place].shown()))).max().unwrap_or(0);
    u16::try_from(title.max(cells)).unwrap_or(u16::MAX)
}

/// The longest word of a text.
pub(super) fn longest_word_of(text: &str) -> usize {
    text.split_whitespace().map(columns_of).max().unwrap_or(0)
}

/// How many columns a text takes.
pub(super) fn columns_of(text: &str) -> usize {
    console::measure_text_width(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::Cell;
    use crate::view::{left, right};

    #[test]
    fn columns_leave_in_their_turn_where_the_terminal_is_narrow() {
        let cells = ["12345678", "1234567890", "123456"].map(Cell::text);
        let columns = [left("A", "a").leaves(2), right("B", "b"), left("C", "c").leaves(1)];
        let table = Table { columns: columns.into(), rows: vec![cells.into()], empty: "" };
        let staying = |width| staying(&table, &[0, 1, 2], width);
        assert_eq!(staying(30), Some(vec![0, 1, 2]));
        assert_eq!(staying(29), Some(vec![0, 1]));
        assert_eq!(staying(22), Some(vec![0, 1]));
        assert_eq!(staying(21), Some(vec![1]));
        assert_eq!(staying(12), Some(vec![1]));
        assert_eq!(staying(11), None);
    }
}
