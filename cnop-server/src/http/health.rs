//! Whether the server can do its work.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use cnop_core::api::{Health, HealthChecks, MarketHealth, MarketState};

use super::json::Json;
use crate::insights::Standing;
use crate::state::App;

/// Tells whether orders can be taken.
///
/// And how each part of the server is.
#[utoipa::path(
    get,
    path = "/health",
    tag = "operations",
    responses(
        (status = 200, description = "Orders can be taken", body = Health),
        (status = 503, description = "`degraded`: orders cannot be taken", body = Health),
    ),
)]
pub(super) async fn get_health(State(app): State<Arc<App>>) -> (StatusCode, Json<Health>) {
    let (writable, live) = (app.store.is_writable(), app.book.is_live(app.clock.now()));
    let database = if app.store.has_room() { "unavailable" } else { "disk full" };
    let word = |fine: bool, fault: &str| if fine { "healthy" } else { fault }.to_owned();
    let health = Health {
        status: word(writable && live, "degraded"),
        service: "cnop-server".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        checks: HealthChecks {
            database: word(writable, database),
            market: word(live, "stale"),
            insights: insights(app.insights.standing()).to_owned(),
        },
        market: Some(market_health(&app, live)),
    };
    let status = if writable && live { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(health))
}

/// The rest of the server does without them.
fn insights(standing: Standing) -> &'static str {
    match standing {
        Standing::Healthy => "healthy",
        Standing::Unavailable => "unavailable",
        Standing::NotConfigured => "not configured",
    }
}

fn market_health(app: &App, live: bool) -> MarketHealth {
    let (board, feed) = (app.book.board(), app.feed.state());
    let quotes = board.listings().iter().filter_map(|listing| listing.quote.as_ref());
    let updated_at = quotes.map(|quote| quote.at).max();
    let state = match updated_at {
        _ if live => MarketState::Live,
        None => MarketState::Empty,
        Some(_) if feed.ended => MarketState::Ended,
        Some(_) => MarketState::Stale,
    };
    MarketHealth { source: app.feed.source().to_owned(), state, breaker: feed.breaker, updated_at }
}
