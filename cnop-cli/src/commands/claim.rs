//! `cnop claim`.

use clap::Args;
use cnop_core::api::ClaimAnswer;

use crate::context::Context;
use crate::failure::Failure;
use crate::format;
use crate::moves::Move;
use crate::text::one_line;

/// The wish that opens the pocket.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cnop claim gong xi fa cai")]
pub(crate) struct ClaimArgs {
    /// The phrase; several words need no quotes
    #[arg(value_name = "PHRASE", required = true)]
    words: Vec<String>,
}

/// Opens today's red pocket.
pub(crate) async fn claim(context: &Context, args: &ClaimArgs) -> Result<(), Failure> {
    let client = context.logged_in().await?.client;
    let phrase = args.words.join(" ");
    let movement = Move { client: &client, printer: &context.printer, what: "claim" };
    let claimed = movement.perform(async |key| client.claim(&phrase, key).await).await?;
    context.printer.answer(&claimed, describe)
}

/// The amount stands first, whatever the wish says.
fn describe(claimed: &ClaimAnswer) -> String {
    format!("{}: {}", format::signed_usd(claimed.amount), one_line(&claimed.message))
}
