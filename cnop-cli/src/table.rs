//! Aligned text. Cells may hold a server's words: they are made safe here.

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width, presets};

use crate::text::one_line;

/// A narrower terminal is one that does not know its width, such as that of a container: it is taken as endless.
const NARROWEST: u16 = 20;

/// Between two columns.
const GAP: u16 = 2;

/// An order's id is the longest word that there is; a server may send longer ones, which are broken.
const LONGEST_WORD: u16 = 50;

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    title: &'static str,
    alignment: CellAlignment,
    leaves: Option<u8>,
}

/// A column of text.
pub(crate) fn left(title: &'static str) -> Column {
    Column { title, alignment: CellAlignment::Left, leaves: None }
}

/// A column of figures.
pub(crate) fn right(title: &'static str) -> Column {
    Column { title, alignment: CellAlignment::Right, leaves: None }
}

impl Column {
    /// Lets it be the `turn`th to go where the terminal is too narrow for all. What stays is wrapped between words; a
    /// figure is not: broken in two it would be another one.
    pub(crate) fn leaves(self, turn: u8) -> Self {
        Self { leaves: Some(turn), ..self }
    }

    /// What is left of it at the least, where its longest word has `word` letters.
    fn constraint(&self, word: u16) -> ColumnConstraint {
        match self.alignment {
            CellAlignment::Right => ColumnConstraint::ContentWidth,
            _ => ColumnConstraint::LowerBoundary(Width::Fixed(word.min(LONGEST_WORD) + GAP)),
        }
    }
}

/// Rows below `columns`, or `empty` where there are none.
pub(crate) fn table<const N: usize>(
    columns: [Column; N],
    rows: impl IntoIterator<Item = [String; N]>,
    empty: &str,
) -> String {
    let rows: Vec<_> = rows.into_iter().map(|row| row.map(|cell| one_line(&cell))).collect();
    if rows.is_empty() {
        return empty.to_owned();
    }
    let words = std::array::from_fn(|place| rows.iter().map(|row| longest_word(&row[place])).max().unwrap_or(0));
    let mut table = bare_table();
    table.set_header(columns.map(|column| column.title));
    table.add_rows(rows);
    fit(&mut table, &columns, &words);
    for (drawn, column) in table.column_iter_mut().zip(columns) {
        drawn.set_padding((0, GAP)).set_cell_alignment(column.alignment);
    }
    table.trim_fmt()
}

/// What is known about one thing: a name and a value a line. What has nothing to say has no line.
pub(crate) fn facts<'a>(rows: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let mut table = bare_table();
    let rows = rows.into_iter().filter(|(_, value)| !value.is_empty());
    table.add_rows(rows.map(|(name, value)| [name.to_owned(), one_line(&value)]));
    for column in table.column_iter_mut() {
        column.set_padding((0, GAP));
    }
    table.trim_fmt()
}

/// Without lines, which only stand in the way of `grep` and `awk`; as wide as a terminal, and as it must be elsewhere.
fn bare_table() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if table.width().is_some_and(|width| width >= NARROWEST) {
        table.set_content_arrangement(ContentArrangement::Dynamic);
    }
    table
}

/// Hides columns that may leave, each in its turn, until the rest fits the terminal. `words` are the longest in each.
fn fit<const N: usize>(table: &mut Table, columns: &[Column; N], words: &[u16; N]) {
    let Some(width) = table.width().filter(|width| *width >= NARROWEST) else { return };
    // What says nothing is the first to go.
    let turns: [_; N] = std::array::from_fn(|place| if words[place] == 0 { Some(0) } else { columns[place].leaves });
    let hidden = leaving(&turns, &table.column_max_content_widths(), width);
    for (place, drawn) in table.column_iter_mut().enumerate() {
        let gone = hidden.contains(&place);
        let constraint = if gone { ColumnConstraint::Hidden } else { columns[place].constraint(words[place]) };
        drawn.set_constraint(constraint);
    }
}

fn longest_word(text: &str) -> u16 {
    let letters = text.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0);
    u16::try_from(letters).unwrap_or(u16::MAX)
}

/// Which columns, by their place, have to go so that the others fit `width`.
fn leaving(turns: &[Option<u8>], contents: &[u16], width: u16) -> Vec<usize> {
    let mut turns: Vec<_> =
        turns.iter().enumerate().filter_map(|(index, turn)| turn.map(|turn| (turn, index))).collect();
    turns.sort_unstable();
    let drawn = |content: u16| usize::from(content) + usize::from(GAP);
    let mut needed: usize = contents.iter().copied().map(drawn).sum();
    let mut hidden = Vec::new();
    for (_, index) in turns {
        if needed <= usize::from(width) {
            break;
        }
        needed -= drawn(contents[index]);
        hidden.push(index);
    }
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: [&str; 3]) -> [String; 3] {
        cells.map(str::to_owned)
    }

    #[test]
    fn figures_are_aligned_to_the_right() {
        let rows = [row(["BTC", "$84,110.40", "a"]), row(["ETH", "$1.00", "b\u{1b}[1m\nc"])];
        let text = table([left("ASSET"), right("PRICE"), left("NOTE")], rows, "nothing");
        assert_eq!(text, "ASSET       PRICE  NOTE\nBTC    $84,110.40  a\nETH         $1.00  b[1m c");
    }

    #[test]
    fn columns_leave_in_their_turn_where_the_terminal_is_narrow() {
        let leaving = |width| leaving(&[Some(2), None, Some(1)], &[8, 10, 6], width);
        assert_eq!(leaving(30), [0; 0]);
        assert_eq!(leaving(29), [2]);
        assert_eq!(leaving(22), [2]);
        assert_eq!(leaving(21), [2, 0]);
        assert_eq!(leaving(5), [2, 0]);
    }

    #[test]
    fn an_empty_table_says_so() {
        assert_eq!(table([left("ASSET"), right("PRICE"), left("NOTE")], [], "No assets."), "No assets.");
    }

    #[test]
    fn facts_stand_in_two_columns() {
        let rows = [("Name", "x".to_owned()), ("Note", String::new()), ("Longer", "y".to_owned())];
        assert_eq!(facts(rows), "Name    x\nLonger  y");
    }
}
