//! Errors on the wire: RFC 9457 with a code that programs can act on.

use serde::{Deserialize, Serialize};

use crate::form::FieldError;
use crate::time::Timestamp;

/// The body of every error: `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Where the error is explained, on the server itself.
    #[serde(rename = "type")]
    pub kind: String,
    /// The error in a few words, the same for every occurrence.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened and what to do, for a person.
    pub detail: String,
    /// The path of the request.
    pub instance: String,
    /// What programs act on.
    pub code: Code,
    /// The same as `detail`, for older clients.
    pub message: String,
    /// Every field at fault.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// When.
    pub timestamp: Timestamp,
    /// The request id.
    pub trace_id: String,
}

/// Every kind of error. Statuses and titles belong to the server alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is named and explained in the contract's table")]
pub enum Code {
    MalformedRequest,
    AuthenticationRequired,
    TokenInvalid,
    TokenExpired,
    TokenRevoked,
    InvalidCredentials,
    IpBlocked,
    PermissionDenied,
    RegistrationClosed,
    AccountDisabled,
    RouteNotFound,
    AssetNotFound,
    OrderNotFound,
    AssetBalanceNotFound,
    IpBlockNotFound,
    UserNotFound,
    MethodNotAllowed,
    BodyTooLarge,
    UnsupportedMediaType,
    UsernameTaken,
    EmailTaken,
    OrderNotCancellable,
    IdempotencyKeyVoid,
    ValidationFailed,
    InsufficientFunds,
    InsufficientAssets,
    DailyLimitExceeded,
    OrderValueExceeded,
    AssetNotTradable,
    TooManyOpenOrders,
    AlreadyClaimedToday,
    IdempotencyKeyReused,
    RateLimited,
    InsightsRateLimited,
    InternalError,
    InsightsFailed,
    InsightsTimeout,
    PriceUnavailable,
    Overloaded,
    StorageUnavailable,
    ShuttingDown,
    InsightsNotConfigured,
    /// A code of a newer server than this client knows.
    #[serde(other)]
    Unknown,
}

impl Code {
    /// Every code that a server gives, in the contract's order.
    pub const ALL: &'static [Self] = &[
        Self::MalformedRequest,
        Self::AuthenticationRequired,
        Self::TokenInvalid,
        Self::TokenExpired,
        Self::TokenRevoked,
        Self::InvalidCredentials,
        Self::IpBlocked,
        Self::PermissionDenied,
        Self::RegistrationClosed,
        Self::AccountDisabled,
        Self::RouteNotFound,
        Self::AssetNotFound,
        Self::OrderNotFound,
        Self::AssetBalanceNotFound,
        Self::IpBlockNotFound,
        Self::UserNotFound,
        Self::MethodNotAllowed,
        Self::BodyTooLarge,
        Self::UnsupportedMediaType,
        Self::UsernameTaken,
        Self::EmailTaken,
        Self::OrderNotCancellable,
        Self::IdempotencyKeyVoid,
        Self::ValidationFailed,
        Self::InsufficientFunds,
        Self::InsufficientAssets,
        Self::DailyLimitExceeded,
        Self::OrderValueExceeded,
        Self::AssetNotTradable,
        Self::TooManyOpenOrders,
        Self::AlreadyClaimedToday,
        Self::IdempotencyKeyReused,
        Self::RateLimited,
        Self::InsightsRateLimited,
        Self::InternalError,
        Self::InsightsFailed,
        Self::InsightsTimeout,
        Self::PriceUnavailable,
        Self::Overloaded,
        Self::StorageUnavailable,
        Self::ShuttingDown,
        Self::InsightsNotConfigured,
    ];
}
