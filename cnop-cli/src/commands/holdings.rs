//! `cnop holdings`, `cnop trades`: what is owned, and how it came about.

use clap::Args;
use clap_complete::ArgValueCompleter;
use cnop_core::api::{AssetBalance, AssetTransaction};
use cnop_core::asset_id::AssetId;

use super::orders::PageArgs;
use crate::cell::Cell;
use crate::complete;
use crate::context::Context;
use crate::failure::Failure;
use crate::view::{View, left, right, time};

/// Which trades.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cnop trades BTC
  cnop trades BTC --limit 100 --output csv")]
pub(crate) struct TradesArgs {
    /// The asset's ticker, such as BTC
    #[arg(add = ArgValueCompleter::new(complete::holdings))]
    id: AssetId,
    #[command(flatten)]
    page: PageArgs,
}

/// Lists every asset that is or was owned.
pub(crate) async fn holdings(context: &Context) -> Result<(), Failure> {
    let holdings = context.logged_in().await?.client.asset_balances().await?;
    context.printer.answer(&holdings, |holdings| {
        let columns = [
            left("ASSET", "asset_id"),
            left("NAME", "asset_name").leaves(2),
            right("QUANTITY", "quantity"),
            right("HELD", "held_quantity").leaves(3),
            right("PRICE", "current_price").leaves(4),
            right("VALUE", "total_value"),
            time("FIRST BOUGHT (UTC)", "created_at").leaves(1),
            time("LAST CHANGED (UTC)", "updated_at").leaves(1),
        ];
        View::table(columns, holdings.iter().map(holding), "No assets.")
    })
}

fn holding(holding: &AssetBalance) -> [Cell; 8] {
    [
        Cell::text(holding.asset_id),
        Cell::text(&holding.asset_name),
        Cell::quantity(holding.quantity),
        Cell::quantity(holding.held_quantity),
        Cell::maybe(holding.current_price, Cell::price),
        Cell::maybe(holding.total_value, Cell::usd),
        Cell::time(holding.created_at),
        Cell::time(holding.updated_at),
    ]
}

/// Lists the trades of one asset, newest first.
pub(crate) async fn trades(context: &Context, args: &TradesArgs) -> Result<(), Failure> {
    let page = context.logged_in().await?.client.asset_transactions(args.id, &args.page.page()).await?;
    context.printer.answer(&page, |page| {
        let columns = [
            time("TIME (UTC)", "timestamp").leaves(2),
            left("ASSET", "asset_id"),
            left("TYPE", "transaction_type"),
            right("QUANTITY", "quantity"),
            right("PRICE", "price").leaves(3),
            right("TOTAL", "total_amount"),
            left("STATUS", "status").leaves(1),
            left("ORDER", "order_id").leaves(4),
        ];
        View::table(columns, page.data.iter().map(trade), "No trades.")
    })?;
    args.page.hint_at_next(context, page.next_cursor.as_deref());
    Ok(())
}

fn trade(trade: &AssetTransaction) -> [Cell; 8] {
    [
        Cell::time(trade.timestamp),
        Cell::text(trade.asset_id),
        Cell::text(trade.transaction_type),
        Cell::quantity(trade.quantity),
        Cell::price(trade.price),
        Cell::usd(trade.total_amount),
        Cell::text(trade.status),
        Cell::text(trade.order_id),
    ]
}
