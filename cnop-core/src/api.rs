//! What travels between client and server, as the HTTP contract names it.
//!
//! Plain structs without behaviour: exact JSON numbers do not survive `flatten` or untagged enums.

mod account;
mod admin;
mod auth;
mod candles;
mod health;
mod market;
mod orders;
mod portfolio;
mod problem;
mod stream;

pub use account::{
    AssetBalance, AssetBalanceNumbers, Balance, ClaimAnswer, ClaimRequest, DailyLimitState, Limits, MoneyMoved,
    Transaction, TransactionPage, TransferRequest,
};
pub use admin::{
    AssetUpdate, AssetUpdated, AuditEntry, AuditOutcome, AuditPage, IpBlock, IpBlockRequest, UserAccess, UserUpdate,
    VerifyFinding, VerifyReport,
};
pub use auth::{
    LoginRequest, Message, PasswordChange, ProfileUpdate, ProfileUpdated, RegisterRequest, TokenAnswer, User,
};
pub use candles::{Candle, CandleList, Interval};
pub use health::{BreakerState, Health, HealthChecks, MarketHealth, MarketState};
pub use market::{Asset, AssetDetail, AssetList, Availability};
pub use orders::{AssetTransaction, AssetTransactionPage, Order, OrderPage, OrderRequest, SettleAnswer, SettleOutcome};
pub use portfolio::{Insight, Portfolio, PortfolioAsset};
pub use problem::{Code, Problem};
pub use stream::{Lagged, PriceUpdate, Prices, Topic, UnknownTopic};

use serde::{Deserialize, Serialize};

/// An answer that stands under `data`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Data<T> {
    /// The answer.
    pub data: T,
}
