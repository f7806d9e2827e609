//! How old something is.

use cnop_core::time::Timestamp;

const MINUTE_MS: i64 = 60 * Timestamp::SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// The unit in which an age is told, in milliseconds: the largest of which there is a whole one.
pub(crate) fn unit_ms(age_ms: i64) -> i64 {
    match age_ms {
        ..MINUTE_MS => Timestamp::SECOND_MS,
        MINUTE_MS..HOUR_MS => MINUTE_MS,
        HOUR_MS..Timestamp::DAY_MS => HOUR_MS,
        _ => Timestamp::DAY_MS,
    }
}

/// When the age of something will be told in another number.
pub(crate) fn changes_at(since: Timestamp, now: Timestamp) -> Timestamp {
    let age_ms = (now.as_millis() - since.as_millis()).max(0);
    let unit_ms = unit_ms(age_ms);
    since.plus_millis((age_ms / unit_ms + 1) * unit_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_changes_when_its_number_does() {
        let at = |millis: i64| Timestamp::from_millis(millis);
        for (now, next) in
            [(0, 1_000), (999, 1_000), (1_000, 2_000), (59_999, 60_000), (60_000, 120_000), (3_600_000, 7_200_000)]
        {
            assert_eq!(changes_at(at(0), at(now)), at(next), "{now}");
        }
        assert_eq!(changes_at(at(5_000), at(0)), at(6_000), "a clock that was set back");
    }
}
