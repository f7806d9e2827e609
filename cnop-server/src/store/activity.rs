//! The place of every ledger row in the audit trail.
//!
//! Ledger rows lie by user. This table lists them by time, whoever's they are, with nothing but where each is found: orders
//! and money moves are audited by their own rows, which carry request and address.

use cnop_core::ids::Sequence;

use super::codec::unreadable;
use super::failure::StorageFailure;
use super::key::UserNumber;

/// What happened, and where its row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Activity {
    /// Whose row it is.
    pub(super) user: UserNumber,
    /// What happened.
    pub(super) kind: ActivityKind,
}

/// What happened to somebody's money or orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ActivityKind {
    /// A market order was executed.
    MarketOrder,
    /// Money moved without an order.
    CashMove,
    /// A limit order was placed.
    LimitOrder,
    /// The limit order of that place was executed.
    Fill(Sequence),
    /// It was cancelled, expired or failed.
    End(Sequence),
}

impl Activity {
    /// `user (4) · kind (1)`, and for what became of an order `· placement (8)`.
    pub(super) fn to_bytes(self) -> Vec<u8> {
        let (kind, order) = match self.kind {
            ActivityKind::MarketOrder => (0, None),
            ActivityKind::CashMove => (1, None),
            ActivityKind::LimitOrder => (2, None),
            ActivityKind::Fill(order) => (3, Some(order)),
            ActivityKind::End(order) => (4, Some(order)),
        };
        let mut bytes = self.user.to_bytes().to_vec();
        bytes.push(kind);
        bytes.extend(order.iter().flat_map(|order| order.as_u64().to_be_bytes()));
        bytes
    }

    /// Reads what `to_bytes` wrote.
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, StorageFailure> {
        let read = || {
            let (user, rest) = bytes.split_first_chunk::<4>()?;
            let (kind, rest) = rest.split_first()?;
            let order = || Some(Sequence::from_u64(u64::from_be_bytes(rest.try_into().ok()?)));
            let kind = match (kind, rest) {
                (0, []) => ActivityKind::MarketOrder,
                (1, []) => ActivityKind::CashMove,
                (2, []) => ActivityKind::LimitOrder,
                (3, _) => ActivityKind::Fill(order()?),
                (4, _) => ActivityKind::End(order()?),
                _ => return None,
            };
            Some(Self { user: UserNumber(u32::from_be_bytes(*user)), kind })
        };
        read().ok_or_else(|| unreadable("activity", format!("{bytes:?} is none")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_and_nothing_else_is() {
        let (user, order) = (UserNumber(0x0102_0304), Sequence::from_u64(9));
        use ActivityKind as K;
        for kind in [K::MarketOrder, K::CashMove, K::LimitOrder, K::Fill(order), K::End(order)] {
            let activity = Activity { user, kind };
            assert_eq!(Activity::from_bytes(&activity.to_bytes()).unwrap(), activity);
        }
        assert_eq!(Activity { user, kind: K::Fill(order) }.to_bytes(), [1, 2, 3, 4, 3, 0, 0, 0, 0, 0, 0, 0, 9]);
        for bytes in [&[][..], &[0; 4], &[0, 0, 0, 1, 5], &[0, 0, 0, 1, 0, 0], &[0, 0, 0, 1, 3, 1]] {
            assert!(Activity::from_bytes(bytes).is_err(), "{bytes:?}");
        }
    }
}
