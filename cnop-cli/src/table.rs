//! Aligned text. Cells may hold a server's words: they are made safe here.

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, presets};

use crate::text::one_line;

/// A narrower terminal is one that does not know its width, such as that of a container: it is taken as endless.
const NARROWEST: u16 = 20;

/// Between two columns.
const GAP: u16 = 2;

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
    /// Lets it be the `turn`th to go where the terminal is too narrow for all; others are wrapped.
    pub(crate) fn leaves(self, turn: u8) -> Self {
        Self { leaves: Some(turn), ..self }
    }
}

/// Rows below `columns`, or `empty` where there are none.
pub(crate) fn table<const N: usize>(
    columns: [Column; N],
    rows: impl IntoIterator<Item = [String; N]>,
    empty: &str,
) -> String {
    let mut table = bare_table();
    table.set_header(columns.map(|column| column.title));
    table.add_rows(rows.into_iter().map(|row| row.map(|cell| one_line(&cell))));
    if table.is_empty() {
        return empty.to_owned();
    }
    fit(&mut table, &columns);
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

/// Hides columns that may leave, each in its turn, until the rest fits the terminal.
fn fit(table: &mut Table, columns: &[Column]) {
    let Some(width) = table.width().filter(|width| *width >= NARROWEST) else { return };
    let hidden = leaving(columns, &table.column_max_content_widths(), width);
    for (index, column) in table.column_iter_mut().enumerate() {
        if hidden.contains(&index) {
            column.set_constraint(ColumnConstraint::Hidden);
        }
    }
}

/// Which columns, by their place, have to go so that the others fit `width`.
fn leaving(columns: &[Column], contents: &[u16], width: u16) -> Vec<usize> {
    let mut turns: Vec<_> =
        columns.iter().enumerate().filter_map(|(index, column)| column.leaves.map(|turn| (turn, index))).collect();
    turns.sort_unstable();
    let mut needed: usize = contents.iter().map(|content| usize::from(content + GAP)).sum();
    let mut hidden = Vec::new();
    for (_, index) in turns {
        if needed <= usize::from(width) {
            break;
        }
        needed -= usize::from(contents[index] + GAP);
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
        let columns = [left("TIME").leaves(2), left("ORDER"), right("PRICE").leaves(1)];
        let leaving = |width| leaving(&columns, &[8, 10, 6], width);
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
