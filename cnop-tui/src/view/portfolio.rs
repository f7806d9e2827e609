//! What is owned.

use cnop_core::show::{self, or_unknown};
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::Canvas;
use super::cell::{self, inset};
use super::freshness::{self, Kept};
use super::list::{self, Column, Rows};
use crate::app::screen::portfolio::PortfolioScreen;

const COLUMNS: [Column; 9] = [
    Column::left("Asset", 7),
    Column::right("Quantity", 12),
    Column::right("Price", 15).from(110),
    Column::right("Value", 13),
    Column::right("Share", 7),
    Column::right("Average cost", 16).from(80),
    Column::right("Gain", 12),
    Column::right("Gain %", 8).from(90),
    Column::right("24 h", 12).from(100),
];

pub(super) fn draw(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let [headline, bars, rest] =
        Layout::vertical([Constraint::Length(1), Constraint::Length(2), Constraint::Min(0)]).areas(inset(area));
    let data = &canvas.state.data;
    let theme = canvas.theme;
    self::headline(canvas, headline);
    allocation(canvas, bars);
    let positions = PortfolioScreen::rows(data);
    let chosen = canvas.state.screens.portfolio.picker.row(&PortfolioScreen::keys(data));
    let rows = Rows::of(&positions, chosen, rest, |position| {
        let asset = data.market.asset(position.asset_id);
        let is_old = position.stale || asset.is_some_and(|asset| data.old_since(asset, canvas.now).is_some());
        let value = if is_old { theme.warn } else { theme.text };
        let (gain, style) = cell::gain(position.gain, theme);
        vec![
            (position.asset_id.to_string(), theme.text),
            (position.quantity.to_string(), theme.text),
            (cell::price(data.market.price(position.asset_id)), value),
            (cell::worth(position.value), value),
            (or_unknown(position.share, show::percent), theme.dim),
            (or_unknown(position.average_cost, show::usd), theme.dim),
            (gain, style),
            (or_unknown(position.gain_percent, show::signed_percent), style),
            cell::gain(position.day_change, theme),
        ]
    });
    let none = "Nothing is owned yet: b on an asset of the Market (2) buys it.";
    let absence = freshness::absence(canvas, &data.wallet.portfolio, none);
    list::draw(canvas, rest, &COLUMNS, &rows, absence);
}

/// What it all comes to.
fn headline(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let (data, theme) = (&canvas.state.data, canvas.theme);
    let taken = freshness::note(canvas, &data.wallet.portfolio, Kept::Live, area);
    let Some(totals) = data.wallet.totals(&data.market) else { return };
    let (gain, gain_style) = cell::gain(Some(totals.gain), theme);
    let (day, day_style) = cell::gain(Some(totals.day_change), theme);
    let line = Line::from(vec![
        Span::styled("Total ", theme.dim),
        Span::styled(cell::worth(Some(totals.all)), theme.accent),
        Span::styled("  Gain ", theme.dim),
        Span::styled(gain, gain_style),
        Span::styled("  24 h ", theme.dim),
        Span::styled(day, day_style),
        freshness::priced(canvas),
    ]);
    let room = area.width.saturating_sub(taken);
    canvas.frame.render_widget(cell::fit_line(line, room), Rect { width: room, ..area });
}

/// Shares of everything as one bar, each with its name below where that fits; what is left is cash.
fn allocation(canvas: &mut Canvas<'_, '_>, area: Rect) {
    const FILLS: [char; 4] = ['█', '▓', '▒', '░'];
    let rows = PortfolioScreen::rows(&canvas.state.data);
    let mut column = area.x;
    for (place, position) in rows.iter().enumerate() {
        let share = position.share.map_or(0, |share| share.hundredths().clamp(0, 10_000));
        let width = ((i128::from(area.width) * share / 10_000) as u16).min(area.right() - column);
        let here = Rect { x: column, width, height: 1, ..area };
        let bar = FILLS[place % FILLS.len()].to_string().repeat(usize::from(width));
        canvas.frame.render_widget(Line::styled(bar, canvas.theme.accent), here);
        let name = position.asset_id.as_str();
        if usize::from(width) > name.len() {
            let below = Rect { y: area.y + 1, ..here };
            canvas.frame.render_widget(Line::styled(name.to_owned(), canvas.theme.dim), below);
        }
        column += width;
    }
    let rest = Rect { x: column, width: area.right() - column, y: area.y + 1, height: 1 };
    if rest.width > 4 && !rows.is_empty() {
        canvas.frame.render_widget(Line::styled("Cash", canvas.theme.dim), rest);
    }
}
