//! The short name of an asset.

use std::fmt;
use std::str::FromStr;

use arrayvec::ArrayString;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An asset's ticker: 1 to 10 ASCII letters or digits, upper-case, so that `btc` and `BTC` are one asset.
///
/// Held in place: ids are copied around for every order and tick.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AssetId(ArrayString<{ AssetId::MAX_LENGTH }>);

/// The text is not 1 to 10 letters or digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 10 letters or digits, such as BTC")]
pub struct InvalidAssetId;

impl AssetId {
    /// The longest ticker.
    pub const MAX_LENGTH: usize = 10;

    /// The ticker.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AssetId {
    type Err = InvalidAssetId;

    fn from_str(text: &str) -> Result<Self, InvalidAssetId> {
        let mut ticker = ArrayString::from(text).map_err(|_| InvalidAssetId)?;
        if ticker.is_empty() || !ticker.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(InvalidAssetId);
        }
        ticker.make_ascii_uppercase();
        Ok(Self(ticker))
    }
}

impl Serialize for AssetId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for AssetId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Ticker)
    }
}

/// Reads the text where it lies: stored accounts hold many.
struct Ticker;

impl Visitor<'_> for Ticker {
    type Value = AssetId;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<AssetId, E> {
        text.parse().map_err(E::custom)
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
