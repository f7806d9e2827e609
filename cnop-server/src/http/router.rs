//! Every route.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post, put};
use tower_http::catch_panic::CatchPanicLayer;

use super::admin::{audit, data, ip_blocks, switches};
use super::{
    assets, auth, balance, candles, claim, docs, health, idempotency, insights, inventory, metrics, middleware, orders,
    portfolio, problem, profile, stream,
};
use crate::state::App;

/// The whole API.
pub(crate) fn router(app: Arc<App>) -> Router {
    let router = routes().into_iter().fold(Router::new(), |router, (path, methods)| router.route(path, methods));
    router
        .fallback(problem::route_not_found)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(from_fn_with_state(Arc::clone(&app), middleware::frame))
        .with_state(app)
}

/// Every path whole: it can be searched for, and a nested router would take each request apart and put it together again.
fn routes() -> Vec<(&'static str, MethodRouter<Arc<App>>)> {
    vec![
        ("/api/v1/auth/register", post(auth::register_user)),
        ("/api/v1/auth/login", post(auth::log_in)),
        ("/api/v1/auth/refresh", post(auth::refresh_token)),
        ("/api/v1/auth/logout", post(auth::log_out)),
        ("/api/v1/auth/profile", get(profile::get_profile).put(profile::update_profile)),
        ("/api/v1/auth/password", put(profile::change_password)),
        ("/api/v1/inventory/assets", get(inventory::list_assets)),
        ("/api/v1/inventory/assets/{asset_id}", get(inventory::get_asset)),
        ("/api/v1/inventory/assets/{asset_id}/candles", get(candles::list_candles)),
        ("/api/v1/balance", get(balance::get_balance)),
        ("/api/v1/balance/deposit", post(balance::deposit)),
        ("/api/v1/balance/withdraw", post(balance::withdraw)),
        ("/api/v1/balance/transactions", get(balance::list_transactions)),
        ("/api/v1/balance/limits", get(balance::get_limits)),
        ("/api/v1/balance/asset/{asset_id}", get(balance::get_asset_balance)),
        ("/api/v1/orders", get(orders::list_orders).post(orders::place_order)),
        ("/api/v1/orders/{order_id}", get(orders::get_order).delete(orders::cancel_order)),
        ("/api/v1/assets/balances", get(assets::list_asset_balances)),
        ("/api/v1/assets/{asset_id}/transactions", get(assets::list_asset_transactions)),
        ("/api/v1/portfolio", get(portfolio::get_portfolio)),
        ("/api/v1/insights/portfolio", get(insights::get_portfolio_insight)),
        ("/api/v1/stream", get(stream::open_stream)),
        ("/api/v1/cny/claim", post(claim::claim_red_pocket)),
        ("/api/v1/idempotency-keys/{key}/settle", post(idempotency::settle_key)),
        ("/api/v1/admin/ip-blocks", get(ip_blocks::list_ip_blocks)),
        (
            "/api/v1/admin/ip-blocks/{ip}",
            get(ip_blocks::get_ip_block).put(ip_blocks::put_ip_block).delete(ip_blocks::delete_ip_block),
        ),
        ("/api/v1/admin/audit", get(audit::list_audit_entries)),
        ("/api/v1/admin/backup", post(data::download_backup)),
        ("/api/v1/admin/verify", get(data::verify_accounts)),
        ("/api/v1/admin/assets/{asset_id}", put(switches::update_asset)),
        ("/api/v1/admin/users/{username}", put(switches::update_user)),
        ("/api/v1/openapi.json", get(docs::get_openapi)),
        ("/health", get(health::get_health)),
        ("/metrics", get(metrics::get_metrics)),
        ("/", get(docs::get_index)),
        ("/docs", get(docs::get_reference)),
        ("/docs/{file}", get(docs::get_reference_file)),
        ("/docs/errors", get(docs::list_errors)),
        ("/docs/errors/{code}", get(docs::get_error)),
    ]
}
