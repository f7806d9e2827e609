//! The frame around every request: its id, its client, its time limit, its error document, its headers and its line in
//! the log.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use cnop_core::ids::RequestId;
use tower::{Layer, ServiceExt};

use super::body::Incoming;
use super::headers::{complete_headers, is_of_a_page, rate_limit_headers};
use super::problem::ApiError;
use crate::auth::Verified;
use crate::guard::{Client, Standing};
use crate::ops::{REQUEST, RequestLine};
use crate::state::App;

/// A request that takes longer is answered with 503; what it began may still be done.
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// The same for what looks at everything there is.
const LONG_TIME_LIMIT: Duration = Duration::from_secs(15 * 60);
const LONG_ROUTES: [&str; 2] = ["/api/v1/admin/backup", "/api/v1/admin/verify"];
/// A model has 30 s for an insight, and then there is a sentence to say about it.
const INSIGHT_TIME_LIMIT: Duration = Duration::from_secs(33);
const INSIGHT_ROUTE: &str = "/api/v1/insights/portfolio";
/// Whoever watches over the server must not be kept out by who floods it.
const UNLIMITED_PATHS: [&str; 2] = ["/health", "/metrics"];
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What is known of a request under way. There is one a request; it is shared, not copied.
pub(super) struct Exchange {
    /// Its id.
    pub(super) request_id: RequestId,
    /// Where it comes from: [`crate::guard::TrustedProxies`] decided it.
    pub(super) client: Client,
    /// Its body.
    pub(super) incoming: Incoming,
    /// The token of whoever sent it, once that was looked at.
    sender: OnceLock<Arc<Verified>>,
}

impl Exchange {
    /// Notes who sent it.
    pub(super) fn is_by(&self, token: &Arc<Verified>) {
        let _ = self.sender.set(Arc::clone(token)); // Nobody is two users in one request.
    }
}

/// Runs a request inside its frame.
pub(super) async fn frame(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let client = client(&app, &request);
    let standing = standing(&app, client.address, uri.path());
    let (mut parts, body) = request.into_parts();
    let exchange = Arc::new(Exchange {
        request_id: request_id(&parts.headers),
        client,
        incoming: Incoming::new(body),
        sender: OnceLock::new(),
    });
    parts.extensions.insert(Arc::clone(&exchange));
    let request = Request::from_parts(parts, Body::empty());
    let mut note = Note { app: Arc::clone(&app), exchange, method, route, begun: Instant::now(), status: None };

    let request_id = &note.exchange.request_id;
    let answering =
        Answering { refusal: standing.and_then(|standing| too_many(&note, standing)), limit: note.limit(), next };
    let mut response = REQUEST.scope(request_id.clone(), respond(&app, request, answering)).await;
    // What was not read of a body is taken in: an answer to who is still sending would be lost.
    note.exchange.incoming.drain().await;
    if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        response = as_problem(error, response, uri.path(), request_id, &app);
    }
    if let Ok(value) = HeaderValue::from_str(request_id.as_str()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    if let Some(standing) = standing {
        rate_limit_headers(response.headers_mut(), standing, app.clock.now());
    }
    complete_headers(response.headers_mut());
    note.status = Some(response.status());
    response
}

/// What is noted of a request once it is over: its figures, and its line in the log. Whoever hangs up before has asked all
/// the same.
struct Note {
    app: Arc<App>,
    exchange: Arc<Exchange>,
    method: Method,
    route: Option<MatchedPath>,
    begun: Instant,
    status: Option<StatusCode>,
}

impl Note {
    fn route(&self) -> Option<&str> {
        self.route.as_ref().map(MatchedPath::as_str)
    }

    fn limit(&self) -> Duration {
        match self.route() {
            Some(route) if LONG_ROUTES.contains(&route) => LONG_TIME_LIMIT,
            Some(INSIGHT_ROUTE) => INSIGHT_TIME_LIMIT,
            _ => TIME_LIMIT,
        }
    }
}

impl Drop for Note {
    fn drop(&mut self) {
        let Self { app, exchange, method, .. } = self;
        let (route, took) = (self.route.as_ref().map(MatchedPath::as_str), self.begun.elapsed());
        let status = self.status.unwrap_or_else(hung_up);
        app.metrics.answered(route, status, took);
        let user = exchange.sender.get().map(|token| &token.claims.sub);
        let action = route.and_then(|route| app.operations.of(route, method));
        let (request_id, client) = (&exchange.request_id, exchange.client.address);
        let line = RequestLine { request_id, user, action, method, route, status, client, took };
        app.request_log.write(line, app.clock.now());
    }
}

/// What nginx calls a request whose client did not wait for the answer.
fn hung_up() -> StatusCode {
    StatusCode::from_u16(499).expect("it has three digits")
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

fn client(app: &App, request: &Request) -> Client {
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

/// A request that was one too many. What does not exist, or not for this method, is said first.
fn too_many(note: &Note, Standing { limit, refused_for, .. }: Standing) -> Option<ApiError> {
    let wait = refused_for?;
    note.route().filter(|route| note.app.operations.takes(route, &note.method))?;
    let detail = format!("More than {limit} requests a minute came from this address. Slow down.");
    Some(ApiError::rate_limited(detail, wait))
}

/// Who answers, or why nobody does.
#[derive(Clone)]
struct Answering {
    refusal: Option<ApiError>,
    limit: Duration,
    next: Next,
}

impl Answering {
    async fn answer(self, request: Request) -> Response {
        let Self { refusal, limit, next } = self;
        match refusal {
            Some(refusal) => refusal.into_response(),
            None => {
                let answered = tokio::time::timeout(limit, next.run(request)).await;
                answered.unwrap_or_else(|_| ApiError::overloaded().into_response())
            }
        }
    }
}

/// Lets somebody answer, and tells browsers whether a page may have the answer.
async fn respond(app: &App, request: Request, answering: Answering) -> Response {
    if !is_of_a_page(&request) {
        return answering.answer(request).await;
    }
    let answer = tower::service_fn(|request: Request| {
        let answering = answering.clone();
        async { Ok::<_, Infallible>(answering.answer(request).await) }
    });
    app.cors.layer(answer).oneshot(request).await.into_response()
}

/// The caller's id if it may be used, else a new one.
fn request_id(headers: &HeaderMap) -> RequestId {
    let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
    given.and_then(RequestId::from_caller).unwrap_or_else(RequestId::generate)
}
