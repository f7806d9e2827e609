//! Figures for Prometheus.

use std::sync::Arc;

use axum::extract::{Extension, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use cnop_core::api::Code;

use super::middleware::Exchange;
use super::problem::{ApiError, ApiResult};
use crate::guard::Client;
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
    Extension(exchange): Extension<Arc<Exchange>>,
) -> ApiResult<Response> {
    if !may_read(&app, exchange.client) {
        let detail = "Metrics are for this machine and the networks of --metrics-allow (CNOP_METRICS_ALLOW).";
        return Err(ApiError::new(Code::PermissionDenied, detail));
    }
    let text = app.metrics.render(state(&app)?);
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static(TEXT_FORMAT))], text).into_response())
}

fn may_read(app: &App, client: Client) -> bool {
    client.is_this_machine()
        || !client.forwarded && app.metrics_allow.iter().any(|network| network.contains(&client.address))
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
        free_bytes: app.store.free_bytes().map_or(f64::NAN, |bytes| bytes as f64),
        price_age_seconds: newest.map_or(f64::NAN, |at| (now.as_millis() - at.as_millis()) as f64 / 1_000.0),
        healthy: app.store.is_writable() && app.book.is_live(now),
    })
}
