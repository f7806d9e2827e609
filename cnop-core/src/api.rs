//! What travels between client and server, as the HTTP contract names it.
//!
//! Plain structs without behaviour: exact JSON numbers do not survive `flatten` or untagged enums.

mod account;
mod auth;
mod market;
mod orders;
mod portfolio;
mod problem;

pub use account::{
    AssetBalance, AssetBalanceNumbers, Balance, ClaimAnswer, ClaimRequest, DailyLimitState, Limits, MoneyMoved,
    Transaction, TransactionPage, TransferRequest,
};
pub use auth::{
    LoginRequest, Message, PasswordChange, ProfileUpdate, ProfileUpdated, RegisterRequest, TokenAnswer, User,
};
pub use market::{Asset, AssetDetail, AssetList, Availability};
pub use orders::{AssetTransaction, AssetTransactionPage, Order, OrderPage, OrderRequest, SettleAnswer, SettleOutcome};
pub use portfolio::{Insight, Portfolio, PortfolioAsset};
pub use problem::{Code, Problem};

use serde::{Deserialize, Serialize};

/// An answer that stands under `data`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data<T> {
    /// The answer.
    pub data: T,
}

/// The state of the server and its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// `healthy`, or `degraded` while orders cannot be taken.
    pub status: String,
    /// Always `cnop-server`.
    pub service: String,
    /// The server's version.
    pub version: String,
    /// Each part.
    pub checks: HealthChecks,
}

/// The state of the server's parts: `healthy`, or what is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthChecks {
    /// The store and its writer.
    pub database: String,
    /// The price feed.
    pub market: String,
    /// What writes insights.
    pub insights: String,
}
