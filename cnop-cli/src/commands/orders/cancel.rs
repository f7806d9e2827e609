//! `cnop orders cancel`: one order that waits, or all of them.

use clap::Args;
use clap_complete::{ArgValueCandidates, ArgValueCompleter};
use cnop_core::api::Order;
use cnop_core::asset_id::AssetId;
use cnop_core::client::{Client, ClientError, OrderFilter, Page, PageStart};
use cnop_core::order::OrderStatus;
use serde::Serialize;

use super::{columns, order_id, record, row};
use crate::cell::{Cell, Tone};
use crate::complete;
use crate::context::Context;
use crate::failure::Failure;
use crate::interrupt;
use crate::moves;
use crate::prompt;
use crate::report;
use crate::view::{Column, View, left};
use crate::wording;

/// The longest page that the server gives.
const PAGE: u32 = 100;

/// Which.
#[derive(Debug, Args)]
#[command(
    override_usage = "cnop orders cancel <ORDER>\n       cnop orders cancel --all [--asset <ID>]",
    after_help = "\
One order is cancelled at once. --all shows what waits and asks first; without a terminal, --yes is needed.

Examples:
  cnop orders cancel order_1DBE9VQNC0000
  cnop orders cancel --all
  cnop orders cancel --all --asset BTC
  cnop orders cancel --all --yes --output json"
)]
pub(super) struct CancelArgs {
    /// Its id, such as order_1DBE9VQNC0000
    #[arg(value_name = "ORDER", value_parser = order_id, required_unless_present = "all", conflicts_with = "all",
        add = ArgValueCandidates::new(complete::queued_orders))]
    id: Option<String>,
    /// Every order that waits
    #[arg(long)]
    all: bool,
    /// With --all: only those of this asset
    #[arg(long, value_name = "ID", requires = "all", conflicts_with = "id", add = ArgValueCompleter::new(complete::assets))]
    asset: Option<AssetId>,
}

/// Cancels what is named.
pub(super) async fn run(context: &Context, args: &CancelArgs) -> Result<(), Failure> {
    match &args.id {
        Some(id) => one(context, id).await,
        None => all(context, args.asset).await,
    }
}

async fn one(context: &Context, id: &str) -> Result<(), Failure> {
    let order = context.logged_in().await?.client.cancel_order(id).await?;
    context.printer.answer(&order, |order| View::sentence(moves::describe(order)).with_record(record(order)))
}

async fn all(context: &Context, asset: Option<AssetId>) -> Result<(), Failure> {
    if !context.assume_yes {
        prompt::require_person("`--yes` cancels them without asking")?;
    }
    let client = context.logged_in().await?.client;
    let waiting = waiting(&client, asset).await?;
    if !waiting.is_empty() && !context.assume_yes {
        context.printer.review(&View::table(columns(&waiting), waiting.iter().map(row), ""));
        let count = waiting.len();
        let question =
            if count == 1 { "Cancel this order?".to_owned() } else { format!("Cancel these {count} orders?") };
        prompt::confirm(&context.printer, &question).await?;
    }
    let (outcomes, failure) = cancel(&client, waiting).await;
    context.printer.answer(&outcomes, |outcomes| view(outcomes))?;
    failure.map_or(Ok(()), Err)
}

/// Every order that waits, newest first.
async fn waiting(client: &Client, asset_id: Option<AssetId>) -> Result<Vec<Order>, Failure> {
    let filter = OrderFilter { asset_id, status: Some(OrderStatus::Queued), ..OrderFilter::default() };
    let (mut waiting, mut start) = (Vec::new(), PageStart::Newest);
    loop {
        let page = client.orders(&filter, &Page { limit: Some(PAGE), start }).await?;
        waiting.extend(page.data);
        let Some(cursor) = page.next_cursor else { return Ok(waiting) };
        start = PageStart::Cursor(cursor);
    }
}

/// What became of one of many.
#[derive(Debug, Serialize)]
struct Cancelled {
    outcome: Outcome,
    /// As it is now where it was cancelled, as it was before where not.
    order: Order,
    /// Why it was not cancelled.
    error: Option<Reason>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    /// It waits no more.
    Cancelled,
    /// The server said no.
    Refused,
    /// Nobody knows.
    Unknown,
    /// It was not asked for.
    NotSent,
}

#[derive(Debug, Serialize)]
struct Reason {
    code: String,
    message: String,
}

/// Cancels one after the other, until all are or the server can no longer be asked; and why not all are.
async fn cancel(client: &Client, waiting: Vec<Order>) -> (Vec<Cancelled>, Option<Failure>) {
    let (count, mut outcomes, mut failure) = (waiting.len(), Vec::new(), None);
    let mut waiting = waiting.into_iter();
    for order in waiting.by_ref() {
        let id = order.order_id.to_string();
        // The answer comes first: one that is there is worth more than the wish to stop waiting for it.
        let answer = tokio::select! {
            biased;
            answer = client.cancel_order(&id) => answer,
            () = interrupt::pressed() => {
                outcomes.push(Cancelled { outcome: Outcome::Unknown, order, error: None });
                failure = Some(Failure::Interrupted);
                break;
            }
        };
        let goes_on = answer.as_ref().err().is_none_or(is_about_the_order);
        let first = answer.as_ref().err().filter(|_| failure.is_none()).cloned();
        failure = failure.or(first.map(Failure::from));
        outcomes.push(Cancelled::of(order, answer));
        if !goes_on {
            break;
        }
    }
    outcomes.extend(waiting.map(|order| Cancelled { outcome: Outcome::NotSent, order, error: None }));
    let left = outcomes.iter().filter(|cancelled| cancelled.outcome != Outcome::Cancelled).count();
    (outcomes, failure.map(|failure| of_several(failure, left, count)))
}

/// Whether another order may have another answer.
fn is_about_the_order(error: &ClientError) -> bool {
    matches!(error, ClientError::Refused { problem, .. } if matches!(problem.status, 404 | 409))
}

fn of_several(failure: Failure, left: usize, count: usize) -> Failure {
    match failure {
        Failure::Interrupted => Failure::Interrupted,
        cause => {
            let were = if left == 1 { "was" } else { "were" };
            Failure::Step { step: format!("{left} of {count} {were} not cancelled"), cause: Box::new(cause) }
        }
    }
}

impl Cancelled {
    fn of(order: Order, answer: Result<Order, ClientError>) -> Self {
        match answer {
            Ok(order) => Self { outcome: Outcome::Cancelled, order, error: None },
            Err(error) => {
                let outcome = if error.leaves_outcome_unknown() { Outcome::Unknown } else { Outcome::Refused };
                let reason = Reason { code: report::code_of_client(&error).into_owned(), message: error.to_string() };
                Self { outcome, order, error: Some(reason) }
            }
        }
    }
}

fn view(outcomes: &[Cancelled]) -> View {
    let columns = [
        left("ORDER", "order_id"),
        Column::shown("WHAT"),
        left("OUTCOME", "outcome"),
        Column::shown("DETAIL"),
        Column::data("asset_id"),
        Column::data("order_type"),
        Column::data("status"),
        Column::data("error"),
    ];
    View::table(columns, outcomes.iter().map(outcome_row), "No orders wait.")
}

fn outcome_row(cancelled: &Cancelled) -> [Cell; 8] {
    let Cancelled { outcome, order, error } = cancelled;
    let [code, message] = error.as_ref().map_or(["", ""], |error| [error.code.as_str(), error.message.as_str()]);
    [
        Cell::text(order.order_id),
        Cell::text(wording::of_order(order)),
        match outcome {
            Outcome::Cancelled => Cell::of("cancelled", "cancelled"),
            Outcome::Refused => Cell::of("not cancelled", "refused").toned(Tone::Warning),
            Outcome::Unknown => Cell::of("unknown", "unknown").toned(Tone::Warning),
            Outcome::NotSent => Cell::of("not asked", "not_sent").toned(Tone::Warning),
        },
        Cell::text(message),
        Cell::text(order.asset_id),
        Cell::text(order.order_type),
        Cell::text(order.status),
        Cell::text(code),
    ]
}
