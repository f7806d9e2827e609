//! What is to move, and what the server answers when it did.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::api::{ClaimAnswer, Data, MoneyMoved, Order, SettleAnswer, SettleOutcome};
use crate::money::TransferAmount;
use crate::order::{BuySize, NewOrder, Side};

/// One movement of money. Its `Display` is a phrase such as `purchase of 0.5 ETH`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Movement {
    /// Buy or sell.
    Order(NewOrder),
    /// Pay in.
    Deposit(TransferAmount),
    /// Pay out.
    Withdrawal(TransferAmount),
    /// Open today's red pocket.
    Claim {
        /// What was typed.
        phrase: String,
    },
}

/// What the route answered when the money moved. As JSON it is that answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Receipt {
    /// The order as it was placed.
    Order(Order),
    /// The deposit or the withdrawal.
    Moved(MoneyMoved),
    /// What the red pocket held.
    Claimed(ClaimAnswer),
}

/// What became of a key, read as the movement's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// It was done; `None` where the answer to it cannot be read.
    Done(Option<Box<Receipt>>),
    /// It was not, and from now on never will be.
    Void,
}

impl Movement {
    /// One word for it, such as `purchase`.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::Order(NewOrder::MarketBuy { .. }) => "purchase",
            Self::Order(NewOrder::MarketSell { .. }) => "sale",
            Self::Order(NewOrder::LimitBuy(_)) => "limit purchase",
            Self::Order(NewOrder::LimitSell(_)) => "limit sale",
            Self::Deposit(_) => "deposit",
            Self::Withdrawal(_) => "withdrawal",
            Self::Claim { .. } => "claim",
        }
    }

    /// Reads what the server said about this movement's key.
    pub fn read(&self, settled: &SettleAnswer) -> Settlement {
        match settled.outcome {
            SettleOutcome::Void => Settlement::Void,
            SettleOutcome::Done => {
                let receipt = settled.answer.as_ref().and_then(|body| self.receipt(body.get()).ok());
                Settlement::Done(receipt.map(Box::new))
            }
        }
    }

    fn receipt(&self, body: &str) -> Result<Receipt, serde_json::Error> {
        match self {
            Self::Order(_) => serde_json::from_str(body).map(|answer: Data<Order>| Receipt::Order(answer.data)),
            Self::Deposit(_) | Self::Withdrawal(_) => serde_json::from_str(body).map(Receipt::Moved),
            Self::Claim { .. } => serde_json::from_str(body).map(Receipt::Claimed),
        }
    }
}

impl fmt::Display for Movement {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = self.noun();
        match self {
            Self::Order(NewOrder::MarketBuy { asset_id, size: BuySize::Amount(amount) }) => {
                write!(out, "{noun} of {asset_id} for {}", amount.get().dollars())
            }
            Self::Order(NewOrder::MarketBuy { asset_id, size: BuySize::Quantity(quantity) })
            | Self::Order(NewOrder::MarketSell { asset_id, quantity }) => {
                write!(out, "{noun} of {quantity} {asset_id}")
            }
            Self::Order(order @ (NewOrder::LimitBuy(terms) | NewOrder::LimitSell(terms))) => {
                let or_better = if order.side() == Side::Buy { "less" } else { "more" };
                let (quantity, asset_id, price) = (terms.quantity, terms.asset_id, terms.price.dollars());
                write!(out, "{noun} of {quantity} {asset_id} at {price} or {or_better}")
            }
            Self::Deposit(amount) | Self::Withdrawal(amount) => write!(out, "{noun} of {}", amount.get().dollars()),
            Self::Claim { .. } => write!(out, "{noun} of the red pocket"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;
    use crate::order::LimitTerms;

    fn movements() -> Vec<(Movement, &'static str, &'static str)> {
        let asset_id = "ETH".parse().unwrap();
        let quantity = "0.50".parse().unwrap();
        let amount: TransferAmount = "25.5".parse().unwrap();
        let buy = |size| Movement::Order(NewOrder::MarketBuy { asset_id, size });
        let terms = |expires_at| LimitTerms { asset_id, quantity, price: "1500".parse().unwrap(), expires_at };
        let march = "2026-03-01T00:00:00Z".parse().ok();
        vec![
            (
                buy(BuySize::Quantity(quantity)),
                "purchase of 0.5 ETH",
                r#"{"order":{"market_buy":{"asset_id":"ETH","size":{"quantity":"0.5"}}}}"#,
            ),
            (
                buy(BuySize::Amount(amount)),
                "purchase of ETH for $25.50",
                r#"{"order":{"market_buy":{"asset_id":"ETH","size":{"amount":"25.5"}}}}"#,
            ),
            (
                Movement::Order(NewOrder::MarketSell { asset_id, quantity }),
                "sale of 0.5 ETH",
                r#"{"order":{"market_sell":{"asset_id":"ETH","quantity":"0.5"}}}"#,
            ),
            (
                Movement::Order(NewOrder::LimitBuy(terms(march))),
                "limit purchase of 0.5 ETH at $1,500.00 or less",
                r#"{"order":{"limit_buy":{"asset_id":"ETH","quantity":"0.5","price":"1500","expires_at":"2026-03-01T00:00:00.000Z"}}}"#,
            ),
            (
                Movement::Order(NewOrder::LimitSell(terms(None))),
                "limit sale of 0.5 ETH at $1,500.00 or more",
                r#"{"order":{"limit_sell":{"asset_id":"ETH","quantity":"0.5","price":"1500"}}}"#,
            ),
            (Movement::Deposit(amount), "deposit of $25.50", r#"{"deposit":"25.5"}"#),
            (Movement::Withdrawal(amount), "withdrawal of $25.50", r#"{"withdrawal":"25.5"}"#),
            (
                Movement::Claim { phrase: "good luck".to_owned() },
                "claim of the red pocket",
                r#"{"claim":{"phrase":"good luck"}}"#,
            ),
        ]
    }

    #[test]
    fn every_movement_has_its_phrase_and_survives_the_disk() {
        for (movement, phrase, json) in movements() {
            assert_eq!(movement.to_string(), phrase);
            assert!(phrase.starts_with(movement.noun()), "{phrase}");
            assert_eq!(serde_json::to_string(&movement).unwrap(), json);
            assert_eq!(serde_json::from_str::<Movement>(json).unwrap(), movement);
        }
    }

    #[test]
    fn what_breaks_a_rule_is_no_movement() {
        for json in [
            r#"{"deposit":"0"}"#,
            r#"{"deposit":"0.001"}"#,
            r#"{"order":{"market_sell":{"asset_id":"ETH","quantity":"0.0001"}}}"#,
            r#"{"order":{"market_sell":{"asset_id":"E-H","quantity":"1"}}}"#,
            r#"{"order":{"market_hold":{"asset_id":"ETH","quantity":"1"}}}"#,
        ] {
            assert!(serde_json::from_str::<Movement>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_settled_answer_is_read_as_its_movements() {
        let moved = r#"{"success":true,"message":"ok","transaction_id":"txn_0000000000000","timestamp":"2026-02-15T08:00:00.000Z"}"#;
        let done = |body: &str| SettleAnswer {
            outcome: SettleOutcome::Done,
            status: Some(201),
            answer: Some(RawValue::from_string(body.to_owned()).unwrap()),
        };
        let deposit = Movement::Deposit("1".parse().unwrap());
        assert!(
            matches!(deposit.read(&done(moved)), Settlement::Done(Some(receipt)) if matches!(*receipt, Receipt::Moved(_)))
        );
        assert_eq!(deposit.read(&done("[1]")), Settlement::Done(None), "done is done, readable or not");
        let claim = Movement::Claim { phrase: String::new() };
        assert_eq!(claim.read(&done(moved)), Settlement::Done(None));
        let void = SettleAnswer { outcome: SettleOutcome::Void, status: None, answer: None };
        assert_eq!(deposit.read(&void), Settlement::Void);
    }
}
