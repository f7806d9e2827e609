//! Assets and their prices. Public: no token is sent.

use super::{Client, ClientError};
use crate::api::{AssetDetail, AssetList, CandleList, Data, Interval};
use crate::asset_id::AssetId;
use crate::time::Timestamp;

impl Client {
    /// `GET /inventory/assets`: at most `limit` (1 to 250) assets by rank, with or without those that only sell.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn assets(&self, active_only: bool, limit: u32) -> Result<AssetList, ClientError> {
        let request = self.get(&["inventory", "assets"]);
        request.query("active_only", Some(active_only)).query("limit", Some(limit)).fetch().await
    }

    /// `GET /inventory/assets/{asset_id}`: everything known about one asset.
    ///
    /// # Errors
    /// [`ClientError`]; refused with `asset_not_found`.
    pub async fn asset(&self, id: AssetId) -> Result<AssetDetail, ClientError> {
        let answer: Data<AssetDetail> = self.get(&["inventory", "assets", id.as_str()]).fetch().await?;
        Ok(answer.data)
    }

    /// `GET /inventory/assets/{asset_id}/candles`: how its price went, oldest first: the last `limit` (1 to 1000) candles
    /// that begin by `end`, or by now.
    ///
    /// # Errors
    /// [`ClientError`]; refused with `asset_not_found`.
    pub async fn candles(
        &self,
        id: AssetId,
        interval: Interval,
        limit: u32,
        end: Option<Timestamp>,
    ) -> Result<CandleList, ClientError> {
        let request = self.get(&["inventory", "assets", id.as_str(), "candles"]).query("interval", Some(interval));
        request.query("limit", Some(limit)).query("end", end).fetch().await
    }
}
