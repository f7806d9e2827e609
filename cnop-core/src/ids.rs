//! Identifiers: one ordered sequence behind the ids of orders, transactions and tokens, and the ids that clients make.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use data_encoding::BASE32HEX_NOPAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::short_text::{ShortText, ToShortText, ascii};
use crate::time::Timestamp;

/// A number that only ever grows: 44 bits of milliseconds since 1970, then 20 bits that count within one.
///
/// Whatever carries it sorts by time and can be found by it. Its text is 13 characters that sort the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Sequence(u64);

impl Sequence {
    const COUNTER_BITS: u32 = 20;
    const TEXT_LENGTH: usize = 13;

    /// The first number of a millisecond.
    pub fn first_of(time: Timestamp) -> Self {
        Self((time.as_millis() as u64) << Self::COUNTER_BITS)
    }

    /// The number after this one that is also not before `time`.
    #[must_use]
    pub fn next_at(self, time: Timestamp) -> Self {
        Self::first_of(time).max(Self(self.0 + 1))
    }

    /// When it was given out.
    pub fn time(self) -> Timestamp {
        Timestamp::from_millis((self.0 >> Self::COUNTER_BITS) as i64)
    }

    /// From its number.
    pub fn from_u64(number: u64) -> Self {
        Self(number)
    }

    /// Its number.
    pub fn as_u64(self) -> u64 {
        self.0
    }

    fn from_text(text: &str) -> Option<Self> {
        let upper = text.len() == Self::TEXT_LENGTH && !text.bytes().any(|byte| byte.is_ascii_lowercase());
        let bytes = upper.then(|| BASE32HEX_NOPAD.decode(text.as_bytes()).ok())??;
        Some(Self(u64::from_be_bytes(bytes.try_into().ok()?)))
    }
}

impl Sequence {
    /// Its text behind `prefix`: 13 digits of base 32, the last one of 4 bits.
    fn text(self, prefix: &str) -> ShortText {
        const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHIJKLMNOPQRSTUV";
        let mut digits = [0; Self::TEXT_LENGTH];
        let mut bits = u128::from(self.0) << 1;
        for digit in digits.iter_mut().rev() {
            *digit = DIGITS[bits as usize % DIGITS.len()];
            bits /= DIGITS.len() as u128;
        }
        let mut text = ShortText::from(prefix).expect("prefixes are short");
        text.push_str(&ascii(&digits));
        text
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.text(""))
    }
}

impl FromStr for Sequence {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        Self::from_text(text).ok_or(InvalidId)
    }
}

/// The text is not an id of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 10 to 50 letters, digits or underscores")]
pub struct InvalidId;

/// Declares an id that is a prefix and a [`Sequence`].
macro_rules! prefixed_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Sequence);

        impl $name {
            /// From its place in the sequence.
            pub fn new(sequence: Sequence) -> Self {
                Self(sequence)
            }

            /// Its place in the sequence.
            pub fn sequence(self) -> Sequence {
                self.0
            }
        }

        impl ToShortText for $name {
            fn short_text(&self) -> ShortText {
                self.0.text($prefix)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.pad(&self.short_text())
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                text.strip_prefix($prefix).and_then(Sequence::from_text).map(Self).ok_or(InvalidId)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.short_text())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

prefixed_id!(
    /// An order: `order_` and 13 characters that sort by time.
    OrderId,
    "order_"
);
prefixed_id!(
    /// A change of a balance: `txn_` and 13 characters that sort by time.
    TransactionId,
    "txn_"
);

impl OrderId {
    /// What a caller gave as an order id: `Ok(None)` is well formed but cannot be an order of this server.
    ///
    /// # Errors
    /// [`InvalidId`] for anything but 10 to 50 letters, digits or underscores.
    pub fn look_up(text: &str) -> Result<Option<Self>, InvalidId> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if !(10..=50).contains(&text.len()) || !text.bytes().all(allowed) {
            return Err(InvalidId);
        }
        Ok(text.parse().ok())
    }
}

/// The most characters of an id that a client makes.
const CLIENT_ID_MAX: usize = 128;

fn is_client_id(text: &str) -> bool {
    (1..=CLIENT_ID_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// A new id that sorts by time, from the entropy and clock of the `uuid` crate.
fn fresh() -> String {
    uuid::Uuid::now_v7().simple().to_string()
}

/// Names one request in answers, logs and the ledger: 1 to 128 visible ASCII characters. Clones share the text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// A new one.
    pub fn generate() -> Self {
        Self(fresh().into())
    }

    /// The caller's, if it may be used.
    pub fn from_caller(text: &str) -> Option<Self> {
        is_client_id(text).then(|| Self(text.into()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Makes a request that moves money happen once: 1 to 128 visible ASCII characters, chosen by the client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IdempotencyKey(String);

/// The text cannot be an idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 128 visible ASCII characters")]
pub struct InvalidKey;

impl IdempotencyKey {
    /// A new one that nobody else has.
    pub fn generate() -> Self {
        Self(fresh())
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for IdempotencyKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        is_client_id(text).then(|| Self(text.to_owned())).ok_or(InvalidKey)
    }
}

impl TryFrom<String> for IdempotencyKey {
    type Error = InvalidKey;

    fn try_from(text: String) -> Result<Self, InvalidKey> {
        text.parse()
    }
}

impl From<IdempotencyKey> for String {
    fn from(key: IdempotencyKey) -> Self {
        key.0
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_sequence_grows_even_when_the_clock_steps_back() {
        let noon = Timestamp::from_millis(1_000_000);
        let first = Sequence::first_of(noon);
        let second = first.next_at(noon);
        let third = second.next_at(noon.plus_millis(-5_000));
        assert!(first < second && second < third);
        assert_eq!(third.next_at(noon.plus_millis(1)).time(), noon.plus_millis(1));
    }

    #[test]
    fn an_order_id_is_found_invalid_or_unknown() {
        let id = OrderId::new(Sequence::first_of(Timestamp::from_millis(1_700_000_000_000)));
        assert_eq!(OrderId::look_up(&id.to_string()), Ok(Some(id)));
        assert_eq!(OrderId::look_up("order_doesnotexist"), Ok(None));
        assert_eq!(OrderId::look_up(&id.to_string().to_lowercase()), Ok(None));
        for text in ["short", "order_with-dash", "order_ünicode", &"x".repeat(51)] {
            assert_eq!(OrderId::look_up(text), Err(InvalidId), "{text}");
        }
    }

    #[test]
    fn client_ids_are_visible_ascii() {
        for text in ["", "with space", "tab\t", "ü", &"x".repeat(129)] {
            assert_eq!(text.parse::<IdempotencyKey>(), Err(InvalidKey), "{text:?}");
            assert_eq!(RequestId::from_caller(text), None, "{text:?}");
        }
        assert!("x".repeat(128).parse::<IdempotencyKey>().is_ok());
    }

    proptest! {
        #[test]
        fn ids_round_trip_and_sort_as_text(a: u64, b: u64) {
            let (a, b) = (OrderId::new(Sequence(a)), OrderId::new(Sequence(b)));
            prop_assert_eq!(a.to_string().parse::<OrderId>().unwrap(), a);
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        }
    }
}
