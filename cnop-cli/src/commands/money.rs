//! `cnop deposit`, `cnop withdraw`. They do not ask: the amount was typed, and what was paid in can be paid out.

use clap::Args;
use cnop_core::money::TransferAmount;
use cnop_core::ticket::Movement;

use crate::context::Context;
use crate::failure::Failure;
use crate::moves::{KeyArgs, Mover};

/// How much.
#[derive(Debug, Args)]
pub(crate) struct TransferArgs {
    /// US dollars, with at most 2 decimals
    #[arg(allow_negative_numbers = true)] // So that the amount's own words refuse them.
    amount: TransferAmount,
    #[command(flatten)]
    key: KeyArgs,
}

/// Pays money in.
pub(crate) async fn deposit(context: &Context, args: &TransferArgs) -> Result<(), Failure> {
    Mover::ready(context, &args.key).await?.perform(Movement::Deposit(args.amount)).await
}

/// Pays money out.
pub(crate) async fn withdraw(context: &Context, args: &TransferArgs) -> Result<(), Failure> {
    Mover::ready(context, &args.key).await?.perform(Movement::Withdrawal(args.amount)).await
}
