//! What administrators ask for.

use std::time::Duration;

use reqwest::Response;

use super::page::Page;
use super::{Client, ClientError};
use crate::api::{
    Asset, AssetUpdate, AuditPage, Data, IpBlock, IpBlockRequest, Message, UserAccess, UserUpdate, VerifyReport,
};
use crate::asset_id::AssetId;
use crate::time::Timestamp;
use crate::user::Username;

/// The server gives itself a quarter of an hour for what looks at everything there is.
const LONG_TIMEOUT: Duration = Duration::from_secs(16 * 60);
/// A file that is sent comes on; a piece of it is waited for no longer.
const PIECE_TIMEOUT: Duration = Duration::from_secs(60);

/// Which entries of the audit trail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// About this user, or done by them.
    pub user: Option<Username>,
    /// Whose action begins so.
    pub action: Option<String>,
    /// From this address, or about it.
    pub ip: Option<String>,
    /// From this moment on.
    pub since: Option<Timestamp>,
}

/// A backup on its way.
#[derive(Debug)]
pub struct Download {
    response: Response,
    client: Client,
}

impl Download {
    /// The whole length; `None` where the server does not say.
    pub fn length(&self) -> Option<u64> {
        self.response.content_length()
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// [`ClientError::NoAnswer`] where it breaks off, or nothing comes for a minute.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, ClientError> {
        let too_late = || ClientError::no_answer(&self.client.origin, "it stopped sending");
        let piece = tokio::time::timeout(PIECE_TIMEOUT, self.response.chunk()).await.map_err(|_| too_late())?;
        let piece = piece.map_err(|error| ClientError::from_transport(&self.client.origin, &error))?;
        Ok(piece.map(|piece| piece.to_vec()))
    }
}

impl Client {
    /// `GET /admin/ip-blocks`: every address that may not log in.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn ip_blocks(&self) -> Result<Vec<IpBlock>, ClientError> {
        let answer: Data<_> = self.get(&["admin", "ip-blocks"]).authorized().fetch().await?;
        Ok(answer.data)
    }

    /// `PUT /admin/ip-blocks/{ip}`: blocks an address, in place of an earlier block.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn block_ip(&self, ip: &str, request: &IpBlockRequest) -> Result<IpBlock, ClientError> {
        let answer: Data<_> = self.put(&["admin", "ip-blocks", ip]).authorized().json(request).send().await?;
        Ok(answer.data)
    }

    /// `DELETE /admin/ip-blocks/{ip}`: frees an address.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn unblock_ip(&self, ip: &str) -> Result<Message, ClientError> {
        self.delete(&["admin", "ip-blocks", ip]).authorized().send().await
    }

    /// `GET /admin/audit`: entries of the audit trail, newest first.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn audit(&self, filter: &AuditFilter, page: &Page) -> Result<AuditPage, ClientError> {
        let request = self.get(&["admin", "audit"]).authorized().query("user", filter.user.as_ref());
        let request = request.query("action", filter.action.as_ref()).query("ip", filter.ip.as_ref());
        request.query("since", filter.since).page(page).fetch().await
    }

    /// `POST /admin/backup`: a verified copy of everything.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn backup(&self) -> Result<Download, ClientError> {
        let response = self.post(&["admin", "backup"]).authorized().timeout(LONG_TIMEOUT).download().await?;
        Ok(Download { response, client: self.clone() })
    }

    /// `GET /admin/verify`: every account recomputed from its history.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn verify(&self) -> Result<VerifyReport, ClientError> {
        let request = self.get(&["admin", "verify"]).authorized().timeout(LONG_TIMEOUT);
        let answer: Data<_> = request.send().await?;
        Ok(answer.data)
    }

    /// `PUT /admin/assets/{asset_id}`: opens an asset for purchases, or closes it.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn set_asset_active(&self, asset_id: AssetId, is_active: bool) -> Result<Asset, ClientError> {
        let request = self.put(&["admin", "assets", &asset_id.to_string()]).authorized();
        let answer: Data<_> = request.json(&AssetUpdate { is_active }).send().await?;
        Ok(answer.data)
    }

    /// `PUT /admin/users/{username}`: shuts an account, or opens it again.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn set_user_disabled(&self, username: &Username, disabled: bool) -> Result<UserAccess, ClientError> {
        let request = self.put(&["admin", "users", username.as_str()]).authorized();
        let answer: Data<_> = request.json(&UserUpdate { disabled }).send().await?;
        Ok(answer.data)
    }
}
