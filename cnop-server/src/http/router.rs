//! Every route.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post, put};
use tower_http::catch_panic::CatchPanicLayer;

use super::admin::{audit, data, ip_blocks, switches};
use super::{
    assets, auth, balance, candles, claim, docs, health, idempotency, insights, inventory, metrics, middleware, orders,
    portfolio, problem, profile, stream,
};
use crate::state::App;

/// The whole API.
pub(crate) fn router(app: Arc<App>) -> Router {
    let api = Router::new()
        .route("/auth/register", post(auth::register_user))
        .route("/auth/login", post(auth::log_in))
        .route("/auth/refresh", post(auth::refresh_token))
        .route("/auth/logout", post(auth::log_out))
        .route("/auth/profile", get(profile::get_profile).put(profile::update_profile))
        .route("/auth/password", put(profile::change_password))
        .route("/inventory/assets", get(inventory::list_assets))
        .route("/inventory/assets/{asset_id}", get(inventory::get_asset))
        .route("/inventory/assets/{asset_id}/candles", get(candles::list_candles))
        .route("/balance", get(balance::get_balance))
        .route("/balance/deposit", post(balance::deposit))
        .route("/balance/withdraw", post(balance::withdraw))
        .route("/balance/transactions", get(balance::list_transactions))
        .route("/balance/limits", get(balance::get_limits))
        .route("/balance/asset/{asset_id}", get(balance::get_asset_balance))
        .route("/orders", get(orders::list_orders).post(orders::place_order))
        .route("/orders/{order_id}", get(orders::get_order).delete(orders::cancel_order))
        .route("/assets/balances", get(assets::list_asset_balances))
        .route("/assets/{asset_id}/transactions", get(assets::list_asset_transactions))
        .route("/portfolio", get(portfolio::get_portfolio))
        .route("/insights/portfolio", get(insights::get_portfolio_insight))
        .route("/stream", get(stream::open_stream))
        .route("/cny/claim", post(claim::claim_red_pocket))
        .route("/idempotency-keys/{key}/settle", post(idempotency::settle_key))
        .route("/admin/ip-blocks", get(ip_blocks::list_ip_blocks))
        .route(
            "/admin/ip-blocks/{ip}",
            get(ip_blocks::get_ip_block).put(ip_blocks::put_ip_block).delete(ip_blocks::delete_ip_block),
        )
        .route("/admin/audit", get(audit::list_audit_entries))
        .route("/admin/backup", post(data::download_backup))
        .route("/admin/verify", get(data::verify_accounts))
        .route("/admin/assets/{asset_id}", put(switches::update_asset))
        .route("/admin/users/{username}", put(switches::update_user))
        .route("/openapi.json", get(docs::get_openapi));
    let pages = Router::new()
        .route("/", get(docs::get_index))
        .route("/docs", get(docs::get_reference))
        .route("/docs/{file}", get(docs::get_reference_file))
        .route("/docs/errors", get(docs::list_errors))
        .route("/docs/errors/{code}", get(docs::get_error));
    Router::new()
        .nest("/api/v1", api)
        .route("/health", get(health::get_health))
        .route("/metrics", get(metrics::get_metrics))
        .merge(pages)
        .fallback(problem::route_not_found)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(from_fn_with_state(Arc::clone(&app), middleware::frame))
        .with_state(app)
}
