//! What happened to an account: the facts that its history keeps.

use crate::asset_id::AssetId;
use crate::money::{Price, Quantity, Usd};
use crate::order::{Side, TransactionType};

/// One change of an account. Amounts are positive; the kind says which way they went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// Money was paid in.
    Deposit(Usd),
    /// Money was paid out.
    Withdrawal(Usd),
    /// The system gave money.
    RedPocket(RedPocket),
    /// An asset was bought or sold.
    Trade(Trade),
}

/// A claim of the day, and what it brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RedPocket {
    /// What was in it.
    pub amount: Usd,
    /// Whether the phrase was one of the list.
    pub big: bool,
}

/// An execution: an asset against cash at one price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trade {
    /// Which way the asset went.
    pub side: Side,
    /// What was traded.
    pub asset_id: AssetId,
    /// How much of it.
    pub quantity: Quantity,
    /// For how much each.
    pub price: Price,
    /// The cost, rounded up, or the proceeds, rounded down.
    pub total: Usd,
}

impl Entry {
    /// How the balance history names it.
    pub fn transaction_type(&self) -> TransactionType {
        match self {
            Self::Deposit(_) => TransactionType::Deposit,
            Self::Withdrawal(_) => TransactionType::Withdraw,
            Self::RedPocket(_) => TransactionType::SystemAdjustment,
            Self::Trade(Trade { side: Side::Buy, .. }) => TransactionType::OrderPayment,
            Self::Trade(Trade { side: Side::Sell, .. }) => TransactionType::OrderSale,
        }
    }

    /// What it does to the cash: negative where money leaves the account.
    pub fn cash_change(&self) -> Usd {
        match self {
            Self::Deposit(amount) | Self::RedPocket(RedPocket { amount, .. }) => *amount,
            Self::Withdrawal(amount) => amount.negated(),
            Self::Trade(Trade { side: Side::Sell, total, .. }) => *total,
            Self::Trade(Trade { side: Side::Buy, total, .. }) => total.negated(),
        }
    }
}

impl Trade {
    /// What this trade's quantity comes to at its price, rounded as its side demands.
    pub fn expected_total(&self) -> Usd {
        match self.side {
            Side::Buy => self.price.cost_rounded_up(self.quantity),
            Side::Sell => self.price.value_rounded_down(self.quantity),
        }
    }
}
