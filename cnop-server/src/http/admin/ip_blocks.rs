//! Addresses that may not log in.

use std::sync::Arc;

use axum::extract::State;
use cnop_core::api::{Code, Data, IpBlock, IpBlockRequest, Message};
use cnop_core::form::{FieldError, Form};
use cnop_core::time::Timestamp;

use super::Admin;
use crate::guard::ClientNetwork;
use crate::http::auth::message;
use crate::http::body::Body;
use crate::http::extract::Segment;
use crate::http::json::Json;
use crate::http::problem::{ApiError, ApiResult};
use crate::state::App;
use crate::store::commands::{Audited, EndBlock, KeepBlock};
use crate::store::{AdminAct, Block};

/// The longest block.
const MAX_BLOCK_SECONDS: u64 = 365 * 86_400;
/// The longest reason of one.
const MAX_REASON_CHARS: usize = 200;

/// Lists every address that may not log in.
///
/// An address is blocked by failed logins, or by an administrator.
#[utoipa::path(
    get,
    path = "/api/v1/admin/ip-blocks",
    tag = "operations",
    responses((status = 200, description = "Every block, by address", body = Data<Vec<IpBlock>>)),
    security(("bearer_token" = [])),
)]
pub(in crate::http) async fn list_ip_blocks(State(app): State<Arc<App>>, _: Admin) -> Json<Data<Vec<IpBlock>>> {
    let blocks = app.guard.logins.blocks(app.clock.now());
    Json(Data { data: blocks.into_iter().map(ip_block).collect() })
}

/// Shows the block of an address.
///
/// Of IPv6 a /64 is one.
#[utoipa::path(
    get,
    path = "/api/v1/admin/ip-blocks/{ip}",
    tag = "operations",
    params(("ip" = String, Path, description = "The address; of IPv6 any of its /64", example = "203.0.113.7")),
    responses((status = 200, description = "The block", body = Data<IpBlock>)),
    security(("bearer_token" = [])),
)]
pub(in crate::http) async fn get_ip_block(
    State(app): State<Arc<App>>,
    _: Admin,
    segment: Segment,
) -> ApiResult<Json<Data<IpBlock>>> {
    let network = read_network(&segment)?;
    let block = app.guard.logins.block_of(network, app.clock.now()).ok_or_else(|| not_blocked(network))?;
    Ok(Json(Data { data: ip_block((network, block)) }))
}

/// Keeps an address from logging in.
///
/// Sessions that are open go on. An earlier block is replaced; the body may be empty.
#[utoipa::path(
    put,
    path = "/api/v1/admin/ip-blocks/{ip}",
    tag = "operations",
    params(("ip" = String, Path, description = "The address; of IPv6 any of its /64", example = "203.0.113.7")),
    request_body = IpBlockRequest,
    responses((status = 200, description = "The block", body = Data<IpBlock>)),
    security(("bearer_token" = [])),
)]
pub(in crate::http) async fn put_ip_block(
    State(app): State<Arc<App>>,
    admin: Admin,
    segment: Segment,
    body: Body,
) -> ApiResult<Json<Data<IpBlock>>> {
    let network = segment.0.parse::<ClientNetwork>();
    let mut form = body.form_or_empty()?;
    let network = network.map_err(|error| form.fail("ip", error)).ok();
    let (network, seconds, reason) = read_block(form, network)?;
    let now = app.clock.now();
    let length_ms = seconds.map_or(app.guard.logins.block_ms(), |seconds| seconds as i64 * Timestamp::SECOND_MS);
    let block = Block { since: now, until: now.plus_millis(length_ms), reason, by: Some(admin.username.to_string()) };
    let entry = admin.did(AdminAct::AddressBlocked).to(network).saying(&block.reason);
    app.store.submit(Audited { command: KeepBlock { network, block: block.clone() }, entry }).await?;
    app.guard.logins.block(network, block.clone(), now);
    Ok(Json(Data { data: ip_block((network, block)) }))
}

fn read_block(
    mut form: Form<'_>,
    network: Option<ClientNetwork>,
) -> Result<(ClientNetwork, Option<u64>, String), Vec<FieldError>> {
    let seconds: Option<u64> = form.optional("seconds");
    if seconds.is_some_and(|seconds| !(1..=MAX_BLOCK_SECONDS).contains(&seconds)) {
        form.fail("seconds", format_args!("must be 1 to {MAX_BLOCK_SECONDS}"));
    }
    let reason: String = form.optional("reason").unwrap_or_else(|| "by an administrator".to_owned());
    if reason.chars().count() > MAX_REASON_CHARS || reason.chars().any(char::is_control) {
        form.fail("reason", format_args!("must be at most {MAX_REASON_CHARS} characters on one line"));
    }
    form.finish(network.map(|network| (network, seconds, reason)))
}

/// Lets an address log in again.
///
/// Its failed logins are forgotten.
#[utoipa::path(
    delete,
    path = "/api/v1/admin/ip-blocks/{ip}",
    tag = "operations",
    params(("ip" = String, Path, description = "The address; of IPv6 any of its /64", example = "203.0.113.7")),
    responses((status = 200, description = "The block is ended", body = Message)),
    security(("bearer_token" = [])),
)]
pub(in crate::http) async fn delete_ip_block(
    State(app): State<Arc<App>>,
    admin: Admin,
    segment: Segment,
) -> ApiResult<Json<Message>> {
    let network = read_network(&segment)?;
    let now = app.clock.now();
    app.guard.logins.block_of(network, now).ok_or_else(|| not_blocked(network))?;
    let entry = admin.did(AdminAct::AddressUnblocked).to(network);
    app.store.submit(Audited { command: EndBlock { network }, entry }).await?;
    app.guard.logins.unblock(network, now);
    Ok(message("Address unblocked successfully"))
}

fn read_network(segment: &Segment) -> ApiResult<ClientNetwork> {
    segment.0.parse().map_err(|error| ApiError::field("ip", error))
}

fn not_blocked(network: ClientNetwork) -> ApiError {
    let detail = format!("{network} is not blocked. GET /api/v1/admin/ip-blocks lists all that are.");
    ApiError::new(Code::IpBlockNotFound, detail)
}

fn ip_block((network, block): (ClientNetwork, Block)) -> IpBlock {
    IpBlock {
        ip: network.address().to_string(),
        network: network.to_string(),
        reason: block.reason,
        blocked_at: block.since,
        blocked_until: block.until,
        blocked_by: block.by,
    }
}
