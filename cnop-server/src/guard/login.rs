//! When a password may be tried.
//!
//! Too many bad ones from one client network block it; too many for one name, from anywhere, are slowed down. Blocks are
//! handed out to be kept, and put back at the next start; counts are not kept.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use cnop_core::time::Timestamp;
use cnop_core::user::Username;

use super::network::ClientNetwork;
use super::tally::Tally;
use crate::store::Block;

/// Networks, and names, that are counted at a time.
const MAX_COUNTED: usize = 100_000;
/// Blocks at a time: each of them has cost five hashed passwords.
const MAX_BLOCKS: usize = 100_000;
/// Bad passwords for one name that are let through without delay,
const NAME_LIMIT: u32 = 10;
/// within an hour,
const NAME_SPAN_MS: i64 = 3_600 * Timestamp::SECOND_MS;
/// and the pause between two tries after that. Its owner still gets in, if late; a guesser gets 17,000 tries a day.
const NAME_PAUSE_MS: i64 = 5 * Timestamp::SECOND_MS;

/// What an operator may choose.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LoginLimits {
    /// Bad logins from one client network that block it.
    pub(crate) failures: u32,
    /// The span in which they count.
    pub(crate) window_ms: i64,
    /// How long it is blocked.
    pub(crate) block_ms: i64,
}

/// Why a password may not be tried now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotNow {
    /// The client network is blocked.
    Blocked {
        /// Until when.
        until: Timestamp,
    },
    /// The name was tried in vain too often.
    Slowed {
        /// Until when.
        until: Timestamp,
    },
}

/// A block that began, to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BlockChange {
    /// Whose.
    pub(crate) network: ClientNetwork,
    /// For how long, and why.
    pub(crate) block: Block,
}

/// Keeps watch over logins.
pub(crate) struct LoginGuard {
    limits: LoginLimits,
    unkept: AtomicBool,
    // Held for a few look-ups, never across an await.
    state: Mutex<State>,
}

struct State {
    blocks: HashMap<ClientNetwork, Block>,
    failures: Tally<ClientNetwork>,
    names: Tally<Username>,
    paused: HashMap<Username, Timestamp>,
}

impl LoginGuard {
    /// A guard that knows of earlier blocks.
    pub(crate) fn new(limits: LoginLimits, blocks: impl IntoIterator<Item = (ClientNetwork, Block)>) -> Self {
        let state = State {
            blocks: blocks.into_iter().collect(),
            failures: Tally::new(limits.failures, limits.window_ms, MAX_COUNTED),
            names: Tally::new(NAME_LIMIT, NAME_SPAN_MS, MAX_COUNTED),
            paused: HashMap::new(),
        };
        Self { limits, unkept: AtomicBool::new(false), state: Mutex::new(state) }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("no holder panics")
    }

    /// Whether somebody from this network may log in at all.
    ///
    /// # Errors
    /// [`NotNow::Blocked`].
    pub(crate) fn admit(&self, network: ClientNetwork, now: Timestamp) -> Result<(), NotNow> {
        match self.state().blocks.get(&network) {
            Some(block) if block.until > now => Err(NotNow::Blocked { until: block.until }),
            _ => Ok(()),
        }
    }

    /// Whether this name may be tried now. Where it is slowed down, the next try is a pause away from this one.
    ///
    /// # Errors
    /// [`NotNow::Slowed`].
    pub(crate) fn admit_name(&self, name: &Username, now: Timestamp) -> Result<(), NotNow> {
        let mut state = self.state();
        if state.names.full_until(name, now).is_none() {
            state.paused.remove(name);
            return Ok(());
        }
        match state.paused.get(name) {
            Some(until) if *until > now => Err(NotNow::Slowed { until: *until }),
            _ => {
                state.pause(name, now);
                Ok(())
            }
        }
    }

    /// Whether a name was tried in vain too often by now.
    pub(crate) fn is_slowed(&self, name: &Username, now: Timestamp) -> bool {
        self.state().names.full_until(name, now).is_some()
    }

    /// Counts a wrong password that somebody with a session gave for the name.
    pub(crate) fn failed_name(&self, name: &Username, now: Timestamp) {
        let mut state = self.state();
        if state.names.add(name.clone(), now) >= NAME_LIMIT as usize {
            state.pause(name, now);
        }
    }

    /// Counts a bad login. The one that was too many blocks its network: until then, and not for longer, the count counts.
    pub(crate) fn failed(&self, network: ClientNetwork, name: &Username, now: Timestamp) -> Option<BlockChange> {
        let mut state = self.state();
        if state.names.add(name.clone(), now) >= NAME_LIMIT as usize {
            state.pause(name, now);
        }
        if state.blocks.get(&network).is_some_and(|block| block.until > now) {
            return None; // Two failed at once: the block is there, and its end is the end of the count.
        }
        if self.limits.failures == 0 || state.failures.add(network, now) < self.limits.failures as usize {
            return None;
        }
        state.failures.forget(&network);
        let reason = format!("{} failed logins", self.limits.failures);
        let block = Block { since: now, until: now.plus_millis(self.limits.block_ms), reason, by: None };
        state.block(network, block.clone(), now);
        Some(BlockChange { network, block })
    }

    /// Blocks a network, in place of an earlier block.
    pub(crate) fn block(&self, network: ClientNetwork, block: Block, now: Timestamp) {
        self.state().block(network, block, now);
    }

    /// Ends a block before its time; `false` where there was none.
    pub(crate) fn unblock(&self, network: ClientNetwork, now: Timestamp) -> bool {
        let mut state = self.state();
        state.failures.forget(&network);
        state.blocks.remove(&network).is_some_and(|block| block.until > now)
    }

    /// A block could not be kept: all are to be kept once that is possible.
    pub(crate) fn keep_later(&self) {
        self.unkept.store(true, Ordering::Relaxed);
    }

    /// Whether blocks are to be kept again; asks once.
    pub(crate) fn take_unkept(&self) -> bool {
        self.unkept.swap(false, Ordering::Relaxed)
    }

    /// The blocks that hold now, by network.
    pub(crate) fn blocks(&self, now: Timestamp) -> Vec<(ClientNetwork, Block)> {
        let state = self.state();
        let holding = state.blocks.iter().filter(|(_, block)| block.until > now);
        let mut blocks: Vec<_> = holding.map(|(network, block)| (*network, block.clone())).collect();
        blocks.sort_unstable_by_key(|(network, _)| *network);
        blocks
    }

    /// The block of one network, if it holds now.
    pub(crate) fn block_of(&self, network: ClientNetwork, now: Timestamp) -> Option<Block> {
        self.state().blocks.get(&network).filter(|block| block.until > now).cloned()
    }

    /// How many networks are blocked now.
    pub(crate) fn blocked(&self, now: Timestamp) -> usize {
        self.state().blocks.values().filter(|block| block.until > now).count()
    }

    /// How long a network is blocked unless somebody says otherwise.
    pub(crate) fn block_ms(&self) -> i64 {
        self.limits.block_ms
    }

    /// Forgets what is over.
    pub(crate) fn prune(&self, now: Timestamp) {
        let mut state = self.state();
        state.forget_blocks(now);
        state.blocks.shrink_to_fit();
        state.failures.prune(now);
        state.names.prune(now);
        state.paused.retain(|_, until| *until > now);
        state.paused.shrink_to_fit();
    }
}

impl State {
    fn pause(&mut self, name: &Username, now: Timestamp) {
        if self.paused.len() >= MAX_COUNTED && !self.paused.contains_key(name) {
            self.paused.retain(|_, until| *until > now); // Each stays for a pause only.
        }
        if self.paused.len() >= MAX_COUNTED {
            let first = self.paused.iter().min_by_key(|(_, until)| **until).map(|(name, _)| name.clone());
            first.map(|name| self.paused.remove(&name));
        }
        self.paused.insert(name.clone(), now.plus_millis(NAME_PAUSE_MS));
    }

    fn block(&mut self, network: ClientNetwork, block: Block, now: Timestamp) {
        if self.blocks.len() >= MAX_BLOCKS && !self.blocks.contains_key(&network) {
            self.forget_blocks(now);
        }
        if self.blocks.len() >= MAX_BLOCKS {
            let first = self.blocks.iter().min_by_key(|(_, block)| block.until).map(|(network, _)| *network);
            first.map(|network| self.blocks.remove(&network));
        }
        self.blocks.insert(network, block);
    }

    fn forget_blocks(&mut self, now: Timestamp) {
        self.blocks.retain(|_, block| block.until > now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard() -> LoginGuard {
        let limits = LoginLimits { failures: 5, window_ms: Timestamp::DAY_MS, block_ms: 300 * Timestamp::SECOND_MS };
        LoginGuard::new(limits, [])
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000 + seconds * Timestamp::SECOND_MS)
    }

    fn network(text: &str) -> ClientNetwork {
        text.parse().unwrap()
    }

    fn name(number: usize) -> Username {
        format!("somebody_{number}").parse().unwrap()
    }

    #[test]
    fn the_fifth_bad_login_blocks_and_the_end_of_the_block_is_the_end_of_the_count() {
        let (guard, home) = (guard(), network("203.0.113.7"));
        for number in 0..4 {
            assert_eq!(guard.failed(home, &name(number), at(number as i64)), None);
            assert_eq!(guard.admit(home, at(4)), Ok(()));
        }
        let change = guard.failed(home, &name(4), at(10)).unwrap();
        assert_eq!((change.network, change.block.until, change.block.by), (home, at(310), None));
        assert_eq!(guard.admit(home, at(10)), Err(NotNow::Blocked { until: at(310) }));
        assert_eq!(guard.admit(home, at(309)), Err(NotNow::Blocked { until: at(310) }));
        assert_eq!(guard.admit(network("203.0.113.8"), at(10)), Ok(()), "a neighbour is not meant");
        assert_eq!(guard.admit(home, at(310)), Ok(()));
        assert_eq!(guard.failed(home, &name(5), at(311)), None, "the count began anew");
    }

    #[test]
    fn failures_count_within_the_window_alone() {
        let (guard, home) = (guard(), network("203.0.113.7"));
        (0..4).for_each(|number| assert_eq!(guard.failed(home, &name(number), at(0)), None));
        assert_eq!(guard.failed(home, &name(4), at(86_400)), None);
    }

    #[test]
    fn addresses_of_one_64_are_one_client() {
        let guard = guard();
        for number in 0..5 {
            guard.failed(network(&format!("2001:db8::{number}")), &name(number), at(0));
        }
        assert!(guard.admit(network("2001:db8::ffff"), at(1)).is_err());
        assert_eq!(guard.admit(network("2001:db8:0:1::1"), at(1)), Ok(()));
    }

    #[test]
    fn a_name_that_is_guessed_at_from_everywhere_is_slowed_down_and_not_locked() {
        let guard = guard();
        for number in 0..10 {
            assert_eq!(guard.admit_name(&name(0), at(0)), Ok(()));
            guard.failed(network(&format!("203.0.113.{number}")), &name(0), at(0));
        }
        assert_eq!(guard.admit_name(&name(0), at(1)), Err(NotNow::Slowed { until: at(5) }));
        assert_eq!(guard.admit_name(&name(1), at(1)), Ok(()), "others are not meant");
        assert_eq!(guard.admit_name(&name(0), at(5)), Ok(()));
        assert_eq!(guard.admit_name(&name(0), at(5)), Err(NotNow::Slowed { until: at(10) }), "one try a pause");
        assert_eq!(guard.admit_name(&name(0), at(3_600)), Ok(()));
        assert_eq!(guard.admit_name(&name(0), at(3_600)), Ok(()), "after an hour it is over");
    }

    #[test]
    fn an_operator_blocks_and_frees() {
        let (guard, home) = (guard(), network("203.0.113.7"));
        let block =
            Block { since: at(0), until: at(60), reason: "scanner".to_owned(), by: Some("root_admin".to_owned()) };
        guard.block(home, block.clone(), at(0));
        assert_eq!(guard.blocks(at(1)), [(home, block)]);
        assert_eq!(guard.blocked(at(60)), 0);
        assert!(guard.unblock(home, at(1)));
        assert!(!guard.unblock(home, at(1)));
        assert_eq!(guard.admit(home, at(1)), Ok(()));
    }

    #[test]
    fn blocks_are_bounded_and_the_one_that_ends_first_makes_room() {
        let guard = guard();
        let place = |number: usize| network(&format!("10.{}.{}.{}", number >> 16, (number >> 8) & 255, number & 255));
        let block = |ends: i64| Block { since: at(0), until: at(ends), reason: String::new(), by: None };
        (0..MAX_BLOCKS).for_each(|number| guard.block(place(number), block(1_000 + number as i64), at(0)));
        guard.block(place(MAX_BLOCKS), block(10), at(0));
        assert_eq!(guard.state().blocks.len(), MAX_BLOCKS);
        assert_eq!(guard.admit(place(0), at(1)), Ok(()), "it would have ended first");
        assert!(guard.admit(place(1), at(1)).is_err() && guard.admit(place(MAX_BLOCKS), at(1)).is_err());
        guard.block(place(0), block(1_000), at(11));
        assert!(guard.admit(place(0), at(11)).is_err(), "what is over makes room before what holds");
        assert!(guard.admit(place(1), at(11)).is_err());
    }

    #[test]
    fn pauses_are_bounded_and_the_one_that_ends_first_makes_room() {
        let guard = guard();
        let mut state = guard.state();
        (0..=MAX_COUNTED).for_each(|number| state.pause(&name(number), at(i64::from(number > 0))));
        assert_eq!(state.paused.len(), MAX_COUNTED);
        assert!(!state.paused.contains_key(&name(0)) && state.paused.contains_key(&name(MAX_COUNTED)));
        state.pause(&name(MAX_COUNTED + 1), at(100));
        assert_eq!(state.paused.len(), 1, "what is over makes room first");
    }

    #[test]
    fn what_is_over_is_forgotten() {
        let guard = guard();
        for number in 0..20 {
            guard.failed(network(&format!("203.0.113.{}", number % 4)), &name(0), at(number));
        }
        guard.prune(at(2 * 86_400));
        let state = guard.state();
        assert_eq!((state.blocks.len(), state.failures.len(), state.names.len(), state.paused.len()), (0, 0, 0, 0));
    }
}
