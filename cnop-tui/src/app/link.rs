//! How the connection is, and what may be said of what is on the screen.

use std::time::Duration;

use cnop_core::time::Timestamp;

/// The connection of the stream.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Link {
    state: State,
    /// When anything was last heard on it.
    heard_at: Option<Timestamp>,
    /// Since when it is away: until it is heard again, also where it stands for a moment.
    away_since: Option<Timestamp>,
    /// The longest of the last pauses between prices.
    pauses_ms: [i64; 3],
}

#[derive(Debug, Clone, Copy, Default)]
enum State {
    /// It was not yet there.
    #[default]
    Connecting,
    /// It stands, and the prices of now are on their way; or, where it goes on from what was told before, the word that
    /// none were missed.
    Connected { goes_on: bool },
    /// It stands, and what was told on it is of now.
    Up,
    /// It broke, and is tried again then.
    Down { retry_at: Timestamp },
}

/// The same in the words of the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Connecting,
    /// Prices come.
    Live,
    /// It stands, and prices are old all the same.
    Stale,
    /// The next try is so many seconds away.
    Reconnecting(u64),
    /// It is away for a while; what is seen is of then.
    Offline {
        since: Timestamp,
        seconds: u64,
    },
}

/// Somebody who is away for longer is not just reconnecting.
const OFFLINE_AFTER_MS: i64 = 30 * Timestamp::SECOND_MS;
/// The server says something every 15 s. Whoever has not heard of it for longer does not know the prices of now: it may
/// hang, or this machine slept.
const SILENT_AFTER_MS: i64 = 20 * Timestamp::SECOND_MS;
/// The same where prices came so often that several of them are missing by then.
const AT_LEAST_MS: i64 = 5 * Timestamp::SECOND_MS;
/// Prices closer to each other than this came together.
const BURST_MS: i64 = 500;
/// So many.
const MISSING: i64 = 5;

impl Link {
    /// It stands; what it tells first is not there yet.
    pub(crate) fn connected(&mut self) {
        let goes_on = !matches!(self.state, State::Connecting | State::Connected { goes_on: false });
        // How often prices come on it is not known yet.
        (self.state, self.pauses_ms) = (State::Connected { goes_on }, [SILENT_AFTER_MS; 3]);
    }

    /// Prices came.
    pub(crate) fn heard(&mut self, now: Timestamp) {
        let pause_ms = self.heard_at.map(|before| now.as_millis() - before.as_millis());
        // Several that come at once, such as those that were missed, are no rhythm.
        if let (State::Up, Some(pause_ms @ BURST_MS..)) = (self.state, pause_ms) {
            self.pauses_ms.rotate_left(1);
            self.pauses_ms[2] = pause_ms;
        }
        (self.state, self.heard_at, self.away_since) = (State::Up, Some(now), None);
    }

    /// The session is over: there is none until the next one begins.
    pub(crate) fn closed(&mut self) {
        self.state = State::Connecting;
    }

    /// The word came that nothing changed: of prices that are there, that is as good.
    pub(crate) fn alive(&mut self, now: Timestamp) {
        match self.state {
            State::Up => self.heard_at = Some(now),
            State::Connected { goes_on: true } => self.heard(now),
            _ => {}
        }
    }

    /// It broke, and is tried again after a while. Whether that is news.
    pub(crate) fn broke(&mut self, after: Duration, now: Timestamp) -> bool {
        let is_news = self.away_since.is_none();
        self.away_since.get_or_insert(now);
        let retry_at = now.plus_millis(after.as_millis().try_into().unwrap_or(i64::MAX));
        self.state = State::Down { retry_at };
        is_news
    }

    /// When anything was last heard: what it keeps up to date is of then.
    pub(crate) fn heard_at(&self) -> Option<Timestamp> {
        self.heard_at
    }

    /// How it is at `now`, with prices that are old or not.
    pub(crate) fn standing(&self, is_stale: bool, now: Timestamp) -> Standing {
        match self.state {
            State::Connecting | State::Connected { .. } => Standing::Connecting,
            State::Up if is_stale || self.is_silent(now) => Standing::Stale,
            State::Up => Standing::Live,
            State::Down { retry_at } => {
                let since = self.away_since.unwrap_or(now);
                let seconds = seconds_until(retry_at, now);
                if now.as_millis() - since.as_millis() < OFFLINE_AFTER_MS {
                    Standing::Reconnecting(seconds)
                } else {
                    Standing::Offline { since: self.heard_at.unwrap_or(since), seconds }
                }
            }
        }
    }

    fn is_silent(&self, now: Timestamp) -> bool {
        self.heard_at.is_none_or(|at| now.as_millis() - at.as_millis() >= self.silent_after_ms())
    }

    fn silent_after_ms(&self) -> i64 {
        let longest = self.pauses_ms.into_iter().max().unwrap_or_default();
        longest.saturating_mul(MISSING).clamp(AT_LEAST_MS, SILENT_AFTER_MS)
    }

    /// When it would be silent, if nothing is heard until then.
    pub(crate) fn silent_at(&self) -> Option<Timestamp> {
        matches!(self.state, State::Up).then_some(self.heard_at?.plus_millis(self.silent_after_ms()))
    }
}

/// Rounded up, so that it reaches 0 only at the moment itself.
fn seconds_until(at: Timestamp, now: Timestamp) -> u64 {
    let millis = u64::try_from(at.as_millis() - now.as_millis()).unwrap_or(0);
    millis.div_ceil(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    #[test]
    fn it_is_live_only_while_it_is_heard() {
        let mut link = Link::default();
        let standing = |link: &Link, seconds| link.standing(false, at(seconds));
        assert_eq!(standing(&link, 0), Standing::Connecting);
        link.connected();
        link.alive(at(0));
        assert_eq!(standing(&link, 0), Standing::Connecting, "the prices of now are not there yet");
        link.heard(at(1));
        assert_eq!((standing(&link, 20), link.standing(true, at(2))), (Standing::Live, Standing::Stale));
        assert_eq!((standing(&link, 21), link.silent_at()), (Standing::Stale, Some(at(21))));
        link.alive(at(40));
        assert_eq!(standing(&link, 41), Standing::Live);
        assert!(link.broke(Duration::from_secs(4), at(50)));
        assert!(!link.broke(Duration::from_secs(4), at(52)), "that is known");
        assert_eq!(standing(&link, 53), Standing::Reconnecting(3));
        assert_eq!(standing(&link, 80), Standing::Offline { since: at(40), seconds: 0 });
        // Where prices come every second, it is soon plain that they do not.
        link.connected();
        (80..85).for_each(|second| link.heard(at(second)));
        assert_eq!((standing(&link, 88), standing(&link, 89)), (Standing::Live, Standing::Stale));
        link.connected();
        assert_eq!(standing(&link, 90), Standing::Connecting, "what was known before may not be of now");
        link.alive(at(90));
        assert_eq!(standing(&link, 90), Standing::Live, "it goes on, and nothing was missed");
        // One that stands for moments only is away all the same.
        link.broke(Duration::from_secs(1), at(100));
        link.connected();
        assert!(!link.broke(Duration::from_secs(1), at(131)));
        assert_eq!(standing(&link, 131), Standing::Offline { since: at(90), seconds: 1 });
        link.closed();
        link.connected();
        link.alive(at(140));
        assert_eq!(standing(&link, 140), Standing::Connecting, "another session begins anew");
    }
}
