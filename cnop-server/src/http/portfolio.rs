//! The portfolio.

use std::sync::Arc;

use axum::extract::State;
use cnop_core::api::Portfolio;

use super::extract::Caller;
use super::json::Json;
use super::problem::ApiResult;
use crate::portfolio::portfolio;
use crate::state::App;

/// `GET /portfolio`
pub(super) async fn get_portfolio(State(app): State<Arc<App>>, caller: Caller) -> ApiResult<Json<Portfolio>> {
    let account = app.store.read(|view| view.account(caller.session.user))?;
    Ok(Json(portfolio(&account, &app.book.board(), &app.book, app.clock.now())))
}
