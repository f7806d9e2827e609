//! What is remembered of a guarded request.

use cnop_core::ids::Sequence;
use cnop_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::store::codec::Row;
use crate::store::key::KeyDigest;

/// How long a key is remembered.
pub(in crate::store) const KEY_LIFE_MS: i64 = Timestamp::DAY_MS;

/// What became of an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct IdempotencyRow {
    /// When it was used or settled.
    pub(in crate::store) at: Sequence,
    /// What is remembered.
    pub(in crate::store) remembered: Remembered,
}

/// The two things that can be known of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) enum Remembered {
    /// The request that used it, and its answer, byte for byte.
    Done {
        /// A digest of method, route and body.
        fingerprint: [u8; 16],
        /// The HTTP status.
        status: u16,
        /// The body.
        body: Vec<u8>,
    },
    /// Settled before its request arrived: that request is refused for ever.
    Void,
}

/// The owner of a key, found by the key's age.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct KeyAgeRow {
    /// The user's number.
    pub(in crate::store) user: u32,
    /// The key's digest.
    pub(in crate::store) digest: KeyDigest,
}

impl Row for IdempotencyRow {
    const WHAT: &'static str = "idempotency key";
}

impl Row for KeyAgeRow {
    const WHAT: &'static str = "age of an idempotency key";
}
