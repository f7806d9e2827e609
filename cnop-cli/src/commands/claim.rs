//! `cnop claim`.

use clap::Args;
use cnop_core::ticket::Movement;

use crate::context::Context;
use crate::failure::Failure;
use crate::moves::{KeyArgs, Mover};

/// The wish that opens the pocket.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cnop claim gong xi fa cai")]
pub(crate) struct ClaimArgs {
    /// The phrase; several words need no quotes
    #[arg(value_name = "PHRASE", required = true)]
    words: Vec<String>,
    #[command(flatten)]
    key: KeyArgs,
}

/// Opens today's red pocket.
pub(crate) async fn claim(context: &Context, args: &ClaimArgs) -> Result<(), Failure> {
    let phrase = args.words.join(" ");
    Mover::ready(context, &args.key).await?.perform(Movement::Claim { phrase }).await
}
