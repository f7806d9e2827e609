//! Singular values.

use cnop_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::store::codec::Row;

/// What makes the simulated market of this store: a restart continues the same path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MarketSeed {
    /// Which path.
    pub(crate) seed: u64,
    /// When prices were at their starting point.
    pub(crate) epoch: Timestamp,
}

impl Row for MarketSeed {
    const WHAT: &'static str = "market seed";
}
