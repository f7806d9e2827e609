//! What is owned.

use cnop_core::show::{self, or_unknown};
use ratatui::layout::Rect;

use super::Canvas;
use super::bars::bar;
use super::cell;
use super::dashboard::inset;
use super::list::{self, Column};
use crate::app::screen::portfolio::PortfolioScreen;

const COLUMNS: [Column; 10] = [
    Column::left("Asset", 7),
    Column::right("Quantity", 14),
    Column::right("Price", 13).from(76),
    Column::right("Value", 13),
    Column::right("Share", 8),
    Column::left("", 10).from(110),
    Column::right("Average cost", 13).from(100),
    Column::right("Gain", 12),
    Column::right("Gain %", 9).from(90),
    Column::right("24 h", 12).from(120),
];

pub(super) fn draw(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let data = &canvas.state.data;
    let theme = canvas.theme;
    let positions = PortfolioScreen::rows(data);
    let rows: Vec<_> = positions
        .iter()
        .map(|position| {
            let value = if position.stale { theme.warn } else { theme.text };
            let (gain, style) = cell::signed(position.gain, theme);
            vec![
                (position.asset_id.to_string(), theme.text),
                (position.quantity.to_string(), theme.text),
                (cell::price(data.market.price(position.asset_id)), value),
                (or_unknown(position.value, show::usd), value),
                (or_unknown(position.share, show::percent), theme.dim),
                (bar(position.share.map_or(0, |share| share.hundredths()), 10), theme.accent),
                (or_unknown(position.average_cost, show::usd), theme.dim),
                (gain, style),
                (or_unknown(position.gain_percent, show::signed_percent), style),
                cell::signed(position.day_change, theme),
            ]
        })
        .collect();
    let chosen = canvas.state.screens.portfolio.picker.row(rows.len());
    list::draw(canvas, inset(area), &COLUMNS, &rows, chosen);
}
