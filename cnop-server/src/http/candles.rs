//! How prices went.

use std::sync::Arc;

use axum::extract::State;
use cnop_core::api::{CandleList, Interval};
use cnop_core::asset_id::AssetId;
use cnop_core::form::{FieldError, Form};
use cnop_core::time::Timestamp;

use super::extract::{Parameters, Segment};
use super::inventory::asset_not_found;
use super::json::Json;
use super::page::read_limit;
use super::problem::ApiResult;
use crate::market::Window;
use crate::state::App;

const DEFAULT_LIMIT: u64 = 200;
const MAX_LIMIT: u64 = 1_000;

/// Shows how a price went.
///
/// The last candles that begin by `end`, oldest first; the very last may be under way. To go further back, ask
/// again with an `end` before the first.
#[utoipa::path(
    get,
    path = "/api/v1/inventory/assets/{asset_id}/candles",
    tag = "market",
    params(
        ("asset_id" = AssetId, Path, description = "The asset's ticker, in any case"),
        ("interval" = Option<Interval>, Query, description = "How long each candle lasts"),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 1000, description = "How many to answer at most"),
        ("end" = Option<Timestamp>, Query, description = "When the last one begins at the latest; now, if left out"),
    ),
    responses((status = 200, description = "The candles, oldest first", body = CandleList)),
)]
pub(super) async fn list_candles(
    State(app): State<Arc<App>>,
    segment: Segment,
    query: Parameters,
) -> ApiResult<Json<CandleList>> {
    let now = app.clock.now();
    let (asset_id, window) = read_window(&segment, query.form(), now)?;
    let board = app.book.board();
    let listing = board.get(asset_id).ok_or_else(|| asset_not_found(asset_id))?;
    let seen = listing.quote.as_ref().map_or(now, |quote| quote.at);
    // One at a time and beside the runtime: a long chart costs some milliseconds of a core, and orders come first.
    let turn = Arc::clone(&app.chart_turn).acquire_owned().await.expect("it is never closed");
    let work = tokio::task::spawn_blocking(move || {
        let _turn = turn; // Also where the client has hung up.
        app.candles.of(&app.store, asset_id, window, seen)
    });
    let data = work.await.expect("the work does not panic")?;
    Ok(Json(CandleList { data, interval: window.interval }))
}

fn read_window(segment: &Segment, mut form: Form<'_>, now: Timestamp) -> Result<(AssetId, Window), Vec<FieldError>> {
    let asset_id = segment.0.parse().map_err(|error| form.fail("asset_id", error)).ok();
    let interval = form.optional("interval").unwrap_or(Interval::H1);
    let limit = read_limit(&mut form, DEFAULT_LIMIT, MAX_LIMIT) as usize;
    let end = form.optional("end").unwrap_or(now);
    form.finish(asset_id.map(|asset_id| (asset_id, Window { interval, limit, end })))
}
