//! All assets.

use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::Canvas;
use super::cell;
use super::dashboard::inset;
use super::list::{self, Column};
use crate::app::screen::market::Column as Sort;

const COLUMNS: [Column; 8] = [
    Column::left("", 1),
    Column::left("Asset", 7),
    Column::rest("Name"),
    Column::right("Price", 15),
    Column::right("24 h", 9),
    Column::right("Volume", 10).from(90),
    Column::right("Cap", 10),
    Column::left("", 20).from(100),
];

pub(super) fn draw(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let [top, rest] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(inset(area));
    headline(canvas, top);
    let state = canvas.state;
    let screen = &state.screens.market;
    let assets = screen.rows(&state.data);
    let theme = canvas.theme;
    let rows: Vec<_> = assets
        .iter()
        .map(|asset| {
            let is_favourite = state.data.preferences.favourites.contains(&asset.asset_id);
            let price = if asset.stale { theme.warn } else { theme.moved(state.data.market.rose(asset.asset_id)) };
            vec![
                (if is_favourite { "★" } else { "" }.to_owned(), theme.accent),
                (asset.asset_id.to_string(), theme.text),
                (cell::plain(&asset.name), theme.dim),
                (cell::price(asset.price_usd.map(|price| price.0)), price),
                cell::change(asset.price_change_percentage_24h, theme),
                (cell::rough(asset.total_volume_24h), theme.dim),
                (cell::rough(asset.market_cap), theme.dim),
                (cell::spark(state.data.market.spark(asset.asset_id), 20), theme.accent),
            ]
        })
        .collect();
    list::draw(canvas, rest, &COLUMNS, &rows, screen.row(&assets));
}

/// What is searched for, or how it is sorted; and how old it is where it is not live.
fn headline(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let screen = &canvas.state.screens.market;
    let line = if screen.is_typing() || !screen.search.text().is_empty() {
        let cursor = if screen.is_typing() { "▏" } else { "" };
        Line::from(vec![
            Span::styled("Search ", canvas.theme.dim),
            Span::styled(format!("{}{cursor}", cell::plain(screen.search.text())), canvas.theme.accent),
        ])
    } else {
        let way = if screen.is_reversed { "reversed" } else { "" };
        Line::styled(format!("By {} {way}", title(screen.sort)), canvas.theme.dim)
    };
    canvas.frame.render_widget(line, area);
}

fn title(sort: Sort) -> &'static str {
    match sort {
        Sort::Rank => "rank",
        Sort::Asset => "ticker",
        Sort::Price => "price",
        Sort::Day => "change in 24 hours",
        Sort::Volume => "volume",
        Sort::Cap => "market cap",
    }
}
