//! Passwords and tokens. Whether a token still holds is the store's to say: see `store::view`.

mod hashers;
mod password;
mod signing_key;
mod token;

pub(crate) use password::{Busy, Passwords, Turn, hash_alone};
pub(crate) use signing_key::SigningKey;
pub(crate) use token::{TokenError, Tokens, Verified};
