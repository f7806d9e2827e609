//! What handlers take from a request. The order of their arguments is the contract's order of checks.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use cnop_core::api::Code;
use cnop_core::asset_id::AssetId;
use cnop_core::form::Form;
use cnop_core::ids::{IdempotencyKey, RequestId};
use cnop_core::user::{Role, Username};

use super::body::Body;
use super::middleware::Exchange;
use super::problem::{ApiError, ApiResult};
use crate::auth::Verified;
use crate::guard::Client;
use crate::state::App;
use crate::store::commands::Guard;
use crate::store::{Origin, Session};

const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// A user who proved who they are.
pub(crate) struct Caller {
    /// Who, and with which token.
    pub(crate) session: Session,
    /// What proved it.
    pub(crate) token: Arc<Verified>,
    /// What they may do.
    pub(crate) role: Role,
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let token = bearer(&parts.headers)?;
        let token = app.tokens.verify(token, app.clock.now())?;
        let caller = app.store.read(|view| {
            let user = view.user_named(&token.claims.sub)?.ok_or_else(unknown_user)?;
            let session = Session { user, token: token.id };
            let role = view.check(session)??.role.into();
            Ok::<_, ApiError>(Self { session, token, role })
        })?;
        if let Some(exchange) = parts.extensions.get::<Arc<Exchange>>() {
            exchange.is_by(&caller.token);
        }
        if !parts.method.is_safe() {
            app.guard.count_write(caller.session.user)?;
        }
        Ok(caller)
    }
}

impl Caller {
    /// Login name.
    pub(crate) fn username(&self) -> &Username {
        &self.token.claims.sub
    }
}

fn bearer(headers: &HeaderMap) -> ApiResult<&str> {
    let required = || {
        ApiError::new(
            Code::AuthenticationRequired,
            "Send `Authorization: Bearer <token>`; POST /api/v1/auth/login gives one.",
        )
    };
    let value = headers.get(header::AUTHORIZATION).ok_or_else(required)?;
    let (scheme, token) = value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(required)?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim()).ok_or_else(required)
}

fn unknown_user() -> ApiError {
    crate::auth::TokenError::Invalid.into()
}

/// Where the request comes from; its changes carry it.
pub(crate) struct RequestOrigin(pub(crate) Origin);

impl<S: Send + Sync> FromRequestParts<S> for RequestOrigin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let exchange = parts.extensions.get::<Arc<Exchange>>();
        let request_id = exchange.map_or_else(RequestId::generate, |exchange| exchange.request_id.clone());
        Ok(Self(Origin { request_id, address: client_of(parts).address }))
    }
}

/// Who sent a request, as `middleware::frame` found out.
pub(super) fn client_of(parts: &Parts) -> Client {
    let nobody = Client { address: IpAddr::from([0, 0, 0, 0]), forwarded: true };
    parts.extensions.get::<Arc<Exchange>>().map_or(nobody, |exchange| exchange.client)
}

/// The parameters of the query.
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// As fields.
    pub(crate) fn form(&self) -> Form<'_> {
        Form::from_pairs(
            self.0.iter().map(|(name, value)| (Cow::Borrowed(name.as_str()), Cow::Borrowed(value.as_str()))),
        )
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let query = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        query
            .map(|Query(pairs)| Self(pairs))
            .map_err(|_| ApiError::new(Code::MalformedRequest, "The query cannot be read."))
    }
}

/// The one parameter of the path.
pub(crate) struct Segment(pub(crate) String);

impl Segment {
    /// As an asset id.
    ///
    /// # Errors
    /// 422 where it cannot be one.
    pub(crate) fn asset_id(&self) -> ApiResult<AssetId> {
        self.0.parse().map_err(|error| ApiError::field("asset_id", error))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Segment {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        path.map(|Path(text)| Self(text)).map_err(|_| ApiError::new(Code::MalformedRequest, "The path is not UTF-8."))
    }
}

/// The idempotency key of a request, as it was sent.
pub(crate) struct KeyHeader(Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for KeyHeader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let value = parts.headers.get(IDEMPOTENCY_KEY);
        Ok(Self(value.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())))
    }
}

impl KeyHeader {
    /// The guard of this request; a bad key is one of the form's faults.
    pub(crate) fn guard(&self, form: &mut Form<'_>, route: &str, body: &Body) -> Option<Guard> {
        let text = self.0.as_deref()?;
        match text.parse::<IdempotencyKey>() {
            Ok(key) => Some(Guard::new(&key, "POST", route, body.bytes())),
            Err(error) => {
                form.fail("Idempotency-Key", error);
                None
            }
        }
    }
}
