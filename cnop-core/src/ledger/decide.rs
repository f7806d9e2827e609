//! Where an order, a deposit, a withdrawal and a claim are decided.

use super::account::{Account, PostError};
use super::entry::{Entry, RedPocket, Trade};
use super::refused::{DailyLimit, Purpose, Refused};
use crate::asset_id::AssetId;
use crate::money::{OrderQuantity, Price, Quantity, TransferAmount, Usd};
use crate::order::{BuySize, Side};
use crate::time::Timestamp;

/// What a user may do in a day and in an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most paid in a UTC day.
    pub daily_deposit: Usd,
    /// The most paid out a UTC day.
    pub daily_withdrawal: Usd,
    /// The most an order may be worth.
    pub max_order_value: Usd,
}

/// What is asked of an account. Prices are those of the moment of execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Pay in.
    Deposit(TransferAmount),
    /// Pay out.
    Withdraw(TransferAmount),
    /// Open today's red pocket.
    Claim(RedPocket),
    /// Buy now.
    Buy {
        /// What.
        asset_id: AssetId,
        /// How much.
        size: BuySize,
        /// For how much each.
        price: Price,
    },
    /// Sell now.
    Sell {
        /// What.
        asset_id: AssetId,
        /// How much.
        quantity: OrderQuantity,
        /// For how much each.
        price: Price,
    },
}

/// What a command does: the account after it, and the entry for its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effects {
    /// The account after the entry.
    pub account: Account,
    /// What happened.
    pub entry: Entry,
}

/// Decides a command. The caller read `account` and any price, and stores what comes back, whole or not at all.
///
/// # Errors
/// [`Refused`]: nothing changes.
pub fn decide(account: &Account, command: Command, now: Timestamp, limits: &Limits) -> Result<Effects, Refused> {
    let entry = match command {
        Command::Deposit(amount) => deposit(account, amount.get(), now, limits)?,
        Command::Withdraw(amount) => withdraw(account, amount.get(), now, limits)?,
        Command::Claim(pocket) => claim(account, pocket, now)?,
        Command::Buy { asset_id, size, price } => buy(account, asset_id, size, price, limits)?,
        Command::Sell { asset_id, quantity, price } => sell(account, asset_id, quantity.get(), price, limits)?,
    };
    let mut account = account.clone();
    match account.post(&entry, now) {
        Ok(()) => Ok(Effects { account, entry }),
        Err(PostError::OutOfRange | PostError::Overdrawn) => Err(Refused::TooLarge),
    }
}

fn deposit(account: &Account, amount: Usd, now: Timestamp, limits: &Limits) -> Result<Entry, Refused> {
    let used = account.totals_on(now.day()).deposited;
    within_daily_limit(DailyLimit::Deposit, limits.daily_deposit, used, amount, now)?;
    Ok(Entry::Deposit(amount))
}

fn withdraw(account: &Account, amount: Usd, now: Timestamp, limits: &Limits) -> Result<Entry, Refused> {
    has_funds(account, Purpose::Withdrawal, amount)?;
    let used = account.totals_on(now.day()).withdrawn;
    within_daily_limit(DailyLimit::Withdrawal, limits.daily_withdrawal, used, amount, now)?;
    Ok(Entry::Withdrawal(amount))
}

fn claim(account: &Account, pocket: RedPocket, now: Timestamp) -> Result<Entry, Refused> {
    if account.state().claimed_on == Some(now.day()) {
        return Err(Refused::AlreadyClaimedToday { next_at: now.next_day() });
    }
    Ok(Entry::RedPocket(pocket))
}

/// The cost rounds up, so that rounding never favours the buyer.
/// An amount always buys something: a cent at the highest price is the smallest quantity.
fn buy(account: &Account, asset_id: AssetId, size: BuySize, price: Price, limits: &Limits) -> Result<Entry, Refused> {
    let quantity = match size {
        BuySize::Quantity(quantity) => quantity.get(),
        BuySize::Amount(amount) => price.quantity_for(amount.get()).ok_or(Refused::TooLarge)?,
    };
    let total = price.cost_rounded_up(quantity);
    within_order_value(asset_id, quantity, total, limits)?;
    has_funds(account, Purpose::Purchase { asset_id, quantity }, total)?;
    Ok(Entry::Trade(Trade { side: Side::Buy, asset_id, quantity, price, total }))
}

/// The proceeds round down; a sale that would bring nothing is refused.
fn sell(
    account: &Account,
    asset_id: AssetId,
    quantity: Quantity,
    price: Price,
    limits: &Limits,
) -> Result<Entry, Refused> {
    let total = price.value_rounded_down(quantity);
    within_order_value(asset_id, quantity, total, limits)?;
    has_assets(account, asset_id, quantity)?;
    if total == Usd::ZERO {
        return Err(Refused::WorthNothing(quantity, asset_id));
    }
    Ok(Entry::Trade(Trade { side: Side::Sell, asset_id, quantity, price, total }))
}

pub(super) fn has_assets(account: &Account, asset_id: AssetId, wanted: Quantity) -> Result<(), Refused> {
    let available = account.available_of(asset_id);
    if wanted > available {
        return Err(Refused::InsufficientAssets { asset_id, wanted, available });
    }
    Ok(())
}

pub(super) fn has_funds(account: &Account, purpose: Purpose, needed: Usd) -> Result<(), Refused> {
    let available = account.available();
    if needed > available {
        return Err(Refused::InsufficientFunds { purpose, needed, available });
    }
    Ok(())
}

pub(super) fn within_order_value(
    asset_id: AssetId,
    quantity: Quantity,
    value: Usd,
    limits: &Limits,
) -> Result<(), Refused> {
    let max = limits.max_order_value;
    if value > max {
        return Err(Refused::OrderValueExceeded { asset_id, quantity, value, max });
    }
    Ok(())
}

fn within_daily_limit(which: DailyLimit, limit: Usd, used: Usd, amount: Usd, now: Timestamp) -> Result<(), Refused> {
    if used.checked_add(amount).is_none_or(|sum| sum > limit) {
        return Err(Refused::DailyLimitExceeded { which, limit, used, resets_at: now.next_day() });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
