//! All assets.

use cnop_core::api::Asset;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::Canvas;
use super::cell::{self, inset};
use super::freshness::{self, Kept};
use super::list::{self, Cell, Column, Rows};
use crate::app::screen::market::Column as Sort;

/// Below 80 columns the facts go that change least.
const COLUMNS: [Column; 9] = [
    Column::left("", 1),
    Column::left("Asset", 7),
    Column::rest("Name"),
    Column::right("Price", 16),
    Column::right("24 h", 9),
    Column::right("Volume", 9).from(78),
    Column::right("Cap", 9).from(70),
    Column::left("", 8).until(99),
    Column::left("", 20).from(100),
];
/// Columns of the widest line of a price.
const SPARK: usize = 20;

pub(super) fn draw(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let [top, rest] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(inset(area));
    headline(canvas, top);
    let state = canvas.state;
    let screen = &state.screens.market;
    let assets = screen.rows(&state.data);
    let theme = canvas.theme;
    let chosen = screen.row(&assets);
    let rows = Rows::of(&assets, chosen, rest, |asset| {
        let is_favourite = state.data.preferences.favourites.contains(&asset.asset_id);
        let line = price_age(asset, canvas)
            .unwrap_or_else(|| (cell::spark(state.data.market.spark(asset.asset_id), SPARK), theme.accent));
        vec![
            (if is_favourite { "★" } else { "" }.to_owned(), theme.accent),
            (asset.asset_id.to_string(), theme.text),
            (cell::plain(&asset.name), theme.dim),
            price(asset, canvas),
            cell::change(asset.price_change_percentage_24h, theme),
            (cell::rough(asset.total_volume_24h), theme.dim),
            (cell::rough(asset.market_cap), theme.dim),
            (short(&line.0), line.1),
            line,
        ]
    });
    let none =
        if screen.search.text().is_empty() { "There are no assets." } else { "Nothing fits; Esc ends the search." };
    let absence = freshness::absence(canvas, &state.data.market.assets, none);
    list::draw(canvas, rest, &COLUMNS, &rows, absence);
}

/// The newest part of a line that fits the narrow column.
fn short(line: &str) -> String {
    line.chars().skip(line.chars().count().saturating_sub(8)).collect()
}

/// A price, in the colour of its last move, with an arrow.
pub(super) fn price(asset: &Asset, canvas: &Canvas<'_, '_>) -> Cell {
    let market = &canvas.state.data.market;
    let rose = market.rose(asset.asset_id);
    let is_old = canvas.state.data.old_since(asset, canvas.now).is_some();
    let style = if is_old { canvas.theme.warn } else { canvas.theme.moved(rose) };
    let arrow = match rose {
        Some(true) => "↑",
        Some(false) => "↓",
        None => "",
    };
    (format!("{arrow}{}", cell::price(asset.price_usd.map(|price| price.0))), style)
}

/// How old a price is, where it is not of this moment.
pub(super) fn price_age(asset: &Asset, canvas: &Canvas<'_, '_>) -> Option<Cell> {
    let since = canvas.state.data.old_since(asset, canvas.now)?;
    Some((cell::age(since, canvas.now), canvas.theme.warn))
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
        let way = if screen.is_reversed { ", reversed" } else { "" };
        Line::styled(format!("By {}{way}", title(screen.sort)), canvas.theme.dim)
    };
    canvas.frame.render_widget(line, area);
    freshness::note(canvas, &canvas.state.data.market.assets, Kept::Live, area);
}

fn title(sort: Sort) -> &'static str {
    match sort {
        Sort::Rank => "rank",
        Sort::Asset => "ticker",
        Sort::Name => "name",
        Sort::Price => "price",
        Sort::Day => "change in 24 hours",
        Sort::Volume => "volume",
        Sort::Cap => "market cap",
    }
}
