//! Why a command on an account is refused. The sentences are what the user reads.

use std::fmt;

use crate::asset_id::AssetId;
use crate::money::{Quantity, Usd};
use crate::time::Timestamp;

/// What money was wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To pay it out.
    Withdrawal,
    /// To buy so much of an asset.
    Purchase {
        /// What.
        asset_id: AssetId,
        /// How much.
        quantity: Quantity,
    },
}

/// Which daily limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DailyLimit {
    /// Of money paid in.
    Deposit,
    /// Of money paid out.
    Withdrawal,
}

/// Why a command changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Less cash is available than is needed.
    #[error("{purpose} {}; {} is available.", needed.dollars(), available.dollars())]
    InsufficientFunds {
        /// What for.
        purpose: Purpose,
        /// How much.
        needed: Usd,
        /// How much there is.
        available: Usd,
    },
    /// Less of the asset is available than is to be sold.
    #[error("Selling {wanted} {asset_id} is not possible; {available} {asset_id} is available.")]
    InsufficientAssets {
        /// What.
        asset_id: AssetId,
        /// How much was to be sold.
        wanted: Quantity,
        /// How much there is.
        available: Quantity,
    },
    /// The day's limit leaves less than was asked.
    #[error(
        "The daily {which} limit is {}; {} of it is used, {} is left until it resets at {resets_at}.",
        limit.dollars(), used.dollars(), limit.checked_sub(*used).unwrap_or_default().max(Usd::ZERO).dollars()
    )]
    DailyLimitExceeded {
        /// Which limit.
        which: DailyLimit,
        /// How much a day.
        limit: Usd,
        /// How much of it is used.
        used: Usd,
        /// When it is whole again.
        resets_at: Timestamp,
    },
    /// The order is worth more than an order may be.
    #[error("An order may be worth at most {}; {quantity} {asset_id} come to {}.", max.dollars(), value.dollars())]
    OrderValueExceeded {
        /// What was ordered.
        asset_id: AssetId,
        /// How much.
        quantity: Quantity,
        /// What it comes to.
        value: Usd,
        /// What it may come to.
        max: Usd,
    },
    /// As many orders wait as may.
    #[error("At most {max} orders may wait at a time, and so many do. Cancel one, or wait until one is executed.")]
    TooManyOpenOrders {
        /// How many may wait.
        max: usize,
    },
    /// Today's red pocket is taken.
    #[error("Today's red pocket is already claimed; the next one waits from {next_at} on.")]
    AlreadyClaimedToday {
        /// When the next day begins.
        next_at: Timestamp,
    },
    /// The order is so small that it comes to nothing.
    #[error("{0} {1} come to less than the smallest amount of $0.00000001.")]
    WorthNothing(Quantity, AssetId),
    /// The account would hold more than an account can.
    #[error("The account would exceed the largest balance or holding that is possible.")]
    TooLarge,
}

impl fmt::Display for Purpose {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Withdrawal => out.write_str("The withdrawal needs"),
            Self::Purchase { asset_id, quantity } => write!(out, "Buying {quantity} {asset_id} costs"),
        }
    }
}

impl fmt::Display for DailyLimit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Deposit => "deposit",
            Self::Withdrawal => "withdrawal",
        })
    }
}
