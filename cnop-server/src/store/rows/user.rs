//! A user's profile and access.

use cnop_core::api;
use cnop_core::ids::Sequence;
use cnop_core::time::Timestamp;
use cnop_core::user::{self, DateOfBirth, Email, PersonName, Phone, Username};
use serde::{Deserialize, Serialize};

use crate::store::codec::Row;

/// What a user may do. Stored by its place here, so new roles go to the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Role {
    /// Trades.
    Customer,
    /// Also operates the server.
    Admin,
}

impl From<Role> for user::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Customer => Self::Customer,
            Role::Admin => Self::Admin,
        }
    }
}

/// What a token is checked against. It lies beside the account, so that the check is free where money moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Access {
    /// What the user may do.
    pub(crate) role: Role,
    /// Whether an operator has shut the account.
    pub(crate) disabled: bool,
    /// Tokens before this one are revoked,
    pub(crate) tokens_from: Sequence,
    /// but not this one: with it the password was changed.
    pub(crate) spared: Option<Sequence>,
}

/// Who a user is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Profile {
    /// Login name.
    pub(crate) username: Username,
    /// Email address.
    pub(crate) email: Email,
    /// First name.
    pub(crate) first_name: PersonName,
    /// Last name.
    pub(crate) last_name: PersonName,
    /// Telephone number.
    pub(crate) phone: Option<Phone>,
    /// Date of birth.
    pub(crate) date_of_birth: Option<DateOfBirth>,
    /// Whether advertising may be sent.
    pub(crate) marketing_emails_consent: bool,
}

/// A user with everything but the money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct UserRecord {
    /// Who.
    pub(crate) profile: Profile,
    /// The password's hash in PHC form.
    pub(crate) password_hash: String,
    /// When the account was registered.
    pub(crate) created_at: Timestamp,
    /// When the profile last changed.
    pub(crate) updated_at: Timestamp,
}

impl Row for Access {
    const WHAT: &'static str = "access";
}

impl Row for UserRecord {
    const WHAT: &'static str = "user";
}

impl From<UserRecord> for api::User {
    fn from(record: UserRecord) -> Self {
        let Profile { username, email, first_name, last_name, phone, date_of_birth, marketing_emails_consent } =
            record.profile;
        Self {
            username,
            email,
            first_name,
            last_name,
            phone,
            date_of_birth,
            marketing_emails_consent,
            created_at: record.created_at,
            updated_at: record.updated_at,
        }
    }
}
