//! `cnop buy`, `cnop sell`: the only commands that ask before they act.

mod limit;
mod preview;

use clap::{ArgGroup, Args};
use clap_complete::ArgValueCompleter;
use cnop_core::asset_id::AssetId;
use cnop_core::money::{OrderQuantity, TransferAmount};
use cnop_core::order::{BuySize, NewOrder};
use cnop_core::ticket::Movement;

use self::limit::LimitArgs;
use crate::complete;
use crate::context::Context;
use crate::failure::Failure;
use crate::moves::{KeyArgs, MoveFailure, Mover};
use crate::prompt;

/// What to buy, and how much.
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("size").required(true).args(["quantity", "usd"]),
    override_usage = "cnop buy [OPTIONS] <ID> <QUANTITY>\n       cnop buy [OPTIONS] <ID> --usd <AMOUNT>\n       cnop buy [OPTIONS] <ID> <QUANTITY> --limit <PRICE>",
    after_help = "\
Shows the price, its age, the estimated cost and what is left, and asks. Without a terminal, --yes is needed.

Examples:
  cnop buy BTC 0.05
  cnop buy BTC --usd 500
  cnop buy BTC 0.05 --limit 60000 --expires 7d
  cnop buy BTC 0.05 --dry-run
  cnop buy BTC 0.05 --yes --output json
  cnop buy BTC --usd 50 --yes --idempotency-key savings-2026-02-15"
)]
pub(crate) struct BuyArgs {
    /// The asset's ticker, such as BTC
    #[arg(add = ArgValueCompleter::new(complete::assets))]
    id: AssetId,
    /// How much of it: at least 0.001, at most 8 decimals
    #[arg(allow_negative_numbers = true)] // So that the quantity's own words refuse them.
    quantity: Option<OrderQuantity>,
    /// In place of a quantity: the most to spend, in US dollars
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true, conflicts_with = "limit")]
    usd: Option<TransferAmount>,
    #[command(flatten)]
    limit: LimitArgs,
    #[command(flatten)]
    how: HowArgs,
}

/// What to sell, and how much.
#[derive(Debug, Args)]
#[command(after_help = "\
Shows the price, its age, the estimated proceeds and what is left, and asks. Without a terminal, --yes is needed.

Examples:
  cnop sell BTC 0.02
  cnop sell BTC 0.02 --limit 90000 --expires 2w
  cnop sell BTC 0.02 --dry-run
  cnop sell BTC 0.02 --yes")]
pub(crate) struct SellArgs {
    /// The asset's ticker, such as BTC
    #[arg(add = ArgValueCompleter::new(complete::holdings))]
    id: AssetId,
    /// How much of it: at least 0.001, at most 8 decimals
    #[arg(allow_negative_numbers = true)]
    quantity: OrderQuantity,
    #[command(flatten)]
    limit: LimitArgs,
    #[command(flatten)]
    how: HowArgs,
}

/// How it is placed.
#[derive(Debug, Args)]
struct HowArgs {
    /// Show what it would do at the price of this moment, and send nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    key: KeyArgs,
}

/// Buys at the market price, or once the price is at or below a limit.
pub(crate) async fn buy(context: &Context, args: &BuyArgs) -> Result<(), Failure> {
    let size = args.quantity.map(BuySize::Quantity).or(args.usd.map(BuySize::Amount));
    let size = size.expect("clap refuses a purchase of neither");
    let market = NewOrder::MarketBuy { asset_id: args.id, size };
    let terms = match size {
        BuySize::Quantity(quantity) => args.limit.terms(args.id, quantity, &args.how.key)?,
        BuySize::Amount(_) => None,
    };
    run(context, terms.map_or(market, NewOrder::LimitBuy), &args.how).await
}

/// Sells at the market price, or once the price is at or above a limit.
pub(crate) async fn sell(context: &Context, args: &SellArgs) -> Result<(), Failure> {
    let market = NewOrder::MarketSell { asset_id: args.id, quantity: args.quantity };
    let terms = args.limit.terms(args.id, args.quantity, &args.how.key)?;
    run(context, terms.map_or(market, NewOrder::LimitSell), &args.how).await
}

async fn run(context: &Context, order: NewOrder, how: &HowArgs) -> Result<(), Failure> {
    if how.dry_run { try_out(context, order).await } else { place(context, order, &how.key).await }
}

async fn place(context: &Context, order: NewOrder, key: &KeyArgs) -> Result<(), Failure> {
    if !context.assume_yes {
        prompt::require_person("`--yes` places the order without asking")?;
    }
    let mover = Mover::ready(context, key).await?;
    if !context.assume_yes {
        let preview = preview::load(mover.client(), order).await?;
        context.printer.review(&preview::view(&preview));
        preview::warn(&context.printer, &preview);
        prompt::confirm(&context.printer, "Place this order?").await?;
    }
    mover.perform(Movement::Order(order)).await
}

/// What is printed is the same whether the order would pass or not; the status tells which.
async fn try_out(context: &Context, order: NewOrder) -> Result<(), Failure> {
    let preview = preview::load(&context.logged_in().await?.client, order).await?;
    context.printer.answer(&preview::DryRun::of(&preview), |_| preview::view(&preview))?;
    preview::warn_of_the_unusual(&context.printer, &preview);
    preview.obstacle.map_or(Ok(()), |obstacle| Err(MoveFailure::WouldBeRefused(obstacle).into()))
}
