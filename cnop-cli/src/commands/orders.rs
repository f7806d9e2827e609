//! `cnop orders`: the list, and one of them.

use clap::{Args, Subcommand};
use cnop_core::api::Order;
use cnop_core::asset_id::AssetId;
use cnop_core::client::{OrderFilter, Page, PageStart};
use cnop_core::ids::{InvalidId, OrderId};
use cnop_core::order::{OrderStatus, OrderType};

use crate::context::Context;
use crate::failure::Failure;
use crate::format::{self, or_unknown};
use crate::table::{facts, left, right, table};

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
        #[arg(value_parser = order_id)]
        id: String,
    },
}

/// Which orders.
#[derive(Debug, Args)]
struct ListArgs {
    /// Only of this asset
    #[arg(long, value_name = "ID")]
    asset: Option<AssetId>,
    /// Only of this type: market_buy, market_sell, limit_buy, limit_sell
    #[arg(long = "type", value_name = "TYPE")]
    order_type: Option<OrderType>,
    /// Only in this state, such as completed or queued
    #[arg(long)]
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
        Some(OrdersCommand::List(list)) => self::list(context, list).await,
        None => list(context, &args.list).await,
    }
}

async fn list(context: &Context, args: &ListArgs) -> Result<(), Failure> {
    let filter = OrderFilter { asset_id: args.asset, order_type: args.order_type, status: args.status };
    let page = context.logged_in().await?.client.orders(&filter, &args.page.page()).await?;
    context.printer.answer(&page, |page| {
        let columns = [
            left("TIME (UTC)").leaves(1),
            left("ORDER").leaves(4),
            left("TYPE"),
            left("ASSET"),
            right("QUANTITY"),
            right("PRICE").leaves(2),
            right("TOTAL"),
            left("STATUS").leaves(3),
        ];
        table(columns, page.data.iter().map(row), "No orders.")
    })?;
    args.page.hint_at_next(context, page.next_cursor.as_deref());
    Ok(())
}

fn row(order: &Order) -> [String; 8] {
    [
        format::time(order.created_at),
        order.order_id.to_string(),
        order.order_type.to_string(),
        order.asset_id.to_string(),
        order.quantity.to_string(),
        or_unknown(order.price, format::price),
        or_unknown(order.total_amount, format::usd),
        order.status.to_string(),
    ]
}

async fn show(context: &Context, id: &str) -> Result<(), Failure> {
    let order = context.logged_in().await?.client.order(id).await?;
    context.printer.answer(&order, |order| {
        facts([
            ("Order", order.order_id.to_string()),
            ("Type", order.order_type.to_string()),
            ("Asset", order.asset_id.to_string()),
            ("Quantity", order.quantity.to_string()),
            ("Status", order.status.to_string()),
            ("Limit price", or_unknown(order.limit_price, format::price)),
            ("Price", or_unknown(order.price, format::price)),
            ("Total", or_unknown(order.total_amount, format::usd)),
            ("Held", or_unknown(order.held_amount, format::usd)),
            ("Placed", format::time(order.created_at)),
            ("Executed", or_unknown(order.executed_at, format::time)),
            ("Expires", or_unknown(order.expires_at, format::time)),
        ])
    })
}
