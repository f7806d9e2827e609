//! `cnop insights`.

use clap::Args;
use cnop_core::api::Insight;

use crate::cell::Cell;
use crate::context::Context;
use crate::failure::Failure;
use crate::format;
use crate::progress;
use crate::text::one_line;
use crate::view::{View, data};

/// Which insight.
#[derive(Debug, Args)]
pub(crate) struct InsightsArgs {
    /// Have it written anew; at most 6 times an hour
    #[arg(long)]
    refresh: bool,
}

/// Shows a few sentences about the portfolio.
pub(crate) async fn insights(context: &Context, args: &InsightsArgs) -> Result<(), Failure> {
    let client = context.logged_in().await?.client;
    let client = progress::watched(client, "the insight", context.printer.is_quiet());
    let insight = client.insight(args.refresh).await?;
    context.printer.answer(&insight, view)
}

fn view(insight: &Insight) -> View {
    let (model, time) = (one_line(&insight.model), format::time(insight.generated_at));
    View::prose(&insight.summary).and(View::prose(format!("Written by {model} at {time} (UTC)."))).with_record([
        data("summary", Cell::text(&insight.summary)),
        data("generated_at", Cell::time(insight.generated_at)),
        data("model", Cell::text(&insight.model)),
    ])
}
