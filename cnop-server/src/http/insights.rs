//! What is said of a portfolio.

use std::sync::Arc;

use axum::extract::State;
use cnop_core::api::{Data, Insight};

use super::extract::Caller;
use super::json::Json;
use super::problem::ApiResult;
use crate::insights::{gather, local};
use crate::state::App;

/// Says 2 to 4 sentences about the portfolio.
///
/// `model` names what wrote them.
#[utoipa::path(
    get,
    path = "/api/v1/insights/portfolio",
    tag = "portfolio",
    responses((status = 200, description = "The sentences", body = Data<Insight>)),
    security(("bearer_token" = [])),
)]
pub(super) async fn get_portfolio_insight(
    State(app): State<Arc<App>>,
    caller: Caller,
) -> ApiResult<Json<Data<Insight>>> {
    let now = app.clock.now();
    let board = app.book.board();
    let facts = app.store.read(|view| gather::facts(view, caller.session.user, &board, &app.book, now))?;
    let insight = Insight { summary: local::summarize(&facts), generated_at: now, model: local::MODEL.to_owned() };
    Ok(Json(Data { data: insight }))
}
