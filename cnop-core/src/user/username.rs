//! Login names.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::checked_text;

/// A login name: 6 to 30 of `a-z0-9_`, lower-case, so that `Ada_Lovelace` and `ada_lovelace` are one account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")] // JSON cannot build one that skipped the check.
pub struct Username(String);

/// The text cannot be a login name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 6 to 30 letters, digits or underscores")]
pub struct InvalidUsername;

checked_text!(Username, InvalidUsername);

impl FromStr for Username {
    type Err = InvalidUsername;

    fn from_str(text: &str) -> Result<Self, InvalidUsername> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if !(6..=30).contains(&text.len()) || !text.bytes().all(allowed) {
            return Err(InvalidUsername);
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_make_another_account() {
        assert_eq!("Ada_Lovelace".parse::<Username>().unwrap().as_str(), "ada_lovelace");
    }

    #[test]
    fn other_lengths_and_characters_are_refused() {
        for text in ["", "short", &"x".repeat(31), "with space", "dash-ed", "ümlaut_x", "ada_lovelace\n"] {
            assert_eq!(text.parse::<Username>(), Err(InvalidUsername), "{text:?}");
        }
        assert!("x".repeat(30).parse::<Username>().is_ok() && "abcdef".parse::<Username>().is_ok());
    }
}
