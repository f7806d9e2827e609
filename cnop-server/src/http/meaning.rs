//! The one table of errors: each code's status, its title, what it means and what to do about it.
//!
//! Answers take the first two from here, the pages under `/docs/errors` all four, and the OpenAPI document the statuses.

use axum::http::StatusCode;
use cnop_core::api::Code;

/// What a code means.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meaning {
    /// The status of every answer with it.
    pub(super) status: StatusCode,
    /// It in a few words.
    pub(super) title: &'static str,
    /// When it comes.
    pub(super) cause: &'static str,
    /// What to do.
    pub(super) remedy: &'static str,
}

/// What a code means.
pub(super) fn meaning(code: Code) -> Meaning {
    use StatusCode as S;
    let row = |status, title, cause, remedy| Meaning { status, title, cause, remedy };
    match code {
        Code::MalformedRequest => row(
            S::BAD_REQUEST,
            "Malformed request",
            "The body is not JSON, or the query or the path cannot be read.",
            "Send a JSON object in UTF-8, and percent-encode what stands in the address.",
        ),
        Code::AuthenticationRequired => row(
            S::UNAUTHORIZED,
            "Authentication required",
            "The route needs a token, and none was sent.",
            "Log in with POST /api/v1/auth/login, and send Authorization: Bearer and the token.",
        ),
        Code::TokenInvalid => row(
            S::UNAUTHORIZED,
            "Token invalid",
            "The token is not one of this server, or was changed on the way.",
            "Log in again. After a change of the server's key every older token is invalid.",
        ),
        Code::TokenExpired => row(
            S::UNAUTHORIZED,
            "Token expired",
            "The token's hour is over, or the login is more than 24 hours ago.",
            "Log in again. Refresh a token before its hour is over to stay logged in.",
        ),
        Code::TokenRevoked => row(
            S::UNAUTHORIZED,
            "Token revoked",
            "The session was logged out or refreshed, the password was changed, or a backup was restored.",
            "Log in again, or use the newest token.",
        ),
        Code::InvalidCredentials => row(
            S::UNAUTHORIZED,
            "Invalid credentials",
            "The username or the password is wrong. Which of them is not said.",
            "Check both. Several failures from one address block it for a while.",
        ),
        Code::IpBlocked => row(
            S::FORBIDDEN,
            "Address blocked",
            "Too many logins from this address failed, or an administrator blocked it.",
            "Wait as long as Retry-After says. Sessions that are open go on working.",
        ),
        Code::PermissionDenied => row(
            S::FORBIDDEN,
            "Permission denied",
            "The route is for administrators, or for the networks that the operator allows.",
            "Use an administrator's account, or ask the operator.",
        ),
        Code::RegistrationClosed => row(
            S::FORBIDDEN,
            "Registration closed",
            "The operator takes no new users.",
            "Ask the operator for an account.",
        ),
        Code::AccountDisabled => row(
            S::FORBIDDEN,
            "Account disabled",
            "An operator has shut this account.",
            "Ask the operator. Nothing in the account is lost.",
        ),
        Code::RouteNotFound => row(
            S::NOT_FOUND,
            "Route not found",
            "Nothing has this path.",
            "Check the path: the API lives under /api/v1, and a trailing slash makes another path.",
        ),
        Code::AssetNotFound => row(
            S::NOT_FOUND,
            "Asset not found",
            "The market lists no such asset.",
            "GET /api/v1/inventory/assets?active_only=false lists all.",
        ),
        Code::OrderNotFound => row(
            S::NOT_FOUND,
            "Order not found",
            "The user has no such order. Another user's order looks the same.",
            "GET /api/v1/orders lists your orders.",
        ),
        Code::AssetBalanceNotFound => row(
            S::NOT_FOUND,
            "Asset balance not found",
            "The user never held this asset.",
            "GET /api/v1/assets/balances lists what you hold or held.",
        ),
        Code::IpBlockNotFound => row(
            S::NOT_FOUND,
            "Address block not found",
            "This address is not blocked, or not any more.",
            "GET /api/v1/admin/ip-blocks lists every block.",
        ),
        Code::UserNotFound => row(
            S::NOT_FOUND,
            "User not found",
            "Nobody has this login name.",
            "Check the name: it has 6 to 30 letters, digits or underscores.",
        ),
        Code::MethodNotAllowed => row(
            S::METHOD_NOT_ALLOWED,
            "Method not allowed",
            "The path exists, and does not take this method.",
            "The Allow header names the methods that it takes.",
        ),
        Code::BodyTooLarge => row(
            S::PAYLOAD_TOO_LARGE,
            "Body too large",
            "The body is larger than 64 KiB.",
            "Send less: no request of this API needs as much.",
        ),
        Code::UnsupportedMediaType => row(
            S::UNSUPPORTED_MEDIA_TYPE,
            "Unsupported media type",
            "The body's Content-Type is not JSON.",
            "Send Content-Type: application/json, or none.",
        ),
        Code::UsernameTaken => row(
            S::CONFLICT,
            "Username taken",
            "Somebody has this login name. Upper and lower case are the same.",
            "Choose another one.",
        ),
        Code::EmailTaken => row(
            S::CONFLICT,
            "Email taken",
            "Another account has this email address.",
            "Log in to that account, or give another address.",
        ),
        Code::OrderNotCancellable => row(
            S::CONFLICT,
            "Order not cancellable",
            "The order does not wait: it was executed, ended, or never waited.",
            "Look at the order's status. What was executed can only be traded back.",
        ),
        Code::IdempotencyKeyVoid => row(
            S::CONFLICT,
            "Idempotency key void",
            "The key was settled before this request arrived, so the request is refused for good.",
            "Nothing was done. Use a new key to try again.",
        ),
        Code::ValidationFailed => row(
            S::UNPROCESSABLE_ENTITY,
            "Validation failed",
            "Some fields are missing or out of their range. The list under errors names each of them.",
            "Mend every field that is named, and send the request again.",
        ),
        Code::InsufficientFunds => row(
            S::UNPROCESSABLE_ENTITY,
            "Insufficient funds",
            "There is less cash available than this needs. What open orders hold is not available.",
            "Deposit, cancel an order that waits, or take a smaller amount.",
        ),
        Code::InsufficientAssets => row(
            S::UNPROCESSABLE_ENTITY,
            "Insufficient assets",
            "The user holds less of the asset than this sells. What open orders hold is not available.",
            "Sell less, or cancel an order that waits.",
        ),
        Code::DailyLimitExceeded => row(
            S::UNPROCESSABLE_ENTITY,
            "Daily limit exceeded",
            "The day's limit of deposits or withdrawals leaves less than this. A day is one of UTC.",
            "GET /api/v1/balance/limits says what is left, and when it is whole again.",
        ),
        Code::OrderValueExceeded => row(
            S::UNPROCESSABLE_ENTITY,
            "Order value exceeded",
            "The order is worth more than one order may be.",
            "Place several smaller ones.",
        ),
        Code::AssetNotTradable => row(
            S::UNPROCESSABLE_ENTITY,
            "Asset not tradable",
            "The asset can only be sold at the moment.",
            "Choose another one, or wait: is_active tells when it can be bought again.",
        ),
        Code::TooManyOpenOrders => row(
            S::UNPROCESSABLE_ENTITY,
            "Too many open orders",
            "200 orders of this user wait already.",
            "Cancel some, or wait until some are executed.",
        ),
        Code::AlreadyClaimedToday => row(
            S::UNPROCESSABLE_ENTITY,
            "Already claimed today",
            "A user opens one red pocket a UTC day.",
            "Come back tomorrow.",
        ),
        Code::IdempotencyKeyReused => row(
            S::UNPROCESSABLE_ENTITY,
            "Idempotency key reused",
            "The key belongs to another request: another route or another body.",
            "Use a new key for a new request; repeat a request with its exact bytes.",
        ),
        Code::RateLimited => row(
            S::TOO_MANY_REQUESTS,
            "Rate limited",
            "Too many requests, streams, registrations or failed logins.",
            "Wait as long as Retry-After says. X-RateLimit-Remaining tells where you stand.",
        ),
        Code::InsightsRateLimited => row(
            S::TOO_MANY_REQUESTS,
            "Insights rate limited",
            "The insight was asked for anew too often, or its provider refuses at the moment.",
            "Ask again later; without refresh=true an earlier insight is answered.",
        ),
        Code::InternalError | Code::Unknown => row(
            S::INTERNAL_SERVER_ERROR,
            "Internal error",
            "Something went wrong on the server.",
            "Tell the operator the trace_id: the server's log knows more. Settle the idempotency key of what moved money.",
        ),
        Code::InsightsFailed => row(
            S::BAD_GATEWAY,
            "Insights failed",
            "The provider of insights failed.",
            "Ask again later. Nothing else depends on it.",
        ),
        Code::InsightsTimeout => row(
            S::GATEWAY_TIMEOUT,
            "Insights timeout",
            "The provider of insights did not answer in time.",
            "Ask again later. Nothing else depends on it.",
        ),
        Code::PriceUnavailable => row(
            S::SERVICE_UNAVAILABLE,
            "Price unavailable",
            "The asset has no price, or only one that is too old to trade on.",
            "Ask again in a moment; GET /health says how the market is.",
        ),
        Code::Overloaded => row(
            S::SERVICE_UNAVAILABLE,
            "Overloaded",
            "The server has more to do than it can, or the request took longer than 30 seconds.",
            "Try again in a moment, with the same idempotency key.",
        ),
        Code::StorageUnavailable => row(
            S::SERVICE_UNAVAILABLE,
            "Storage unavailable",
            "Nothing can be written at the moment: the disk is full, or the database failed. Reads go on.",
            "Nothing was done. Try again later, with the same idempotency key.",
        ),
        Code::ShuttingDown => row(
            S::SERVICE_UNAVAILABLE,
            "Shutting down",
            "The server is stopping and takes nothing new.",
            "Nothing was done. Try again in a moment, with the same idempotency key.",
        ),
        Code::InsightsNotConfigured => row(
            S::SERVICE_UNAVAILABLE,
            "Insights not configured",
            "The operator chose a provider of insights that lacks its key, its address or the name of a model.",
            "Ask the operator. Nothing else depends on it.",
        ),
    }
}

/// A code's word on the wire.
pub(super) fn word(code: Code) -> String {
    let word = serde_json::to_value(code).ok();
    word.as_ref().and_then(|word| word.as_str()).unwrap_or_default().to_owned()
}
