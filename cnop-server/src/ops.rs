//! What an operator sees of a running server: its log and its figures.

mod log_file;
mod logging;
mod metrics;
mod request_log;

pub(crate) use logging::{LOG_VARIABLE, LogFiles, start_logging};
pub(crate) use metrics::{Metrics, OutsideError, State};
pub(crate) use request_log::{REQUEST, RequestLine, RequestLog};
