//! What somebody did lately, counted exactly within a sliding span of time.

use std::collections::HashMap;
use std::collections::VecDeque;
use std::hash::Hash;

use cnop_core::time::Timestamp;

/// Counts of each of at most `capacity`.
pub(crate) struct Tally<K> {
    limit: usize,
    span_ms: i64,
    capacity: usize,
    times: HashMap<K, VecDeque<Timestamp>>,
}

impl<K: Eq + Hash + Clone> Tally<K> {
    /// At most `limit` within `span_ms` each; more are not remembered one by one.
    pub(crate) fn new(limit: u32, span_ms: i64, capacity: usize) -> Self {
        Self { limit: limit as usize, span_ms, capacity, times: HashMap::new() }
    }

    /// Counts one, and answers how many there were within the span, up to the limit.
    pub(crate) fn add(&mut self, key: K, now: Timestamp) -> usize {
        if !self.times.contains_key(&key) && self.times.len() >= self.capacity {
            self.make_room(now);
        }
        let times = self.times.entry(key).or_default();
        drop_old(times, now, self.span_ms);
        if times.len() >= self.limit {
            times.pop_front();
        }
        times.push_back(now);
        times.len()
    }

    /// Until when the limit is reached; `None` where it is not.
    pub(crate) fn full_until(&self, key: &K, now: Timestamp) -> Option<Timestamp> {
        let times = self.times.get(key)?;
        let oldest = times.len().checked_sub(self.limit).and_then(|place| times.get(place))?;
        Some(oldest.plus_millis(self.span_ms)).filter(|until| *until > now)
    }

    /// Begins anew with somebody.
    pub(crate) fn forget(&mut self, key: &K) {
        self.times.remove(key);
    }

    /// Forgets what lies too far back, and gives the memory back.
    pub(crate) fn prune(&mut self, now: Timestamp) {
        let span = self.span_ms;
        self.times.retain(|_, times| {
            drop_old(times, now, span);
            !times.is_empty()
        });
        self.times.shrink_to_fit();
    }

    /// How many are counted.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.times.len()
    }

    /// Forgets the half that was quiet the longest: whoever comes with that many names and addresses is not held off by
    /// a count of each.
    fn make_room(&mut self, now: Timestamp) {
        self.prune(now);
        if self.times.len() < self.capacity {
            return;
        }
        let mut newest: Vec<_> = self.times.values().filter_map(|times| times.back().copied()).collect();
        let middle = newest.len() / 2;
        let (_, median, _) = newest.select_nth_unstable(middle);
        let median = *median;
        let mut surplus = self.capacity / 2;
        self.times.retain(|_, times| {
            let old = times.back().is_none_or(|newest| *newest <= median) && surplus > 0;
            surplus -= usize::from(old);
            !old
        });
    }
}

fn drop_old(times: &mut VecDeque<Timestamp>, now: Timestamp, span_ms: i64) {
    while times.front().is_some_and(|time| time.plus_millis(span_ms) <= now) {
        times.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(1_000_000 + seconds * 1_000)
    }

    #[test]
    fn the_limit_is_reached_within_the_span_and_over_with_the_oldest() {
        let mut tally = Tally::new(3, 10_000, 10);
        assert_eq!([tally.add("a", at(0)), tally.add("a", at(4))], [1, 2]);
        assert_eq!(tally.full_until(&"a", at(4)), None);
        assert_eq!(tally.add("a", at(6)), 3);
        assert_eq!(tally.full_until(&"a", at(6)), Some(at(10)));
        assert_eq!(tally.full_until(&"b", at(6)), None);
        assert_eq!(tally.full_until(&"a", at(10)), None);
        assert_eq!(tally.add("a", at(12)), 3, "the one of 0 is over");
        assert_eq!(tally.full_until(&"a", at(12)), Some(at(14)));
        tally.forget(&"a");
        assert_eq!(tally.add("a", at(12)), 1);
    }

    #[test]
    fn a_million_keys_stay_within_the_bound() {
        let mut tally = Tally::new(5, 86_400_000, 1_000);
        for key in 0..1_000_000 {
            tally.add(key, at(key / 10_000));
            assert!(tally.len() <= 1_000);
        }
        let newest = 999_999;
        assert_eq!(tally.add(newest, at(100)), 2, "the newest are the last to be forgotten");
        tally.prune(at(100 + 86_400));
        assert_eq!(tally.len(), 0);
    }

    #[test]
    fn room_is_made_even_if_all_were_at_the_same_moment() {
        let mut tally = Tally::new(5, 1_000, 4);
        for key in 0..100 {
            tally.add(key, at(0));
        }
        assert!(tally.len() <= 4);
    }
}
