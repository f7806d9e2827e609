//! How a server is.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// The state of the server and its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Health {
    /// `healthy`, or `degraded` while orders cannot be taken.
    pub status: String,
    /// Always `cnop-server`.
    pub service: String,
    /// The server's version.
    pub version: String,
    /// Each part.
    pub checks: HealthChecks,
    /// The market, in more detail; `None` from a server that does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub market: Option<MarketHealth>,
}

/// The state of the server's parts: `healthy`, or what is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HealthChecks {
    /// The store and its writer.
    pub database: String,
    /// The price feed.
    pub market: String,
    /// What writes insights.
    pub insights: String,
}

/// Where prices come from, and how that goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MarketHealth {
    /// The provider's word: `simulated`, `replay`, `coingecko`.
    pub source: String,
    /// Whether there are prices to trade at.
    pub state: MarketState,
    /// Whether the provider is being asked.
    pub breaker: BreakerState,
    /// When the newest price was seen.
    pub updated_at: Option<Timestamp>,
}

/// Whether there are prices to trade at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MarketState {
    /// There are.
    Live,
    /// All of them are too old.
    Stale,
    /// All of them are too old, and there will be no more: the replay is over.
    Ended,
    /// There never were any.
    Empty,
}

/// Whether a provider in trouble is being asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BreakerState {
    /// It is.
    Closed,
    /// It is left alone for a while.
    Open,
    /// One question will decide.
    HalfOpen,
}
