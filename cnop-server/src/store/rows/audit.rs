//! Acts of the audit trail that are no ledger rows.

use serde::{Deserialize, Serialize};

use super::history::OriginRow;
use crate::store::codec::Row;

/// What was done. Stored by its place here, so new acts go to the end. Names are those of OWASP's logging vocabulary,
/// where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Act {
    /// Somebody registered.
    UserCreated,
    /// A profile was changed.
    UserUpdated,
    /// A good login.
    LoginSuccess,
    /// A bad one.
    LoginFail,
    /// Tries from a blocked address.
    LoginFailMax,
    /// An address was blocked by too many bad logins.
    LoginLock,
    /// Tries for a name that was braked.
    RateLimitExceeded,
    /// A token was exchanged for a new one.
    SessionRenewed,
    /// A token was given back.
    TokenRevoked,
    /// A password was changed by its owner.
    PasswordChange,
    /// Somebody with a session gave a wrong current password.
    PasswordChangeFail,
    /// A red pocket was opened.
    RedPocketClaimed,
    /// Somebody asked for what their role does not allow.
    AuthorizationFail,
    /// An administrator did something.
    Admin(AdminAct),
    /// A server began to work on this store.
    Startup,
    /// A server ended its work in good order.
    Shutdown,
}

/// What an administrator did. Stored by its place here, so new acts go to the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum AdminAct {
    /// Blocked an address.
    AddressBlocked,
    /// Freed an address.
    AddressUnblocked,
    /// Made another administrator.
    AdminCreated,
    /// Shut an account.
    UserDisabled,
    /// Opened it again.
    UserEnabled,
    /// Set somebody's password.
    PasswordReset,
    /// Closed an asset for purchases.
    AssetDisabled,
    /// Opened it again.
    AssetEnabled,
    /// Took a copy of everything.
    Backup,
    /// Had every account recomputed.
    Verify,
    /// Replaced the key that signs tokens.
    KeyRotated,
    /// Put a backup in place of the data.
    Restored,
    /// Made a customer's account.
    UserCreated,
}

/// See [`crate::store::AuditRecord`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct AuditRow {
    pub(in crate::store) act: Act,
    /// Whose account it was about, as a name: it may not exist.
    pub(in crate::store) user: Option<String>,
    /// The administrator who did it, if one did.
    pub(in crate::store) by: Option<String>,
    /// What else it was done to: an address, an asset.
    pub(in crate::store) target: Option<String>,
    /// More about it.
    pub(in crate::store) detail: Option<String>,
    /// How many times, where tries are counted together.
    pub(in crate::store) count: u32,
    /// The request behind it; none where the server or its operator acted by itself.
    pub(in crate::store) origin: Option<OriginRow>,
}

impl Row for AuditRow {
    const WHAT: &'static str = "audit entry";
}
