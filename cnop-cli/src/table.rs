//! A view as people see it: aligned text. Cells may hold a server's words: they are made safe here.
//!
//! Where a terminal is too narrow, columns leave in their turn; where those that stay do not fit either, every row stands
//! as facts of its own, so that nothing is lost.

mod facts;
mod fit;

use comfy_table::{Attribute, Color, ColumnConstraint, ContentArrangement, Table as Grid, presets};

use self::facts::{draw_facts, draw_lines};
use self::fit::{at_least, content_width, longest_word, staying};
use crate::cell::{Cell, Tone};
use crate::look::Look;
use crate::text::{one_line, printable};
use crate::view::{Part, Table, View};

/// Between two columns.
const GAP: u16 = 2;

/// An order's id is the longest word that there is; a server may send longer ones, which are broken.
const LONGEST_WORD: u16 = 50;

/// The whole view, a blank line between its parts.
pub(crate) fn draw(view: &View, look: Look) -> String {
    let parts = view.parts().iter().map(|part| match part {
        Part::Sentence(text) => printable(text),
        Part::Prose(text) => prose(text, look),
        Part::Facts(facts) => draw_facts(facts, look),
        Part::Table(table) => draw_table(table, look),
    });
    parts.collect::<Vec<_>>().join("\n\n")
}

/// Wrapped between words, where there is a width.
fn prose(text: &str, look: Look) -> String {
    let mut grid = bare_grid(look);
    grid.add_row([one_line(text)]);
    for column in grid.column_iter_mut() {
        column.set_padding((0, 0));
    }
    grid.trim_fmt()
}

fn draw_table(table: &Table, look: Look) -> String {
    if table.rows.is_empty() {
        return table.empty.to_owned();
    }
    let places: Vec<_> = (0..table.columns.len()).filter(|place| table.columns[*place].title.is_some()).collect();
    match look.width.map_or(Some(places.clone()), |width| staying(table, &places, width)) {
        Some(places) => draw_grid(table, &places, look),
        None => draw_stacked(table, &places, look),
    }
}

fn draw_grid(table: &Table, places: &[usize], look: Look) -> String {
    let mut grid = bare_grid(look);
    let title = |place: &usize| comfy_table::Cell::new(table.columns[*place].title.unwrap_or_default());
    grid.set_header(
        places.iter().map(title).map(|title| if look.colour { title.add_attribute(Attribute::Bold) } else { title }),
    );
    grid.add_rows(
        table.rows.iter().map(|row| places.iter().map(|place| drawn(&row[*place], look)).collect::<Vec<_>>()),
    );
    for (drawn, place) in grid.column_iter_mut().zip(places) {
        let column = &table.columns[*place];
        let alignment =
            if column.is_figure { comfy_table::CellAlignment::Right } else { comfy_table::CellAlignment::Left };
        drawn.set_padding((0, GAP)).set_cell_alignment(alignment);
        if let Some(constraint) = look.width.and_then(|_| constraint(table, *place)) {
            drawn.set_constraint(constraint);
        }
    }
    grid.trim_fmt()
}

/// Every row as facts.
fn draw_stacked(table: &Table, places: &[usize], look: Look) -> String {
    let title = |place: usize| table.columns[place].title.unwrap_or_default();
    let rows = table.rows.iter().map(|row| places.iter().map(|place| (title(*place), &row[*place])).collect());
    draw_lines(&rows.collect::<Vec<_>>(), look)
}

/// Without lines, which only stand in the way of `grep` and `awk`; as wide as a terminal, and as it must be elsewhere.
fn bare_grid(look: Look) -> Grid {
    let mut grid = Grid::new();
    grid.load_style(presets::NOTHING).force_no_tty();
    if look.colour {
        grid.enforce_styling().style_text_only();
    }
    if let Some(width) = look.width {
        grid.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    grid
}

/// The colours of the terminal's own theme, in the shades that can be read on white as on black.
fn drawn(cell: &Cell, look: Look) -> comfy_table::Cell {
    let drawn = comfy_table::Cell::new(one_line(cell.shown()));
    match cell.tone() {
        // A colour without a letter would only end the line later.
        _ if !look.colour || cell.shown().is_empty() => drawn,
        Tone::Plain => drawn,
        Tone::Gain => drawn.fg(Color::DarkGreen),
        Tone::Loss => drawn.fg(Color::DarkRed),
        Tone::Warning => drawn.fg(Color::DarkYellow),
        Tone::Faint => drawn.add_attribute(Attribute::Dim),
    }
}

/// What is left of a column at the least.
fn constraint(table: &Table, place: usize) -> Option<ColumnConstraint> {
    match table.columns[place].wraps {
        true => at_least(longest_word(table, place).min(LONGEST_WORD), content_width(table, place)),
        false => Some(ColumnConstraint::ContentWidth),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{fact, left, right, shown};

    const ENDLESS: Look = Look { width: None, colour: false };

    fn wide(columns: u16) -> Look {
        Look { width: Some(columns), colour: false }
    }

    fn prices() -> View {
        let rows = [["BTC", "$84,110.40", "a"], ["ETH", "$1.00", "b\u{1b}[1m\nc"]].map(|row| row.map(Cell::text));
        let columns = [left("ASSET", "asset_id"), right("PRICE", "price_usd"), left("NOTE", "note").leaves(1)];
        View::table(columns, rows, "No assets.")
    }

    #[test]
    fn figures_are_aligned_to_the_right_and_words_to_the_left() {
        let expected = "ASSET       PRICE  NOTE\nBTC    $84,110.40  a\nETH         $1.00  b[1m c";
        assert_eq!(draw(&prices(), ENDLESS), expected);
        assert_eq!(draw(&prices(), wide(80)), expected);
    }

    #[test]
    fn where_the_rest_does_not_fit_either_every_row_stands_alone() {
        let rows = [["order_38GBM6DAO0000", "$84,110.40"], ["", "$1.00"]].map(|row| row.map(Cell::text));
        let view = View::table([left("ORDER", "order_id"), right("PRICE", "price")], rows, "");
        let expected = "ORDER  order_38GBM6DAO0000\nPRICE  $84,110.40\n\nPRICE  $1.00";
        assert_eq!(draw(&view, wide(30)), expected);
        assert_eq!(draw(&view, wide(20)), expected, "an id that is broken is another one");
    }

    #[test]
    fn an_empty_table_says_so() {
        assert_eq!(draw(&View::table([left("ASSET", "asset_id")], [], "No assets."), ENDLESS), "No assets.");
    }

    #[test]
    fn facts_stand_in_two_columns_and_data_is_not_among_them() {
        let facts = [
            shown("Name", Cell::text("x")),
            fact("Note", "note", Cell::nothing()),
            crate::view::data("first_name", Cell::text("hidden")),
            fact("Longer", "longer", Cell::text("y")),
        ];
        let view = View::facts(facts).and(View::sentence("z."));
        assert_eq!(draw(&view, ENDLESS), "Name    x\nLonger  y\n\nz.");
    }

    #[test]
    fn prose_is_wrapped_between_words() {
        let view = View::prose("One two three four five six.\nSeven.");
        assert_eq!(draw(&view, wide(20)), "One two three four\nfive six. Seven.");
        assert_eq!(draw(&view, ENDLESS), "One two three four five six. Seven.");
    }

    #[test]
    fn colours_change_nothing_but_colours() {
        let gain = Cell::signed_usd("5".parse().unwrap());
        let rows = [[gain, Cell::unknown()], [Cell::signed_usd("-50".parse().unwrap()), Cell::text("x")]];
        let view = View::table([right("GAIN", "gain"), left("NOTE", "note")], rows, "");
        for width in [None, Some(80), Some(20)] {
            let coloured = draw(&view, Look { width, colour: true });
            assert_eq!(console::strip_ansi_codes(&coloured), draw(&view, Look { width, colour: false }));
            for painted in ["\u{1b}[1mGAIN", "\u{1b}[38;5;2m+$5.00", "\u{1b}[38;5;1m-$50.00", "\u{1b}[2m-"] {
                assert!(coloured.contains(painted), "{coloured:?}");
            }
        }
    }
}
