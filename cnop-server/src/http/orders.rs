//! Orders.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use cnop_core::api::{Code, Data, Order, OrderPage};
use cnop_core::form::{FieldError, Form};
use cnop_core::ids::OrderId;
use cnop_core::order::{NewOrder, OrderStatus};

use super::body::Body;
use super::extract::{Caller, KeyHeader, Parameters, RequestOrigin, Segment};
use super::idempotency::{answer_once, rendered};
use super::json::{Json, json_response};
use super::order_json::page_json;
use super::page::read_page;
use super::problem::{ApiError, ApiResult};
use crate::state::App;
use crate::store::commands::{Once, PlaceOrder};
use crate::store::{OrderFilter, OrderRecord, PageRequest};

/// `POST /orders`
pub(super) async fn place_order(
    State(app): State<Arc<App>>,
    Caller { session, .. }: Caller,
    RequestOrigin(origin): RequestOrigin,
    key: KeyHeader,
    body: Body,
) -> ApiResult<Response> {
    let mut form = body.form()?;
    let guard = key.guard(&mut form, "/orders", &body);
    let order = NewOrder::from_form(form)?;
    let command = PlaceOrder { session, order, book: Arc::clone(&app.book), limits: app.limits, origin };
    answer_once(&app, Once { session, guard, command, render: |record| rendered(&Data { data: order_of(record) }) })
        .await
}

/// `GET /orders`
pub(super) async fn list_orders(State(app): State<Arc<App>>, caller: Caller, query: Parameters) -> ApiResult<Response> {
    let (filter, request) = read_query(query.form())?;
    let page = app.store.read(|view| view.orders(caller.session.user, filter, request))?;
    let page = OrderPage {
        data: page.items.iter().map(order_of).collect(),
        has_more: page.next.is_some(),
        next_cursor: page.next.map(|cursor| cursor.to_string()),
    };
    Ok(json_response(StatusCode::OK, page_json(&page).into_bytes()))
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

/// `GET /orders/{order_id}`
pub(super) async fn get_order(
    State(app): State<Arc<App>>,
    caller: Caller,
    Segment(id): Segment,
) -> ApiResult<Json<Data<Order>>> {
    Ok(Json(Data { data: order_of(&find(&app, &caller, &id)?) }))
}

/// `DELETE /orders/{order_id}`: only an order that waits for its price can be taken back, and market orders never wait.
pub(super) async fn cancel_order(
    State(app): State<Arc<App>>,
    caller: Caller,
    Segment(id): Segment,
) -> ApiResult<Json<Data<Order>>> {
    let order = order_of(&find(&app, &caller, &id)?);
    let detail = format!("The order {id} is {} and cannot be cancelled.", order.status);
    Err(ApiError::new(Code::OrderNotCancellable, detail))
}

/// One of the caller's own orders: another user's does not exist for them.
fn find(app: &App, caller: &Caller, text: &str) -> ApiResult<OrderRecord> {
    let not_found = || ApiError::new(Code::OrderNotFound, format!("There is no order {text}."));
    let id = OrderId::look_up(text).map_err(|error| ApiError::field("order_id", error))?.ok_or_else(not_found)?;
    app.store.read(|view| view.order(caller.session.user, id.sequence()))?.ok_or_else(not_found)
}

/// An order on the wire. A market order is complete from birth.
fn order_of(record: &OrderRecord) -> Order {
    let OrderRecord { sequence, trade } = record;
    Order {
        order_id: OrderId::new(*sequence),
        order_type: trade.side.market(),
        asset_id: trade.asset_id,
        quantity: trade.quantity,
        price: Some(trade.price),
        status: OrderStatus::Completed,
        total_amount: Some(trade.total),
        created_at: sequence.time(),
        limit_price: None,
        executed_at: Some(sequence.time()),
        expires_at: None,
        held_amount: None,
    }
}
