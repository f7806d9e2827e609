//! Figures for Prometheus.
//!
//! Label values come from the router's patterns and the statuses that it answers, never from what somebody sent, so their
//! number is bounded. Every family is there from the start, with zeros: a rule on one that is absent would never fire.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use axum::http::StatusCode;
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Label, Level, Metadata, Recorder, Unit};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

/// Upper bounds in seconds: from a look at memory to the time limit of a request.
const BUCKETS: [f64; 14] = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];
/// The label of what no route answers.
const UNMATCHED: &str = "unmatched";
const METADATA: Metadata<'static> = Metadata::new("cnop", Level::INFO, None);

const COMMITS: &str = "cnop_writer_commits_total";

/// Answers that rules wait for: their first one is to be an increase.
const AWAITED: [(&str, &[StatusCode]); 2] = [
    (
        "/api/v1/auth/login",
        &[StatusCode::OK, StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN, StatusCode::TOO_MANY_REQUESTS],
    ),
    ("/api/v1/orders", &[StatusCode::CREATED, StatusCode::SERVICE_UNAVAILABLE, StatusCode::INTERNAL_SERVER_ERROR]),
];

/// A part of the API that is measured by itself, as the system before this one did by service.
const AREAS: [&str; 5] = ["auth", "user", "inventory", "order", "insights"];

/// The area of a route.
fn area(route: &str) -> Option<&'static str> {
    let path = route.strip_prefix("/api/v1/")?;
    match path {
        "auth/login" | "auth/refresh" | "auth/logout" => Some("auth"),
        "auth/register" | "auth/profile" | "auth/password" | "portfolio" | "assets/balances" | "cny/claim" => {
            Some("user")
        }
        "assets/{asset_id}/transactions" | "idempotency-keys/{key}/settle" => Some("order"),
        _ if path.starts_with("balance") => Some("user"),
        _ if path.starts_with("inventory/") => Some("inventory"),
        _ if path.starts_with("orders") => Some("order"),
        _ if path.starts_with("insights/") => Some("insights"),
        _ => None,
    }
}

/// How a call to a service outside failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OutsideError {
    /// It did not answer in time.
    Timeout,
    /// It could not be reached.
    Unreachable,
    /// It refused.
    Status,
    /// It asked to be left alone.
    RateLimited,
    /// Its answer could not be read.
    Invalid,
    /// Its filters kept the answer.
    Withheld,
}

impl OutsideError {
    const ALL: [Self; 6] =
        [Self::Timeout, Self::Unreachable, Self::Status, Self::RateLimited, Self::Invalid, Self::Withheld];

    fn name(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Unreachable => "unreachable",
            Self::Status => "status",
            Self::RateLimited => "rate_limited",
            Self::Invalid => "invalid",
            Self::Withheld => "withheld",
        }
    }
}

/// Services outside that are asked.
const OUTSIDE: [&str; 2] = ["coingecko", "insights"];

/// How the server is at the moment of a look.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct State {
    /// Commands that wait for the writer.
    pub(crate) queue_depth: usize,
    /// Commands in its last commit.
    pub(crate) batch_size: usize,
    /// Commits since the start.
    pub(crate) commits: u64,
    /// Limit orders that wait.
    pub(crate) open_orders: u64,
    /// Addresses that may not log in.
    pub(crate) blocked_ips: usize,
    /// Event streams.
    pub(crate) streams: usize,
    /// Connections.
    pub(crate) connections: usize,
    /// Bytes of the database's file.
    pub(crate) database_bytes: u64,
    /// Bytes that are free beside it; no number where the system does not say.
    pub(crate) free_bytes: f64,
    /// Age of the newest price in seconds; no number where there never was one.
    pub(crate) price_age_seconds: f64,
    /// Whether orders can be taken.
    pub(crate) healthy: bool,
}

/// What is measured.
pub(crate) struct Metrics {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
    // Written once for each pair of route and status; held for one look-up.
    answers: RwLock<HashMap<Box<str>, ByStatus>>,
}

/// The figures of one route and status: those of all requests, and those of its area.
type Families = Arc<[Answered]>;
/// Those of one route.
type ByStatus = Vec<(StatusCode, Families)>;

/// The figures of one route and status, in one family.
struct Answered {
    requests: Counter,
    errors: Option<Counter>,
    latency: Histogram,
}

impl Metrics {
    /// All families, at zero. `routes` are the patterns that can be answered.
    pub(crate) fn new() -> Self {
        let builder = PrometheusBuilder::new().set_buckets(&BUCKETS).expect("there are buckets");
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        let metrics = Self { recorder, handle, answers: RwLock::new(HashMap::new()) };
        metrics.describe();
        metrics.begin();
        metrics
    }

    fn describe(&self) {
        for family in std::iter::once("gateway").chain(AREAS) {
            let name = |what: &str| KeyName::from(format!("{family}_{what}"));
            let describe =
                |name, text: &'static str| self.recorder.describe_counter(name, Some(Unit::Count), text.into());
            describe(name("requests_total"), "Requests that were answered");
            describe(name("errors_total"), "Those that were answered with 4xx or 5xx");
            let (latency, seconds) = (name("request_latency_seconds"), Some(Unit::Seconds));
            self.recorder.describe_histogram(
                latency,
                seconds,
                "From the head of the request to that of the answer".into(),
            );
        }
        let errors = "Calls to services outside that failed";
        self.recorder.describe_counter("gateway_proxy_errors_total".into(), Some(Unit::Count), errors.into());
        self.recorder.describe_counter(COMMITS.into(), Some(Unit::Count), "Commits since the start".into());
        for (name, text, _) in gauges(State::default()) {
            self.recorder.describe_gauge(name.into(), None, text.into());
        }
    }

    /// A first sample of each family.
    fn begin(&self) {
        for family in std::iter::once("gateway").chain(AREAS) {
            let first = self.register(family, UNMATCHED, StatusCode::OK);
            first.requests.absolute(0);
            self.counter(format!("{family}_errors_total"), labels(UNMATCHED, StatusCode::NOT_FOUND)).absolute(0);
        }
        for (route, statuses) in AWAITED {
            statuses.iter().for_each(|status| drop(self.of(route, *status)));
        }
        for service in OUTSIDE {
            OutsideError::ALL.iter().for_each(|error| self.outside(service, *error).absolute(0));
        }
        self.set(State::default());
    }

    /// Notes an answer. `route` is the router's pattern.
    pub(crate) fn answered(&self, route: Option<&str>, status: StatusCode, took: Duration) {
        let endpoint = route.unwrap_or(UNMATCHED);
        for answered in &*self.of(endpoint, status) {
            answered.requests.increment(1);
            answered.errors.iter().for_each(|errors| errors.increment(1));
            answered.latency.record(took.as_secs_f64());
        }
    }

    fn of(&self, endpoint: &str, status: StatusCode) -> Families {
        let known = |answers: &[(StatusCode, Families)]| {
            answers.iter().find(|(known, _)| *known == status).map(|(_, families)| Arc::clone(families))
        };
        let found = self.answers.read().expect("no holder panics").get(endpoint).and_then(|answers| known(answers));
        if let Some(families) = found {
            return families;
        }
        let names = std::iter::once("gateway").chain(area(endpoint));
        let families: Families = names.map(|family| self.register(family, endpoint, status)).collect();
        let mut answers = self.answers.write().expect("no holder panics");
        let of_route = answers.entry(endpoint.into()).or_default();
        if known(of_route).is_none() {
            of_route.push((status, Arc::clone(&families))); // Another may have been first; the figures are the same.
        }
        families
    }

    fn register(&self, family: &str, endpoint: &str, status: StatusCode) -> Answered {
        let labels = labels(endpoint, status);
        let failed = status.is_client_error() || status.is_server_error();
        let latency = Key::from_parts(format!("{family}_request_latency_seconds"), labels.clone());
        Answered {
            requests: self.counter(format!("{family}_requests_total"), labels.clone()),
            errors: failed.then(|| self.counter(format!("{family}_errors_total"), labels)),
            latency: self.recorder.register_histogram(&latency, &METADATA),
        }
    }

    /// Notes that a call to a service outside failed.
    pub(crate) fn outside_failed(&self, service: &'static str, error: OutsideError) {
        self.outside(service, error).increment(1);
    }

    fn outside(&self, service: &'static str, error: OutsideError) -> Counter {
        let labels = vec![Label::new("target_service", service), Label::new("error_type", error.name())];
        self.counter("gateway_proxy_errors_total".to_owned(), labels)
    }

    fn counter(&self, name: String, labels: Vec<Label>) -> Counter {
        self.recorder.register_counter(&Key::from_parts(name, labels), &METADATA)
    }

    fn gauge(&self, name: &'static str) -> Gauge {
        self.recorder.register_gauge(&Key::from_static_name(name), &METADATA)
    }

    fn set(&self, state: State) {
        self.counter(COMMITS.to_owned(), vec![]).absolute(state.commits);
        gauges(state).into_iter().for_each(|(name, _, value)| self.gauge(name).set(value));
    }

    /// Everything, as Prometheus reads it.
    pub(crate) fn render(&self, state: State) -> String {
        self.set(state);
        self.handle.render()
    }

    /// Takes in what was measured since the last time: without it the histograms' buffers would grow until somebody looks.
    pub(crate) fn upkeep(&self) {
        self.handle.run_upkeep();
    }
}

fn labels(endpoint: &str, status: StatusCode) -> Vec<Label> {
    vec![Label::new("status_code", status.as_str().to_owned()), Label::new("endpoint", endpoint.to_owned())]
}

/// Every gauge: its name, what it is, and how it stands.
fn gauges(state: State) -> [(&'static str, &'static str, f64); 10] {
    [
        ("cnop_writer_queue_depth", "Commands that wait for the writer", state.queue_depth as f64),
        ("cnop_writer_batch_size", "Commands in the last commit", state.batch_size as f64),
        ("cnop_open_orders", "Limit orders that wait", state.open_orders as f64),
        ("cnop_blocked_ips", "Addresses that may not log in", state.blocked_ips as f64),
        ("cnop_streams", "Event streams", state.streams as f64),
        ("cnop_connections", "Connections", state.connections as f64),
        ("cnop_database_size_bytes", "The database's file", state.database_bytes as f64),
        ("cnop_disk_free_bytes", "Free on the disk that holds it", state.free_bytes),
        ("cnop_price_age_seconds", "Age of the newest price", state.price_age_seconds),
        ("cnop_healthy", "1 while orders can be taken, else 0", f64::from(u8::from(state.healthy))),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_is_there_from_the_start() {
        let text = Metrics::new().render(State::default());
        let families = ["gateway"].into_iter().chain(AREAS);
        for name in families.flat_map(|family| {
            ["requests_total", "errors_total", "request_latency_seconds"].map(|what| format!("{family}_{what}"))
        }) {
            assert!(text.contains(&format!("# TYPE {name} ")), "{name} is absent:\n{text}");
        }
        assert!(text.contains(r#"gateway_proxy_errors_total{target_service="coingecko",error_type="timeout"} 0"#));
        assert!(text.contains("\ncnop_database_size_bytes 0"));
    }

    #[test]
    fn an_answer_counts_for_the_gateway_and_its_area() {
        let metrics = Metrics::new();
        let route = Some("/api/v1/orders");
        metrics.answered(route, StatusCode::CREATED, Duration::from_millis(3));
        metrics.answered(route, StatusCode::UNPROCESSABLE_ENTITY, Duration::from_millis(1));
        metrics.answered(None, StatusCode::NOT_FOUND, Duration::ZERO);
        metrics.upkeep();
        let text = metrics.render(State::default());
        for line in [
            r#"gateway_requests_total{status_code="201",endpoint="/api/v1/orders"} 1"#,
            r#"order_requests_total{status_code="422",endpoint="/api/v1/orders"} 1"#,
            r#"order_errors_total{status_code="422",endpoint="/api/v1/orders"} 1"#,
            r#"gateway_errors_total{status_code="404",endpoint="unmatched"} 1"#,
            r#"order_request_latency_seconds_bucket{status_code="201",endpoint="/api/v1/orders",le="0.005"} 1"#,
            r#"order_request_latency_seconds_count{status_code="201",endpoint="/api/v1/orders"} 1"#,
        ] {
            assert!(text.contains(line), "{line} is absent:\n{text}");
        }
        assert!(!text.contains(r#"order_errors_total{status_code="201""#));
    }

    #[test]
    fn every_area_has_the_routes_of_the_contract() {
        for (route, expected) in [
            ("/api/v1/auth/login", Some("auth")),
            ("/api/v1/auth/register", Some("user")),
            ("/api/v1/balance/asset/{asset_id}", Some("user")),
            ("/api/v1/assets/balances", Some("user")),
            ("/api/v1/assets/{asset_id}/transactions", Some("order")),
            ("/api/v1/orders/{order_id}", Some("order")),
            ("/api/v1/inventory/assets/{asset_id}/candles", Some("inventory")),
            ("/api/v1/insights/portfolio", Some("insights")),
            ("/api/v1/stream", None),
            ("/health", None),
        ] {
            assert_eq!(area(route), expected, "{route}");
        }
    }
}
