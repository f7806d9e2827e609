//! A name and a value a line.

use super::fit::{at_least, columns_of, longest_word_of};
use super::{GAP, bare_grid, drawn};
use crate::cell::Cell;
use crate::look::Look;
use crate::text::one_line;
use crate::view::Fact;

/// What is known about one thing.
pub(super) fn draw_facts(facts: &[Fact], look: Look) -> String {
    let lines: Vec<_> = facts.iter().filter_map(|fact| Some((fact.title?, &fact.cell))).collect();
    draw_lines(&[lines], look)
}

/// Groups of names and values, a blank line between two; what has nothing to say has no line.
pub(super) fn draw_lines(groups: &[Vec<(&str, &Cell)>], look: Look) -> String {
    let words = widest(groups, longest_word_of);
    let least: usize = words.iter().map(|word| usize::from(*word) + usize::from(GAP)).sum();
    // Where not even the words fit, the terminal breaks the lines: it knows how to put them together when they are copied.
    let look = Look { width: look.width.filter(|width| usize::from(*width) >= least), ..look };
    let mut grid = bare_grid(look);
    for (number, group) in groups.iter().enumerate() {
        grid.add_rows((number > 0).then_some(["", ""]));
        let said = group.iter().filter(|(_, cell)| !cell.shown().is_empty());
        grid.add_rows(said.map(|(title, cell)| [comfy_table::Cell::new(title), drawn(cell, look)]));
    }
    let contents = widest(groups, columns_of);
    for (place, column) in grid.column_iter_mut().enumerate() {
        column.set_padding((0, GAP));
        if let Some(constraint) = look.width.and_then(|_| at_least(words[place], contents[place])) {
            column.set_constraint(constraint);
        }
    }
    grid.trim_fmt()
}

/// The most of `width` among the names, and among the values.
fn widest(groups: &[Vec<(&str, &Cell)>], width: impl Fn(&str) -> usize) -> [u16; 2] {
    let lines = || groups.iter().flatten();
    let names = lines().map(|(title, _)| width(title)).max();
    let values = lines().map(|(_, cell)| width(&one_line(cell.shown()))).max();
    [names, values].map(|most| u16::try_from(most.unwrap_or(0)).unwrap_or(u16::MAX))
}
