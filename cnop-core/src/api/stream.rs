//! The event stream: what can be asked for, and the data of each event.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::asset_id::AssetId;
use crate::money::{Figure, Number, Price};
use crate::time::Timestamp;

/// What a stream tells of. Orders and the balance are those of the token's user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// Prices, a tick at a time.
    Prices,
    /// Each of the user's orders whenever it is placed, executed, cancelled or expires.
    Orders,
    /// The user's balance after each change.
    Balance,
}

impl Topic {
    /// Every topic.
    pub const ALL: &'static [Self] = &[Self::Prices, Self::Orders, Self::Balance];

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prices => "prices",
            Self::Orders => "orders",
            Self::Balance => "balance",
        }
    }

    /// Whether it is some user's own.
    pub fn is_private(self) -> bool {
        self != Self::Prices
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

impl FromStr for Topic {
    type Err = UnknownTopic;

    fn from_str(text: &str) -> Result<Self, UnknownTopic> {
        Self::ALL.iter().copied().find(|topic| topic.as_str() == text).ok_or(UnknownTopic)
    }
}

/// The text is not a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one or more of prices, orders, balance")]
pub struct UnknownTopic;

/// Event `prices`: first everything asked for, then a tick at a time what changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Prices {
    /// When the market stood so.
    pub time: Timestamp,
    /// By rank.
    pub prices: Vec<PriceUpdate>,
}

/// The price of one asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PriceUpdate {
    /// Which asset.
    pub asset_id: AssetId,
    /// USD; `None` where it never had a price.
    pub price_usd: Option<Number<Price>>,
    /// Percent against 24 hours ago.
    pub price_change_percentage_24h: Option<Figure>,
    /// Whether the price is too old to trade on.
    pub stale: bool,
}

/// Event `lagged`: orders, balance and portfolio must be fetched anew. Prices need not: all of them follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lagged {
    /// How many events were missed; `None` where nobody can tell, as after a restart of the server.
    pub missed: Option<u64>,
}
