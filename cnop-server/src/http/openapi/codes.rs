//! Which errors an operation can answer. Their statuses are `problem`'s.

use std::collections::HashSet;

use cnop_core::api::Code;
use utoipa::openapi::path::Operation;

/// What an operation's own rules can refuse.
fn specific(operation_id: &str) -> &'static [Code] {
    use Code as C;
    match operation_id {
        "register_user" => &[C::RegistrationClosed, C::UsernameTaken, C::EmailTaken],
        "log_in" => &[C::InvalidCredentials, C::IpBlocked, C::AccountDisabled],
        "update_profile" => &[C::EmailTaken],
        "change_password" => &[C::InvalidCredentials],
        "get_asset" | "list_candles" | "list_asset_transactions" | "open_stream" => &[C::AssetNotFound],
        "deposit" => &[C::DailyLimitExceeded, C::IdempotencyKeyReused, C::IdempotencyKeyVoid],
        "withdraw" => &[C::InsufficientFunds, C::DailyLimitExceeded, C::IdempotencyKeyReused, C::IdempotencyKeyVoid],
        "get_asset_balance" => &[C::AssetBalanceNotFound],
        "place_order" => &[
            C::AssetNotFound,
            C::AssetNotTradable,
            C::PriceUnavailable,
            C::OrderValueExceeded,
            C::TooManyOpenOrders,
            C::InsufficientFunds,
            C::InsufficientAssets,
            C::IdempotencyKeyReused,
            C::IdempotencyKeyVoid,
        ],
        "get_order" => &[C::OrderNotFound],
        "cancel_order" => &[C::OrderNotFound, C::OrderNotCancellable],
        "get_portfolio_insight" => {
            &[C::InsightsNotConfigured, C::InsightsRateLimited, C::InsightsFailed, C::InsightsTimeout]
        }
        "get_ip_block" | "delete_ip_block" => &[C::PermissionDenied, C::IpBlockNotFound],
        "list_ip_blocks" | "put_ip_block" | "list_audit_entries" | "download_backup" | "verify_accounts" => {
            &[C::PermissionDenied]
        }
        "update_asset" => &[C::PermissionDenied, C::AssetNotFound],
        "update_user" => &[C::PermissionDenied, C::UserNotFound],
        "get_metrics" => &[C::PermissionDenied],
        "get_error" => &[C::RouteNotFound],
        "claim_red_pocket" => &[C::AlreadyClaimedToday, C::IdempotencyKeyReused, C::IdempotencyKeyVoid],
        _ => &[],
    }
}

const SECURED: [Code; 5] =
    [Code::AuthenticationRequired, Code::TokenInvalid, Code::TokenExpired, Code::TokenRevoked, Code::AccountDisabled];
const WITH_BODY: [Code; 4] =
    [Code::BodyTooLarge, Code::UnsupportedMediaType, Code::MalformedRequest, Code::ValidationFailed];
const WITH_PARAMETERS: [Code; 2] = [Code::MalformedRequest, Code::ValidationFailed];
const WRITING: [Code; 2] = [Code::StorageUnavailable, Code::ShuttingDown];

/// Every error of an operation as its handler describes it, each once: those of its kind, then its own.
/// `writes` is whether it may change something.
pub(super) fn of(operation: &Operation, writes: bool) -> Vec<Code> {
    let id = operation.operation_id.as_deref().unwrap_or_default();
    let mut codes = vec![Code::InternalError];
    if !is_exempt(id) {
        codes.extend([Code::RateLimited, Code::Overloaded]);
    }
    if operation.security.is_some() {
        codes.extend(SECURED);
    }
    if operation.request_body.is_some() {
        codes.extend(WITH_BODY);
    }
    if operation.parameters.is_some() {
        codes.extend(WITH_PARAMETERS);
    }
    if writes {
        codes.extend(WRITING);
    }
    if id == "open_stream" {
        codes.push(Code::ShuttingDown);
    }
    codes.extend(specific(id));
    let mut seen = HashSet::new();
    codes.retain(|code| seen.insert(*code));
    codes
}

/// Whether an operation is answered however many ask.
pub(super) fn is_exempt(operation_id: &str) -> bool {
    matches!(operation_id, "get_health" | "get_metrics")
}

/// Whether an operation happens once under an idempotency key.
pub(super) fn takes_key(operation_id: &str) -> bool {
    specific(operation_id).contains(&Code::IdempotencyKeyReused)
}
