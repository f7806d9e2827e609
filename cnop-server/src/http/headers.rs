//! Headers that every answer carries, and what browsers may do with it.

use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use cnop_core::time::Timestamp;
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::middleware::REQUEST_ID;
use crate::guard::Standing;

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// An answer of the API is data: nothing in it is ever to be run, framed or fetched by a page that shows it.
const DATA_ONLY: &str = "default-src 'none'; frame-ancestors 'none'";
/// Browsers ask again after an hour whether a page may use the API.
const PREFLIGHT_AGE: Duration = Duration::from_secs(3_600);

/// What is left of the client's quota; the reset is the second at which all of it is back.
pub(super) fn rate_limit_headers(headers: &mut HeaderMap, standing: Standing, now: Timestamp) {
    let whole_at = now.plus_millis(standing.whole_after.as_millis().try_into().unwrap_or(i64::MAX));
    let reset = u64::try_from(whole_at.as_millis()).unwrap_or(0).div_ceil(1_000);
    headers.insert(LIMIT, standing.limit.into());
    headers.insert(REMAINING, standing.remaining.into());
    headers.insert(RESET, reset.into());
}

/// What keeps browsers and caches from doing more with an answer than reading it. Handlers may have said otherwise.
pub(super) fn complete_headers(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, DATA_ONLY),
        // Balances are nobody else's, and a price from a cache would lie about its age.
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

/// Whether a browser asks for a page's script, or asks whether that may ask. An `OPTIONS` that is no such question is a
/// method like any other. Caches keep no answer but files of the reference, which its own page alone fetches: one to nobody's
/// page need not vary.
pub(super) fn is_of_a_page(request: &Request) -> bool {
    let headers = request.headers();
    headers.contains_key(header::ORIGIN)
        && (request.method() != Method::OPTIONS || headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD))
}

/// Lets scripts of these origins use the API. Tokens travel in a header that scripts set, so no cookies are allowed for.
pub(crate) fn cors(origins: &[HeaderValue]) -> CorsLayer {
    let any = origins.iter().any(|origin| origin == "*");
    let origins = if any { AllowOrigin::any() } else { AllowOrigin::list(origins.iter().cloned()) };
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, IDEMPOTENCY_KEY, REQUEST_ID, LAST_EVENT_ID])
        .expose_headers([REQUEST_ID, LIMIT, REMAINING, RESET, header::RETRY_AFTER, IDEMPOTENCY_REPLAYED])
        .max_age(PREFLIGHT_AGE)
}
