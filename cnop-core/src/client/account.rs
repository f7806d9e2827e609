//! Cash: the balance, what moves it and what moved it.

use super::request::Request;
use super::{Client, ClientError, Done, Page, PageStart, TransactionFilter};
use crate::api::{
    AssetBalanceNumbers, Balance, ClaimAnswer, ClaimRequest, Limits, MoneyMoved, TransactionPage, TransferRequest,
};
use crate::asset_id::AssetId;
use crate::ids::IdempotencyKey;
use crate::money::TransferAmount;

impl Client {
    /// `GET /balance`: all cash, and how much of it is free.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn balance(&self) -> Result<Balance, ClientError> {
        self.get(&["balance"]).authorized().fetch().await
    }

    /// `POST /balance/deposit`: pays money in, once a key.
    ///
    /// # Errors
    /// [`ClientError`]; refused with `daily_limit_exceeded`.
    pub async fn deposit(&self, amount: TransferAmount, key: &IdempotencyKey) -> Result<Done<MoneyMoved>, ClientError> {
        let request = self.post(&["balance", "deposit"]).json(&TransferRequest { amount });
        request.authorized().once(key).perform().await
    }

    /// `POST /balance/withdraw`: pays money out, once a key.
    ///
    /// # Errors
    /// [`ClientError`]; refused with `insufficient_funds`, `daily_limit_exceeded`.
    pub async fn withdraw(
        &self,
        amount: TransferAmount,
        key: &IdempotencyKey,
    ) -> Result<Done<MoneyMoved>, ClientError> {
        let request = self.post(&["balance", "withdraw"]).json(&TransferRequest { amount });
        request.authorized().once(key).perform().await
    }

    /// `GET /balance/transactions`: what changed the balance, newest first.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn transactions(&self, filter: &TransactionFilter, page: &Page) -> Result<TransactionPage, ClientError> {
        let request = self.get(&["balance", "transactions"]).authorized();
        request.query("transaction_type", filter.transaction_type).page(page).fetch().await
    }

    /// `GET /balance/limits`: what may still be paid in and out today.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn limits(&self) -> Result<Limits, ClientError> {
        self.get(&["balance", "limits"]).authorized().fetch().await
    }

    /// `GET /balance/asset/{asset_id}`: how much of one asset is owned.
    ///
    /// # Errors
    /// [`ClientError`]; refused with `asset_balance_not_found` where it never was.
    pub async fn asset_balance(&self, id: AssetId) -> Result<AssetBalanceNumbers, ClientError> {
        self.get(&["balance", "asset", id.as_str()]).authorized().fetch().await
    }

    /// `POST /cny/claim`: opens today's red pocket, once a key.
    ///
    /// # Errors
    /// [`ClientError`]; refused with `already_claimed_today`.
    pub async fn claim(&self, phrase: &str, key: &IdempotencyKey) -> Result<Done<ClaimAnswer>, ClientError> {
        let request = self.post(&["cny", "claim"]).json(&ClaimRequest { phrase: phrase.to_owned() });
        request.authorized().once(key).perform().await
    }
}

impl Request<'_> {
    /// Adds which part of a list is asked for.
    pub(super) fn page(self, page: &Page) -> Self {
        let request = self.query("limit", page.limit);
        match &page.start {
            PageStart::Newest => request,
            PageStart::Cursor(cursor) => request.query("cursor", Some(cursor)),
            PageStart::Offset(offset) => request.query("offset", Some(offset)),
        }
    }
}
