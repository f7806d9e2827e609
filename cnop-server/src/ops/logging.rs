//! The server's log: for people on standard error, for programs as JSON lines in `logs/cnop-server.log`.
//!
//! A line has `timestamp, level, service, request_id, user, action, message, duration_ms` and what else the event says;
//! never a password, a token, a key or a body, because no event is given one. Lines that a full disk does not take are
//! dropped, and so are those that a stopped reader of standard error does not take: no request waits for a line, and what
//! must not be lost is in the audit trail.

use std::fmt::{self, Write as _};
use std::io::IsTerminal;
use std::path::Path;

use anyhow::Context;
use cnop_core::time::Timestamp;
use serde::Serialize;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::layer::{Context as LayerContext, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use super::log_file::{Kind, LogFile, LogGuard};
use super::request_log::{REQUEST, RequestLog, TARGET};
use crate::clock::Clock;

/// The variable that says what is logged, such as `debug` or `cnop_server::http=debug`.
pub(crate) const LOG_VARIABLE: &str = "CNOP_LOG";
/// What the lines are of.
pub(super) const SERVICE: &str = "cnop-server";
/// On standard error a request is worth a line where it failed; the file has one for each. How the server ended is said
/// there by whoever started it.
const FOR_PEOPLE: &str = "info,cnop_server::access=warn,cnop_server::ending=off";
const FOR_PROGRAMS: &str = "info";

/// Where the log goes besides standard error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LogFiles<'a> {
    /// The folder.
    pub(crate) folder: &'a Path,
    /// Files that are kept, one a day.
    pub(crate) days: usize,
    /// Bytes that a day may have.
    pub(crate) bytes_a_day: u64,
}

/// A log that was started. Where it is dropped, what was logged is written first, and nothing more is later.
pub(crate) struct Logging {
    _guards: (LogGuard, Option<LogGuard>),
    /// Where lines of requests go.
    pub(crate) requests: RequestLog,
}

/// Starts the log.
///
/// # Errors
/// Where the filter cannot be read or the folder not be written.
pub(crate) fn start_logging(files: Option<LogFiles<'_>>) -> anyhow::Result<Logging> {
    let wanted = std::env::var(LOG_VARIABLE).ok();
    let filter = |default: &str| {
        let wanted = wanted.as_deref().unwrap_or(default);
        EnvFilter::try_new(wanted).with_context(|| format!("in {LOG_VARIABLE}"))
    };
    let (stderr, people_guard) =
        LogFile::start(std::io::stderr(), u64::MAX, told_to_people).context("starting the thread of the log")?;
    let people = tracing_subscriber::fmt::layer()
        .with_writer(stderr)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        .with_filter(filter(FOR_PEOPLE)?);
    let (file, guard) = files.map(open).transpose()?.unzip();
    let programs = match &file {
        Some(file) => Some(JsonLines { file: file.clone(), clock: Clock::system() }.with_filter(filter(FOR_PROGRAMS)?)),
        None => None,
    };
    tracing_subscriber::registry().with(programs).with(people).init();
    Ok(Logging { _guards: (people_guard, guard), requests: RequestLog::new(file.filter(|_| wanted.is_none())) })
}

/// One file a day, and a link `cnop-server.log` to that of today.
fn open(LogFiles { folder, days, bytes_a_day }: LogFiles<'_>) -> anyhow::Result<(LogFile, LogGuard)> {
    let files = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("cnop-server")
        .filename_suffix("log")
        .latest_symlink("cnop-server.log")
        .max_log_files(days)
        .build(folder)
        .with_context(|| format!("the log cannot be written to {}", folder.display()))?;
    LogFile::start(files, bytes_a_day, told_to_programs).context("starting the thread of the log")
}

/// A line about lines that are not there.
fn told_to_people(lines: u64) -> String {
    format!("{lines} lines of the log were dropped: nobody read them in time\n")
}

/// The same as JSON.
fn told_to_programs(lines: u64) -> String {
    let mut fields = Fields::default();
    let why = "the disk was full or too slow, or the day had too many";
    fields.add("message", format!("{lines} lines were dropped: {why}"));
    fields.line("WARN", Clock::system().now())
}

/// Writes an event as a line of JSON.
struct JsonLines {
    file: LogFile,
    clock: Clock,
}

impl<S: Subscriber> Layer<S> for JsonLines {
    fn on_event(&self, event: &Event<'_>, _: LayerContext<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        if fields.common[REQUEST_ID].is_empty() {
            let _ = REQUEST.try_with(|id| fields.add(EVERY_LINE[REQUEST_ID], id.as_str())); // Most events are of no request.
        }
        let now = self.clock.now();
        let line = fields.line(event.metadata().level().as_str(), now);
        // A request that failed is an event, for people too, and is counted as what it is.
        let kind = if event.metadata().target() == TARGET { Kind::Request } else { Kind::Event };
        self.file.add(kind, line.as_bytes(), now.unix_day());
    }
}

/// The fields that every line has, in their order, behind its time, level and service.
const EVERY_LINE: [&str; 5] = ["request_id", "user", "action", "message", "duration_ms"];

/// Where the request's id stands among them.
const REQUEST_ID: usize = 0;

/// The fields of an event as JSON.
#[derive(Default)]
struct Fields {
    /// Values of the fields of every line, empty where there is none.
    common: [String; EVERY_LINE.len()],
    /// `,"name":value` of all others.
    others: String,
}

impl Fields {
    fn add(&mut self, name: &str, value: impl Serialize) {
        let place = match EVERY_LINE.iter().position(|common| *common == name) {
            Some(place) => &mut self.common[place],
            None => {
                let _ = write!(self.others, ",\"{name}\":"); // Names of fields are words of this program.
                &mut self.others
            }
        };
        match serde_json::to_string(&value) {
            Ok(text) => place.push_str(&text),
            Err(_) => place.push_str("null"),
        }
    }

    /// The line.
    fn line(&self, level: &str, now: Timestamp) -> String {
        let mut line = String::with_capacity(512);
        let _ = write!(line, "{{\"timestamp\":\"{now}\",\"level\":\"{level}\",\"service\":\"{SERVICE}\"");
        for (name, value) in EVERY_LINE.iter().zip(&self.common) {
            let value = if value.is_empty() { "null" } else { value };
            let _ = write!(line, ",\"{name}\":{value}"); // A string takes everything.
        }
        line.push_str(&self.others);
        line.push_str("}\n");
        line
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        // Microseconds are enough.
        self.add(field.name(), (value * 1_000.0).round() / 1_000.0);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field.name(), value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field.name(), value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field.name(), value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add(field.name(), format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_json_with_the_fields_of_every_line_first() {
        let mut fields = Fields::default();
        fields.add("message", "a \"quoted\" word\nand a line");
        fields.add("status", 404_u64);
        fields.add("request_id", "r-1");
        let now = "2026-02-15T08:00:00Z".parse().unwrap();
        let line = fields.line("INFO", now);
        let expected = r#"{"timestamp":"2026-02-15T08:00:00.000Z","level":"INFO","service":"cnop-server","request_id":"r-1","user":null,"action":null,"message":"a \"quoted\" word\nand a line","duration_ms":null,"status":404}"#;
        assert_eq!(line, format!("{expected}\n"));
    }
}
