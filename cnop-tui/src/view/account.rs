//! Cash, what may still move today, and its history.

use cnop_core::api::DailyLimitState;
use cnop_core::show::{self, or_unknown};
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::Canvas;
use super::bars::gauge;
use super::cell::{self, inset};
use super::freshness::{self, Kept};
use super::list::{self, Column, Rows};
use crate::app::screen::account::AccountScreen;

const COLUMNS: [Column; 5] = [
    Column::left("Time", 11).until(79),
    Column::left("Time", 19).from(80),
    Column::rest("What"),
    Column::right("Amount", 16),
    Column::right("Balance after", 16),
];

pub(super) fn draw(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let [top, history] = Layout::vertical([Constraint::Length(6), Constraint::Min(0)]).areas(inset(area));
    summary(canvas, top);
    let wallet = &canvas.state.data.wallet;
    let items = wallet.transactions.get().map(|pages| pages.items.as_slice()).unwrap_or_default();
    let chosen = canvas.state.screens.account.picker.row(&AccountScreen::keys(&canvas.state.data));
    let rows = Rows::of(items, chosen, history, |entry| {
        vec![
            (cell::day_and_time(entry.created_at), canvas.theme.dim),
            (show::time(entry.created_at), canvas.theme.dim),
            (cell::plain(&entry.description), canvas.theme.text),
            cell::signed(Some(entry.amount), canvas.theme),
            (show::usd(entry.balance_after), canvas.theme.text),
        ]
    });
    let absence = freshness::absence(canvas, &wallet.transactions, "Nothing yet: d deposits.");
    list::draw(canvas, history, &COLUMNS, &rows, absence);
}

fn summary(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let (wallet, theme) = (&canvas.state.data.wallet, canvas.theme);
    let balance = wallet.balance.get();
    let amount = |amount| or_unknown(amount, show::usd);
    let cash = format!(
        "{}   free {}   held {}",
        amount(balance.map(|balance| balance.current_balance)),
        amount(balance.map(|balance| balance.available_balance)),
        amount(balance.map(|balance| balance.held_balance)),
    );
    let limits = wallet.limits.get();
    // Oldest first, as far as it was looked at.
    let history = wallet.transactions.get().into_iter().flat_map(|pages| pages.items.iter().rev());
    let history = cell::spark_of(history.map(|entry| entry.balance_after.units()), usize::from(area.width) - 10);
    let lines = vec![
        Line::from(vec![Span::styled("Cash      ", theme.dim), Span::styled(cash, theme.text)]),
        limit_line("Deposited ", limits.map(|limits| &limits.deposit), canvas),
        limit_line("Withdrawn ", limits.map(|limits| &limits.withdraw), canvas),
        Line::from(vec![Span::styled("History   ", theme.dim), Span::styled(history, theme.accent)]),
    ];
    let lines: Vec<_> = lines.into_iter().map(|line| cell::fit_line(line, area.width)).collect();
    canvas.frame.render_widget(Paragraph::new(lines), area);
    freshness::note(canvas, &wallet.limits, Kept::Asked, Rect { y: area.y + 4, height: 1, ..area });
}

fn limit_line<'a>(label: &'static str, limit: Option<&DailyLimitState>, canvas: &Canvas<'_, '_>) -> Line<'a> {
    let theme = canvas.theme;
    let Some(limit) = limit else { return Line::styled(format!("{label}-"), theme.dim) };
    let share = limit.used.percent_of(limit.limit).map_or(0, |share| share.hundredths());
    let resets = cell::clock(limit.resets_at);
    let text = format!(" {} left of {} until {resets}", show::usd(limit.remaining), show::usd(limit.limit));
    let columns = if canvas.frame.area().width < 80 { 6 } else { 20 };
    let [filled, track] = gauge(share, columns, theme);
    Line::from(vec![Span::styled(label, theme.dim), filled, track, Span::styled(text, theme.text)])
}
