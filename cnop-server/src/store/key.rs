//! How rows lie in the file: the bytes of every key.
//!
//! A commit costs what it touches in pages, so everything an order touches lies together:
//! `user (4) · kind (1) · rest`, big-endian, with histories **newest first** (their sequence is inverted).
//! A user's access row, account and newest orders then share a page, and a page of the history is one forward scan.

use cnop_core::ids::Sequence;

/// A compact stand-in for a user, given out from 1; keys carry it, so a foreign row cannot be addressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct UserNumber(pub(super) u32);

impl UserNumber {
    /// Any user, for tests outside the store.
    #[cfg(test)]
    pub(crate) fn for_test(number: u32) -> Self {
        Self(number)
    }

    /// As it stands at the front of every key.
    pub(super) fn to_bytes(self) -> [u8; 4] {
        self.0.to_be_bytes()
    }
}

/// The format of the file.
pub(super) const META_FORMAT: &[u8] = b"format";
/// The last number of the sequence.
pub(super) const META_LAST_SEQUENCE: &[u8] = b"last_sequence";
/// The last user number.
pub(super) const META_LAST_USER: &[u8] = b"last_user";
/// Tokens from before this one are revoked, whoever's: a restored store may have forgotten what was revoked.
pub(super) const META_TOKENS_FROM: &[u8] = b"tokens_from";
/// The seed and the beginning of the simulated market.
pub(super) const META_MARKET: &[u8] = b"market";

/// Kinds of rows under a user, in the order in which they lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Access = 0,
    Account = 1,
    /// A market order, with its execution.
    Order = 2,
    CashMove = 3,
    Idempotency = 4,
    /// Under its placement, whatever became of it.
    LimitOrder = 5,
    /// Of a limit order, under its own place in the sequence.
    Fill = 6,
}

/// A digest of an idempotency key: fixed length, and nothing a client typed in a key.
pub(super) type KeyDigest = [u8; 16];

const PREFIX: usize = 5;
/// The length of a key with a sequence.
const ENTRY: usize = PREFIX + 8;

fn prefix(user: UserNumber, kind: Kind) -> [u8; PREFIX] {
    let [a, b, c, d] = user.to_bytes();
    [a, b, c, d, kind as u8]
}

/// A row of which a user has one.
pub(super) fn single(user: UserNumber, kind: Kind) -> [u8; PREFIX] {
    prefix(user, kind)
}

/// A row of a history.
pub(super) fn entry(user: UserNumber, kind: Kind, sequence: Sequence) -> [u8; ENTRY] {
    let mut key = [0; ENTRY];
    key[..PREFIX].copy_from_slice(&prefix(user, kind));
    key[PREFIX..].copy_from_slice(&(!sequence.as_u64()).to_be_bytes());
    key
}

/// The sequence in the key of a history row.
pub(super) fn sequence_of(key: &[u8]) -> Option<Sequence> {
    let bytes = key.get(PREFIX..)?.try_into().ok()?;
    Some(Sequence::from_u64(!u64::from_be_bytes(bytes)))
}

/// Whose, what and when a row of the accounts is, where it is one of a history.
pub(super) fn history_of(key: &[u8]) -> Option<(UserNumber, Kind, Sequence)> {
    const HISTORIES: [Kind; 4] = [Kind::Order, Kind::CashMove, Kind::LimitOrder, Kind::Fill];
    let kind = HISTORIES.into_iter().find(|kind| key.get(PREFIX - 1) == Some(&(*kind as u8)))?;
    Some((owner_of(key)?, kind, sequence_of(key)?))
}

/// The user in any key of the accounts.
pub(super) fn owner_of(key: &[u8]) -> Option<UserNumber> {
    let bytes = key.get(..4)?.try_into().ok()?;
    Some(UserNumber(u32::from_be_bytes(bytes)))
}

/// A history, newest first, from the entry before `before` (or the newest) down to the oldest.
pub(super) fn history(user: UserNumber, kind: Kind, before: Option<Sequence>) -> Option<([u8; ENTRY], [u8; ENTRY])> {
    let newest = newest_before(before)?;
    Some((entry(user, kind, newest), entry(user, kind, Sequence::from_u64(0))))
}

/// The length of an open order's key.
const OPEN: usize = 12;

/// What an order stands under while it waits: newest first, like the histories.
pub(super) fn open_order(user: UserNumber, sequence: Sequence) -> [u8; OPEN] {
    let mut key = [0; OPEN];
    key[..4].copy_from_slice(&user.to_bytes());
    key[4..].copy_from_slice(&(!sequence.as_u64()).to_be_bytes());
    key
}

/// The order that an open order's key names.
pub(super) fn open_order_of(key: &[u8]) -> Option<(UserNumber, Sequence)> {
    let (user, sequence) = key.split_at_checked(4)?;
    Some((owner_of(user)?, Sequence::from_u64(!u64::from_be_bytes(sequence.try_into().ok()?))))
}

/// A user's open orders, newest first, from the one before `before` (or the newest) down to the oldest.
pub(super) fn open_orders(user: UserNumber, before: Option<Sequence>) -> Option<([u8; OPEN], [u8; OPEN])> {
    let newest = newest_before(before)?;
    Some((open_order(user, newest), open_order(user, Sequence::from_u64(0))))
}

/// The last number before one, or of all.
pub(super) fn newest_before(before: Option<Sequence>) -> Option<Sequence> {
    match before {
        Some(before) => before.as_u64().checked_sub(1).map(Sequence::from_u64),
        None => Some(Sequence::from_u64(u64::MAX)),
    }
}

/// What a user's idempotency key stands under.
pub(super) fn idempotency(user: UserNumber, digest: &KeyDigest) -> [u8; PREFIX + 16] {
    let mut key = [0; PREFIX + 16];
    key[..PREFIX].copy_from_slice(&prefix(user, Kind::Idempotency));
    key[PREFIX..].copy_from_slice(digest);
    key
}

/// Rows that are found by age.
pub(super) fn age(sequence: Sequence) -> [u8; 8] {
    sequence.as_u64().to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_users_rows_lie_together_and_newest_first() {
        let (ada, bob) = (UserNumber(7), UserNumber(8));
        let at = Sequence::from_u64;
        let keys: [Vec<u8>; 6] = [
            single(ada, Kind::Access).to_vec(),
            single(ada, Kind::Account).to_vec(),
            entry(ada, Kind::Order, at(9)).to_vec(),
            entry(ada, Kind::Order, at(8)).to_vec(),
            entry(ada, Kind::CashMove, at(10)).to_vec(),
            single(bob, Kind::Access).to_vec(),
        ];
        assert!(keys.is_sorted());
        assert_eq!(sequence_of(&keys[2]), Some(at(9)));
    }

    #[test]
    fn a_history_before_an_entry_leaves_that_entry_out() {
        let user = UserNumber(1);
        let (from, to) = history(user, Kind::Order, Some(Sequence::from_u64(9))).unwrap();
        let key = |number| entry(user, Kind::Order, Sequence::from_u64(number));
        assert!(key(9) < from && key(8) == from && key(0) == to);
        assert_eq!(history(user, Kind::Order, Some(Sequence::from_u64(0))), None);
    }

    #[test]
    fn the_key_of_an_open_order_names_it() {
        let (user, at) = (UserNumber(7), Sequence::from_u64);
        assert_eq!(open_order_of(&open_order(user, at(9))), Some((user, at(9))));
        assert!(open_order(user, at(9)) < open_order(user, at(8)));
        assert_eq!(open_orders(user, Some(at(9))), Some((open_order(user, at(8)), open_order(user, at(0)))));
        for short in [&[][..], &[1, 2, 3], &[0; 11], &[0; 13]] {
            assert_eq!(open_order_of(short), None);
        }
    }
}
