//! `cnop admin audit`: the trail, or what is added to it.

use std::time::Duration;

use clap::Args;
use cnop_core::api::{AuditEntry, AuditOutcome, AuditPage};
use cnop_core::client::{AuditFilter, Page, PageStart};
use cnop_core::time::Timestamp;
use cnop_core::user::Username;

use crate::cell::{Cell, Tone};
use crate::commands::orders::PageArgs;
use crate::context::Context;
use crate::failure::Failure;
use crate::printer::Format;
use crate::view::{Column, View, left, time};

/// Which entries.
#[derive(Debug, Args)]
#[command(after_help = "\
Actions are those of OWASP's logging vocabulary, such as authn_login_fail; orders and money moves are
order_placed, order_executed, order_cancelled, deposit, withdrawal. A beginning of one will do.

Examples:
  cnop admin audit
  cnop admin audit --user ada_lovelace
  cnop admin audit --action authn --ip 203.0.113.7
  cnop admin audit --follow
  cnop admin audit --follow --output json | jq .action")]
pub(super) struct AuditArgs {
    /// Only about this user, or done by them
    #[arg(long)]
    user: Option<Username>,
    /// Only where the action begins so, such as authn_login_fail
    #[arg(long)]
    action: Option<String>,
    /// Only from this address, or about it
    #[arg(long)]
    ip: Option<std::net::IpAddr>,
    /// Only from this moment on, such as 2026-02-15T08:00:00Z
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
    /// Go on with what is added, until Ctrl+C
    #[arg(long, short = 'f', conflicts_with = "cursor")]
    follow: bool,
    #[command(flatten)]
    page: PageArgs,
}

/// The server is asked so often whether there is more.
const EVERY: Duration = Duration::from_secs(1);
/// Entries of a page while following.
const PAGE: u32 = 100;

pub(super) async fn run(context: &Context, args: &AuditArgs) -> Result<(), Failure> {
    let filter = AuditFilter {
        user: args.user.clone(),
        action: args.action.clone(),
        ip: args.ip.map(|ip| ip.to_string()),
        since: args.since,
    };
    if args.follow {
        return follow(context, filter, &args.page.page()).await;
    }
    let page = context.logged_in().await?.client.audit(&filter, &args.page.page()).await?;
    context.printer.answer(&page, view)?;
    args.page.hint_at_next(context, page.next_cursor.as_deref());
    Ok(())
}

fn view(page: &AuditPage) -> View {
    let columns = [
        time("TIME (UTC)", "timestamp"),
        left("ACTION", "action"),
        left("USER", "user"),
        left("FROM", "ip").leaves(4),
        left("BY", "by").leaves(2),
        left("TARGET", "target").leaves(3),
        left("DETAIL", "detail").leaves(1),
        Column { is_figure: true, ..left("COUNT", "count") }.leaves(5),
        Column::data("outcome"),
        Column::data("request_id"),
        Column::data("id"),
    ];
    View::table(columns, page.data.iter().map(row), "No entries.")
}

fn row(entry: &AuditEntry) -> [Cell; 11] {
    let text = |text: &Option<String>| Cell::maybe(text.as_ref(), Cell::text);
    let tone = if entry.outcome == AuditOutcome::Failure { Tone::Warning } else { Tone::Plain };
    [
        Cell::time(entry.timestamp),
        Cell::text(&entry.action).toned(tone),
        text(&entry.user),
        text(&entry.ip),
        text(&entry.by),
        text(&entry.target),
        text(&entry.detail),
        Cell::text(entry.count),
        Cell::text(outcome(entry.outcome)),
        text(&entry.request_id),
        Cell::text(&entry.id),
    ]
}

fn outcome(outcome: AuditOutcome) -> &'static str {
    match outcome {
        AuditOutcome::Success => "success",
        AuditOutcome::Failure => "failure",
    }
}

/// Prints the last entries, and then each that is added, oldest first.
async fn follow(context: &Context, mut filter: AuditFilter, first: &Page) -> Result<(), Failure> {
    if context.printer.format() == Format::Csv {
        return Err(Failure::Usage {
            message: "csv has an end, and --follow has none".to_owned(),
            hint: "use --output json: one value a line".to_owned(),
        });
    }
    let client = context.logged_in().await?.client;
    let mut last = String::new();
    let mut entries = client.audit(&filter, first).await?.data;
    loop {
        for entry in entries.iter().rev() {
            print(context, entry)?;
        }
        if let Some(newest) = entries.first() {
            last.clone_from(&newest.id);
            filter.since = Some(newest.timestamp); // What lies before is not looked through again.
        }
        tokio::time::sleep(EVERY).await;
        entries = match added(context, &filter, &last).await {
            Err(Failure::Client(error)) if error.is_transient() => {
                context.printer.note(&format!("{error}; asking again"));
                Vec::new()
            }
            entries => entries?,
        };
    }
}

/// Everything after an entry, newest first.
async fn added(context: &Context, filter: &AuditFilter, last: &str) -> Result<Vec<AuditEntry>, Failure> {
    let client = context.logged_in().await?.client; // Renewed where it is about to end.
    let (mut added, mut start) = (Vec::new(), PageStart::Newest);
    loop {
        let page = client.audit(filter, &Page { limit: Some(PAGE), start }).await?;
        let reaches_back = page.data.iter().any(|entry| entry.id.as_str() <= last);
        added.extend(page.data.into_iter().take_while(|entry| entry.id.as_str() > last));
        match page.next_cursor.filter(|_| !reaches_back && !last.is_empty()) {
            Some(cursor) => start = PageStart::Cursor(cursor),
            None => return Ok(added),
        }
    }
}

fn print(context: &Context, entry: &AuditEntry) -> Result<(), Failure> {
    if context.printer.format() == Format::Json {
        return context.printer.json_line(entry);
    }
    let [time, action, user, from, by, target, detail, ..] = row(entry);
    let count = if entry.count > 1 { format!("{} times", entry.count) } else { String::new() };
    let parts = [time, action, user, from, by, target, detail].map(|cell| cell.shown().to_owned());
    let words: Vec<_> = parts.into_iter().chain([count]).filter(|part| !part.is_empty()).collect();
    context.printer.line(&words.join("  "))
}
