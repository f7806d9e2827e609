//! What lies over a screen.

mod payment;
mod ticket;

use cnop_core::api::Order;
use cnop_core::order::{OrderStatus, OrderType};
use cnop_core::show::{self, or_unknown};
use cnop_core::ticket::{Receipt, Stage};
use ratatui::layout::{Constraint, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Padding, Paragraph, Wrap};

use super::Canvas;
use super::cell;
use super::orders;
use crate::app::action::Spec;
use crate::app::event::Target;
use crate::app::layer::Layer;
use crate::app::layer::confirm::{Confirm, What};
use crate::app::layer::errand::Errand;
use crate::app::layer::form::Form;
use crate::app::layer::help::Help;
use crate::app::layer::palette::Palette;

/// Draws one layer.
pub(super) fn draw(canvas: &mut Canvas<'_, '_>, layer: &Layer, area: Rect) {
    match layer {
        Layer::LogIn(form) => {
            let title = if form.again.is_some() { "Log in again" } else { "Log in to CNOP" };
            let mut lines = Vec::new();
            lines.extend(form.reason.as_ref().map(|reason| Line::styled(cell::plain(reason), canvas.theme.warn)));
            lines.push(Line::styled("Enter logs in, Ctrl+R opens an account, Ctrl+C quits", canvas.theme.dim));
            form_window(canvas, title, &form.form, lines, area);
        }
        Layer::Sheet(sheet) => {
            let hint = Line::styled("Enter goes on, at the last field it sends; Esc leaves", canvas.theme.dim);
            form_window(canvas, sheet.title(), &sheet.form, vec![hint], area);
        }
        Layer::Ticket(window) => ticket::draw(canvas, window, area),
        Layer::Payment(window) => payment::draw(canvas, window, area),
        Layer::Order(detail) => {
            let mut lines = order_lines(canvas, detail.order(&canvas.state.data));
            lines.push(Line::styled("Esc closes, c cancels one that waits", canvas.theme.dim));
            window(canvas, "Order", lines, area);
        }
        Layer::Confirm(confirm) => self::confirm(canvas, confirm, area),
        Layer::Palette(palette) => self::palette(canvas, palette, area),
        Layer::Help(help) => self::help(canvas, help, area),
    }
}

fn help(canvas: &mut Canvas<'_, '_>, help: &Help, area: Rect) {
    let theme = canvas.theme;
    let rows = Help::rows();
    let room = Help::room(area.height);
    let first = help.first.min(rows.len().saturating_sub(room));
    let seen = &rows[first..(first + room).min(rows.len())];
    let lines = seen.iter().map(|spec| {
        let keys = spec.keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        Line::from(vec![
            Span::styled(format!("{keys:<12}"), theme.accent),
            Span::styled(format!("{:<33}", titled(spec)), theme.text),
            Span::styled(spec.command.unwrap_or_default(), theme.dim),
        ])
    });
    let lines: Vec<_> = lines.map(|line| cell::fit_line(line, area.width.saturating_sub(8).min(72))).collect();
    window(canvas, &format!("Help, {} to {} of {}", first + 1, first + seen.len(), rows.len()), lines, area);
}

/// What an action does, with a mark where it takes something away.
fn titled(spec: &Spec) -> String {
    if spec.destructive { format!("{} (!)", spec.title) } else { spec.title.to_owned() }
}

/// A window in the middle, as high as its lines; where each line begins in it.
fn window(canvas: &mut Canvas<'_, '_>, title: &str, lines: Vec<Line<'_>>, area: Rect) -> Vec<Rect> {
    window_at(canvas, title, lines, 0, area)
}

/// The same where the line `kept` is in sight if not all of them are.
fn window_at(canvas: &mut Canvas<'_, '_>, title: &str, lines: Vec<Line<'_>>, kept: usize, area: Rect) -> Vec<Rect> {
    let width = self::width(area);
    let block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(canvas.theme.border)
        .padding(Padding::horizontal(1))
        .title(Line::styled(format!(" {title} "), canvas.theme.accent));
    // Borders and padding take two columns each.
    let heights: Vec<_> = lines.iter().map(|line| rows_of(line, width.saturating_sub(4))).collect();
    let height = (heights.iter().sum::<u16>() + 2).min(area.height);
    let here = area.centered(Constraint::Length(width), Constraint::Length(height));
    let inner = block.inner(here);
    canvas.frame.render_widget(Clear, here);
    // With the line behind it, where its fault would stand.
    let needed: u16 = heights.iter().take(kept + 2).sum();
    let above = if kept == 0 { 0 } else { needed.saturating_sub(inner.height) };
    let text = Paragraph::new(lines).block(block).wrap(Wrap { trim: false }).style(canvas.theme.text);
    canvas.frame.render_widget(text.scroll((above, 0)), here);
    let mut row = 0_u16;
    let places = heights.into_iter().map(|height| {
        let place = (row >= above).then(|| Rect { y: inner.y + row - above, height, ..inner }.intersection(inner));
        row = row.saturating_add(height);
        place.unwrap_or_default()
    });
    places.collect()
}

/// Rows that a window with these lines takes.
fn rows_in(lines: &[Line<'_>], area: Rect) -> u16 {
    let columns = width(area).saturating_sub(4);
    lines.iter().map(|line| rows_of(line, columns)).sum::<u16>() + 2
}

/// Columns of a window.
fn width(area: Rect) -> u16 {
    area.width.saturating_sub(4).min(76)
}

/// Rows that a line takes in so many columns.
fn rows_of(line: &Line<'_>, columns: u16) -> u16 {
    Paragraph::new(line.clone()).wrap(Wrap { trim: false }).line_count(columns).min(usize::from(u16::MAX)) as u16
}

fn form_window(canvas: &mut Canvas<'_, '_>, title: &str, form: &Form, more: Vec<Line<'_>>, area: Rect) {
    let (mut lines, mut fields) = (Vec::new(), Vec::new());
    for (number, labelled) in form.fields.iter().enumerate() {
        let has_cursor = number == form.focused() && !form.is_busy;
        fields.push(lines.len());
        lines.push(field_line(canvas, labelled, has_cursor));
        if let Some(fault) = &labelled.field.fault {
            lines.push(Line::styled(format!("{:<18}{}", "", cell::plain(fault)), canvas.theme.bad));
        }
    }
    if let Some(fault) = &form.fault {
        lines.push(Line::styled(cell::plain(fault), canvas.theme.bad));
    }
    if form.is_busy {
        lines.push(Line::styled("Asking the server", canvas.theme.dim));
    }
    lines.extend(more);
    let places = window_at(canvas, title, lines, fields[form.focused()], area);
    for (number, line) in fields.into_iter().enumerate() {
        canvas.hits.add(places[line], Target::Field(number));
    }
}

fn field_line<'a>(canvas: &Canvas<'_, '_>, labelled: &crate::app::layer::form::Labelled, has_cursor: bool) -> Line<'a> {
    let theme = canvas.theme;
    let typed = labelled.field.text();
    let (before, after) = labelled.field.around_cursor();
    let shown = |text: &str| if labelled.is_secret { "•".repeat(text.chars().count()) } else { cell::plain(text) };
    let (before, after) = in_sight(&shown(before), &shown(after));
    let label = Span::styled(format!("{:<18}", labelled.label), if has_cursor { theme.accent } else { theme.dim });
    let mut spans = vec![label, Span::styled(before, theme.text)];
    if has_cursor {
        spans.push(Span::styled("▏", theme.accent));
    }
    spans.push(Span::styled(after, theme.text));
    if typed.is_empty() {
        spans.push(Span::styled(labelled.hint, theme.dim));
    }
    Line::from(spans)
}

/// As much of a text as fits one row, around the cursor.
fn in_sight(before: &str, after: &str) -> (String, String) {
    const ROOM: usize = 36;
    let letters: Vec<_> = before.chars().collect();
    let first = letters.len().saturating_sub(ROOM);
    let sign = if first > 0 { "…" } else { "" };
    let before: String = letters[first..].iter().collect();
    let room = (ROOM + 2).saturating_sub(before.chars().count()).max(2);
    (format!("{sign}{before}"), cell::fit(after, room))
}

/// How far something that moves money has come.
fn errand_window(canvas: &mut Canvas<'_, '_>, title: &str, errand: &Errand, area: Rect) {
    let lines = errand_lines(canvas, errand);
    window(canvas, title, lines, area);
}

fn errand_lines<'a>(canvas: &Canvas<'_, '_>, errand: &Errand) -> Vec<Line<'a>> {
    let theme = canvas.theme;
    let movement = errand.ticket.intent().movement.to_string();
    let say = |style: Style, text: String| Line::styled(text, style);
    let close = say(theme.dim, "Esc closes".to_owned());
    match errand.ticket.stage() {
        Stage::Draft | Stage::Review(_) => Vec::new(),
        Stage::Keeping | Stage::Submitting { .. } => vec![say(theme.accent, format!("Sending the {movement}"))],
        Stage::Settling(_) => vec![
            say(theme.warn, format!("It is unknown whether the {movement} was done")),
            say(theme.accent, "Asking what became of it".to_owned()),
            say(theme.dim, "Esc closes; it is gone on with".to_owned()),
        ],
        Stage::Unknown(_) => vec![
            say(theme.warn, format!("It is unknown whether the {movement} was done")),
            say(theme.dim, "Enter asks again, Esc closes; it is never sent twice".to_owned()),
        ],
        Stage::Accepted(acceptance) => {
            let mut lines = receipt_lines(canvas, acceptance.receipt.as_ref(), &movement);
            lines.push(close);
            lines
        }
        Stage::Refused(failure) => vec![say(theme.bad, cell::plain(&failure.to_string())), close],
        Stage::NotPlaced(_) => vec![say(theme.warn, format!("The {movement} was not done, and will not be")), close],
    }
}

fn receipt_lines<'a>(canvas: &Canvas<'_, '_>, receipt: Option<&Receipt>, movement: &str) -> Vec<Line<'a>> {
    match receipt {
        // It may have gone on since it was placed.
        Some(Receipt::Order(order)) => {
            order_lines(canvas, canvas.state.data.wallet.order(order.order_id).unwrap_or(order))
        }
        Some(Receipt::Moved(moved)) => vec![
            Line::styled(cell::plain(&moved.message), canvas.theme.good),
            Line::styled(moved.transaction_id.to_string(), canvas.theme.dim),
        ],
        Some(Receipt::Claimed(claim)) => payment::pocket(canvas, claim),
        None => vec![Line::styled(format!("The {movement} was done; its answer cannot be read"), canvas.theme.warn)],
    }
}

fn order_lines<'a>(canvas: &Canvas<'_, '_>, order: &Order) -> Vec<Line<'a>> {
    let (status, style) = orders::status(order.status, canvas);
    let (side, _) = orders::side(order, canvas);
    let fact = |label: &str, text: String| {
        Line::from(vec![Span::styled(format!("{label:<18}"), canvas.theme.dim), Span::styled(text, canvas.theme.text)])
    };
    let mut lines = vec![
        Line::styled(status, style),
        fact("Order", order.order_id.to_string()),
        fact("What", format!("{side} {} {}", order.quantity, order.asset_id)),
    ];
    let optional = [
        ("Price", order.price.map(show::price)),
        ("Total", order.total_amount.map(show::usd)),
        ("Limit", order.limit_price.map(show::price)),
        ("Held", held(order)),
        ("Waits until", order.expires_at.map(show::time)),
        ("Executed", order.executed_at.map(show::time)),
    ];
    lines.extend(optional.into_iter().filter_map(|(label, text)| Some(fact(label, text?))));
    lines.push(fact("Placed", or_unknown(Some(order.created_at), show::time)));
    lines
}

/// What a waiting order holds: dollars, or what it would sell.
fn held(order: &Order) -> Option<String> {
    let is_waiting_sale = order.status == OrderStatus::Queued && order.order_type == OrderType::LimitSell;
    let quantity = is_waiting_sale.then(|| format!("{} {}", order.quantity, order.asset_id));
    order.held_amount.map(show::usd).or(quantity)
}

fn confirm(canvas: &mut Canvas<'_, '_>, confirm: &Confirm, area: Rect) {
    let theme = canvas.theme;
    let mut lines = Vec::new();
    match (&confirm.what, &confirm.progress) {
        (What::Session, _) => lines.push(Line::styled("Log out? y does, Esc does not", theme.warn)),
        (What::Orders(orders), None) => {
            let room = Confirm::room(area.height);
            let first = confirm.first.min(orders.len().saturating_sub(room));
            lines.extend(orders.iter().skip(first).take(room).map(|order| {
                let (side, style) = orders::side(order, canvas);
                let price = cell::price(order.limit_price);
                Line::styled(format!("{side} {} {} at {price}", order.quantity, order.asset_id), style)
            }));
            if orders.len() > room {
                let last = (first + room).min(orders.len());
                lines.push(Line::styled(format!("{} to {last} of {}", first + 1, orders.len()), theme.dim));
            }
            let question = match orders.len() {
                1 => "Cancel this order?".to_owned(),
                count => format!("Cancel all {count} of them?"),
            };
            lines.push(Line::styled(format!("{question} y does, Esc does not"), theme.warn));
        }
        (What::Orders(orders), Some(progress)) => {
            lines.push(Line::styled(format!("{} of {} cancelled", progress.done, orders.len()), theme.good));
            lines.extend(
                progress.refused.iter().map(|(id, why)| Line::styled(format!("{id}: {}", cell::plain(why)), theme.bad)),
            );
            lines.extend(progress.stopped.iter().map(|why| Line::styled(cell::plain(why), theme.bad)));
            if progress.is_over() {
                lines.push(Line::styled("Esc closes", theme.dim));
            }
        }
    }
    window(canvas, "Confirm", lines, area);
}

fn palette(canvas: &mut Canvas<'_, '_>, palette: &Palette, area: Rect) {
    let theme = canvas.theme;
    let found = palette.found(&canvas.state.data);
    let chosen = palette.picker.row(&found.iter().map(|spec| spec.action).collect::<Vec<_>>());
    let mut lines = vec![field_line(canvas, &palette.form.fields[0], true)];
    let first = chosen.unwrap_or_default().saturating_sub(11);
    for (number, spec) in found.iter().enumerate().skip(first).take(12) {
        let style = if Some(number) == chosen { theme.chosen } else { theme.text };
        let key = spec.keys.first().map(ToString::to_string).unwrap_or_default();
        lines.push(Line::from(vec![
            Span::styled(format!("{key:<10}{:<34}", titled(spec)), style),
            Span::styled(palette.command(spec), theme.dim),
        ]));
    }
    if found.is_empty() {
        lines.push(Line::styled("Nothing fits.", theme.dim));
    }
    let places = window(canvas, "Palette", lines, area);
    // The field comes first.
    for (row, place) in places.into_iter().skip(1).enumerate().take(found.len() - first) {
        canvas.hits.add(place, Target::Row(first + row));
    }
}
