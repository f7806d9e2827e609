//! The frame around every request: its id, its client, its time limit, its error document, its headers and its line in
//! the log.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use cnop_core::ids::RequestId;
use cnop_core::user::Username;
use tracing::Instrument;

use super::body::Incoming;
use super::headers::{complete_headers, rate_limit_headers};
use super::problem::ApiError;
use crate::guard::Standing;
use crate::state::App;

/// A request that takes longer is answered with 503; what it began may still be done.
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// The same for what looks at everything there is.
const LONG_TIME_LIMIT: Duration = Duration::from_secs(15 * 60);
const LONG_ROUTES: [&str; 2] = ["/api/v1/admin/backup", "/api/v1/admin/verify"];
/// Whoever watches over the server must not be kept out by who floods it.
const UNLIMITED_PATHS: [&str; 2] = ["/health", "/metrics"];
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Where a request comes from: [`crate::guard::TrustedProxies`] decided it.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClientAddress(pub(super) IpAddr);

/// Who sent a request, once that is known.
#[derive(Debug, Clone, Default)]
pub(super) struct Sender(Arc<OnceLock<Username>>);

impl Sender {
    /// Notes who it is.
    pub(super) fn is(&self, username: &Username) {
        let _ = self.0.set(username.clone()); // Nobody is two users in one request.
    }
}

/// Runs a request inside its frame.
pub(super) async fn frame(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let request_id = request_id(&request);
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let route = matched.as_ref().map(MatchedPath::as_str);
    let client = client_address(&app, &request);
    let standing = standing(&app, client, &path);
    let sender = Sender::default();
    let extensions = request.extensions_mut();
    extensions.insert(request_id.clone());
    extensions.insert(ClientAddress(client));
    extensions.insert(sender.clone());
    if let Some(standing) = standing {
        extensions.insert(standing);
    }

    let long = route.is_some_and(|route| LONG_ROUTES.contains(&route));
    let limit = if long { LONG_TIME_LIMIT } else { TIME_LIMIT };
    let span = tracing::error_span!("request", %request_id);
    let answered = tokio::time::timeout(limit, respond(request, next)).instrument(span).await;
    let mut response = answered.unwrap_or_else(|_| ApiError::overloaded().into_response());
    if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        response = as_problem(error, response, &path, &request_id, &app);
    }
    if let Ok(value) = HeaderValue::from_str(request_id.as_str()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    if let Some(standing) = standing {
        rate_limit_headers(response.headers_mut(), standing, app.clock.now());
    }
    complete_headers(response.headers_mut());
    let took = started.elapsed();
    let status = response.status();
    app.metrics.answered(route, status, took);
    let duration_ms = took.as_secs_f64() * 1_000.0;
    let user = sender.0.get().map(Username::as_str);
    let action = route.and_then(|route| app.operations.of(route, &method));
    let (status, route) = (status.as_u16(), route.unwrap_or("-"));
    if response.status().is_server_error() {
        tracing::warn!(target: "cnop_server::access", %request_id, user, action, %method, route, status, %client, duration_ms, "request");
    } else {
        tracing::info!(target: "cnop_server::access", %request_id, user, action, %method, route, status, %client, duration_ms, "request");
    }
    response
}

/// An error as its document. What only the answer knew stays: which methods there are, and for whom scripts may read it.
fn as_problem(error: ApiError, answer: Response, path: &str, request_id: &RequestId, app: &App) -> Response {
    let mut response = error.into_problem(path, request_id, app.clock.now());
    for (name, value) in answer.headers() {
        if *name != header::CONTENT_LENGTH && *name != header::CONTENT_TYPE && !response.headers().contains_key(name) {
            response.headers_mut().append(name.clone(), value.clone());
        }
    }
    response
}

fn client_address(app: &App, request: &Request) -> IpAddr {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(IpAddr::from([0, 0, 0, 0]), |ConnectInfo(peer)| peer.ip());
    app.guard.proxies.client(peer, request.headers())
}

/// Counts the request; whoever watches over the server is told where they stand and not counted.
fn standing(app: &App, client: IpAddr, path: &str) -> Option<Standing> {
    let limiter = app.guard.requests.as_ref()?;
    let unlimited = UNLIMITED_PATHS.contains(&path);
    Some(if unlimited { limiter.look(client.into()) } else { limiter.take(client.into()) })
}

/// Refuses a request that was one too many. It stands around routes alone: what does not exist is said first.
pub(super) async fn limit(request: Request, next: Next) -> Response {
    match request.extensions().get::<Standing>() {
        Some(Standing { limit, refused_for: Some(wait), .. }) => {
            let detail = format!("More than {limit} requests a minute came from this address. Slow down.");
            ApiError::rate_limited(detail, *wait).into_response()
        }
        _ => next.run(request).await,
    }
}

/// Lets the handler answer, and takes in what it left of the body.
async fn respond(request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let incoming = Incoming::new(body);
    parts.extensions.insert(incoming.clone());
    let response = next.run(Request::from_parts(parts, Body::empty())).await;
    incoming.drain().await;
    response
}

/// The caller's id if it may be used, else a new one.
fn request_id(request: &Request) -> RequestId {
    let given = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok());
    given.and_then(RequestId::from_caller).unwrap_or_else(RequestId::generate)
}
