//! Why an order would be refused at this moment.

use std::fmt;

use crate::api::Code;
use crate::asset_id::AssetId;
use crate::ledger::Refused;

/// What stands in the way. A moment later another price may stand there, and another answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// The asset can only be sold.
    NotForSale(AssetId),
    /// There is no price, or only an old one.
    NoCurrentPrice(AssetId),
    /// A rule of the ledger.
    Rule(Refused),
}

impl Obstacle {
    /// The code with which the server would refuse it.
    pub fn code(&self) -> Code {
        match self {
            Self::NotForSale(_) => Code::AssetNotTradable,
            Self::NoCurrentPrice(_) => Code::PriceUnavailable,
            Self::Rule(Refused::InsufficientFunds { .. }) => Code::InsufficientFunds,
            Self::Rule(Refused::InsufficientAssets { .. }) => Code::InsufficientAssets,
            Self::Rule(Refused::DailyLimitExceeded { .. }) => Code::DailyLimitExceeded,
            Self::Rule(Refused::OrderValueExceeded { .. }) => Code::OrderValueExceeded,
            Self::Rule(Refused::TooManyOpenOrders { .. }) => Code::TooManyOpenOrders,
            Self::Rule(Refused::AlreadyClaimedToday { .. }) => Code::AlreadyClaimedToday,
            Self::Rule(Refused::WorthNothing(..) | Refused::TooLarge) => Code::ValidationFailed,
        }
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotForSale(id) => {
                write!(out, "{id} cannot be bought at the moment; what is owned of it can be sold.")
            }
            Self::NoCurrentPrice(id) => write!(out, "There is no current price of {id} to trade at."),
            Self::Rule(refused) => refused.fmt(out),
        }
    }
}
