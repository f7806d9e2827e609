//! Orders that wait, and what became of others.

use cnop_core::api::Order;
use cnop_core::order::{OrderStatus, OrderType};
use cnop_core::show::{self, or_unknown};
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::Canvas;
use super::cell::{self, inset};
use super::freshness::{self, Kept};
use super::list::{self, Cell, Column, Rows};
use crate::app::screen::orders::Filter;

const COLUMNS: [Column; 8] = [
    Column::left("Time", 11).from(66),
    Column::left("Side", 5),
    Column::left("Asset", 7),
    Column::right("Quantity", 12),
    Column::right("Limit", 13),
    Column::right("Price", 13).from(78),
    Column::right("Total", 12).from(100),
    Column::left("Status", 10),
];

pub(super) fn draw(canvas: &mut Canvas<'_, '_>, area: Rect) {
    let [top, rest] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(inset(area));
    let screen = &canvas.state.screens.orders;
    let filters = Filter::ALL.into_iter().flat_map(|filter| {
        let style = if filter == screen.filter { canvas.theme.here } else { canvas.theme.dim };
        [Span::styled(filter.title(), style), Span::raw("  ")]
    });
    let asset = screen.asset.map(|asset_id| Span::styled(format!("only {asset_id}, Esc shows all"), canvas.theme.warn));
    canvas.frame.render_widget(Line::from(filters.chain(asset).collect::<Vec<_>>()), top);
    let wallet = &canvas.state.data.wallet;
    if screen.filter == Filter::Open {
        freshness::note(canvas, &wallet.open_orders, Kept::Live, top);
    } else {
        freshness::note(canvas, &wallet.orders, Kept::Live, top);
    }
    let orders = screen.rows(&canvas.state.data);
    let chosen = screen.picker.row(&screen.keys(&canvas.state.data));
    let rows = Rows::of(&orders, chosen, rest, |order| row(order, canvas));
    let absence = match screen.filter {
        Filter::Open => freshness::absence(canvas, &wallet.open_orders, "No order waits."),
        Filter::Done | Filter::All => freshness::absence(canvas, &wallet.orders, "No orders yet."),
    };
    list::draw(canvas, rest, &COLUMNS, &rows, absence);
}

fn row(order: &Order, canvas: &Canvas<'_, '_>) -> Vec<Cell> {
    let theme = canvas.theme;
    let (side, side_style) = side(order, canvas);
    vec![
        (cell::day_and_time(order.created_at), theme.dim),
        (side.to_owned(), side_style),
        (order.asset_id.to_string(), theme.text),
        (order.quantity.to_string(), theme.text),
        (or_unknown(order.limit_price, show::price), theme.text),
        (or_unknown(order.price, show::price), theme.text),
        (or_unknown(order.total_amount, show::usd), theme.text),
        status(order.status, canvas),
    ]
}

/// Side, what, and how it stands: for a corner of another screen.
pub(super) fn short_row(order: &Order, canvas: &Canvas<'_, '_>) -> Vec<Cell> {
    let (side, style) = side(order, canvas);
    let price = order.price.or(order.limit_price);
    let what = format!("{} {} @ {}", order.quantity, order.asset_id, cell::price(price));
    vec![(side.to_owned(), style), (what, canvas.theme.text), status(order.status, canvas)]
}

pub(super) fn side(order: &Order, canvas: &Canvas<'_, '_>) -> (&'static str, Style) {
    match order.order_type {
        OrderType::MarketBuy | OrderType::LimitBuy => ("Buy", canvas.theme.up),
        OrderType::MarketSell | OrderType::LimitSell => ("Sell", canvas.theme.down),
    }
}

/// `Filled` is the trader's word for `completed`.
pub(super) fn status(status: OrderStatus, canvas: &Canvas<'_, '_>) -> Cell {
    let theme = canvas.theme;
    match status {
        OrderStatus::Completed => ("Filled".to_owned(), theme.good),
        OrderStatus::Queued => ("Waiting".to_owned(), theme.accent),
        OrderStatus::Cancelled => ("Cancelled".to_owned(), theme.dim),
        OrderStatus::Expired => ("Expired".to_owned(), theme.warn),
        OrderStatus::Failed => ("Failed".to_owned(), theme.bad),
        other => (other.to_string(), theme.text),
    }
}
