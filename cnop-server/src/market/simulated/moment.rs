//! Time as the simulation counts it: from the epoch, in parts of a day that divide by two all the way down.
//! Whoever evaluates a path sees a day and a fraction of it, always inside the tables.

use std::ops::{Add, RangeInclusive};

/// Days of tables before the epoch: a little over ten years.
pub(super) const PAST_DAYS: i64 = 10 * 366;
/// Days of tables from the epoch on: a little over thirty years.
pub(super) const FUTURE_DAYS: i64 = 30 * 366;

/// The finest grid halves a day this often: a step of 0.66 s, so a tick a second never meets the same price.
pub(super) const LEVELS: u32 = 17;

/// Units of [`Moment`] in a millisecond, the fewest that make the finest step a whole number.
const UNITS_PER_MS: i64 = 128;
pub(super) const MS_PER_DAY: i64 = 86_400_000;
/// More than a million years either way; beyond it time stands still, which keeps all sums inside an `i64`.
const FARTHEST_MS: i64 = i64::MAX / (2 * UNITS_PER_MS);

/// A length of time in 1/128 ms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span(pub(super) i64);

impl Span {
    pub(super) const DAY: Self = Self(MS_PER_DAY * UNITS_PER_MS);
    /// After this long, prices repeat: the tables once forwards and once backwards.
    pub(super) const PERIOD: Self = Self(2 * TABLE.0);

    pub(super) fn days(self) -> f64 {
        self.0 as f64 / Self::DAY.0 as f64
    }
}

const TABLE: Span = Span((PAST_DAYS + FUTURE_DAYS) * Span::DAY.0);
const PAST: Span = Span(PAST_DAYS * Span::DAY.0);

/// A moment in 1/128 ms from the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(i64);

impl Moment {
    /// Any two times are good; a distance of more than a million years counts as a million.
    pub(super) fn new(epoch_ms: i64, at_ms: i64) -> Self {
        let since = at_ms.saturating_sub(epoch_ms);
        Self(since.clamp(-FARTHEST_MS, FARTHEST_MS) * UNITS_PER_MS)
    }

    pub(super) fn before_by(self, span: Span) -> Self {
        Self(self.0 - span.0)
    }

    /// Where to look this moment up. Past either end of the tables time runs back the way it came:
    /// the price goes on moving there, without a jump.
    pub(super) fn place(self) -> Place {
        let along = (self.0 + PAST.0).rem_euclid(Span::PERIOD.0);
        let inside = along.min(Span::PERIOD.0 - 1 - along);
        Place { day: inside / Span::DAY.0 - PAST_DAYS, fraction: Span(inside % Span::DAY.0).days() }
    }
}

impl Add<Span> for Moment {
    type Output = Self;

    fn add(self, span: Span) -> Self {
        Self(self.0 + span.0)
    }
}

/// The parts of a window, each a stretch of the tables that time runs through once, forwards or backwards. A window may
/// be as long as [`Span::PERIOD`]. Places are kept: a moment's is that of its image.
pub(super) fn folded(from: Moment, to: Moment) -> impl Iterator<Item = (Moment, Moment)> {
    let (from, to) = (from.0 + PAST.0, to.0 + PAST.0);
    (from.div_euclid(TABLE.0)..=to.div_euclid(TABLE.0)).map(move |run| {
        let begin = run * TABLE.0;
        let (first, last) = (from.max(begin) - begin, to.min(begin + TABLE.0 - 1) - begin);
        let (first, last) = if run % 2 == 0 { (first, last) } else { (TABLE.0 - 1 - last, TABLE.0 - 1 - first) };
        (Moment(first - PAST.0), Moment(last - PAST.0))
    })
}

/// A stretch of a day of the tables: the day halved `level` times, and of those the piece number `index`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) day: i64,
    pub(super) level: u32,
    index: u64,
}

impl Node {
    pub(super) fn of_day(day: i64) -> Self {
        Self { day, level: 0, index: 0 }
    }

    /// Its own among all of the day: 1 for the day, 2 and 3 for its halves, and so on.
    pub(super) fn number(self) -> u64 {
        (1 << self.level) + self.index
    }

    pub(super) fn halves(self) -> [Self; 2] {
        [0, 1].map(|half| Self { level: self.level + 1, index: 2 * self.index + half, ..self })
    }

    pub(super) fn length(self) -> Span {
        Span(Span::DAY.0 >> self.level)
    }

    pub(super) fn start(self) -> Moment {
        Moment(self.day * Span::DAY.0 + self.index as i64 * self.length().0)
    }
}

/// The days of the tables that a stretch of them touches.
pub(super) fn days(from: Moment, to: Moment) -> RangeInclusive<i64> {
    from.0.div_euclid(Span::DAY.0)..=to.0.div_euclid(Span::DAY.0)
}

/// A day within the tables, counted from the epoch, and the part of it that has passed, from 0 to below 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub(super) day: i64,
    pub(super) fraction: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(at_ms: i64, day: i64, fraction: f64) {
        assert_eq!(Moment::new(1_000, at_ms).place(), Place { day, fraction });
    }

    #[test]
    fn a_place_is_counted_from_the_epoch() {
        check(1_000, 0, 0.0);
        check(1_000 + MS_PER_DAY / 4, 0, 0.25);
        check(1_000 - MS_PER_DAY / 4, -1, 0.75);
        check(1_000 + 5 * MS_PER_DAY, 5, 0.0);
    }

    #[test]
    fn time_turns_round_at_both_ends_of_the_tables() {
        let end = FUTURE_DAYS * MS_PER_DAY;
        let mirrored = |ms: i64| Moment::new(0, end + ms).place();
        for ms in [1, 1_000, MS_PER_DAY, 400 * MS_PER_DAY] {
            assert_eq!(mirrored(ms).day, Moment::new(0, end - ms - 1).place().day);
        }
        let before = Moment::new(0, -PAST_DAYS * MS_PER_DAY - 1).place();
        assert_eq!(before.day, -PAST_DAYS);
    }

    #[test]
    fn a_folded_window_has_the_places_of_the_window() {
        let turn = FUTURE_DAYS * MS_PER_DAY;
        for (from_ms, length_ms) in
            [(0, 5), (turn - 3, 6), (turn + 7, 9), (-PAST_DAYS * MS_PER_DAY - 4, 8), (0, 2 * turn)]
        {
            let moment = |ms| Moment::new(0, ms);
            let pieces: Vec<_> = folded(moment(from_ms), moment(from_ms + length_ms)).collect();
            let total: i64 = pieces.iter().map(|(first, last)| last.0 - first.0 + 1).sum();
            assert_eq!(total, length_ms * UNITS_PER_MS + 1, "every unit once");
            for ms in from_ms..=from_ms + length_ms.min(9) {
                let Place { day, fraction } = moment(ms).place();
                let unit = day * Span::DAY.0 + (fraction * Span::DAY.0 as f64) as i64;
                assert!(pieces.iter().any(|(first, last)| (first.0..=last.0).contains(&unit)), "{ms}");
            }
        }
    }

    #[test]
    fn every_time_has_a_place_in_the_tables() {
        let times = [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX];
        for (epoch_ms, at_ms) in times.iter().flat_map(|e| times.map(|t| (*e, t))) {
            let place = Moment::new(epoch_ms, at_ms).place();
            assert!((-PAST_DAYS..FUTURE_DAYS).contains(&place.day), "{place:?}");
            assert!((0.0..1.0).contains(&place.fraction), "{place:?}");
        }
    }
}
