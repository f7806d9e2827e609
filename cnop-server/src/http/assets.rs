//! What a user owns of each asset, and how it came about.

use std::sync::Arc;

use axum::extract::State;
use cnop_core::api::{AssetBalance, AssetTransaction, AssetTransactionPage, Data};
use cnop_core::asset_id::AssetId;
use cnop_core::form::{FieldError, Form};
use cnop_core::ids::OrderId;
use cnop_core::ledger::Holding;
use cnop_core::order::{AssetTransactionStatus, AssetTransactionType, Side};

use super::extract::{Caller, Parameters, Segment};
use super::inventory::asset_not_found;
use super::json::Json;
use super::page::read_page;
use super::problem::ApiResult;
use crate::market::Board;
use crate::state::App;
use crate::store::{PageRequest, TradeRecord};

/// Lists every holding.
///
/// With its last known price. What was sold whole stays, at quantity 0.
#[utoipa::path(
    get,
    path = "/api/v1/assets/balances",
    tag = "orders",
    responses((status = 200, description = "The holdings", body = Data<Vec<AssetBalance>>)),
    security(("bearer_token" = [])),
)]
pub(super) async fn list_asset_balances(
    State(app): State<Arc<App>>,
    caller: Caller,
) -> ApiResult<Json<Data<Vec<AssetBalance>>>> {
    let account = app.store.read(|view| view.account(caller.session.user))?;
    let board = app.book.board();
    let holdings = account.state().holdings.iter();
    Ok(Json(Data { data: holdings.map(|(asset_id, holding)| asset_balance(*asset_id, holding, &board)).collect() }))
}

/// A holding with its last known price.
pub(super) fn asset_balance(asset_id: AssetId, holding: &Holding, board: &Board) -> AssetBalance {
    let listing = board.get(asset_id);
    let price = listing.and_then(|listing| listing.quote.as_ref()).map(|quote| quote.price);
    AssetBalance {
        asset_id,
        asset_name: listing.map_or_else(|| asset_id.to_string(), |listing| listing.facts.name.clone()),
        quantity: holding.quantity,
        held_quantity: holding.held,
        current_price: price,
        total_value: price.map(|price| price.value_rounded_down(holding.quantity)),
        created_at: holding.created_at,
        updated_at: holding.updated_at,
    }
}

/// Lists the trades of one asset.
///
/// Newest first; without trades the list is empty.
#[utoipa::path(
    get,
    path = "/api/v1/assets/{asset_id}/transactions",
    tag = "orders",
    params(
        ("asset_id" = AssetId, Path, description = "The asset's ticker, in any case"),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 100, description = "How many to answer at most"),
        (
            "offset" = Option<u64>, Query, maximum = 100_000,
            description = "How many to pass over; not together with `cursor`"
        ),
        (
            "cursor" = Option<String>, Query,
            description = "`next_cursor` of the page before; not together with `offset`"
        ),
    ),
    responses((status = 200, description = "A page of trades, newest first", body = AssetTransactionPage)),
    security(("bearer_token" = [])),
)]
pub(super) async fn list_asset_transactions(
    State(app): State<Arc<App>>,
    caller: Caller,
    segment: Segment,
    query: Parameters,
) -> ApiResult<Json<AssetTransactionPage>> {
    let (asset_id, request) = read_query(&segment, query.form())?;
    let user = caller.session.user;
    let listed = app.book.board().get(asset_id).is_some();
    app.store.read(|view| {
        // What was traded once keeps its history, also where it is no longer listed.
        if !listed && view.account(user)?.holding(asset_id).is_none() {
            return Err(asset_not_found(asset_id));
        }
        let page = view.trades(user, Some(asset_id), request)?;
        Ok(Json(AssetTransactionPage {
            data: page.items.iter().map(asset_transaction).collect(),
            has_more: page.next.is_some(),
            next_cursor: page.next.map(|cursor| cursor.to_string()),
        }))
    })
}

fn read_query(segment: &Segment, mut form: Form<'_>) -> Result<(AssetId, PageRequest), Vec<FieldError>> {
    let asset_id = segment.0.parse().map_err(|error| form.fail("asset_id", error)).ok();
    let request = read_page(&mut form);
    form.finish(asset_id.map(|asset_id| (asset_id, request)))
}

fn asset_transaction(record: &TradeRecord) -> AssetTransaction {
    let TradeRecord { sequence, order, trade } = record;
    AssetTransaction {
        asset_id: trade.asset_id,
        transaction_type: match trade.side {
            Side::Buy => AssetTransactionType::Buy,
            Side::Sell => AssetTransactionType::Sell,
        },
        quantity: trade.quantity,
        price: trade.price,
        status: AssetTransactionStatus::Completed,
        timestamp: sequence.time(),
        order_id: OrderId::new(*order),
        total_amount: trade.total,
    }
}
