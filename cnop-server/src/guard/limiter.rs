//! How many requests somebody may send a minute.
//!
//! governor counts (GCRA: a quota that fills up evenly); the map is our own, because its keyed stores never forget and
//! know no bound. A quota that is whole again is forgotten. Where more clients come at once than the map holds, the new
//! ones share one quota, and nobody who is being counted is forgotten for them.

use std::collections::HashMap;
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use governor::clock::Clock;
use governor::middleware::StateInformationMiddleware;
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::ShrinkableKeyedStateStore;
use governor::{Quota, RateLimiter};

/// Clients that are counted at a time: some 5 MiB of them.
const MAX_COUNTED: usize = 100_000;

/// A limit a minute for each of many.
pub(crate) struct Limiter<K: Eq + Hash + Clone, C: Clock = SinceStart> {
    governor: RateLimiter<Probe<K>, Counted<K>, C, StateInformationMiddleware>,
    clock: C,
    quota: Quota,
}

/// What is left of a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    /// All of it.
    pub(crate) limit: u32,
    /// What is left.
    pub(crate) remaining: u32,
    /// Until it is whole again.
    pub(crate) whole_after: Duration,
    /// Until one more fits in, where none was left.
    pub(crate) refused_for: Option<Duration>,
}

impl<K: Eq + Hash + Clone> Limiter<K> {
    /// So many a minute for each; `None` where there is no limit.
    pub(crate) fn per_minute(limit: u32) -> Option<Self> {
        NonZeroU32::new(limit).map(|limit| Self::new(limit, MAX_COUNTED, SinceStart(Instant::now())))
    }
}

impl<K: Eq + Hash + Clone, C: Clock + Clone> Limiter<K, C> {
    fn new(limit: NonZeroU32, capacity: usize, clock: C) -> Self {
        let quota = Quota::per_minute(limit);
        let governor = RateLimiter::new(quota, Counted::new(capacity), clock.clone());
        Self { governor, clock, quota }
    }

    /// Counts one.
    pub(crate) fn take(&self, key: K) -> Standing {
        self.ask(Probe { key, counts: true })
    }

    /// What is left, without counting.
    pub(crate) fn look(&self, key: K) -> Standing {
        let standing = self.ask(Probe { key, counts: false });
        match standing.refused_for {
            Some(_) => Standing { refused_for: None, ..standing },
            // The probe was refused nothing, so one more is left than after it.
            None => self.standing(standing.remaining + 1),
        }
    }

    fn ask(&self, probe: Probe<K>) -> Standing {
        match self.governor.check_key(&probe) {
            Ok(snapshot) => self.standing(snapshot.remaining_burst_capacity()),
            Err(refused) => {
                let refused_for = Some(refused.wait_time_from(self.clock.now()));
                Standing { refused_for, ..self.standing(0) }
            }
        }
    }

    fn standing(&self, remaining: u32) -> Standing {
        let limit = self.quota.burst_size().get();
        let whole_after = self.quota.replenish_interval() * (limit - remaining);
        Standing { limit, remaining, whole_after, refused_for: None }
    }

    /// Forgets whose quota is whole again, and gives the memory back.
    pub(crate) fn prune(&self) {
        self.governor.retain_recent();
        self.governor.shrink_to_fit();
    }
}

/// Time since the limiter was made; never goes back.
#[derive(Debug, Clone)]
pub(crate) struct SinceStart(Instant);

impl Clock for SinceStart {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.elapsed().into()
    }
}

/// A question about somebody.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Probe<K> {
    key: K,
    /// Whether the answer changes anything.
    counts: bool,
}

/// When each quota is whole again, of at most `capacity`.
struct Counted<K> {
    capacity: usize,
    // Held for one look-up or, where the map is full, for a walk through it; never across an await.
    states: Mutex<States<K>>,
}

struct States<K> {
    whole_at: HashMap<K, Nanos>,
    /// The one state of all who do not fit in.
    strangers: Option<Nanos>,
    /// Whether a walk may find something to forget: it found little the last time.
    walk_is_vain: bool,
}

impl<K: Eq + Hash + Clone> Counted<K> {
    fn new(capacity: usize) -> Self {
        let states = States { whole_at: HashMap::new(), strangers: None, walk_is_vain: false };
        Self { capacity, states: Mutex::new(states) }
    }
}

impl<K: Eq + Hash + Clone> States<K> {
    fn forget_before(&mut self, moment: Nanos) -> usize {
        let before = self.whole_at.len();
        self.whole_at.retain(|_, whole_at| *whole_at > moment);
        before - self.whole_at.len()
    }
}

impl<K: Eq + Hash + Clone> StateStore for Counted<K> {
    type Key = Probe<K>;

    fn measure_and_replace<T, F, E>(&self, probe: &Probe<K>, f: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut states = self.states.lock().expect("no holder panics");
        let known = states.whole_at.get(&probe.key).copied();
        let (answer, whole_at) = f(known)?;
        if !probe.counts {
            return Ok(answer);
        }
        if known.is_none() && states.whole_at.len() >= self.capacity && !states.walk_is_vain {
            // A newcomer's quota is whole one request from now: who is before that has lost nothing but that one.
            states.walk_is_vain = states.forget_before(whole_at) < self.capacity / 4;
        }
        if known.is_none() && states.whole_at.len() >= self.capacity {
            let (answer, whole_at) = f(states.strangers)?;
            states.strangers = Some(whole_at);
            return Ok(answer);
        }
        states.whole_at.insert(probe.key.clone(), whole_at);
        Ok(answer)
    }
}

impl<K: Eq + Hash + Clone> ShrinkableKeyedStateStore<Probe<K>> for Counted<K> {
    fn retain_recent(&self, drop_below: Nanos) {
        let mut states = self.states.lock().expect("no holder panics");
        states.forget_before(drop_below);
        states.walk_is_vain = false;
        states.strangers = states.strangers.filter(|whole_at| *whole_at > drop_below);
    }

    fn shrink_to_fit(&self) {
        self.states.lock().expect("no holder panics").whole_at.shrink_to_fit();
    }

    fn len(&self) -> usize {
        self.states.lock().expect("no holder panics").whole_at.len()
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn limiter(limit: u32, capacity: usize) -> (Limiter<u32, FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        (Limiter::new(NonZeroU32::new(limit).unwrap(), capacity, clock.clone()), clock)
    }

    #[test]
    fn the_quota_goes_down_one_by_one_and_then_refuses() {
        let (limiter, clock) = limiter(3, 10);
        let seconds = Duration::from_secs;
        let left = |standing: Standing| (standing.remaining, standing.whole_after, standing.refused_for);
        assert_eq!(left(limiter.look(1)), (3, seconds(0), None));
        assert_eq!(left(limiter.take(1)), (2, seconds(20), None));
        assert_eq!(left(limiter.take(1)), (1, seconds(40), None));
        assert_eq!(left(limiter.look(1)), (1, seconds(40), None));
        assert_eq!(left(limiter.take(1)), (0, seconds(60), None));
        assert_eq!(left(limiter.look(1)), (0, seconds(60), None));
        assert_eq!(left(limiter.take(1)), (0, seconds(60), Some(seconds(20))));
        assert_eq!(left(limiter.take(2)), (2, seconds(20), None), "others are not meant");
        clock.advance(seconds(20));
        assert_eq!(left(limiter.take(1)), (0, seconds(60), None));
        clock.advance(seconds(60));
        assert_eq!(left(limiter.take(1)), (2, seconds(20), None));
    }

    #[test]
    fn no_limit_is_no_limiter() {
        assert!(Limiter::<u32>::per_minute(0).is_none());
    }

    #[test]
    fn a_million_clients_do_not_make_the_map_grow_beyond_its_bound() {
        let (limiter, clock) = limiter(10_000, 1_000);
        for client in 0..1_000_000 {
            assert_eq!(limiter.take(client).refused_for, None);
            clock.advance(Duration::from_micros(60));
        }
        assert!(limiter.governor.len() <= 1_000);
        clock.advance(Duration::from_secs(60));
        limiter.prune();
        assert_eq!(limiter.governor.len(), 0);
        assert_eq!(limiter.governor.into_state_store().states.into_inner().unwrap().whole_at.capacity(), 0);
    }

    #[test]
    fn who_does_not_fit_in_shares_a_quota_and_drives_nobody_out() {
        let (limiter, _) = limiter(3, 2);
        for known in [1, 2] {
            for _ in 0..3 {
                limiter.take(known);
            }
        }
        let refused: Vec<_> = (3..8).map(|stranger| limiter.take(stranger).refused_for.is_some()).collect();
        assert_eq!(refused, [false, false, false, true, true]);
        assert!(limiter.take(1).refused_for.is_some(), "and those who are counted stay counted");
    }
}
