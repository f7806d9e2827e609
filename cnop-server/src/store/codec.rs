//! How a row becomes bytes: a version, then postcard.
//!
//! postcard is positional: a field cannot be added to a row that exists. A changed row gets a new version and a type of
//! its own, and the old one stays readable here for ever. Golden bytes in `rows` hold that.

use cnop_core::ids::Sequence;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::failure::StorageFailure;

/// A stored row.
pub(super) trait Row: Serialize + DeserializeOwned {
    /// What the row is, for messages.
    const WHAT: &'static str;
    /// The version this type is.
    const VERSION: u8 = 1;

    /// Reads an older version.
    fn from_older(version: u8, _bytes: &[u8]) -> Result<Self, StorageFailure> {
        Err(unreadable(Self::WHAT, format!("version {version} is unknown to this server")))
    }
}

/// The row's bytes.
pub(super) fn encode<R: Row>(row: &R) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(128);
    bytes.push(R::VERSION);
    postcard::to_extend(row, bytes).expect("a vector takes everything, and rows have no maps of unknown length")
}

/// The row in `bytes`, of whatever version.
pub(super) fn decode<R: Row>(bytes: &[u8]) -> Result<R, StorageFailure> {
    match bytes.split_first() {
        Some((version, rest)) if *version == R::VERSION => match postcard::take_from_bytes(rest) {
            Ok((row, [])) => Ok(row),
            Ok((_, more)) => Err(unreadable(R::WHAT, format!("it is {} bytes too long", more.len()))),
            Err(error) => Err(unreadable(R::WHAT, error.to_string())),
        },
        Some((version, rest)) => R::from_older(*version, rest),
        None => Err(unreadable(R::WHAT, "it is empty".to_owned())),
    }
}

/// A sequence that stands alone as a value.
pub(super) fn sequence(bytes: &[u8]) -> Result<Sequence, StorageFailure> {
    let bytes = bytes.try_into().map_err(|_| unreadable("sequence", "it is not 8 bytes".to_owned()))?;
    Ok(Sequence::from_u64(u64::from_be_bytes(bytes)))
}

/// A user number that stands alone as a value.
pub(super) fn number(bytes: &[u8]) -> Result<u32, StorageFailure> {
    let bytes = bytes.try_into().map_err(|_| unreadable("user number", "it is not 4 bytes".to_owned()))?;
    Ok(u32::from_be_bytes(bytes))
}

pub(super) fn unreadable(what: &'static str, reason: String) -> StorageFailure {
    StorageFailure::Row { what, reason }
}
