//! Which orders wait for what, in memory: by asset, side and price, and by the moment at which they give up.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use cnop_core::asset_id::AssetId;
use cnop_core::ids::Sequence;
use cnop_core::money::Price;
use cnop_core::order::Side;
use cnop_core::time::Timestamp;

use crate::store::{UserNumber, Waits};

/// An order, by its owner and its placement.
pub(super) type OrderKey = (UserNumber, Sequence);

/// Every order that waits. What is taken out for its price stays among the deadlines, and the other way round, until its
/// end is told: whoever is asked to execute an order looks whether it still waits.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    queues: HashMap<(AssetId, Side), Queue>,
    deadlines: BTreeSet<(Timestamp, Sequence, UserNumber)>,
}

/// The orders of one side, those that are reached first in front, older ones before younger.
type Queue = BTreeMap<(i64, Sequence), UserNumber>;

/// Orders a side's limits by how soon a price reaches them: a limit takes a price that does not rank below it.
fn rank(side: Side, price: Price) -> i64 {
    let units = i64::try_from(price.units()).expect("a price has at most 10^18 units");
    match side {
        Side::Buy => -units,
        Side::Sell => units,
    }
}

impl Waits {
    /// Whether `price` is at or through the limit.
    pub(super) fn takes(&self, price: Price) -> bool {
        rank(self.side, self.limit) <= rank(self.side, price)
    }
}

impl FromIterator<(OrderKey, Waits)> for Waiting {
    /// A million at once: sorted, then built, which is several times faster than one after the other.
    fn from_iter<I: IntoIterator<Item = (OrderKey, Waits)>>(orders: I) -> Self {
        let (mut queues, mut deadlines) = (HashMap::<_, Vec<_>>::new(), Vec::new());
        for ((user, sequence), waits) in orders {
            let place = ((rank(waits.side, waits.limit), sequence), user);
            queues.entry((waits.asset_id, waits.side)).or_default().push(place);
            deadlines.push((waits.expires_at, sequence, user));
        }
        Self {
            queues: queues.into_iter().map(|(key, places)| (key, places.into_iter().collect())).collect(),
            deadlines: deadlines.into_iter().collect(),
        }
    }
}

impl Waiting {
    /// Lets an order wait for its price and its end.
    pub(super) fn insert(&mut self, key: OrderKey, waits: &Waits) {
        let (user, sequence) = key;
        let queue = self.queues.entry((waits.asset_id, waits.side)).or_default();
        queue.insert((rank(waits.side, waits.limit), sequence), user);
        self.insert_deadline(key, waits);
    }

    /// Lets an order wait for its end alone: its price has come.
    pub(super) fn insert_deadline(&mut self, (user, sequence): OrderKey, waits: &Waits) {
        self.deadlines.insert((waits.expires_at, sequence, user));
    }

    /// Forgets an order that has ended.
    pub(super) fn remove(&mut self, (user, sequence): OrderKey, waits: &Waits) {
        if let Some(queue) = self.queues.get_mut(&(waits.asset_id, waits.side)) {
            queue.remove(&(rank(waits.side, waits.limit), sequence));
        }
        self.deadlines.remove(&(waits.expires_at, sequence, user));
    }

    /// Takes out every order of one side that `price` is at or through, in the order in which they are served. Where
    /// there is none, that is one look at the front.
    pub(super) fn take_reached(&mut self, asset_id: AssetId, side: Side, price: Price) -> Vec<OrderKey> {
        self.take_while(asset_id, side, |limit| limit <= rank(side, price))
    }

    /// Takes out every order of one side.
    pub(super) fn take_all(&mut self, asset_id: AssetId, side: Side) -> Vec<OrderKey> {
        self.take_while(asset_id, side, |_| true)
    }

    fn take_while(&mut self, asset_id: AssetId, side: Side, wanted: impl Fn(i64) -> bool) -> Vec<OrderKey> {
        let Some(queue) = self.queues.get_mut(&(asset_id, side)) else { return Vec::new() };
        let mut taken = Vec::new();
        while let Some(first) = queue.first_entry().filter(|first| wanted(first.key().0)) {
            let ((_, sequence), user) = first.remove_entry();
            taken.push((user, sequence));
        }
        taken
    }

    /// Takes out every order whose time is over at `now`.
    pub(super) fn take_over(&mut self, now: Timestamp) -> Vec<OrderKey> {
        let mut taken = Vec::new();
        while let Some((_, sequence, user)) = self.deadlines.first().filter(|(at, ..)| *at <= now).copied() {
            self.deadlines.pop_first();
            taken.push((user, sequence));
        }
        taken
    }

    /// When the next order's time is over.
    pub(super) fn next_deadline(&self) -> Option<Timestamp> {
        self.deadlines.first().map(|(at, ..)| *at)
    }
}
