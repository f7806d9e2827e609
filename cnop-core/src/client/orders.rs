//! Orders, trades, holdings, and the settling of unknown outcomes.

use super::{Client, ClientError, Done, OrderFilter, Page};
use crate::api::{AssetBalance, AssetTransactionPage, Data, Order, OrderPage, OrderRequest, SettleAnswer};
use crate::asset_id::AssetId;
use crate::ids::IdempotencyKey;

impl Client {
    /// `POST /orders`: places an order, once a key. A market order is executed when this returns.
    ///
    /// # Errors
    /// [`ClientError`]; refused with `insufficient_funds`, `insufficient_assets`, `order_value_exceeded`,
    /// `asset_not_found`, `asset_not_tradable`, `price_unavailable`.
    /// Where [`ClientError::leaves_outcome_unknown`], [`Client::settle`] tells what became of it.
    pub async fn place_order(&self, order: &OrderRequest, key: &IdempotencyKey) -> Result<Done<Order>, ClientError> {
        let request = self.post(&["orders"]).json(order).authorized().once(key);
        let Done { answer, replayed } = request.perform::<Data<Order>>().await?;
        Ok(Done { answer: answer.data, replayed })
    }

    /// `GET /orders`: the user's orders, newest first.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn orders(&self, filter: &OrderFilter, page: &Page) -> Result<OrderPage, ClientError> {
        let request = self.get(&["orders"]).authorized().query("asset_id", filter.asset_id);
        request.query("order_type", filter.order_type).query("status", filter.status).page(page).fetch().await
    }

    /// `GET /orders/{order_id}`: one order. Whether `id` can be one is the server's to say.
    ///
    /// # Errors
    /// [`ClientError`]; refused with `order_not_found`.
    pub async fn order(&self, id: &str) -> Result<Order, ClientError> {
        let answer: Data<Order> = self.get(&["orders", id]).authorized().fetch().await?;
        Ok(answer.data)
    }

    /// `GET /assets/balances`: every asset that the user owns or owned.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn asset_balances(&self) -> Result<Vec<AssetBalance>, ClientError> {
        let answer: Data<Vec<AssetBalance>> = self.get(&["assets", "balances"]).authorized().fetch().await?;
        Ok(answer.data)
    }

    /// `GET /assets/{asset_id}/transactions`: the user's trades of one asset, newest first.
    ///
    /// # Errors
    /// [`ClientError`]; refused with `asset_not_found`.
    pub async fn asset_transactions(&self, id: AssetId, page: &Page) -> Result<AssetTransactionPage, ClientError> {
        self.get(&["assets", id.as_str(), "transactions"]).authorized().page(page).fetch().await
    }

    /// `POST /idempotency-keys/{key}/settle`: whether the request under `key` was done; if not, it never will be.
    ///
    /// # Errors
    /// [`ClientError`]. It may be asked again: asking places nothing.
    pub async fn settle(&self, key: &IdempotencyKey) -> Result<SettleAnswer, ClientError> {
        self.post(&["idempotency-keys", key.as_str(), "settle"]).authorized().send().await
    }
}
