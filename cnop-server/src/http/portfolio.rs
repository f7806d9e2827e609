//! The portfolio.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use cnop_core::api::Portfolio;

use super::extract::Caller;
use super::json::json_response;
use super::portfolio_json::portfolio_json;
use super::problem::ApiResult;
use crate::portfolio::portfolio;
use crate::state::App;

/// Shows what everything is worth.
///
/// What it cost, and how the day went. A price that is old is used and marked `stale`; totals leave out what is
/// `null` on an asset.
#[utoipa::path(
    get,
    path = "/api/v1/portfolio",
    tag = "portfolio",
    responses((status = 200, description = "The portfolio", body = Portfolio)),
    security(("bearer_token" = [])),
)]
pub(super) async fn get_portfolio(State(app): State<Arc<App>>, caller: Caller) -> ApiResult<Response> {
    let account = app.store.read(|view| view.account(caller.session.user))?;
    let portfolio = portfolio(&account, &app.book.board(), &app.book, app.clock.now());
    Ok(json_response(StatusCode::OK, portfolio_json(&portfolio).into_bytes()))
}
