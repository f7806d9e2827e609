//! Assets and their prices: JSON numbers with their exact digits, `null` where a fact is unknown.

use serde::{Deserialize, Serialize};

use crate::asset_id::AssetId;
use crate::money::{Figure, Number, Price};
use crate::time::Timestamp;

/// An asset in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Asset {
    /// Its ticker.
    pub asset_id: AssetId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub description: String,
    /// What kind of asset it is.
    pub category: String,
    /// The last price in USD.
    pub price_usd: Option<Number<Price>>,
    /// Whether it may be bought.
    pub is_active: bool,
    /// Its ticker as the market writes it.
    pub symbol: String,
    /// The address of a picture.
    pub image: Option<String>,
    /// Its place by market capitalisation, from 1.
    pub market_cap_rank: Option<u32>,
    /// Percent against 24 hours ago.
    pub price_change_percentage_24h: Option<Figure>,
    /// USD.
    pub market_cap: Option<Figure>,
    /// USD traded in 24 hours.
    pub total_volume_24h: Option<Figure>,
    /// When the price was seen.
    pub price_updated_at: Option<Timestamp>,
    /// Whether the price is too old to trade on.
    pub stale: bool,
}

/// `GET /inventory/assets`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssetList {
    /// By rank.
    pub data: Vec<Asset>,
    /// All assets there are.
    pub total_count: u64,
    /// Those that may be bought.
    pub active_count: u64,
}

/// Whether an asset may be bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// It may.
    Available,
    /// It may only be sold.
    Unavailable,
}

/// `GET /inventory/assets/{asset_id}`: an asset with everything known about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssetDetail {
    /// Its ticker.
    pub asset_id: AssetId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub description: String,
    /// What kind of asset it is.
    pub category: String,
    /// The last price in USD.
    pub price_usd: Option<Number<Price>>,
    /// Whether it may be bought.
    pub is_active: bool,
    /// Its ticker as the market writes it.
    pub symbol: String,
    /// The address of a picture.
    pub image: Option<String>,
    /// Its place by market capitalisation, from 1.
    pub market_cap_rank: Option<u32>,
    /// Percent against 24 hours ago.
    pub price_change_percentage_24h: Option<Figure>,
    /// USD.
    pub market_cap: Option<Figure>,
    /// USD traded in 24 hours.
    pub total_volume_24h: Option<Figure>,
    /// When the price was seen.
    pub price_updated_at: Option<Timestamp>,
    /// Whether the price is too old to trade on.
    pub stale: bool,
    /// Whether it may be bought, in a word.
    pub availability_status: Availability,
    /// USD against 24 hours ago.
    pub price_change_24h: Option<Figure>,
    /// Percent against 7 days ago.
    pub price_change_percentage_7d: Option<Figure>,
    /// Percent against 30 days ago.
    pub price_change_percentage_30d: Option<Figure>,
    /// Highest price of the last 24 hours.
    pub high_24h: Option<Figure>,
    /// Lowest price of the last 24 hours.
    pub low_24h: Option<Figure>,
    /// Units in circulation.
    pub circulating_supply: Option<Figure>,
    /// Units in existence.
    pub total_supply: Option<Figure>,
    /// The most units there will ever be.
    pub max_supply: Option<Figure>,
    /// All-time high in USD.
    pub ath: Option<Figure>,
    /// Percent of the price against the all-time high.
    pub ath_change_percentage: Option<Figure>,
    /// When the all-time high was.
    pub ath_date: Option<Timestamp>,
    /// All-time low in USD.
    pub atl: Option<Figure>,
    /// Percent of the price against the all-time low.
    pub atl_change_percentage: Option<Figure>,
    /// When the all-time low was.
    pub atl_date: Option<Timestamp>,
    /// When these facts were seen.
    pub last_updated: Option<Timestamp>,
}
