//! Who a user is: every field of an account, each a type whose constructor is the contract's rule.

mod contact;
mod date_of_birth;
mod name;
mod password;
mod username;

pub use contact::{Email, InvalidEmail, InvalidPhone, Phone};
pub use date_of_birth::{DateOfBirth, InvalidDateOfBirth};
pub use name::{InvalidName, PersonName};
pub use password::{InvalidPassword, Password};
pub use username::{InvalidUsername, Username};

use serde::{Deserialize, Serialize};

/// What a token allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Role {
    /// Trades on an account of its own.
    Customer,
    /// May also use the `/admin` routes.
    Admin,
}

/// Makes a text type go through its one checking constructor in JSON too.
macro_rules! checked_text {
    ($name:ident, $error:ident) => {
        impl $name {
            /// Its text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, $error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.pad(&self.0)
            }
        }
    };
}
use checked_text;
