//! Orders.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use cnop_core::api::{Code, Data, Order, OrderPage, OrderRequest};
use cnop_core::asset_id::AssetId;
use cnop_core::form::{FieldError, Form};
use cnop_core::ids::OrderId;
use cnop_core::order::{NewOrder, OrderStatus, OrderType};

use super::body::Body;
use super::extract::{Caller, KeyHeader, Parameters, RequestOrigin, Segment};
use super::idempotency::{answer_again, answer_once, rendered};
use super::json::{Json, json_response};
use super::order_json::page_json;
use super::page::read_page;
use super::problem::{ApiError, ApiResult};
use crate::state::App;
use crate::store::commands::{CancelOrder, Once, PlaceOrder};
use crate::store::{OrderFilter, OrderRecord, PageRequest};

/// Places an order.
///
/// A market order executes at the price of the moment; a market buy may give `amount_usd` in place of `quantity`:
/// the most to spend. A limit order needs a `price`, the worst that will do, sets aside what it needs, and executes
/// in full at the first price at or through it.
///
/// A 201 means that order, balance, holding and history are on disk, together.
#[utoipa::path(
    post,
    path = "/api/v1/orders",
    tag = "orders",
    request_body = OrderRequest,
    responses((status = 201, description = "The order as it is now", body = Data<Order>)),
    security(("bearer_token" = [])),
)]
pub(super) async fn place_order(
    State(app): State<Arc<App>>,
    Caller { session, .. }: Caller,
    RequestOrigin(origin): RequestOrigin,
    key: KeyHeader,
    body: Body,
) -> ApiResult<Response> {
    let mut form = body.form()?;
    let guard = key.guard(&mut form, "/orders", &body);
    let order = match NewOrder::from_form(form, app.clock.now()) {
        Ok(order) => order,
        // Its time may have come since it was placed, and it is the same request still.
        Err(faults) => return answer_again(&app, session, guard, faults).await,
    };
    let command = PlaceOrder { session, order, book: Arc::clone(&app.book), limits: app.limits, origin };
    answer_once(&app, Once { session, guard, command, render: |record| rendered(&Data { data: order_of(record) }) })
        .await
}

/// Lists orders.
///
/// Newest first. A filter that finds little may answer a short page with a cursor.
#[utoipa::path(
    get,
    path = "/api/v1/orders",
    tag = "orders",
    params(
        ("asset_id" = Option<AssetId>, Query, description = "Only those of this asset"),
        ("order_type" = Option<OrderType>, Query, description = "Only those of this type"),
        ("status" = Option<OrderStatus>, Query, description = "Only those with this status"),
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
    responses((status = 200, description = "A page of orders, newest first", body = OrderPage)),
    security(("bearer_token" = [])),
)]
pub(super) async fn list_orders(State(app): State<Arc<App>>, caller: Caller, query: Parameters) -> ApiResult<Response> {
    let (filter, request) = read_query(query.form())?;
    let page = app.store.read(|view| view.orders(caller.session.user, filter, request))?;
    let next_cursor = page.next.map(|cursor| cursor.to_string());
    let json = page_json(page.items.iter().map(order_of), next_cursor.as_deref());
    Ok(json_response(StatusCode::OK, json.into_bytes()))
}

fn read_query(mut form: Form<'_>) -> Result<(OrderFilter, PageRequest), Vec<FieldError>> {
    let filter = OrderFilter {
        asset_id: form.optional("asset_id"),
        order_type: form.optional("order_type"),
        status: form.optional("status"),
    };
    let request = read_page(&mut form);
    form.finish(Some((filter, request)))
}

/// Shows one order.
///
/// Another user's order is not found, exactly as one that does not exist.
#[utoipa::path(
    get,
    path = "/api/v1/orders/{order_id}",
    tag = "orders",
    params(
        ("order_id" = OrderId, Path, description = "The order's id"),
    ),
    responses((status = 200, description = "The order", body = Data<Order>)),
    security(("bearer_token" = [])),
)]
pub(super) async fn get_order(
    State(app): State<Arc<App>>,
    caller: Caller,
    Segment(id): Segment,
) -> ApiResult<Json<Data<Order>>> {
    Ok(Json(Data { data: order_of(&find(&app, &caller, &id)?) }))
}

/// Takes back an order that waits for its price.
///
/// What it held is free again.
#[utoipa::path(
    delete,
    path = "/api/v1/orders/{order_id}",
    tag = "orders",
    params(
        ("order_id" = OrderId, Path, description = "The order's id"),
    ),
    responses((status = 200, description = "The order as it is now", body = Data<Order>)),
    security(("bearer_token" = [])),
)]
pub(super) async fn cancel_order(
    State(app): State<Arc<App>>,
    Caller { session, .. }: Caller,
    RequestOrigin(origin): RequestOrigin,
    Segment(id): Segment,
) -> ApiResult<Json<Data<Order>>> {
    let order = look_up(&id)?.sequence();
    let record = app.store.submit(CancelOrder { session, order, origin }).await?;
    Ok(Json(Data { data: order_of(&record) }))
}

/// One of the caller's own orders: another user's does not exist for them.
fn find(app: &App, caller: &Caller, text: &str) -> ApiResult<OrderRecord> {
    let id = look_up(text)?;
    app.store.read(|view| view.order(caller.session.user, id.sequence()))?.ok_or_else(|| not_found(text))
}

fn look_up(text: &str) -> ApiResult<OrderId> {
    let id = OrderId::look_up(text).map_err(|error| ApiError::field("order_id", error))?;
    id.ok_or_else(|| not_found(text))
}

fn not_found(text: &str) -> ApiError {
    ApiError::new(Code::OrderNotFound, format!("There is no order {text}."))
}

/// An order on the wire.
pub(crate) fn order_of(record: &OrderRecord) -> Order {
    record.into()
}
