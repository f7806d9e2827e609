//! Passwords.

use std::fmt;
use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};
use serde::{Serialize, Serializer};

/// A new password: 12 to 128 characters with a lower-case and an upper-case letter, a digit and one of
/// [`Password::SYMBOLS`]. It is wiped from memory when dropped and never shown.
#[derive(Clone)]
pub struct Password(SecretString);

/// The text cannot be a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPassword {
    /// Not 12 to 128 characters.
    #[error("must be 12 to 128 characters long")]
    Length,
    /// Some kind of character is missing.
    #[error("must have a lower-case and an upper-case letter, a digit and one of {}", Password::SYMBOLS)]
    Variety,
}

impl Password {
    /// The symbols of which a password has at least one.
    pub const SYMBOLS: &'static str = "!@#$%^&*()-_=+";

    /// The text, for hashing or sending.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl FromStr for Password {
    type Err = InvalidPassword;

    fn from_str(text: &str) -> Result<Self, InvalidPassword> {
        if !(12..=128).contains(&text.chars().count()) {
            return Err(InvalidPassword::Length);
        }
        let has = |kind: fn(char) -> bool| text.chars().any(kind);
        let varied = has(|c| c.is_lowercase()) && has(|c| c.is_uppercase()) && has(|c| c.is_ascii_digit());
        if !varied || !has(|c| Self::SYMBOLS.contains(c)) {
            return Err(InvalidPassword::Variety);
        }
        Ok(Self(SecretString::from(text)))
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Password([redacted])")
    }
}

/// Only for requests: a client has to send it.
impl Serialize for Password {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<(), InvalidPassword>) {
        assert_eq!(text.parse::<Password>().map(drop), expected, "{text:?}");
    }

    #[test]
    fn passwords_have_length_and_variety() {
        check("Abcdefgh123!", Ok(()));
        check(&format!("Aa1!{}", "x".repeat(124)), Ok(()));
        check("Äbcdefgh123=", Ok(()));
        check("Abcdefg123!", Err(InvalidPassword::Length));
        check(&format!("Aa1!{}", "x".repeat(125)), Err(InvalidPassword::Length));
        check("abcdefgh123!", Err(InvalidPassword::Variety));
        check("ABCDEFGH123!", Err(InvalidPassword::Variety));
        check("Abcdefghijk!", Err(InvalidPassword::Variety));
        check("Abcdefgh1234", Err(InvalidPassword::Variety));
        check("Abcdefgh123?", Err(InvalidPassword::Variety));
    }

    #[test]
    fn a_password_is_never_shown() {
        let shown = format!("{:?}", "Abcdefgh123!".parse::<Password>().unwrap());
        assert!(!shown.contains("Abc"), "{shown}");
    }
}
