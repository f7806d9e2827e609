//! Requests that nobody should send, on every route and beside them.

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::values::{json, json_object, unreadable, wrong_money};

/// Every route; `{}` stands for anything.
const ROUTES: [(&str, &str); 27] = [
    ("POST", "/auth/register"),
    ("POST", "/auth/login"),
    ("POST", "/auth/refresh"),
    ("POST", "/auth/logout"),
    ("GET", "/auth/profile"),
    ("PUT", "/auth/profile"),
    ("PUT", "/auth/password"),
    ("GET", "/inventory/assets"),
    ("GET", "/inventory/assets/{}"),
    ("GET", "/balance"),
    ("POST", "/balance/deposit"),
    ("POST", "/balance/withdraw"),
    ("GET", "/balance/transactions"),
    ("GET", "/balance/limits"),
    ("GET", "/balance/asset/{}"),
    ("POST", "/orders"),
    ("GET", "/orders"),
    ("GET", "/orders/{}"),
    ("DELETE", "/orders/{}"),
    ("GET", "/assets/balances"),
    ("GET", "/assets/{}/transactions"),
    ("GET", "/portfolio"),
    ("GET", "/insights/portfolio"),
    ("POST", "/cny/claim"),
    ("POST", "/idempotency-keys/{}/settle"),
    ("GET", "//health"),
    ("GET", "/{}"),
];
const MONEY: [&str; 4] = ["/balance/deposit", "/balance/withdraw", "/orders", "/cny/claim"];
const METHODS: [&str; 9] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW"];
const PARAMETERS: [&str; 9] =
    ["limit", "offset", "cursor", "asset_id", "order_type", "status", "transaction_type", "active_only", "refresh"];
const HEADERS: [&str; 9] = [
    "idempotency-key",
    "x-request-id",
    "content-type",
    "accept",
    "content-encoding",
    "x-forwarded-for",
    "cookie",
    "range",
    "expect",
];
const CONTENT_TYPES: [&str; 6] = [
    "application/json",
    "text/plain",
    "application/json; charset=utf-16",
    "multipart/form-data",
    "*/*",
    "application/",
];
const SEGMENTS: [&str; 14] = [
    "BTC",
    "order_0123456789",
    "%00",
    "%FF%FE",
    "%2e%2e",
    "..%2F..%2Fhealth",
    "%",
    "%zz",
    "a;b=c",
    "a%20b",
    "%F0%9F%A7%A7",
    "ORDER_0000000000000",
    "-1",
    "%25%32%35",
];

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speaker {
    /// Nobody.
    Anyone,
    /// The victim, with a token that holds.
    Victim,
    /// Somebody with a token that was made up.
    Forger,
}

/// One request.
#[derive(Debug, Clone)]
pub(super) struct Hostile {
    pub(super) speaker: Speaker,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) headers: Vec<(&'static str, Vec<u8>)>,
    pub(super) body: Vec<u8>,
}

/// So many requests, the same for the same seed.
pub(super) fn requests(seed: u8, count: usize) -> Vec<Hostile> {
    sample(&prop_oneof![3 => at_a_route(), 1 => beside_the_routes()], seed, count)
}

/// So many values of a strategy, the same for the same seed.
pub(super) fn sample<S: Strategy>(strategy: &S, seed: u8, count: usize) -> Vec<S::Value> {
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), random);
    let mut value = || strategy.new_tree(&mut runner).expect("no strategy here rejects").current();
    std::iter::repeat_with(&mut value).take(count).collect()
}

/// The right method on a route, with everything else wrong.
fn at_a_route() -> impl Strategy<Value = Hostile> {
    (select(&ROUTES[..]), speaker()).prop_flat_map(|((method, path), speaker)| {
        let moves_money = method == "POST" && MONEY.contains(&path);
        // What is said to a route of money must be wrong, or it would move money rightly.
        let body = if moves_money { wrong_money(path) } else { body().boxed() };
        let speaker = if ends_sessions(path) && speaker == Speaker::Victim { Speaker::Anyone } else { speaker };
        (segment(), query(), headers(), body).prop_map(move |(segment, query, headers, body)| Hostile {
            speaker,
            method: method.to_owned(),
            path: format!("{}{query}", path.replace("{}", &segment)),
            headers,
            body,
        })
    })
}

/// The victim's token has to last.
fn ends_sessions(path: &str) -> bool {
    matches!(path, "/auth/refresh" | "/auth/logout")
}

/// Any method on a path that exists or not. Only a right method on a right path could do anything.
fn beside_the_routes() -> impl Strategy<Value = Hostile> {
    let path = prop_oneof![
        (select(&ROUTES[..]), segment()).prop_map(|((_, path), segment)| path.replace("{}", &segment)),
        prop::collection::vec(segment(), 0..5).prop_map(|segments| format!("/{}", segments.join("/"))),
        prop::collection::vec(segment(), 0..5).prop_map(|segments| format!("//{}", segments.join("/"))),
    ];
    let speaker = select(&[Speaker::Anyone, Speaker::Forger][..]);
    (speaker, select(&METHODS[..]), path, query(), headers(), body()).prop_map(
        |(speaker, method, path, query, headers, body)| Hostile {
            speaker,
            method: method.to_owned(),
            path: format!("{path}{query}"),
            headers,
            body,
        },
    )
}

fn speaker() -> impl Strategy<Value = Speaker> {
    prop_oneof![3 => Just(Speaker::Victim), 1 => Just(Speaker::Anyone), 1 => Just(Speaker::Forger)]
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        3 => json_object().prop_map(String::into_bytes),
        1 => json().prop_map(String::into_bytes),
        3 => unreadable(),
        1 => Just(Vec::new()),
    ]
}

fn segment() -> impl Strategy<Value = String> {
    let bytes = prop::collection::vec(any::<u8>(), 0..60);
    let encoded = bytes.prop_map(|bytes| bytes.iter().map(|byte| format!("%{byte:02X}")).collect());
    prop_oneof![3 => select(&SEGMENTS[..]).prop_map(str::to_owned), 1 => "[A-Za-z0-9_]{1,60}", 2 => encoded]
}

fn query() -> impl Strategy<Value = String> {
    let value = prop_oneof![segment(), "-?[0-9]{1,25}", "[A-Z0-9]{13}(-[0-9]{1,22})?"];
    let name = prop_oneof![4 => select(&PARAMETERS[..]).prop_map(str::to_owned), 1 => segment()];
    let pairs = prop::collection::vec((name, value), 0..5);
    pairs.prop_map(|pairs| {
        let pairs: Vec<_> = pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
    })
}

fn headers() -> impl Strategy<Value = Vec<(&'static str, Vec<u8>)>> {
    let value = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..140),
        select(&CONTENT_TYPES[..]).prop_map(|text| text.as_bytes().to_vec()),
        "[!-~]{1,130}".prop_map(String::into_bytes),
    ];
    // What HTTP itself cannot carry is for the raw sockets.
    let carried = value.prop_map(|bytes| bytes.into_iter().filter(|byte| *byte >= b' ' && *byte != 0x7f).collect());
    prop::collection::vec((select(&HEADERS[..]), carried), 0..4)
}
