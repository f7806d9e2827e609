//! Aligned text. Cells may hold a server's words: they are made safe here.

use std::io::IsTerminal;

use comfy_table::{CellAlignment, ContentArrangement, presets};

use crate::text::one_line;

/// A column's title, over text.
pub(crate) fn left(title: &str) -> (&str, CellAlignment) {
    (title, CellAlignment::Left)
}

/// A column's title, over figures.
pub(crate) fn right(title: &str) -> (&str, CellAlignment) {
    (title, CellAlignment::Right)
}

/// Rows below `columns`, or `empty` where there are none.
pub(crate) fn table<const N: usize>(
    columns: [(&str, CellAlignment); N],
    rows: impl IntoIterator<Item = [String; N]>,
    empty: &str,
) -> String {
    let mut table = bare_table();
    table.set_header(columns.map(|(title, _)| title));
    table.add_rows(rows.into_iter().map(|row| row.map(|cell| one_line(&cell))));
    if table.is_empty() {
        return empty.to_owned();
    }
    for (column, (_, alignment)) in table.column_iter_mut().zip(columns) {
        column.set_padding((0, 2)).set_cell_alignment(alignment);
    }
    table.trim_fmt()
}

/// What is known about one thing: a name and a value a line. What has nothing to say has no line.
pub(crate) fn facts<'a>(rows: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let mut table = bare_table();
    let rows = rows.into_iter().filter(|(_, value)| !value.is_empty());
    table.add_rows(rows.map(|(name, value)| [name.to_owned(), one_line(&value)]));
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.trim_fmt()
}

/// Without lines, which only stand in the way of `grep` and `awk`; wrapped to fit a terminal, never elsewhere.
fn bare_table() -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table.load_style(presets::NOTHING);
    if std::io::stdout().is_terminal() {
        table.set_content_arrangement(ContentArrangement::Dynamic);
    }
    table
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
    fn an_empty_table_says_so() {
        assert_eq!(table([left("ASSET"), right("PRICE"), left("NOTE")], [], "No assets."), "No assets.");
    }

    #[test]
    fn facts_stand_in_two_columns() {
        assert_eq!(
            facts([("Name", "x".to_owned()), ("Note", String::new()), ("Longer", "y".to_owned())]),
            "Name    x\nLonger  y"
        );
    }
}
