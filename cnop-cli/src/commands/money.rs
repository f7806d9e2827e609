//! `cnop deposit`, `cnop withdraw`. They do not ask: the amount was typed, and what was paid in can be paid out.

use clap::Args;
use cnop_core::money::TransferAmount;

use crate::context::Context;
use crate::failure::Failure;
use crate::format;
use crate::moves::Move;

/// How much.
#[derive(Debug, Args)]
pub(crate) struct TransferArgs {
    /// US dollars, with at most 2 decimals
    #[arg(allow_negative_numbers = true)] // So that the amount's own words refuse them.
    amount: TransferAmount,
}

/// Pays money in.
pub(crate) async fn deposit(context: &Context, args: &TransferArgs) -> Result<(), Failure> {
    let client = context.logged_in().await?.client;
    let movement = Move { client: &client, printer: &context.printer, what: "deposit" };
    let moved = movement.perform(async |key| client.deposit(args.amount, key).await).await?;
    context.printer.answer(&moved, |moved| {
        format!("Deposited {}. Transaction {}.", format::usd(args.amount.get()), moved.transaction_id)
    })
}

/// Pays money out.
pub(crate) async fn withdraw(context: &Context, args: &TransferArgs) -> Result<(), Failure> {
    let client = context.logged_in().await?.client;
    let movement = Move { client: &client, printer: &context.printer, what: "withdrawal" };
    let moved = movement.perform(async |key| client.withdraw(args.amount, key).await).await?;
    context.printer.answer(&moved, |moved| {
        format!("Withdrew {}. Transaction {}.", format::usd(args.amount.get()), moved.transaction_id)
    })
}
