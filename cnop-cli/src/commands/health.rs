//! `cnop health`.

use cnop_core::api::Health;

use crate::context::Context;
use crate::failure::Failure;
use crate::table::facts;

/// What a server calls itself while it can take orders.
const HEALTHY: &str = "healthy";

/// Shows how the server is; a failure if it cannot take orders.
pub(crate) async fn health(context: &Context) -> Result<(), Failure> {
    let health = context.client.health().await?;
    context.printer.answer(&health, |health| describe(health, context))?;
    if health.status == HEALTHY { Ok(()) } else { Err(Failure::Degraded) }
}

fn describe(health: &Health, context: &Context) -> String {
    facts([
        ("Server", context.client.origin().to_string()),
        ("Status", health.status.clone()),
        ("Version", format!("{} {}", health.service, health.version)),
        ("Database", health.checks.database.clone()),
        ("Market", health.checks.market.clone()),
        ("Insights", health.checks.insights.clone()),
    ])
}
