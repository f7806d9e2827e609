//! A table of rows of which one is chosen, and of which as many are drawn as fit.

use ratatui::layout::{Constraint, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Cell as TableCell, Paragraph, Row, Table, Wrap};

use super::Canvas;
use super::cell::fit;
use crate::app::event::Target;

/// A column: its title, its width, and from which width of the window on it is there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub(super) title: &'static str,
    pub(super) width: Width,
    pub(super) is_right: bool,
    /// It goes where the window has fewer columns.
    pub(super) from: u16,
    /// It goes where the window has more.
    pub(super) until: u16,
}

/// How wide a column is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Width {
    Exactly(u16),
    /// What the others leave.
    Rest,
}

impl Column {
    pub(super) const fn left(title: &'static str, width: u16) -> Self {
        Self { title, width: Width::Exactly(width), is_right: false, from: 0, until: u16::MAX }
    }

    pub(super) const fn right(title: &'static str, width: u16) -> Self {
        Self { is_right: true, ..Self::left(title, width) }
    }

    pub(super) const fn rest(title: &'static str) -> Self {
        Self { title, width: Width::Rest, is_right: false, from: 0, until: u16::MAX }
    }

    pub(super) const fn from(self, columns: u16) -> Self {
        Self { from: columns, ..self }
    }

    pub(super) const fn until(self, columns: u16) -> Self {
        Self { until: columns, ..self }
    }

    fn is_there(&self, columns: u16) -> bool {
        (self.from..=self.until).contains(&columns)
    }
}

/// A text and its style.
pub(super) type Cell = (String, Style);

/// The rows of a list that are in sight, and which of all they are: only those are written.
#[derive(Debug)]
pub(super) struct Rows {
    all: usize,
    first: usize,
    seen: Vec<Vec<Cell>>,
    chosen: Option<usize>,
}

impl Rows {
    /// Of `items` in `area`, with the chosen one in sight; `row` writes one.
    pub(super) fn of<T>(items: &[T], chosen: Option<usize>, area: Rect, row: impl Fn(&T) -> Vec<Cell>) -> Self {
        let room = usize::from(area.height.saturating_sub(1));
        let first = first_in_sight(items.len(), room, chosen);
        let seen = items.iter().skip(first).take(room).map(row).collect();
        Self { all: items.len(), first, seen, chosen }
    }
}

/// Draws a list; `absence` is said where there are no rows.
pub(super) fn draw(canvas: &mut Canvas<'_, '_>, area: Rect, columns: &[Column], rows: &Rows, absence: Line<'_>) {
    let window = canvas.frame.area().width;
    let there: Vec<_> = (0..columns.len()).filter(|place| columns[*place].is_there(window)).collect();
    let titles = there.iter().map(|place| (columns[*place].title.to_owned(), canvas.theme.dim)).collect::<Vec<_>>();
    let constraints = there.iter().map(|place| match columns[*place].width {
        Width::Exactly(width) => Constraint::Length(width),
        Width::Rest => Constraint::Min(6),
    });
    let widths = ratatui::layout::Layout::horizontal(constraints.clone()).spacing(1).split(area);
    let line = |cells: Vec<&Cell>, style: Style| {
        let cells = cells.iter().enumerate().map(|(place, (text, style))| {
            let width = usize::from(widths[place].width);
            let text = Line::from(Span::styled(fit(text, width), *style));
            TableCell::from(if columns[there[place]].is_right { text.right_aligned() } else { text })
        });
        Row::new(cells.collect::<Vec<_>>()).style(style)
    };
    let seen = rows.seen.iter().enumerate().map(|(place, row)| {
        let style = if Some(rows.first + place) == rows.chosen { canvas.theme.chosen } else { Style::new() };
        line(there.iter().map(|place| &row[*place]).collect(), style)
    });
    let header = line(titles.iter().collect(), Style::new());
    let table = Table::new(seen.collect::<Vec<_>>(), constraints.collect::<Vec<_>>()).header(header).column_spacing(1);
    canvas.frame.render_widget(table, area);
    if rows.all == 0 && area.height > 1 {
        let below = Rect { y: area.y + 1, height: area.height - 1, ..area };
        canvas.frame.render_widget(Paragraph::new(absence).wrap(Wrap { trim: true }), below);
    }
    for place in 0..rows.seen.len() {
        let here = Rect { y: area.y + 1 + place as u16, height: 1, ..area };
        canvas.hits.add(here, Target::Row(rows.first + place));
    }
}

/// The first row that is drawn, so that the chosen one is in the middle where there is more than fits.
fn first_in_sight(rows: usize, room: usize, chosen: Option<usize>) -> usize {
    let chosen = chosen.unwrap_or_default();
    chosen.saturating_sub(room / 2).min(rows.saturating_sub(room))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chosen_row_is_always_in_sight() {
        for rows in [0, 1, 5, 30] {
            for room in [1, 3, 10, 40] {
                for chosen in 0..rows {
                    let first = first_in_sight(rows, room, Some(chosen));
                    assert!((first..first + room).contains(&chosen), "{rows} {room} {chosen}: {first}");
                    assert!(first == 0 || first + room <= rows, "no gap below");
                }
            }
        }
    }
}
