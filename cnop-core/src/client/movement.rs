//! Everything that moves money, through one door.

use super::{Client, ClientError, Done};
use crate::ids::IdempotencyKey;
use crate::ticket::{Movement, Receipt};

impl Client {
    /// Sends `movement` exactly once; however often it is sent under one key, the money moves once.
    ///
    /// # Errors
    /// [`ClientError`]. Where [`ClientError::leaves_outcome_unknown`], [`Client::settle`] tells what became of it.
    pub async fn move_money(&self, movement: &Movement, key: &IdempotencyKey) -> Result<Done<Receipt>, ClientError> {
        Ok(match movement {
            Movement::Order(order) => self.place_order(&order.into(), key).await?.map(Receipt::Order),
            Movement::Deposit(amount) => self.deposit(*amount, key).await?.map(Receipt::Moved),
            Movement::Withdrawal(amount) => self.withdraw(*amount, key).await?.map(Receipt::Moved),
            Movement::Claim { phrase } => self.claim(phrase, key).await?.map(Receipt::Claimed),
        })
    }
}

impl<T> Done<T> {
    fn map<U>(self, into: impl FnOnce(T) -> U) -> Done<U> {
        Done { answer: into(self.answer), replayed: self.replayed }
    }
}
