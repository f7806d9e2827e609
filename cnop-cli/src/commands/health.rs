//! `cnop health`.

use cnop_core::api::{BreakerState, Health, MarketHealth, MarketState};

use crate::cell::{Cell, Tone};
use crate::clock;
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
    let parts = [
        fact("Server", "server", Cell::text(context.client.origin())),
        fact("Status", "status", Cell::text(&health.status).toned(tone)),
        shown("Version", Cell::text(format_args!("{} {}", health.service, health.version))),
        data("service", Cell::text(&health.service)),
        data("version", Cell::text(&health.version)),
        part("Database", "database", &health.checks.database),
        part("Market", "market", &health.checks.market),
        part("Insights", "insights", &health.checks.insights),
    ];
    View::facts(parts.into_iter().chain(prices(health.market.as_ref())))
}

/// Where prices come from; a server that does not tell leaves it out.
fn prices(market: Option<&MarketHealth>) -> [Fact; 5] {
    let words = market.map(|market| {
        let breaker = match market.breaker {
            BreakerState::Closed => "",
            BreakerState::Open => "; the source is left alone for a while",
            BreakerState::HalfOpen => "; the source is being tried again",
        };
        Cell::text(format_args!("{}, {}{breaker}", market.source, state(market.state))).toned(tone(market.state))
    });
    let text = |text: Option<&str>| Cell::text(text.unwrap_or_default());
    [
        shown("Prices", words.unwrap_or_else(Cell::nothing)),
        data("market_source", text(market.map(|market| market.source.as_str()))),
        data("market_state", text(market.map(|market| state(market.state)))),
        data("market_breaker", text(market.map(|market| breaker(market.breaker)))),
        match market.and_then(|market| market.updated_at) {
            Some(seen) => fact("Last price", "market_updated_at", Cell::age(seen, clock::now())),
            None => data("market_updated_at", Cell::nothing()),
        },
    ]
}

fn tone(state: MarketState) -> Tone {
    if state == MarketState::Live { Tone::Plain } else { Tone::Warning }
}

fn state(state: MarketState) -> &'static str {
    match state {
        MarketState::Live => "live",
        MarketState::Stale => "stale",
        MarketState::Ended => "ended",
        MarketState::Empty => "empty",
    }
}

fn breaker(state: BreakerState) -> &'static str {
    match state {
        BreakerState::Closed => "closed",
        BreakerState::Open => "open",
        BreakerState::HalfOpen => "half_open",
    }
}

fn part(title: &'static str, name: &'static str, state: &str) -> Fact {
    fact(title, name, Cell::text(state))
}
