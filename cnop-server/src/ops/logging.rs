//! The server's log: for people on standard error, for programs as JSON lines in `logs/cnop-server.log`.
//!
//! A line has `timestamp, level, service, request_id, user, action, message, duration_ms` and what else the event says;
//! never a password, a token, a key or a body, because no event is given one. Lines that a full disk does not take are
//! dropped: what must not be lost is in the audit trail.

use std::fmt;
use std::io::IsTerminal;
use std::path::Path;

use anyhow::Context;
use cnop_core::time::Timestamp;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Subscriber};
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Context as LayerContext, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use crate::clock::Clock;

/// The variable that says what is logged, such as `debug` or `cnop_server::http=debug`.
pub(crate) const LOG_VARIABLE: &str = "CNOP_LOG";
const SERVICE: &str = "cnop-server";
/// On standard error a request is worth a line where it failed; the file has one for each.
const FOR_PEOPLE: &str = "info,cnop_server::access=warn";
const FOR_PROGRAMS: &str = "info";
/// Lines that may wait for the disk.
const WAITING_LINES: usize = 65_536;

/// Where the log goes besides standard error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LogFiles<'a> {
    /// The folder.
    pub(crate) folder: &'a Path,
    /// Files that are kept, one a day.
    pub(crate) days: usize,
}

/// Starts the log. What the guard is dropped for is written first.
///
/// # Errors
/// Where the filter cannot be read or the folder not be written.
pub(crate) fn start_logging(files: Option<LogFiles<'_>>) -> anyhow::Result<Option<WorkerGuard>> {
    let wanted = std::env::var(LOG_VARIABLE).ok();
    let filter = |default: &str| {
        let wanted = wanted.as_deref().unwrap_or(default);
        EnvFilter::try_new(wanted).with_context(|| format!("in {LOG_VARIABLE}"))
    };
    let people = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        .with_filter(filter(FOR_PEOPLE)?);
    let (programs, guard) = match files {
        Some(files) => {
            let (writer, guard) = open(files)?;
            let layer = JsonLines { writer, clock: Clock::system() }.with_filter(filter(FOR_PROGRAMS)?);
            (Some(layer), Some(guard))
        }
        None => (None, None),
    };
    tracing_subscriber::registry().with(programs).with(people).init();
    Ok(guard)
}

/// One file a day, and a link `cnop-server.log` to that of today.
fn open(
    LogFiles { folder, days }: LogFiles<'_>,
) -> anyhow::Result<(tracing_appender::non_blocking::NonBlocking, WorkerGuard)> {
    let files = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("cnop-server")
        .filename_suffix("log")
        .latest_symlink("cnop-server.log")
        .max_log_files(days)
        .build(folder)
        .with_context(|| format!("the log cannot be written to {}", folder.display()))?;
    Ok(NonBlockingBuilder::default().buffered_lines_limit(WAITING_LINES).finish(files))
}

/// Writes an event as a line of JSON.
struct JsonLines<W> {
    writer: W,
    clock: Clock,
}

/// What a span adds to the lines within it.
struct SpanFields(Map<String, Value>);

impl<S, W> Layer<S> for JsonLines<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: LayerContext<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(SpanFields(fields.0));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: LayerContext<'_, S>) {
        let mut fields = Fields::default();
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(SpanFields(more)) = span.extensions().get::<SpanFields>() {
                more.iter().for_each(|(name, value)| fields.add(name, value.clone()));
            }
        }
        event.record(&mut fields);
        let line = line(event, fields.0, self.clock.now());
        let mut writer = self.writer.make_writer();
        let _ = std::io::Write::write_all(&mut writer, line.as_bytes()); // There is nowhere to say so.
    }
}

/// The line of an event: the fields that every line has first, then its own.
fn line(event: &Event<'_>, mut fields: Map<String, Value>, now: Timestamp) -> String {
    let mut take = |name: &str| fields.remove(name).unwrap_or(Value::Null);
    let mut line = Map::new();
    line.insert("timestamp".to_owned(), now.to_string().into());
    line.insert("level".to_owned(), event.metadata().level().as_str().into());
    line.insert("service".to_owned(), SERVICE.into());
    for name in ["request_id", "user", "action", "message", "duration_ms"] {
        line.insert(name.to_owned(), take(name));
    }
    line.append(&mut fields);
    let mut text = Value::Object(line).to_string();
    text.push('\n');
    text
}

/// The fields of an event or span as JSON.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn add(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        // Microseconds are enough.
        self.add(field.name(), ((value * 1_000.0).round() / 1_000.0).into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field.name(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field.name(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field.name(), value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field.name(), value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add(field.name(), format!("{value:?}").into());
    }
}
