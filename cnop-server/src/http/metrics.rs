//! Figures for Prometheus.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use cnop_core::api::Code;

use super::extract::RequestOrigin;
use super::problem::{ApiError, ApiResult};
use crate::ops;
use crate::state::App;

/// The text format that Prometheus has read since 2014.
const TEXT_FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Shows figures for Prometheus.
///
/// For this machine and the networks that the operator allows.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "operations",
    responses((status = 200, description = "All metrics", body = String, content_type = "text/plain")),
)]
pub(super) async fn get_metrics(
    State(app): State<Arc<App>>,
    RequestOrigin(origin): RequestOrigin,
) -> ApiResult<Response> {
    if !may_read(&app, origin.address) {
        let detail = "Metrics are for this machine and the networks of --metrics-allow (CNOP_METRICS_ALLOW).";
        return Err(ApiError::new(Code::PermissionDenied, detail));
    }
    let text = app.metrics.render(state(&app)?);
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static(TEXT_FORMAT))], text).into_response())
}

fn may_read(app: &App, address: IpAddr) -> bool {
    address.is_loopback() || app.metrics_allow.iter().any(|network| network.contains(&address))
}

fn state(app: &App) -> ApiResult<ops::State> {
    let now = app.clock.now();
    let writer = app.store.writer_figures();
    let newest = app.book.newest();
    Ok(ops::State {
        queue_depth: writer.queue_depth,
        batch_size: writer.batch_size,
        commits: writer.commits,
        open_orders: app.store.read(|view| view.open_order_total())?,
        blocked_ips: app.guard.logins.blocked(now),
        streams: app.streams.count(),
        connections: app.connections.count(),
        database_bytes: app.store.file_bytes(),
        free_bytes: app.store.free_bytes().unwrap_or(0),
        price_age_seconds: newest.map_or(0.0, |at| (now.as_millis() - at.as_millis()) as f64 / 1_000.0),
        healthy: app.store.is_writable() && app.book.is_live(now),
    })
}
