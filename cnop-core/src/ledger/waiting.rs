//! Orders that wait for their price: what they set aside, and how each of them ends, once.

use super::account::{Account, Hold, PostError};
use super::decide::{Limits, has_assets, has_funds, within_order_value};
use super::entry::{Entry, Trade};
use super::refused::{Purpose, Refused};
use crate::ids::Sequence;
use crate::money::{Price, Usd};
use crate::order::{LimitOrder, LimitState, Side, WhyCancelled};
use crate::time::Timestamp;

/// Orders of one user that may wait at a time: the contract's number.
pub const MAX_OPEN_ORDERS: usize = 200;

/// What a waiting order meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A price of the market.
    Price(Price),
    /// The wish to take it back.
    Cancel(WhyCancelled),
    /// A moment at which its time may be over.
    Deadline,
}

/// How an order ended, and what that did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The account with nothing of this order's held any more.
    pub account: Account,
    /// The order in its last state.
    pub order: LimitOrder,
    /// The execution, if there was one.
    pub trade: Option<Trade>,
}

impl LimitOrder {
    /// What it sets aside while it waits: the cost at its limit, rounded up, or the quantity.
    pub fn hold(&self) -> Hold {
        match self.side {
            Side::Buy => Hold::Cash(self.limit.cost_rounded_up(self.quantity)),
            Side::Sell => Hold::Asset(self.asset_id, self.quantity),
        }
    }

    /// Its execution as it was recorded, if there was one.
    pub fn execution(&self) -> Option<Trade> {
        match self.state {
            LimitState::Completed { price, total, .. } => Some(Trade { total, ..self.trade_at(price) }),
            _ => None,
        }
    }

    /// What its execution at `price` would be.
    pub fn trade_at(&self, price: Price) -> Trade {
        let Self { side, asset_id, quantity, .. } = *self;
        let total = match side {
            Side::Buy => price.cost_rounded_up(quantity),
            Side::Sell => price.value_rounded_down(quantity),
        };
        Trade { side, asset_id, quantity, price, total }
    }
}

/// Sets aside what a new order needs, beside `open` others of the user, and answers the account. Its value is what it
/// comes to at its limit: for a purchase the most it can cost, for a sale the least it can bring.
///
/// # Errors
/// [`Refused`]: nothing changes.
pub fn place(
    account: &Account,
    order: &LimitOrder,
    open: usize,
    now: Timestamp,
    limits: &Limits,
) -> Result<Account, Refused> {
    let LimitOrder { side, asset_id, quantity, limit, .. } = *order;
    let value = order.trade_at(limit).total;
    within_order_value(asset_id, quantity, value, limits)?;
    if open >= MAX_OPEN_ORDERS {
        return Err(Refused::TooManyOpenOrders { max: MAX_OPEN_ORDERS });
    }
    match side {
        Side::Buy => has_funds(account, Purpose::Purchase { asset_id, quantity }, value)?,
        Side::Sell => has_assets(account, asset_id, quantity)?,
    }
    if value == Usd::ZERO {
        return Err(Refused::WorthNothing(quantity, asset_id));
    }
    let mut account = account.clone();
    account.set_aside(order.hold(), now).map_err(|_| Refused::TooLarge)?;
    Ok(account)
}

/// Decides what an order does about an event at `at`. `None` where it does not wait, or waits on: so of several events
/// at once exactly one ends it.
///
/// # Errors
/// [`PostError`] where less is held than this order set aside, which [`place`] rules out.
pub fn meet(account: &Account, order: &LimitOrder, event: Event, at: Sequence) -> Result<Option<Ended>, PostError> {
    let over = order.is_over(at.time());
    let ending = match event {
        _ if !order.is_open() => return Ok(None),
        Event::Cancel(why) => LimitState::Cancelled { at, why },
        Event::Price(_) | Event::Deadline if over => LimitState::Expired { at },
        Event::Price(price) if order.takes(price) => return execute(account, order, price, at).map(Some),
        Event::Price(_) | Event::Deadline => return Ok(None),
    };
    let account = released(account, order, at)?;
    Ok(Some(Ended { account, order: LimitOrder { state: ending, ..order.clone() }, trade: None }))
}

/// A trade that the account cannot take, because it would own more than an account can, fails for good.
fn execute(account: &Account, order: &LimitOrder, price: Price, at: Sequence) -> Result<Ended, PostError> {
    let released = released(account, order, at)?;
    let trade = order.trade_at(price);
    let mut traded = released.clone();
    Ok(match traded.post(&Entry::Trade(trade), at.time()) {
        Ok(()) => {
            let state = LimitState::Completed { at, price, total: trade.total };
            Ended { account: traded, order: LimitOrder { state, ..order.clone() }, trade: Some(trade) }
        }
        Err(_) => {
            let state = LimitState::Failed { at };
            Ended { account: released, order: LimitOrder { state, ..order.clone() }, trade: None }
        }
    })
}

fn released(account: &Account, order: &LimitOrder, at: Sequence) -> Result<Account, PostError> {
    let mut account = account.clone();
    account.release(order.hold(), at.time())?;
    Ok(account)
}

#[cfg(test)]
mod tests;
