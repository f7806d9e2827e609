//! What operators ask for: address blocks, the audit trail, verification, accounts and assets.

use serde::{Deserialize, Serialize};

use super::Asset;
use crate::time::Timestamp;
use crate::user::{Role, Username};

/// An address that may not log in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IpBlock {
    /// The address; of IPv6 the first of its network.
    pub ip: String,
    /// What is blocked: the address, or the /64 of IPv6 that it lies in.
    pub network: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub blocked_at: Timestamp,
    /// Until when.
    pub blocked_until: Timestamp,
    /// The administrator who set it; `None` where failed logins did.
    pub blocked_by: Option<String>,
}

/// `PUT /admin/ip-blocks/{ip}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IpBlockRequest {
    /// For how long; the server's block time if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u32>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How an act ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AuditOutcome {
    /// It was done.
    Success,
    /// It was refused.
    Failure,
}

/// An entry of the audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEntry {
    /// Its place in the trail; ids sort by time.
    pub id: String,
    /// When.
    pub timestamp: Timestamp,
    /// What: a name of OWASP's logging vocabulary where it has one.
    pub action: String,
    /// How it ended.
    pub outcome: AuditOutcome,
    /// Whose account it was about; for a failed login the name that was tried.
    pub user: Option<String>,
    /// The administrator who did it, if one did.
    pub by: Option<String>,
    /// What else it was done to: an order, a transaction, an address, an asset.
    pub target: Option<String>,
    /// More about it.
    pub detail: Option<String>,
    /// How many times, where tries are counted together.
    pub count: u32,
    /// The client's address; `None` where the server or its operator acted.
    pub ip: Option<String>,
    /// The request behind it.
    pub request_id: Option<String>,
}

/// `GET /admin/audit`, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditPage {
    /// This page.
    pub data: Vec<AuditEntry>,
    /// Whether there is more.
    pub has_more: bool,
    /// Where the next page begins; `None` on the last.
    pub next_cursor: Option<String>,
}

/// `GET /admin/verify`: every account recomputed from its history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerifyReport {
    /// Accounts that were recomputed.
    pub users: u64,
    /// Entries of their histories.
    pub entries: u64,
    /// What does not add up.
    pub findings: Vec<VerifyFinding>,
}

/// Something that does not add up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerifyFinding {
    /// Whose account.
    pub username: String,
    /// What.
    pub what: String,
}

/// `PUT /admin/assets/{asset_id}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssetUpdate {
    /// Whether it may be bought.
    pub is_active: bool,
}

/// The answer to it: the asset as it is now.
pub type AssetUpdated = super::Data<Asset>;

/// `PUT /admin/users/{username}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserUpdate {
    /// Whether the account is to be shut.
    pub disabled: bool,
}

/// What a user may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserAccess {
    /// Login name.
    pub username: Username,
    /// What they may do.
    pub role: Role,
    /// Whether the account is shut.
    pub disabled: bool,
}
