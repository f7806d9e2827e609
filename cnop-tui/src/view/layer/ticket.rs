//! The window of an order: its fields, its review, what became of it.

use cnop_core::order::Side;
use cnop_core::show::{self, or_unknown};
use cnop_core::ticket::{Preview, Stage};
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{errand_lines, form_window, rows_in, window, window_at};
use crate::app::layer::ticket::{Kind, TicketWindow, Unit};
use crate::view::{Canvas, cell};

pub(super) fn draw(canvas: &mut Canvas<'_, '_>, ticket: &TicketWindow, area: Rect) {
    let side = if ticket.side == Side::Buy { "Buy" } else { "Sell" };
    let title = format!("{side} {}", ticket.asset_id);
    match ticket.errand.ticket.stage() {
        Stage::Draft => {
            let more = about(canvas, ticket);
            form_window(canvas, &title, ticket.fields(), more, area);
        }
        Stage::Review(preview) => {
            let lines = review(canvas, preview);
            review_window(canvas, &title, lines, area);
        }
        _ => {
            let lines = errand_lines(canvas, &ticket.errand);
            window(canvas, &title, lines, area);
        }
    }
}

/// What has no room was not seen, and is not confirmed.
fn review_window(canvas: &mut Canvas<'_, '_>, title: &str, mut lines: Vec<Line<'_>>, area: Rect) {
    if rows_in(&lines, area) > area.height {
        lines.pop();
        lines.push(Line::styled("This window is too small for all of the review: make it larger.", canvas.theme.bad));
        canvas.hits.is_cut = true;
    }
    // What speaks against it, and what Enter does, is always in sight.
    let last = lines.len() - 1;
    window_at(canvas, title, lines, last, area);
}

fn fact<'a>(canvas: &Canvas<'_, '_>, label: &str, text: String) -> Line<'a> {
    Line::from(vec![Span::styled(format!("{label:<18}"), canvas.theme.dim), Span::styled(text, canvas.theme.text)])
}

/// What one needs to know to fill it in.
fn about<'a>(canvas: &Canvas<'_, '_>, ticket: &TicketWindow) -> Vec<Line<'a>> {
    let (data, theme) = (&canvas.state.data, canvas.theme);
    let mut lines = Vec::new();
    if let Some(quote) = ticket.quote(data) {
        let age = quote.seen_at.map(|at| format!(" ({})", show::age(at, canvas.now))).unwrap_or_default();
        lines.push(fact(canvas, "Price now", format!("{}{age}", cell::price(quote.price))));
    }
    if let Some(means) = ticket.means(data) {
        lines.push(fact(
            canvas,
            "Available",
            format!("{}, {} {}", show::usd(means.available_cash), means.available, ticket.asset_id),
        ));
    }
    let kind = if ticket.kind == Kind::Market { "market" } else { "limit" };
    let unit = if ticket.unit == Unit::Quantity { "quantity" } else { "dollars" };
    lines
        .push(Line::styled(format!("Ctrl+O market or limit ({kind}), Ctrl+D quantity or dollars ({unit})"), theme.dim));
    lines.push(match data.trading_is_off(canvas.now) {
        Some(reason) => Line::styled(reason, theme.warn),
        None => Line::styled("Enter reviews, Esc leaves", theme.dim),
    });
    lines
}

fn review<'a>(canvas: &Canvas<'_, '_>, preview: &Preview) -> Vec<Line<'a>> {
    let theme = canvas.theme;
    let (order, quote, figures) = (&preview.order, &preview.quote, preview.figures);
    let age = quote.seen_at.map(|at| format!(" ({})", show::age(at, canvas.now))).unwrap_or_default();
    let quantity = or_unknown(figures, |figures| figures.quantity.to_string());
    let quantity = format!("{quantity} {} ({})", order.asset_id(), cell::fit(&cell::plain(&quote.name), 30));
    let mut lines =
        vec![fact(canvas, "Quantity", quantity), fact(canvas, "Price", format!("{}{age}", cell::price(quote.price)))];
    if let Some(terms) = order.limit() {
        let distance = or_unknown(preview.distance(), show::signed_percent);
        lines.push(fact(canvas, "Limit", format!("{} ({distance} from the price)", show::price(terms.price))));
        lines.push(fact(canvas, "Expires", terms.expires_at.map_or_else(|| "in 30 days".to_owned(), show::time)));
    }
    lines.push(fact(canvas, "Total", or_unknown(figures.map(|figures| figures.total), show::usd)));
    lines.push(fact(canvas, "Cash after", or_unknown(figures.and_then(|figures| figures.cash_after), show::usd)));
    let position = figures.and_then(|figures| figures.position_after);
    lines.push(fact(
        canvas,
        "Position after",
        or_unknown(position, |quantity| format!("{quantity} {}", order.asset_id())),
    ));
    lines.extend(preview.warnings.iter().map(|warning| Line::styled(format!("! {warning}"), theme.warn)));
    let obstacle = preview.obstacle.map(|obstacle| obstacle.to_string());
    let off = canvas.state.data.trading_is_off(canvas.now).map(str::to_owned);
    let unknown = canvas.state.data.settling.len();
    if unknown > 0 {
        let text = format!("! It is unknown what became of {unknown} before it: there may be less.");
        lines.push(Line::styled(text, theme.warn));
    }
    lines.push(match obstacle.or(off) {
        Some(reason) => Line::styled(format!("{reason} Esc goes back"), theme.bad),
        None => Line::styled("Enter confirms, Esc goes back", theme.accent),
    });
    lines
}
