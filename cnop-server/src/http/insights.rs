//! What is said of a portfolio.

use std::sync::Arc;

use axum::extract::State;
use cnop_core::api::{Data, Insight};
use cnop_core::form::{FieldError, Form};

use super::extract::{Caller, Parameters};
use super::json::Json;
use super::problem::{ApiError, ApiResult};
use crate::insights::facts;
use crate::state::App;

/// Says 2 to 4 sentences about the portfolio.
///
/// `model` names what wrote them. What a model wrote is answered again for a day, as long as the portfolio is much the
/// same; `refresh` has it written anew, at most 6 times an hour.
#[utoipa::path(
    get,
    path = "/api/v1/insights/portfolio",
    tag = "portfolio",
    params(("refresh" = Option<bool>, Query, description = "Whether to have it written anew")),
    responses((status = 200, description = "The sentences", body = Data<Insight>)),
    security(("bearer_token" = [])),
)]
pub(super) async fn get_portfolio_insight(
    State(app): State<Arc<App>>,
    caller: Caller,
    query: Parameters,
) -> ApiResult<Json<Data<Insight>>> {
    let refresh = read_refresh(query.form())?;
    let user = caller.session.user;
    // Thousands of trades may have to be counted: not on a thread that others need.
    let facts = tokio::task::block_in_place(|| {
        let (board, now) = (app.book.board(), app.clock.now());
        app.store.read(|view| facts(view, user, &board, &app.book, now))
    })?;
    let insight = app.insights.of(user, facts, refresh).await.map_err(|failure| ApiError::no_insight(&failure))?;
    Ok(Json(Data { data: insight }))
}

fn read_refresh(mut form: Form<'_>) -> Result<bool, Vec<FieldError>> {
    let refresh = form.optional("refresh").unwrap_or(false);
    form.finish(Some(refresh))
}
