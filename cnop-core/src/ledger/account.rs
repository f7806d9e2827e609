//! One user's money and assets.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::entry::{Entry, RedPocket, Trade};
use super::holding::{Holding, MAX_CASH};
use crate::asset_id::AssetId;
use crate::money::{Quantity, Usd};
use crate::order::{Side, TransactionType};
use crate::time::Timestamp;

/// Everything a user owns, and what today's limits have used up. It never holds more back than it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account(AccountState);

/// An account's parts, as they are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountState {
    /// All cash: what is available and what is held.
    pub cash: Usd,
    /// What open buy orders have set aside.
    pub held: Usd,
    /// The last day on which money moved in or out, and how much.
    pub day: DayTotals,
    /// The day of the last claimed red pocket.
    pub claimed_on: Option<Date>,
    /// How many entries there are of each kind.
    pub counts: EntryCounts,
    /// Every asset ever held; those at quantity 0 too.
    pub holdings: BTreeMap<AssetId, Holding>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When an entry was last posted, or something set aside or released.
    pub updated_at: Timestamp,
}

/// What was moved in and out on one UTC day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayTotals {
    /// The day.
    pub day: Date,
    /// The sum of its deposits.
    pub deposited: Usd,
    /// The sum of its withdrawals.
    pub withdrawn: Usd,
}

/// How many entries of each kind an account has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EntryCounts([u64; TransactionType::ALL.len()]);

/// What an open order sets aside. It still belongs to the account, and can be neither spent nor sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// Cash, for a purchase.
    Cash(Usd),
    /// An asset, for its sale.
    Asset(AssetId, Quantity),
}

/// Why an entry cannot be posted. Neither happens to what [`super::decide()`] let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// It would take away more than is there.
    #[error("it takes more than there is")]
    Overdrawn,
    /// It would lead beyond what an account can hold.
    #[error("it leads beyond what an account can hold")]
    OutOfRange,
}

impl DayTotals {
    /// A day on which nothing has moved yet.
    pub fn none_on(day: Date) -> Self {
        Self { day, deposited: Usd::ZERO, withdrawn: Usd::ZERO }
    }
}

impl EntryCounts {
    /// How many entries of one kind there are.
    pub fn of(&self, kind: TransactionType) -> u64 {
        self.0[kind as usize]
    }

    /// How many entries there are.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// From the number of each kind.
    pub fn new(number_of: impl Fn(TransactionType) -> u64) -> Self {
        let mut counts = Self::default();
        for kind in TransactionType::ALL {
            counts.0[*kind as usize] = number_of(*kind);
        }
        counts
    }
}

impl Account {
    /// A new account.
    pub fn opened(at: Timestamp) -> Self {
        Self(AccountState {
            cash: Usd::ZERO,
            held: Usd::ZERO,
            day: DayTotals::none_on(at.day()),
            claimed_on: None,
            counts: EntryCounts::default(),
            holdings: BTreeMap::new(),
            created_at: at,
            updated_at: at,
        })
    }

    /// An account from its stored parts.
    ///
    /// # Errors
    /// [`PostError::Overdrawn`] where more is held than owned, or something is negative.
    pub fn restore(state: AccountState) -> Result<Self, PostError> {
        let sound = |holding: &Holding| holding.held <= holding.quantity && holding.basis >= Usd::ZERO;
        if state.held < Usd::ZERO || state.cash < state.held || !state.holdings.values().all(sound) {
            return Err(PostError::Overdrawn);
        }
        Ok(Self(state))
    }

    /// Its parts.
    pub fn state(&self) -> &AccountState {
        &self.0
    }

    /// What can be spent or withdrawn.
    pub fn available(&self) -> Usd {
        self.0.cash.checked_sub(self.0.held).expect("never more held than owned")
    }

    /// What was moved in and out on `day`.
    pub fn totals_on(&self, day: Date) -> DayTotals {
        if self.0.day.day == day { self.0.day } else { DayTotals::none_on(day) }
    }

    /// One asset, if it was ever held.
    pub fn holding(&self, asset_id: AssetId) -> Option<&Holding> {
        self.0.holdings.get(&asset_id)
    }

    /// What can be sold of an asset.
    pub fn available_of(&self, asset_id: AssetId) -> Quantity {
        self.holding(asset_id).map_or(Quantity::ZERO, Holding::available)
    }

    /// Sets something aside. What is owned stays as it is, so it is no entry of the history.
    ///
    /// # Errors
    /// [`PostError::Overdrawn`] where less is available; the account is then as it was.
    pub fn set_aside(&mut self, hold: Hold, at: Timestamp) -> Result<(), PostError> {
        match hold {
            Hold::Cash(amount) if amount < Usd::ZERO || amount > self.available() => return Err(PostError::Overdrawn),
            Hold::Cash(amount) => self.0.held = added(self.0.held, amount)?,
            Hold::Asset(asset_id, quantity) => {
                let holding = self.0.holdings.get_mut(&asset_id).ok_or(PostError::Overdrawn)?;
                *holding = holding.set_aside(quantity, at).ok_or(PostError::Overdrawn)?;
            }
        }
        self.0.updated_at = at;
        Ok(())
    }

    /// Makes available again what was set aside.
    ///
    /// # Errors
    /// [`PostError::Overdrawn`] where less is held; the account is then as it was.
    pub fn release(&mut self, hold: Hold, at: Timestamp) -> Result<(), PostError> {
        match hold {
            Hold::Cash(amount) => {
                let held = self.0.held.checked_sub(amount).filter(|held| *held >= Usd::ZERO && amount >= Usd::ZERO);
                self.0.held = held.ok_or(PostError::Overdrawn)?;
            }
            Hold::Asset(asset_id, quantity) => {
                let holding = self.0.holdings.get_mut(&asset_id).ok_or(PostError::Overdrawn)?;
                *holding = holding.release(quantity, at).ok_or(PostError::Overdrawn)?;
            }
        }
        self.0.updated_at = at;
        Ok(())
    }

    /// Posts an entry: the only way in which what is owned changes.
    ///
    /// # Errors
    /// [`PostError`]; the account is then as it was.
    pub fn post(&mut self, entry: &Entry, at: Timestamp) -> Result<(), PostError> {
        let cash = self.0.cash.checked_add(entry.cash_change()).filter(|cash| *cash <= MAX_CASH);
        let cash = cash.ok_or(PostError::OutOfRange)?;
        if cash < self.0.held {
            return Err(PostError::Overdrawn);
        }
        let mut day = self.totals_on(at.day());
        match entry {
            Entry::Deposit(amount) => day.deposited = added(day.deposited, *amount)?,
            Entry::Withdrawal(amount) => day.withdrawn = added(day.withdrawn, *amount)?,
            Entry::RedPocket(RedPocket { .. }) => self.0.claimed_on = Some(at.day()),
            Entry::Trade(trade) => self.post_trade(trade, at)?,
        }
        self.0.cash = cash;
        self.0.day = day;
        self.0.counts.0[entry.transaction_type() as usize] += 1;
        self.0.updated_at = at;
        Ok(())
    }

    fn post_trade(&mut self, trade: &Trade, at: Timestamp) -> Result<(), PostError> {
        let before = self.holding(trade.asset_id).cloned().unwrap_or_else(|| Holding::opened(at));
        let after = match trade.side {
            Side::Buy => before.bought(trade.quantity, trade.total, at).ok_or(PostError::OutOfRange)?,
            Side::Sell => before.sold(trade.quantity, at).ok_or(PostError::Overdrawn)?,
        };
        self.0.holdings.insert(trade.asset_id, after);
        Ok(())
    }
}

fn added(sum: Usd, amount: Usd) -> Result<Usd, PostError> {
    sum.checked_add(amount).ok_or(PostError::OutOfRange)
}
