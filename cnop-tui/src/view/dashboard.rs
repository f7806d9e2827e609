//! Everything at a glance.

use cnop_core::money::Usd;
use cnop_core::show::{self, or_unknown};
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use super::Canvas;
use super::bars::gauge;
use super::cell::{self, inset};
use super::freshness::{self, Kept};
use super::list::{self, Column, Rows};
use super::{market, orders};
use crate::app::screen::dashboard::Dashboard;
use crate::app::screen::portfolio::PortfolioScreen;

pub(super) fn draw(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let [headline, top, bottom] =
        Layout::vertical([Constraint::Length(1), Constraint::Length(8), Constraint::Min(3)]).areas(area);
    canvas.frame.render_widget(freshness::priced(canvas), headline);
    let wallet = &canvas.state.data.wallet;
    freshness::note(canvas, &wallet.portfolio, Kept::Live, inset(headline));
    let [totals, allocation] =
        Layout::horizontal([Constraint::Length(33), Constraint::Min(0)]).spacing(2).areas(inset(top));
    let [movers, recent] =
        Layout::horizontal([Constraint::Length(34), Constraint::Min(0)]).spacing(2).areas(inset(bottom));
    self::totals(canvas, totals);
    self::allocation(canvas, allocation);
    self::movers(canvas, movers);
    self::recent(canvas, recent);
}

fn totals(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let data = &canvas.state.data;
    let theme = canvas.theme;
    let known = data.wallet.totals(&data.market);
    let held = data.wallet.balance.get().map(|balance| balance.held_balance);
    let line = |label: &str, shown: String, style: Style| {
        Line::from(vec![Span::styled(format!("{label:<12}"), theme.dim), Span::styled(format!("{shown:>20}"), style)])
    };
    let day = known.map(|totals| totals.day_change);
    let gain = known.map(|totals| totals.gain);
    let worth = cell::spark_over(canvas.state.data.worth.points().map(|usd| usd.units()), 24);
    let lines = vec![
        line("Total", cell::worth(known.map(|totals| totals.all)), theme.accent),
        line("Cash", or_unknown(known.map(|totals| totals.cash), show::usd), theme.text),
        line("Held", or_unknown(held, show::usd), theme.text),
        line("Assets", cell::worth(known.map(|totals| totals.assets)), theme.text),
        moved_line("24 h", day, canvas),
        moved_line("Gain", gain, canvas),
        Line::from(vec![Span::styled("Session ", theme.dim), Span::styled(worth, theme.accent)]),
    ];
    canvas.frame.render_widget(Paragraph::new(lines), area);
}

fn moved_line<'a>(label: &str, amount: Option<Usd>, canvas: &Canvas<'_, '_>) -> Line<'a> {
    let (shown, style) = cell::gain(amount, canvas.theme);
    Line::from(vec![
        Span::styled(format!("{label:<12}"), canvas.theme.dim),
        Span::styled(format!("{shown:>20}"), style),
    ])
}

fn allocation(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let rows = PortfolioScreen::rows(&canvas.state.data);
    let theme = canvas.theme;
    let mut lines = vec![Line::styled("Allocation", theme.dim)];
    for position in rows.iter().take(usize::from(area.height.saturating_sub(1))) {
        let share = position.share.map_or(0, |share| share.hundredths());
        let text = position.share.map_or_else(|| "-".to_owned(), |share| format!("{share}%"));
        let name = Span::styled(format!("{:<6}", position.asset_id.as_str()), theme.text);
        let [filled, track] = gauge(share, usize::from(area.width.saturating_sub(15)).min(30), theme);
        lines.push(Line::from(vec![name, filled, track, Span::styled(format!(" {text:>7}"), theme.dim)]));
    }
    if rows.is_empty() {
        let portfolio = &canvas.state.data.wallet.portfolio;
        lines.push(freshness::absence(canvas, portfolio, "Nothing is owned yet: b on an asset buys it."));
    }
    canvas.frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: true }), area);
}

fn movers(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let data = &canvas.state.data;
    let movers = Dashboard::movers(data);
    let chosen = canvas.state.screens.dashboard.picker.row(&Dashboard::keys(data));
    let rows = Rows::of(&movers, chosen, area, |asset| {
        vec![
            (asset.asset_id.to_string(), canvas.theme.text),
            market::price(asset, canvas),
            // An old price says how old it is in place of what it did.
            market::price_age(asset, canvas)
                .unwrap_or_else(|| cell::change(asset.price_change_percentage_24h, canvas.theme)),
        ]
    });
    let columns = [Column::left("Movers", 7), Column::right("Price", 16), Column::right("24 h", 9)];
    let absence = freshness::absence(canvas, &data.market.assets, "There are no assets.");
    list::draw(canvas, area, &columns, &rows, absence);
}

fn recent(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let recent = &canvas.state.data.wallet.recent;
    let items = recent.get().map(Vec::as_slice).unwrap_or_default();
    let rows = Rows::of(items, None, area, |order| orders::short_row(order, canvas));
    let columns = [Column::left("", 4), Column::rest("Recent orders"), Column::left("", 9)];
    list::draw(canvas, area, &columns, &rows, freshness::absence(canvas, recent, "No orders yet."));
}
