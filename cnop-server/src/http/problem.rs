//! The one place that turns causes into answers: every code's status and title stand here.

use std::any::Any;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cnop_core::api::{Code, Problem};
use cnop_core::form::{FieldError, FormError};
use cnop_core::ids::RequestId;
use cnop_core::ledger;
use cnop_core::time::Timestamp;

use crate::auth::{Busy, TokenError};
use crate::store::{Refused, SessionError, StorageFailure, SubmitError};
use crate::stream::NotOpened;

/// Seconds after which a busy server may be asked again.
const RETRY_SOON: u32 = 1;

/// An error on its way to the client. `middleware::frame` adds what it needs of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    code: Code,
    detail: String,
    errors: Vec<FieldError>,
    retry_after: Option<u32>,
}

/// What a handler answers.
pub(crate) type ApiResult<T> = Result<T, ApiError>;

/// A code's status and title.
fn meaning(code: Code) -> (StatusCode, &'static str) {
    use StatusCode as S;
    match code {
        Code::MalformedRequest => (S::BAD_REQUEST, "Malformed request"),
        Code::AuthenticationRequired => (S::UNAUTHORIZED, "Authentication required"),
        Code::TokenInvalid => (S::UNAUTHORIZED, "Token invalid"),
        Code::TokenExpired => (S::UNAUTHORIZED, "Token expired"),
        Code::TokenRevoked => (S::UNAUTHORIZED, "Token revoked"),
        Code::InvalidCredentials => (S::UNAUTHORIZED, "Invalid credentials"),
        Code::IpBlocked => (S::FORBIDDEN, "Address blocked"),
        Code::PermissionDenied => (S::FORBIDDEN, "Permission denied"),
        Code::RegistrationClosed => (S::FORBIDDEN, "Registration closed"),
        Code::AccountDisabled => (S::FORBIDDEN, "Account disabled"),
        Code::RouteNotFound => (S::NOT_FOUND, "Route not found"),
        Code::AssetNotFound => (S::NOT_FOUND, "Asset not found"),
        Code::OrderNotFound => (S::NOT_FOUND, "Order not found"),
        Code::AssetBalanceNotFound => (S::NOT_FOUND, "Asset balance not found"),
        Code::IpBlockNotFound => (S::NOT_FOUND, "Address block not found"),
        Code::MethodNotAllowed => (S::METHOD_NOT_ALLOWED, "Method not allowed"),
        Code::BodyTooLarge => (S::PAYLOAD_TOO_LARGE, "Body too large"),
        Code::UnsupportedMediaType => (S::UNSUPPORTED_MEDIA_TYPE, "Unsupported media type"),
        Code::UsernameTaken => (S::CONFLICT, "Username taken"),
        Code::EmailTaken => (S::CONFLICT, "Email taken"),
        Code::OrderNotCancellable => (S::CONFLICT, "Order not cancellable"),
        Code::IdempotencyKeyVoid => (S::CONFLICT, "Idempotency key void"),
        Code::ValidationFailed => (S::UNPROCESSABLE_ENTITY, "Validation failed"),
        Code::InsufficientFunds => (S::UNPROCESSABLE_ENTITY, "Insufficient funds"),
        Code::InsufficientAssets => (S::UNPROCESSABLE_ENTITY, "Insufficient assets"),
        Code::DailyLimitExceeded => (S::UNPROCESSABLE_ENTITY, "Daily limit exceeded"),
        Code::OrderValueExceeded => (S::UNPROCESSABLE_ENTITY, "Order value exceeded"),
        Code::AssetNotTradable => (S::UNPROCESSABLE_ENTITY, "Asset not tradable"),
        Code::TooManyOpenOrders => (S::UNPROCESSABLE_ENTITY, "Too many open orders"),
        Code::AlreadyClaimedToday => (S::UNPROCESSABLE_ENTITY, "Already claimed today"),
        Code::IdempotencyKeyReused => (S::UNPROCESSABLE_ENTITY, "Idempotency key reused"),
        Code::RateLimited => (S::TOO_MANY_REQUESTS, "Rate limited"),
        Code::InsightsRateLimited => (S::TOO_MANY_REQUESTS, "Insights rate limited"),
        Code::InternalError | Code::Unknown => (S::INTERNAL_SERVER_ERROR, "Internal error"),
        Code::InsightsFailed => (S::BAD_GATEWAY, "Insights failed"),
        Code::InsightsTimeout => (S::GATEWAY_TIMEOUT, "Insights timeout"),
        Code::PriceUnavailable => (S::SERVICE_UNAVAILABLE, "Price unavailable"),
        Code::Overloaded => (S::SERVICE_UNAVAILABLE, "Overloaded"),
        Code::StorageUnavailable => (S::SERVICE_UNAVAILABLE, "Storage unavailable"),
        Code::ShuttingDown => (S::SERVICE_UNAVAILABLE, "Shutting down"),
        Code::InsightsNotConfigured => (S::SERVICE_UNAVAILABLE, "Insights not configured"),
    }
}

/// The status that a code is answered with.
pub(super) fn status_of(code: Code) -> StatusCode {
    meaning(code).0
}

impl ApiError {
    /// An error with a sentence of its own.
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), errors: Vec::new(), retry_after: None }
    }

    fn retry(self, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// One field at fault.
    pub(crate) fn field(field: &str, message: impl ToString) -> Self {
        vec![FieldError { field: field.to_owned(), message: message.to_string() }].into()
    }

    /// A request that takes too long, or one too many.
    pub(crate) fn overloaded() -> Self {
        Self::new(Code::Overloaded, "The server is busy. Try again in a moment.").retry(RETRY_SOON)
    }

    /// The answer, complete.
    pub(crate) fn into_problem(self, path: &str, request_id: &RequestId, now: Timestamp) -> Response {
        let (status, title) = meaning(self.code);
        let code = serde_json::to_value(self.code).ok().and_then(|code| Some(code.as_str()?.to_owned()));
        let problem = Problem {
            kind: format!("/docs/errors/{}", code.unwrap_or_default()),
            title: title.to_owned(),
            status: status.as_u16(),
            message: self.detail.clone(),
            detail: self.detail,
            instance: path.to_owned(),
            code: self.code,
            errors: self.errors,
            timestamp: now,
            trace_id: request_id.to_string(),
        };
        let body = serde_json::to_vec(&problem).expect("a problem is JSON");
        let kind = HeaderValue::from_static("application/problem+json");
        let mut response = (status, [(header::CONTENT_TYPE, kind)], body).into_response();
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// Only carries the error outwards: it is written where the request's path and id are known.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = status_of(self.code).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Vec<FieldError>> for ApiError {
    fn from(errors: Vec<FieldError>) -> Self {
        let faults: Vec<_> = errors.iter().map(|error| format!("{} {}", error.field, error.message)).collect();
        let detail = format!("Some fields are not valid: {}.", faults.join("; "));
        Self { errors, ..Self::new(Code::ValidationFailed, detail) }
    }
}

impl From<FormError> for ApiError {
    fn from(error: FormError) -> Self {
        let code = match error {
            FormError::Malformed => Code::MalformedRequest,
            FormError::Missing | FormError::NotAnObject => Code::ValidationFailed,
        };
        Self::new(code, error.to_string())
    }
}

impl From<TokenError> for ApiError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Invalid => Self::new(Code::TokenInvalid, "The token is not valid here. Log in again."),
            TokenError::Expired => Self::new(Code::TokenExpired, "The session has expired. Log in again."),
        }
    }
}

impl From<SessionError> for ApiError {
    fn from(error: SessionError) -> Self {
        let code = match error {
            SessionError::Revoked => Code::TokenRevoked,
            SessionError::Disabled => Code::AccountDisabled,
        };
        Self::new(code, error.to_string())
    }
}

impl From<NotOpened> for ApiError {
    fn from(refused: NotOpened) -> Self {
        let code = match refused {
            NotOpened::TooManyOfUser(_) | NotOpened::TooManyOfAddress(_) => Code::RateLimited,
            NotOpened::TooMany => Code::Overloaded,
            NotOpened::Closing => Code::ShuttingDown,
        };
        Self::new(code, refused.to_string()).retry(RETRY_SOON)
    }
}

impl From<Busy> for ApiError {
    fn from(_: Busy) -> Self {
        Self::overloaded()
    }
}

impl From<Refused> for ApiError {
    fn from(refused: Refused) -> Self {
        let code = match &refused {
            Refused::Session(error) => return (*error).into(),
            Refused::Ledger(refused) => return (*refused).into(),
            Refused::UsernameTaken => Code::UsernameTaken,
            Refused::EmailTaken => Code::EmailTaken,
            Refused::PasswordChanged => Code::InvalidCredentials,
            Refused::AssetNotFound(_) => Code::AssetNotFound,
            Refused::AssetNotTradable(_) => Code::AssetNotTradable,
            Refused::PriceUnavailable(_) => Code::PriceUnavailable,
            Refused::OrderNotFound(_) => Code::OrderNotFound,
            Refused::OrderNotCancellable { .. } => Code::OrderNotCancellable,
            Refused::KeyReused => Code::IdempotencyKeyReused,
            Refused::KeyVoid => Code::IdempotencyKeyVoid,
        };
        Self::new(code, refused.to_string())
    }
}

impl From<ledger::Refused> for ApiError {
    fn from(refused: ledger::Refused) -> Self {
        use ledger::Refused as R;
        let code = match refused {
            R::InsufficientFunds { .. } => Code::InsufficientFunds,
            R::InsufficientAssets { .. } => Code::InsufficientAssets,
            R::DailyLimitExceeded { .. } => Code::DailyLimitExceeded,
            R::OrderValueExceeded { .. } => Code::OrderValueExceeded,
            R::TooManyOpenOrders { .. } => Code::TooManyOpenOrders,
            R::AlreadyClaimedToday { .. } => Code::AlreadyClaimedToday,
            R::WorthNothing(..) | R::TooLarge => Code::ValidationFailed,
        };
        Self::new(code, refused.to_string())
    }
}

impl From<SubmitError> for ApiError {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Refused(refused) => refused.into(),
            SubmitError::Overloaded => Self::overloaded(),
            SubmitError::Closing => {
                Self::new(Code::ShuttingDown, "The server is stopping; nothing was done. Try again in a moment.")
                    .retry(RETRY_SOON)
            }
            SubmitError::Unavailable => Self::new(
                Code::StorageUnavailable,
                "Nothing can be written at the moment, and nothing was done. Try again later.",
            )
            .retry(RETRY_SOON),
            SubmitError::Unreadable(failure) => failure.into(),
            SubmitError::Lost => Self::new(
                Code::InternalError,
                "The server failed while writing; settle the idempotency key to learn what was done.",
            ),
        }
    }
}

impl From<StorageFailure> for ApiError {
    fn from(failure: StorageFailure) -> Self {
        tracing::error!(%failure, "the store has an unreadable row");
        Self::internal()
    }
}

impl ApiError {
    fn internal() -> Self {
        Self::new(Code::InternalError, "Something went wrong on the server. Its log knows more under this trace_id.")
    }
}

/// Nothing has this path.
pub(super) async fn route_not_found() -> ApiError {
    ApiError::new(Code::RouteNotFound, "There is no such route. The API lives under /api/v1.")
}

/// Something has this path, but not for this method.
pub(super) async fn method_not_allowed() -> ApiError {
    ApiError::new(
        Code::MethodNotAllowed,
        "This route does not take this method. The Allow header names those it takes.",
    )
}

/// A handler panicked.
pub(super) fn panicked(_panic: Box<dyn Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    ApiError::internal().into_response()
}
