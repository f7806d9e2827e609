//! A reader as the hub sees it: what it wants, and a queue that it empties at its own pace.

use std::collections::VecDeque;

use bytes::Bytes;
use cnop_core::api::Lagged;

use super::queue::{Events, Queue};
use super::{Assets, Own};
use crate::guard::ClientNetwork;

/// What a reader asked for, and from where.
pub(super) struct Asked {
    pub(super) network: ClientNetwork,
    pub(super) prices: Option<Assets>,
    pub(super) own: Option<Own>,
}

/// What a reader was not told since it fell behind.
#[derive(Debug, Clone, Copy)]
enum Gap {
    None,
    /// So many events.
    Events(u64),
    /// Nobody knows how many.
    Unknown,
}

/// A reader's place.
pub(super) struct Seat {
    pub(super) asked: Asked,
    queue: Queue,
    gap: Gap,
}

impl Seat {
    /// A place, and the other end of its queue, which begins with `backlog`.
    pub(super) fn new(asked: Asked, backlog: VecDeque<Bytes>) -> (Self, Events) {
        let (queue, events) = Queue::new(backlog);
        (Self { asked, queue, gap: Gap::None }, events)
    }

    /// Hands an event on, or counts it where there is no room. What comes after one that was missed is missed too, so
    /// that a reader hears of the gap where it is.
    pub(super) fn push(&mut self, event: Bytes) {
        self.gap = match self.gap {
            Gap::None if self.queue.push(event).is_ok() => Gap::None,
            Gap::None => Gap::Events(1),
            Gap::Events(missed) => Gap::Events(missed + 1),
            Gap::Unknown => Gap::Unknown,
        };
    }

    /// Nobody knows what was lost: hands on the word for that, or keeps it in mind.
    pub(super) fn push_loss(&mut self, lagged: Bytes) {
        let told = matches!(self.gap, Gap::None) && self.queue.push(lagged).is_ok();
        self.gap = if told { Gap::None } else { Gap::Unknown };
    }

    /// A sign of life: one who has not read the last ones needs no more.
    pub(super) fn push_beat(&mut self, beat: Bytes) {
        if matches!(self.gap, Gap::None) {
            let _ = self.queue.push(beat); // Full is alive enough.
        }
    }

    /// What was missed, where there is room now to say so and to send all prices.
    pub(super) fn can_catch_up(&self) -> Option<Lagged> {
        const ROOM: usize = 2;
        let missed = match self.gap {
            Gap::None => return None,
            Gap::Events(missed) => Some(missed),
            Gap::Unknown => None,
        };
        self.queue.has_room(ROOM).then_some(Lagged { missed })
    }

    /// Goes on from `lagged` and all prices, which make good what was missed.
    pub(super) fn catch_up(&mut self, lagged: Bytes, prices: Option<Bytes>) {
        let all = std::iter::once(lagged).chain(prices);
        let taken = all.map(|event| self.queue.push_any(event)).collect::<Result<Vec<_>, _>>();
        self.gap = if taken.is_ok() { Gap::None } else { self.gap };
    }
}
