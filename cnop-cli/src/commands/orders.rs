//! `cnop orders`: the list, one of them, and what became of those whose answer was lost.

mod cancel;
mod settle;

use clap::{Args, Subcommand};
use clap_complete::{ArgValueCandidates, ArgValueCompleter};
use cnop_core::api::Order;
use cnop_core::asset_id::AssetId;
use cnop_core::client::{OrderFilter, Page, PageStart};
use cnop_core::ids::{InvalidId, OrderId};
use cnop_core::order::{OrderStatus, OrderType};

use crate::cell::{Cell, Tone};
use crate::complete;
use crate::context::Context;
use crate::failure::Failure;
use crate::view::{Column, Fact, View, data, fact, left, right, time};

/// What about orders; the list if nothing is said.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct OrdersArgs {
    #[command(subcommand)]
    command: Option<OrdersCommand>,
    #[command(flatten)]
    list: ListArgs,
}

/// What about orders.
#[derive(Debug, Subcommand)]
enum OrdersCommand {
    /// List your orders, newest first
    List(ListArgs),
    /// Show one order
    Show {
        /// Its id, such as order_1DBE9VQNC0000
        #[arg(value_parser = order_id, add = ArgValueCandidates::new(complete::orders))]
        id: String,
    },
    /// Cancel an order that waits, or all of them
    Cancel(cancel::CancelArgs),
    /// Learn what became of orders and transfers whose answer was lost
    #[command(after_help = SETTLE_HELP)]
    Settle,
}

const SETTLE_HELP: &str = "\
A command that is interrupted, or gets no answer, leaves its order, deposit or withdrawal on disk.
This asks the server about each, once and for all: it was done, or it was not and never will be.
Asking places nothing and may be repeated. The next command that moves money asks by itself.

Ends with 0 if everything is known or under way, and with 7 if something is still in doubt.

Examples:
  cnop orders settle
  cnop orders settle --output json";

/// Which orders.
#[derive(Debug, Args)]
struct ListArgs {
    /// Only of this asset
    #[arg(long, value_name = "ID", add = ArgValueCompleter::new(complete::assets))]
    asset: Option<AssetId>,
    /// Only of this type: market_buy, market_sell, limit_buy, limit_sell
    #[arg(long = "type", value_name = "TYPE", add = ArgValueCandidates::new(complete::order_types))]
    order_type: Option<OrderType>,
    /// Only in this state, such as completed or queued
    #[arg(long, add = ArgValueCandidates::new(complete::order_statuses))]
    status: Option<OrderStatus>,
    #[command(flatten)]
    page: PageArgs,
}

/// Which part of a list.
#[derive(Debug, Args)]
pub(crate) struct PageArgs {
    /// At most so many
    #[arg(long, value_name = "N", default_value = "50", value_parser = clap::value_parser!(u32).range(1..=100))]
    limit: u32,
    /// Where the page before this one ended
    #[arg(long)]
    cursor: Option<String>,
}

impl PageArgs {
    /// As the client takes it.
    pub(crate) fn page(&self) -> Page {
        let start = self.cursor.clone().map_or(PageStart::Newest, PageStart::Cursor);
        Page { limit: Some(self.limit), start }
    }

    /// Tells how to see more, if there is more.
    pub(crate) fn hint_at_next(&self, context: &Context, cursor: Option<&str>) {
        if let Some(cursor) = cursor {
            context.printer.hint(format_args!("there is more: add `--cursor {cursor}`"));
        }
    }
}

/// Any text of an order id's shape: which orders there are is the server's to say.
fn order_id(text: &str) -> Result<String, InvalidId> {
    OrderId::look_up(text).map(|_| text.to_owned())
}

/// Lists orders, or shows one.
pub(crate) async fn run(context: &Context, args: &OrdersArgs) -> Result<(), Failure> {
    match &args.command {
        Some(OrdersCommand::Show { id }) => show(context, id).await,
        Some(OrdersCommand::Cancel(args)) => cancel::run(context, args).await,
        Some(OrdersCommand::Settle) => settle::settle(context).await,
        Some(OrdersCommand::List(list)) => self::list(context, list).await,
        None => list(context, &args.list).await,
    }
}

async fn list(context: &Context, args: &ListArgs) -> Result<(), Failure> {
    let filter = OrderFilter { asset_id: args.asset, order_type: args.order_type, status: args.status };
    let page = context.logged_in().await?.client.orders(&filter, &args.page.page()).await?;
    context.printer.answer(&page, |page| View::table(columns(&page.data), page.data.iter().map(row), "No orders."))?;
    args.page.hint_at_next(context, page.next_cursor.as_deref());
    Ok(())
}

/// The id stays to the last: it is what the next command needs. What only orders with a limit have, people see where
/// there are some.
fn columns(orders: &[Order]) -> [Column; 12] {
    let has_limits = orders.iter().any(|order| order.limit_price.is_some());
    let for_limits = |column: Column| if has_limits { column } else { Column { title: None, ..column } };
    [
        time("TIME (UTC)", "created_at").leaves(1),
        left("ORDER", "order_id"),
        left("TYPE", "order_type"),
        left("ASSET", "asset_id"),
        right("QUANTITY", "quantity"),
        right("PRICE", "price").leaves(2),
        right("TOTAL", "total_amount"),
        left("STATUS", "status").leaves(3),
        for_limits(right("LIMIT", "limit_price")),
        for_limits(time("EXPIRES (UTC)", "expires_at").leaves(4)),
        Column::data("held_amount"),
        Column::data("executed_at"),
    ]
}

fn row(order: &Order) -> [Cell; 12] {
    [
        Cell::time(order.created_at),
        Cell::text(order.order_id),
        Cell::text(order.order_type),
        Cell::text(order.asset_id),
        Cell::quantity(order.quantity),
        Cell::maybe(order.price, Cell::price),
        Cell::maybe(order.total_amount, Cell::usd),
        status(order.status),
        Cell::maybe(order.limit_price, Cell::price),
        Cell::maybe(order.expires_at, Cell::time),
        Cell::maybe(order.held_amount, Cell::usd),
        Cell::maybe(order.executed_at, Cell::time),
    ]
}

/// One order as a record of the list's columns.
pub(crate) fn record(order: &Order) -> impl Iterator<Item = Fact> {
    columns(std::slice::from_ref(order))
        .into_iter()
        .zip(row(order))
        .filter_map(|(column, cell)| Some(data(column.name?, cell)))
}

fn status(status: OrderStatus) -> Cell {
    let tone = match status {
        OrderStatus::Failed | OrderStatus::Expired => Tone::Warning,
        OrderStatus::Cancelled => Tone::Faint,
        _ => Tone::Plain,
    };
    Cell::text(status).toned(tone)
}

async fn show(context: &Context, id: &str) -> Result<(), Failure> {
    let order = context.logged_in().await?.client.order(id).await?;
    context.printer.answer(&order, |order| {
        View::facts([
            fact("Order", "order_id", Cell::text(order.order_id)),
            fact("Type", "order_type", Cell::text(order.order_type)),
            fact("Asset", "asset_id", Cell::text(order.asset_id)),
            fact("Quantity", "quantity", Cell::quantity(order.quantity)),
            fact("Status", "status", status(order.status)),
            fact("Limit price", "limit_price", Cell::maybe(order.limit_price, Cell::price)),
            fact("Price", "price", Cell::maybe(order.price, Cell::price)),
            fact("Total", "total_amount", Cell::maybe(order.total_amount, Cell::usd)),
            fact("Held", "held_amount", Cell::maybe(order.held_amount, Cell::usd)),
            fact("Placed", "created_at", Cell::time_utc(order.created_at)),
            fact("Executed", "executed_at", Cell::maybe(order.executed_at, Cell::time_utc)),
            fact("Expires", "expires_at", Cell::maybe(order.expires_at, Cell::time_utc)),
        ])
    })
}
