//! An account in one row: an order reads and writes it whole, and a portfolio needs nothing else.

use cnop_core::asset_id::AssetId;
use cnop_core::ledger::{Account, AccountState, DayTotals, EntryCounts, Holding};
use cnop_core::money::{Quantity, Usd};
use cnop_core::order::TransactionType;
use cnop_core::time::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::store::codec::{Row, unreadable};
use crate::store::failure::StorageFailure;

/// A UTC day as year, month and day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct DayRow(i16, i8, i8);

/// See [`AccountState`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct AccountRow {
    cash: Usd,
    held: Usd,
    day: DayRow,
    deposited: Usd,
    withdrawn: Usd,
    claimed_on: Option<DayRow>,
    counts: CountsRow,
    holdings: Vec<HoldingRow>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// See [`EntryCounts`]; the fields' order is the row's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct CountsRow {
    deposits: u64,
    withdrawals: u64,
    payments: u64,
    sales: u64,
    adjustments: u64,
}

impl From<EntryCounts> for CountsRow {
    fn from(counts: EntryCounts) -> Self {
        Self {
            deposits: counts.of(TransactionType::Deposit),
            withdrawals: counts.of(TransactionType::Withdraw),
            payments: counts.of(TransactionType::OrderPayment),
            sales: counts.of(TransactionType::OrderSale),
            adjustments: counts.of(TransactionType::SystemAdjustment),
        }
    }
}

impl From<CountsRow> for EntryCounts {
    fn from(row: CountsRow) -> Self {
        let CountsRow { deposits, withdrawals, payments, sales, adjustments } = row;
        Self::new(|kind| match kind {
            TransactionType::Deposit => deposits,
            TransactionType::Withdraw => withdrawals,
            TransactionType::OrderPayment => payments,
            TransactionType::OrderSale => sales,
            TransactionType::SystemAdjustment => adjustments,
        })
    }
}

/// See [`Holding`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct HoldingRow {
    asset_id: AssetId,
    quantity: Quantity,
    held: Quantity,
    basis: Usd,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl Row for AccountRow {
    const WHAT: &'static str = "account";
}

impl From<Date> for DayRow {
    fn from(date: Date) -> Self {
        Self(date.year(), date.month(), date.day())
    }
}

impl DayRow {
    fn date(self) -> Result<Date, StorageFailure> {
        Date::new(self.0, self.1, self.2).map_err(|error| unreadable(AccountRow::WHAT, error.to_string()))
    }
}

impl From<&Account> for AccountRow {
    fn from(account: &Account) -> Self {
        let AccountState { cash, held, day, claimed_on, counts, holdings, created_at, updated_at } = account.state();
        Self {
            cash: *cash,
            held: *held,
            day: day.day.into(),
            deposited: day.deposited,
            withdrawn: day.withdrawn,
            claimed_on: claimed_on.map(DayRow::from),
            counts: (*counts).into(),
            holdings: holdings.iter().map(|(asset_id, holding)| HoldingRow::new(*asset_id, holding)).collect(),
            created_at: *created_at,
            updated_at: *updated_at,
        }
    }
}

impl HoldingRow {
    fn new(asset_id: AssetId, holding: &Holding) -> Self {
        let Holding { quantity, held, basis, created_at, updated_at } = holding.clone();
        Self { asset_id, quantity, held, basis, created_at, updated_at }
    }

    fn into_holding(self) -> (AssetId, Holding) {
        let Self { asset_id, quantity, held, basis, created_at, updated_at } = self;
        (asset_id, Holding { quantity, held, basis, created_at, updated_at })
    }
}

impl TryFrom<AccountRow> for Account {
    type Error = StorageFailure;

    fn try_from(row: AccountRow) -> Result<Self, StorageFailure> {
        let state = AccountState {
            cash: row.cash,
            held: row.held,
            day: DayTotals { day: row.day.date()?, deposited: row.deposited, withdrawn: row.withdrawn },
            claimed_on: row.claimed_on.map(DayRow::date).transpose()?,
            counts: row.counts.into(),
            holdings: row.holdings.into_iter().map(HoldingRow::into_holding).collect(),
            created_at: row.created_at,
            updated_at: row.updated_at,
        };
        Self::restore(state).map_err(|error| unreadable(AccountRow::WHAT, error.to_string()))
    }
}
