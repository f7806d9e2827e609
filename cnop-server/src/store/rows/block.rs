//! Addresses that may not log in.

use cnop_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::store::codec::Row;

/// A block of a client network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Block {
    /// Since when.
    pub(crate) since: Timestamp,
    /// Until when.
    pub(crate) until: Timestamp,
    /// Why, for whoever operates the server.
    pub(crate) reason: String,
    /// The administrator who set it; `None` where bad logins did.
    pub(crate) by: Option<String>,
}

impl Row for Block {
    const WHAT: &'static str = "address block";
}

/// That an administrator has closed an asset for purchases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct ClosedAssetRow {
    pub(in crate::store) since: Timestamp,
    pub(in crate::store) by: String,
}

impl Row for ClosedAssetRow {
    const WHAT: &'static str = "closed asset";
}
