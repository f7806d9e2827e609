//! Who writes an insight: the local analyst, or a model on somebody's server.

use std::future::Future;
use std::pin::Pin;

use super::facts::Facts;
use super::local;
use crate::outside::Trouble;

/// An answer on its way.
pub(crate) type Writing<'a> = Pin<Box<dyn Future<Output = Result<String, Trouble>> + Send + 'a>>;

/// Puts a portfolio into sentences.
pub(crate) trait Provider: Send + Sync {
    /// What an answer names as its writer.
    fn model(&self) -> &str;

    /// Whether it costs time or money, so that an answer is kept and it is asked with care.
    fn is_dear(&self) -> bool;

    /// 1 to 4 sentences.
    ///
    /// # Errors
    /// [`Trouble`] where there are none.
    fn write<'a>(&'a self, facts: &'a Facts) -> Writing<'a>;
}

/// The analyst of this server.
pub(crate) struct Local;

impl Provider for Local {
    fn model(&self) -> &str {
        local::MODEL
    }

    fn is_dear(&self) -> bool {
        false
    }

    fn write<'a>(&'a self, facts: &'a Facts) -> Writing<'a> {
        Box::pin(std::future::ready(Ok(local::summarize(facts))))
    }
}
