//! A value for every day of the simulation, the coarse grid that makes any moment quick to reach.

use super::moment::{FUTURE_DAYS, PAST_DAYS};

/// One value for the start of each day, and one for the end of the last.
#[derive(Debug)]
pub(super) struct DayTable(Box<[f64]>);

impl DayTable {
    /// Starts from `at_epoch` and goes outwards both ways; `step(value, day)` crosses `day` away from the epoch.
    /// So a value depends on the days between it and the epoch alone, never on how long the tables are.
    pub(super) fn grown(at_epoch: f64, step: impl Fn(f64, i64) -> f64) -> Self {
        let mut values = Vec::with_capacity(row(FUTURE_DAYS) + 1);
        values.push(at_epoch);
        let mut value = at_epoch;
        for day in (-PAST_DAYS..0).rev() {
            value = step(value, day);
            values.push(value);
        }
        values.reverse();
        value = at_epoch;
        for day in 0..FUTURE_DAYS {
            value = step(value, day);
            values.push(value);
        }
        Self(values.into_boxed_slice())
    }

    pub(super) fn map(mut self, change: impl Fn(f64) -> f64) -> Self {
        for value in &mut self.0 {
            *value = change(*value);
        }
        self
    }

    /// The value at the start of `day`; days outside the table have that of its nearer end.
    pub(super) fn at(&self, day: i64) -> f64 {
        self.0[row(day.clamp(-PAST_DAYS, FUTURE_DAYS))]
    }
}

fn row(day: i64) -> usize {
    usize::try_from(day + PAST_DAYS).expect("days are clamped to the table")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_grow_outwards_from_the_epoch() {
        let table = DayTable::grown(100.0, |value, day| value + if day < 0 { -1.0 } else { 2.0 });
        for (day, expected) in [(0, 100.0), (1, 102.0), (10, 120.0), (-1, 99.0), (-10, 90.0)] {
            assert_eq!(table.at(day), expected, "day {day}");
        }
    }

    #[test]
    fn days_outside_have_the_value_of_the_nearer_end() {
        let table = DayTable::grown(0.0, |_, day| day as f64);
        assert_eq!(table.at(i64::MAX), table.at(FUTURE_DAYS));
        assert_eq!(table.at(i64::MIN), table.at(-PAST_DAYS));
    }
}
