//! What a model said.

use cnop_core::api::Insight;
use cnop_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::insights::Fingerprint;
use crate::store::codec::Row;

/// The last insight of a user that a model wrote, and of what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptInsight {
    /// Of which portfolio.
    pub(crate) fingerprint: Fingerprint,
    summary: String,
    generated_at: Timestamp,
    model: String,
}

impl KeptInsight {
    /// An insight into a portfolio.
    pub(crate) fn new(fingerprint: Fingerprint, insight: Insight) -> Self {
        let Insight { summary, generated_at, model } = insight;
        Self { fingerprint, summary, generated_at, model }
    }
}

impl From<KeptInsight> for Insight {
    fn from(kept: KeptInsight) -> Self {
        Self { summary: kept.summary, generated_at: kept.generated_at, model: kept.model }
    }
}

impl Row for KeptInsight {
    const WHAT: &'static str = "insight";
}
