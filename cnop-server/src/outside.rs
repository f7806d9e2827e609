//! Services outside that this server asks over HTTP: one fixed address each, no redirects, bounded in time and size.
//!
//! What is asked of them and how their answers are read is for whoever asks: the market, and insights.

mod breaker;
mod http;

use std::time::Duration;

pub(crate) use breaker::{Breaker, LONGEST_ASKED};
pub(crate) use http::{address, body, client, failed, is_open_to_others, refused, retry_after};

use crate::ops::OutsideError;

/// Why a service gave no answer.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub(crate) struct Trouble {
    /// For the log.
    pub(crate) reason: String,
    /// What kind of trouble it is, for the metrics.
    pub(crate) error: OutsideError,
    /// How long the service wants to be left alone.
    pub(crate) retry_after: Option<Duration>,
}

impl Trouble {
    /// A trouble that says nothing of when to come back.
    pub(crate) fn new(error: OutsideError, reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), error, retry_after: None }
    }
}
