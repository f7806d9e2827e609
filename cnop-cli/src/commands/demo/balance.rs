//! The demo's cash: what comes in, and the history that must explain all of it.

use cnop_core::api::{Code, Transaction};
use cnop_core::client::{Page, TransactionFilter};
use cnop_core::ids::IdempotencyKey;
use cnop_core::money::{TransferAmount, Usd};
use cnop_core::order::TransactionType;

use super::Demo;
use super::check::{ensure, ensure_equal, ensure_some, refused_with};
use crate::failure::Failure;
use crate::format;

/// The usual daily limit: the most that a new user can start with.
const DEPOSIT: &str = "10000";

/// A phrase that is on nobody's list; it opens a small pocket.
const PHRASE: &str = "gong xi fa cai";

impl Demo<'_> {
    pub(super) async fn deposit(&mut self) -> Result<(), Failure> {
        self.narrator.step("Deposit $10,000.00")?;
        let amount = DEPOSIT.parse().expect("a whole amount below a million");
        match self.pay_in(amount).await {
            Err(Failure::Client(error)) if refused_with(&error, &[Code::DailyLimitExceeded]) => {
                self.narrator.came_back(&format!("refused: {error}"))?;
                let rest = self.rest_of_the_day().await?.ok_or(error)?;
                self.pay_in(rest).await
            }
            result => result,
        }
    }

    async fn pay_in(&mut self, amount: TransferAmount) -> Result<(), Failure> {
        self.narrator.calls("POST", "/balance/deposit")?;
        let moved = self.client.deposit(amount, &IdempotencyKey::generate()).await?.answer;
        self.narrator.came_back(&format!("{}, transaction {}", moved.message, moved.transaction_id))?;
        self.expect_cash(amount.get(), "exactly what was paid in").await
    }

    /// What a server with another limit lets in; `None` where that is nothing.
    async fn rest_of_the_day(&mut self) -> Result<Option<TransferAmount>, Failure> {
        self.narrator.calls("GET", "/balance/limits")?;
        let rest = self.client.limits().await?.deposit.remaining;
        self.narrator.came_back(&format!("{} may be paid in today", format::usd(rest)))?;
        Ok(rest.to_string().parse().ok())
    }

    /// Reads the balance, which must be `expected`; `why` says how that comes.
    pub(super) async fn expect_cash(&mut self, expected: Usd, why: &str) -> Result<(), Failure> {
        self.narrator.calls("GET", "/balance")?;
        let balance = self.client.balance().await?;
        ensure_equal("the balance", &format::usd(balance.current_balance), &format::usd(expected))?;
        ensure_equal("what is available", &format::usd(balance.available_balance), &format::usd(expected))?;
        self.cash = expected;
        self.narrator.came_back(&format!("{}: {why}", format::usd(expected)))
    }

    pub(super) async fn history(&mut self) -> Result<(), Failure> {
        self.narrator.step("Read the balance history")?;
        self.narrator.calls("GET", "/balance/transactions")?;
        let page = self.client.transactions(&TransactionFilter::default(), &Page::default()).await?;
        for entry in &page.transactions {
            let (amount, after) = (format::signed_usd(entry.amount), format::usd(entry.balance_after));
            self.narrator.came_back(&format!("{} {amount}, {after} after it", entry.transaction_type))?;
        }
        self.check_history(&page.transactions)?;
        ensure_equal("the number of transactions", &page.total_count, &(page.transactions.len() as u64))?;
        self.narrator.came_back(&format!("together {}: the balance", format::usd(self.cash)))
    }

    /// Newest first: the purchase within a limit, the sale, the purchase, the deposit; each balance follows from the one before.
    fn check_history(&self, entries: &[Transaction]) -> Result<(), Failure> {
        let types: Vec<_> = entries.iter().map(|entry| entry.transaction_type).collect();
        let expected = [
            TransactionType::OrderPayment,
            TransactionType::OrderSale,
            TransactionType::OrderPayment,
            TransactionType::Deposit,
        ];
        ensure(types == expected, || format!("the history is {types:?}, not {expected:?}"))?;
        let mut balance = Usd::ZERO;
        for entry in entries.iter().rev() {
            balance = ensure_some("a sum within the range", balance.checked_add(entry.amount))?;
            let after = format::usd(entry.balance_after);
            ensure_equal(&format!("the balance after {}", entry.transaction_id), &after, &format::usd(balance))?;
        }
        ensure_equal("the sum of the history", &format::usd(balance), &format::usd(self.cash))
    }

    pub(super) async fn red_pocket(&mut self) -> Result<(), Failure> {
        self.narrator.step("Open today's red pocket")?;
        self.narrator.calls("POST", "/cny/claim")?;
        let claimed = self.client.claim(PHRASE, &IdempotencyKey::generate()).await?.answer;
        ensure(claimed.amount > Usd::ZERO, || "the red pocket is empty".to_owned())?;
        self.narrator.came_back(&format!("{} in it: {}", format::usd(claimed.amount), claimed.message))?;
        let cash = ensure_some("a balance within the range", self.cash.checked_add(claimed.amount))?;
        self.expect_cash(cash, "exactly what was there and the pocket").await
    }
}
