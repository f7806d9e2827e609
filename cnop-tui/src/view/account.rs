//! Cash, what may still move today, and its history.

use cnop_core::api::DailyLimitState;
use cnop_core::show::{self, or_unknown};
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::Canvas;
use super::bars::bar;
use super::cell;
use super::dashboard::inset;
use super::list::{self, Column};

const COLUMNS: [Column; 4] =
    [Column::left("Time", 19), Column::rest("What"), Column::right("Amount", 16), Column::right("Balance after", 16)];

pub(super) fn draw(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let [top, history] = Layout::vertical([Constraint::Length(5), Constraint::Min(0)]).areas(inset(area));
    summary(canvas, top);
    let wallet = &canvas.state.data.wallet;
    let items = wallet.transactions.get().map(|pages| pages.items.as_slice()).unwrap_or_default();
    let rows: Vec<_> = items
        .iter()
        .map(|entry| {
            vec![
                (show::time(entry.created_at), canvas.theme.dim),
                (entry.transaction_type.to_string().replace('_', " "), canvas.theme.text),
                cell::signed(Some(entry.amount), canvas.theme),
                (show::usd(entry.balance_after), canvas.theme.text),
            ]
        })
        .collect();
    let chosen = canvas.state.screens.account.picker.row(rows.len());
    list::draw(canvas, history, &COLUMNS, &rows, chosen);
}

fn summary(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let (wallet, theme) = (&canvas.state.data.wallet, canvas.theme);
    let balance = wallet.balance.get();
    let amount = |amount| or_unknown(amount, show::usd);
    let cash = format!(
        "{}   available {}   held {}",
        amount(balance.map(|balance| balance.current_balance)),
        amount(balance.map(|balance| balance.available_balance)),
        amount(balance.map(|balance| balance.held_balance)),
    );
    let limits = wallet.limits.get();
    let lines = vec![
        Line::from(vec![Span::styled("Cash      ", theme.dim), Span::styled(cash, theme.text)]),
        gauge("Deposits  ", limits.map(|limits| &limits.deposit), canvas),
        gauge("Withdrawn ", limits.map(|limits| &limits.withdraw), canvas),
    ];
    canvas.frame.render_widget(Paragraph::new(lines), area);
}

fn gauge<'a>(label: &'static str, limit: Option<&DailyLimitState>, canvas: &Canvas<'_, '_>) -> Line<'a> {
    let theme = canvas.theme;
    let Some(limit) = limit else { return Line::styled(format!("{label}-"), theme.dim) };
    let share = limit.used.percent_of(limit.limit).map_or(0, |share| share.hundredths());
    let text = format!(" {} left today of {}", show::usd(limit.remaining), show::usd(limit.limit));
    Line::from(vec![
        Span::styled(label, theme.dim),
        Span::styled(bar(share, 20), theme.accent),
        Span::styled(text, theme.text),
    ])
}
