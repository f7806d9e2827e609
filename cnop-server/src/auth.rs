//! Passwords and tokens. Whether a token still holds is the store's to say: see `store::view`.

mod password;
mod token;

pub(crate) use password::{Busy, Passwords};
pub(crate) use token::{Claims, SigningKey, TokenError, Tokens};
