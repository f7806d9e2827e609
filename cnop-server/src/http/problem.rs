//! The one place that turns causes into answers. What each code means stands in `meaning`.

use std::any::Any;
use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cnop_core::api::{Code, Problem};
use cnop_core::form::{FieldError, FormError};
use cnop_core::ids::RequestId;
use cnop_core::ledger;
use cnop_core::time::Timestamp;

use super::meaning::{Meaning, meaning, word};
use crate::auth::{Busy, TokenError};
use crate::guard::{NotNow, TooMany};
use crate::insights;
use crate::store::{CopyError, Refused, SessionError, StorageFailure, SubmitError};
use crate::stream::NotOpened;

/// Seconds after which a busy server may be asked again.
const RETRY_SOON: u32 = 1;

/// As `Retry-After` says it: rounded up, at least 1.
fn whole_seconds(wait: Duration) -> u32 {
    wait.as_millis().div_ceil(1_000).clamp(1, u32::MAX.into()) as u32
}

/// `in 1 second`, `in 90 seconds`, `in 52 minutes`; never too early.
fn in_words(seconds: u32) -> String {
    let (number, unit) = if seconds <= 120 { (seconds, "second") } else { (seconds.div_ceil(60), "minute") };
    format!("in {number} {unit}{}", if number == 1 { "" } else { "s" })
}

/// Seconds after which a full disk may have room again: somebody has to make it.
const RETRY_FULL_DISK: u32 = 30;

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

    /// One request too many of somebody; `wait` until there is room for one more.
    pub(crate) fn rate_limited(detail: impl Into<String>, wait: Duration) -> Self {
        Self::new(Code::RateLimited, detail).retry(whole_seconds(wait))
    }

    /// There is no insight.
    pub(crate) fn no_insight(failure: &insights::Failure) -> Self {
        use insights::Failure as F;
        let (code, what, wait) = match failure {
            F::NotConfigured => {
                (Code::InsightsNotConfigured, "This server's provider of insights is not set up.", None)
            }
            F::AnewTooOften(wait) => {
                (Code::InsightsRateLimited, "You had insights written anew too often within an hour.", Some(*wait))
            }
            F::TooOften(wait) => {
                (Code::InsightsRateLimited, "You asked for too many insights within an hour.", Some(*wait))
            }
            F::Busy(wait) => (Code::InsightsRateLimited, "The provider of insights has too much to do.", *wait),
            F::Withheld => (Code::InsightsRateLimited, "The provider of insights withheld its answer.", None),
            F::Failed(wait) => (Code::InsightsFailed, "The provider of insights failed.", *wait),
            F::Timeout(wait) => (Code::InsightsTimeout, "The provider of insights did not answer in time.", *wait),
        };
        match wait.map(whole_seconds) {
            Some(seconds) => Self::new(code, format!("{what} Ask again {}.", in_words(seconds))).retry(seconds),
            None => Self::new(code, what),
        }
    }

    /// A login from a blocked address, at `now`, or for a name that is slowed down.
    pub(crate) fn not_now(not_now: NotNow, now: Timestamp) -> Self {
        let (code, what, until) = match not_now {
            NotNow::Blocked { until } => {
                (Code::IpBlocked, "Too many failed logins from this address. Log in again", until)
            }
            NotNow::Slowed { until } => (Code::RateLimited, "Too many failed logins for this name. Try again", until),
        };
        let wait = Duration::from_millis(until.as_millis().saturating_sub(now.as_millis()).unsigned_abs());
        let seconds = whole_seconds(wait);
        Self::new(code, format!("{what} {}.", in_words(seconds))).retry(seconds)
    }

    /// A request that takes too long, or one too many.
    pub(crate) fn overloaded() -> Self {
        Self::new(Code::Overloaded, "The server is busy. Try again in a moment.").retry(RETRY_SOON)
    }

    /// The answer, complete.
    pub(crate) fn into_problem(self, path: &str, request_id: &RequestId, now: Timestamp) -> Response {
        let Meaning { status, title, .. } = meaning(self.code);
        let problem = Problem {
            kind: format!("/docs/errors/{}", word(self.code)),
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
        let mut response = meaning(self.code).status.into_response();
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

impl From<TooMany> for ApiError {
    fn from(TooMany { what, wait }: TooMany) -> Self {
        Self::rate_limited(format!("Too many {what}. Try again later."), wait)
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
            Refused::NoSuchUser(_) => Code::UserNotFound,
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
            SubmitError::NoRoom => Self::new(
                Code::StorageUnavailable,
                "The server's disk is full: it can be read, and nothing can be written. Nothing was done. Try again later.",
            )
            .retry(RETRY_FULL_DISK),
            SubmitError::Unreadable(failure) => failure.into(),
            SubmitError::Lost => Self::new(
                Code::InternalError,
                "The server failed while writing; settle the idempotency key to learn what was done.",
            ),
        }
    }
}

impl From<CopyError> for ApiError {
    fn from(error: CopyError) -> Self {
        match error {
            CopyError::NoRoom { .. } => {
                Self::new(Code::StorageUnavailable, format!("There is no backup: {error}.")).retry(RETRY_FULL_DISK)
            }
            other => {
                tracing::error!(error = %other, "a backup failed");
                Self::internal()
            }
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
