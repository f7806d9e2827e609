//! Moments as people type them: `2026-02-15`, `2026-02-15T08:00:00Z`, or `7d` from now.

use std::str::FromStr;

use crate::time::Timestamp;

const MINUTE_MS: i64 = 60 * Timestamp::SECOND_MS;

/// A moment that does not depend on when it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(pub Timestamp);

impl FromStr for Moment {
    type Err = &'static str;

    /// A day alone is its first moment in UTC.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let moment = text.parse().or_else(|_| format!("{text}T00:00:00Z").parse());
        moment.map(Self).map_err(|_| "must be a day such as 2026-02-15 or a time such as 2026-02-15T08:00:00Z")
    }
}

/// When something gives up waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// So many milliseconds after it was asked for.
    After(i64),
    /// At this moment.
    At(Timestamp),
}

impl Expiry {
    /// The moment that is meant at `now`.
    pub fn from(self, now: Timestamp) -> Timestamp {
        match self {
            Self::After(millis) => now.plus_millis(millis),
            Self::At(moment) => moment,
        }
    }
}

impl FromStr for Expiry {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let moment = || text.parse().map(|Moment(moment)| Self::At(moment)).ok();
        length(text).map(Self::After).or_else(moment).ok_or(
            "must be a length such as 90m, 12h, 7d or 2w, a day such as 2026-02-15, or a time such as 2026-02-15T08:00:00Z",
        )
    }
}

/// The milliseconds of a length such as `7d`; `None` for anything else, and for nothing.
fn length(text: &str) -> Option<i64> {
    let unit = text.chars().next_back()?;
    let unit_ms = match unit {
        'm' => MINUTE_MS,
        'h' => 60 * MINUTE_MS,
        'd' => Timestamp::DAY_MS,
        'w' => 7 * Timestamp::DAY_MS,
        _ => return None,
    };
    let number = &text[..text.len() - unit.len_utf8()];
    let number: i64 = number.bytes().all(|byte| byte.is_ascii_digit()).then(|| number.parse().ok())??;
    number.checked_mul(unit_ms).filter(|millis| *millis > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_days_and_times_are_read() {
        let now: Timestamp = "2026-02-15T08:00:00Z".parse().unwrap();
        for (text, expected) in [
            ("90m", "2026-02-15T09:30:00.000Z"),
            ("12h", "2026-02-15T20:00:00.000Z"),
            ("7d", "2026-02-22T08:00:00.000Z"),
            ("2w", "2026-03-01T08:00:00.000Z"),
            ("2026-03-01", "2026-03-01T00:00:00.000Z"),
            ("2026-03-01T10:00:00+02:00", "2026-03-01T08:00:00.000Z"),
        ] {
            assert_eq!(text.parse::<Expiry>().unwrap().from(now).to_string(), expected);
        }
    }

    #[test]
    fn what_is_neither_is_refused() {
        for text in
            ["", "d", "7", "0d", "-1d", "+1d", "1.5d", "7 d", "7D", "7y", "1ü", "tomorrow", "99999999999999999w"]
        {
            assert!(text.parse::<Expiry>().is_err(), "{text}");
        }
        for text in ["", "7d", "2026-02-30", "2026-02", "08:00"] {
            assert!(text.parse::<Moment>().is_err(), "{text}");
        }
    }
}
