//! What an operator sees of a running server: its log and its figures.

mod log_file;
mod logging;
mod metrics;

pub(crate) use logging::{LOG_VARIABLE, LogFiles, start_logging};
pub(crate) use metrics::{Metrics, OutsideError, State};
