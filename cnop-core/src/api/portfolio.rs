//! The portfolio and what is said of it.

use serde::{Deserialize, Serialize};

use crate::asset_id::AssetId;
use crate::money::{Percent, Price, Quantity, Usd};
use crate::time::Timestamp;

/// `GET /portfolio`. A total that would need an unknown price leaves that asset out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Portfolio {
    /// What is owned now, the most valuable first.
    pub assets: Vec<PortfolioAsset>,
    /// All cash.
    pub cash_balance: Usd,
    /// Cash and assets.
    pub total_value: Usd,
    /// What the assets are worth above their cost.
    pub total_unrealized_pnl: Usd,
    /// What the assets gained against the prices of 24 hours ago.
    pub day_change: Usd,
    /// When these figures were true.
    pub as_of: Timestamp,
}

/// One asset of a portfolio.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortfolioAsset {
    /// Which asset.
    pub asset_id: AssetId,
    /// How much is owned.
    pub quantity: Quantity,
    /// The last known price.
    pub current_price: Option<Price>,
    /// What it is worth, rounded down.
    pub market_value: Option<Usd>,
    /// Of cash and assets together.
    pub percentage: Option<Percent>,
    /// What one unit cost.
    pub average_cost: Option<Usd>,
    /// What it is worth above its cost.
    pub unrealized_pnl: Option<Usd>,
    /// The same in percent of the cost.
    pub unrealized_pnl_percentage: Option<Percent>,
    /// USD gained against the price of 24 hours ago.
    pub day_change: Option<Usd>,
    /// Whether the price is too old to trade on.
    pub stale: bool,
}

/// `GET /insights/portfolio`: 2 to 4 sentences about this portfolio.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Insight {
    /// The sentences.
    pub summary: String,
    /// When they were written.
    pub generated_at: Timestamp,
    /// What wrote them.
    pub model: String,
}
