//! The short name of an asset.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An asset's ticker: 1 to 10 ASCII letters or digits, upper-case, so that `btc` and `BTC` are one asset.
///
/// Ten bytes held in place: ids are copied around for every order and tick.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")] // JSON cannot build one that skipped the check.
pub struct AssetId([u8; AssetId::MAX_LENGTH]);

/// The text is not 1 to 10 letters or digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 10 letters or digits, such as BTC")]
pub struct InvalidAssetId;

impl AssetId {
    /// The longest ticker.
    pub const MAX_LENGTH: usize = 10;

    /// The ticker.
    pub fn as_str(&self) -> &str {
        let length = self.0.iter().position(|byte| *byte == 0).unwrap_or(Self::MAX_LENGTH);
        std::str::from_utf8(&self.0[..length]).expect("only ASCII gets in")
    }
}

impl FromStr for AssetId {
    type Err = InvalidAssetId;

    fn from_str(text: &str) -> Result<Self, InvalidAssetId> {
        let allowed =
            (1..=Self::MAX_LENGTH).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !allowed {
            return Err(InvalidAssetId);
        }
        let mut bytes = [0; Self::MAX_LENGTH];
        for (place, byte) in bytes.iter_mut().zip(text.bytes()) {
            *place = byte.to_ascii_uppercase();
        }
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for AssetId {
    type Error = InvalidAssetId;

    fn try_from(text: String) -> Result<Self, InvalidAssetId> {
        text.parse()
    }
}

impl From<AssetId> for String {
    fn from(id: AssetId) -> Self {
        id.as_str().to_owned()
    }
}

impl fmt::Display for AssetId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

impl fmt::Debug for AssetId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "AssetId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_case_is_one_asset() {
        assert_eq!("btc".parse::<AssetId>().unwrap(), "BTC".parse().unwrap());
        assert_eq!("1inch".parse::<AssetId>().unwrap().to_string(), "1INCH");
        assert_eq!("ABCDEFGHIJ".parse::<AssetId>().unwrap().as_str(), "ABCDEFGHIJ");
    }

    #[test]
    fn other_characters_and_lengths_are_refused() {
        for text in ["", "ABCDEFGHIJK", "BTC-USD", "B TC", "ÄBC", "BTC\0", "BTC\n"] {
            assert_eq!(text.parse::<AssetId>(), Err(InvalidAssetId), "{text:?}");
        }
    }
}
