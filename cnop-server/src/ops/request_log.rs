//! The line of a request, which is written more often than all others together: straight into the file, without the
//! detour of an event. Where somebody set what is logged, requests are events like any other.

use std::fmt::Write;
use std::net::IpAddr;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use cnop_core::ids::RequestId;
use cnop_core::time::Timestamp;
use cnop_core::user::Username;

use super::log_file::{Kind, LogFile, Taken};
use super::logging::SERVICE;

tokio::task_local! {
    /// The request that a task works for; lines that are logged meanwhile carry its id.
    pub(crate) static REQUEST: RequestId;
}

/// Where events about requests belong.
pub(super) const TARGET: &str = "cnop_server::access";

/// What is said of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestLine<'a> {
    /// Its id.
    pub(crate) request_id: &'a RequestId,
    /// Who sent it, where that is known.
    pub(crate) user: Option<&'a Username>,
    /// What it does, in a word.
    pub(crate) action: Option<&'a str>,
    /// Its method.
    pub(crate) method: &'a Method,
    /// The router's pattern.
    pub(crate) route: Option<&'a str>,
    /// How it was answered.
    pub(crate) status: StatusCode,
    /// Where it came from.
    pub(crate) client: IpAddr,
    /// How long that took.
    pub(crate) took: Duration,
}

/// The file that lines of requests go straight to, if they do.
#[derive(Clone, Default)]
pub(crate) struct RequestLog(Option<LogFile>);

impl std::fmt::Debug for RequestLog {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_tuple("RequestLog").field(&self.0.is_some()).finish()
    }
}

impl RequestLog {
    /// Straight into `file`.
    pub(super) fn new(file: Option<LogFile>) -> Self {
        Self(file)
    }

    /// Says what became of a request. People are told of what failed.
    pub(crate) fn write(&self, line: RequestLine<'_>, now: Timestamp) {
        match &self.0 {
            Some(file) if !line.status.is_server_error() => {
                if file.add(Kind::Request, line.json(now).as_bytes(), now.unix_day()) == Taken::NoMore {
                    tracing::warn!(
                        "requests have used up what the log may have today (--log-mib-a-day): none is noted until \
                         midnight, UTC"
                    );
                }
            }
            _ => line.tell(),
        }
    }
}

impl RequestLine<'_> {
    /// Microseconds are enough.
    fn duration_ms(&self) -> f64 {
        (self.took.as_secs_f64() * 1e6).round() / 1e3
    }

    fn tell(self) {
        let duration_ms = self.duration_ms();
        let Self { request_id, user, action, method, route, status, client, .. } = self;
        let (user, route, status) = (user.map(Username::as_str), route.unwrap_or("-"), status.as_u16());
        if self.status.is_server_error() {
            tracing::warn!(target: TARGET, %request_id, user, action, %method, route, status, %client, duration_ms, "request");
        } else {
            tracing::info!(target: TARGET, %request_id, user, action, %method, route, status, %client, duration_ms, "request");
        }
    }

    /// As `logging` writes an event. Only the request's id and method are words of somebody else, and those have no
    /// characters that JSON would mind but two.
    fn json(self, now: Timestamp) -> String {
        let duration_ms = self.duration_ms();
        let Self { request_id, user, action, method, route, status, client, .. } = self;
        let mut line = String::with_capacity(384);
        let id = escaped(request_id.as_str());
        let _ =
            write!(line, r#"{{"timestamp":"{now}","level":"INFO","service":"{SERVICE}","request_id":"{id}","user":"#);
        quote(&mut line, user.map(Username::as_str));
        line.push_str(r#","action":"#);
        quote(&mut line, action);
        let _ =
            write!(line, r#","message":"request","duration_ms":{duration_ms},"method":"{}""#, escaped(method.as_str()));
        let (route, status) = (route.unwrap_or("-"), status.as_u16());
        let _ = write!(line, r#","route":"{route}","status":{status},"client":"{client}"}}"#);
        line.push('\n');
        line
    }
}

fn quote(line: &mut String, text: Option<&str>) {
    match text {
        Some(text) => {
            line.push('"');
            line.push_str(text);
            line.push('"');
        }
        None => line.push_str("null"),
    }
}

/// Visible ASCII as it stands in JSON.
fn escaped(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains(['"', '\\']) { text.replace('\\', "\\\\").replace('"', "\\\"").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_json_whatever_a_client_calls_its_request() {
        let line = |id: &str, user: Option<&Username>| {
            let request_id = RequestId::from_caller(id).unwrap();
            let line = RequestLine {
                request_id: &request_id,
                user,
                action: Some("get_order"),
                method: &Method::GET,
                route: Some("/api/v1/orders/{order_id}"),
                status: StatusCode::NOT_FOUND,
                client: IpAddr::from([203, 0, 113, 7]),
                took: Duration::from_nanos(1_234_567),
            };
            line.json("2026-02-15T08:00:00Z".parse().unwrap())
        };
        let ada: Username = "ada_lovelace".parse().unwrap();
        let expected = r#"{"timestamp":"2026-02-15T08:00:00.000Z","level":"INFO","service":"cnop-server","request_id":"r-1","user":"ada_lovelace","action":"get_order","message":"request","duration_ms":1.235,"method":"GET","route":"/api/v1/orders/{order_id}","status":404,"client":"203.0.113.7"}"#;
        assert_eq!(line("r-1", Some(&ada)), format!("{expected}\n"));
        let read: serde_json::Value = serde_json::from_str(&line(r#"a"b\c"#, None)).unwrap();
        assert_eq!(read["request_id"], r#"a"b\c"#);
        assert!(read["user"].is_null());
    }
}
