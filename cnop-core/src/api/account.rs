//! Balance, limits, transactions and the red pocket.

use serde::{Deserialize, Serialize};

use crate::asset_id::AssetId;
use crate::ids::TransactionId;
use crate::money::{Number, Price, Quantity, TransferAmount, Usd};
use crate::order::{TransactionStatus, TransactionType};
use crate::time::Timestamp;

/// `GET /balance`; current = available + held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Balance {
    /// All cash.
    pub current_balance: Usd,
    /// What can be spent or withdrawn.
    pub available_balance: Usd,
    /// What open orders have set aside.
    pub held_balance: Usd,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// `POST /balance/deposit` and `/balance/withdraw`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TransferRequest {
    /// How much.
    pub amount: TransferAmount,
}

/// The answer to a deposit or a withdrawal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MoneyMoved {
    /// Always true: a refusal is a problem.
    pub success: bool,
    /// What was done.
    pub message: String,
    /// Its entry in the balance history.
    pub transaction_id: TransactionId,
    /// When.
    pub timestamp: Timestamp,
}

/// One change of the balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Transaction {
    /// Its id.
    pub transaction_id: TransactionId,
    /// Why the balance changed.
    pub transaction_type: TransactionType,
    /// By how much; negative where money left.
    pub amount: Usd,
    /// How far it has come.
    pub status: TransactionStatus,
    /// When.
    pub created_at: Timestamp,
    /// A sentence about it.
    pub description: String,
    /// The order behind it.
    pub reference_id: Option<String>,
    /// The current balance after it.
    pub balance_after: Usd,
}

/// `GET /balance/transactions`, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TransactionPage {
    /// This page.
    pub transactions: Vec<Transaction>,
    /// All of the type asked for.
    pub total_count: u64,
    /// Where the next page begins; `None` on the last.
    pub next_cursor: Option<String>,
}

/// `GET /balance/limits`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Limits {
    /// Of money paid in.
    pub deposit: DailyLimitState,
    /// Of money paid out.
    pub withdraw: DailyLimitState,
}

/// A daily limit and what is left of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DailyLimitState {
    /// How much a UTC day.
    pub limit: Usd,
    /// How much of it is used.
    pub used: Usd,
    /// How much is left.
    pub remaining: Usd,
    /// When it is whole again.
    pub resets_at: Timestamp,
}

/// `GET /balance/asset/{id}`: the one place where the contract keeps ledger figures as numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssetBalanceNumbers {
    /// Which asset.
    pub asset_id: AssetId,
    /// Its name.
    pub asset_name: String,
    /// How much is owned.
    pub quantity: Quantity,
    /// The last known price; `None` where there never was one.
    pub current_price: Option<Number<Price>>,
    /// What it is worth, rounded down.
    pub total_value: Option<Number<Usd>>,
    /// When the first of it was bought.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// One of `GET /assets/balances`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssetBalance {
    /// Which asset.
    pub asset_id: AssetId,
    /// Its name.
    pub asset_name: String,
    /// How much is owned.
    pub quantity: Quantity,
    /// What open sell orders have set aside of it.
    pub held_quantity: Quantity,
    /// The last known price; `None` where there never was one.
    pub current_price: Option<Price>,
    /// What it is worth, rounded down.
    pub total_value: Option<Usd>,
    /// When the first of it was bought.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// `POST /cny/claim`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClaimRequest {
    /// What was typed.
    pub phrase: String,
}

/// What the red pocket held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClaimAnswer {
    /// Always true: a refusal is a problem.
    pub success: bool,
    /// A wish.
    pub message: String,
    /// What was in it.
    pub amount: Usd,
    /// Whether the phrase was one of the list.
    pub got_red_pocket: bool,
    /// When.
    pub timestamp: Timestamp,
}
