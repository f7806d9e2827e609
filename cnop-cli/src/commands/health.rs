//! `cnop health`.

use cnop_core::api::Health;

use crate::cell::{Cell, Tone};
use crate::context::Context;
use crate::failure::Failure;
use crate::view::{Fact, View, data, fact, shown};

/// What a server calls itself while it can take orders.
const HEALTHY: &str = "healthy";

/// Shows how the server is; a failure if it cannot take orders.
pub(crate) async fn health(context: &Context) -> Result<(), Failure> {
    let health = context.client.health().await?;
    context.printer.answer(&health, |health| view(health, context))?;
    if is_healthy(&health) { Ok(()) } else { Err(Failure::Degraded) }
}

/// Whether the server can take orders.
pub(super) fn is_healthy(health: &Health) -> bool {
    health.status == HEALTHY
}

fn view(health: &Health, context: &Context) -> View {
    let tone = if is_healthy(health) { Tone::Gain } else { Tone::Loss };
    View::facts([
        fact("Server", "server", Cell::text(context.client.origin())),
        fact("Status", "status", Cell::text(&health.status).toned(tone)),
        shown("Version", Cell::text(format_args!("{} {}", health.service, health.version))),
        data("service", Cell::text(&health.service)),
        data("version", Cell::text(&health.version)),
        part("Database", "database", &health.checks.database),
        part("Market", "market", &health.checks.market),
        part("Insights", "insights", &health.checks.insights),
    ])
}

fn part(title: &'static str, name: &'static str, state: &str) -> Fact {
    fact(title, name, Cell::text(state))
}
