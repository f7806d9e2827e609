//! `cnop insights`.

use clap::Args;

use crate::context::Context;
use crate::failure::Failure;
use crate::format;
use crate::text::one_line;

/// Which insight.
#[derive(Debug, Args)]
pub(crate) struct InsightsArgs {
    /// Have it written anew; at most 6 times an hour
    #[arg(long)]
    refresh: bool,
}

/// Shows a few sentences about the portfolio.
pub(crate) async fn insights(context: &Context, args: &InsightsArgs) -> Result<(), Failure> {
    let insight = context.logged_in().await?.client.insight(args.refresh).await?;
    context.printer.answer(&insight, |insight| {
        let (summary, model) = (one_line(&insight.summary), one_line(&insight.model));
        format!("{summary}\n\nWritten by {model} at {} (UTC).", format::time(insight.generated_at))
    })
}
