//! What lately happened to a user who has a stream, or had one a moment ago.

use std::collections::{BTreeSet, VecDeque};

use bytes::Bytes;

use super::Own;
use super::hub::ReaderId;

/// Events of a user that are kept for who comes back.
const KEPT_EVENTS: usize = 256;
/// Rounds for which they are kept after the user's last stream: time to find another network.
const KEPT_ROUNDS: u32 = 120;

/// What an event tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Order,
    Balance,
}

impl Own {
    /// Whether events of a kind are wanted.
    pub(super) fn wants(&self, kind: Kind) -> bool {
        match kind {
            Kind::Order => self.orders,
            Kind::Balance => self.balance,
        }
    }
}

/// A user's events and readers.
#[derive(Debug)]
pub(super) struct Log {
    pub(super) readers: BTreeSet<ReaderId>,
    events: VecDeque<(u64, Kind, Bytes)>,
    /// Everything after this number is here.
    from: u64,
    idle_rounds: u32,
}

impl Log {
    /// Of everything after event `number`.
    pub(super) fn from(number: u64) -> Self {
        Self { readers: BTreeSet::new(), events: VecDeque::new(), from: number, idle_rounds: 0 }
    }

    /// Keeps an event.
    pub(super) fn keep(&mut self, number: u64, kind: Kind, event: Bytes) {
        if self.events.len() == KEPT_EVENTS {
            self.from = self.events.pop_front().map_or(self.from, |(dropped, ..)| dropped);
        }
        self.events.push_back((number, kind, event));
    }

    /// Something up to event `number` is not here.
    pub(super) fn forget_until(&mut self, number: u64) {
        self.events.clear();
        self.from = number;
    }

    /// What happened after event `number`; `None` where that is no longer known.
    pub(super) fn since(&self, number: u64, own: &Own) -> Option<impl Iterator<Item = (u64, Bytes)>> {
        let later = self.events.iter().filter(move |(at, kind, _)| *at > number && own.wants(*kind));
        (number >= self.from).then(|| later.map(|(at, _, event)| (*at, event.clone())))
    }

    /// Whether it is still worth keeping, one round later.
    pub(super) fn lives_on(&mut self) -> bool {
        self.idle_rounds = if self.readers.is_empty() { self.idle_rounds + 1 } else { 0 };
        self.idle_rounds <= KEPT_ROUNDS
    }
}
