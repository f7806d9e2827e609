//! Moments and days. Nothing here reads a clock: the moment is always an argument.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::short_text::{ShortText, ToShortText, ascii};

/// A moment in UTC, to the millisecond; RFC 3339 with `Z` and three decimals on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// The text is not an RFC 3339 time of the years 1970 to 9999.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be an RFC 3339 time in UTC such as 2026-02-15T08:00:00Z")]
pub struct InvalidTimestamp;

impl Timestamp {
    /// 1 January 1970.
    pub const EPOCH: Self = Self(0);
    /// As far as jiff goes: two days before the end of the year 9999.
    pub const MAX: Self = Self(253_402_207_200_000);
    /// Milliseconds in a second.
    pub const SECOND_MS: i64 = 1_000;
    /// Milliseconds in a day.
    pub const DAY_MS: i64 = 86_400 * Self::SECOND_MS;

    /// From milliseconds since 1970, kept within the years 1970 to 9999.
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.clamp(0, Self::MAX.0))
    }

    /// The second that a `Date` header names (RFC 9110 §5.6.7), such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    pub fn from_http_date(text: &str) -> Option<Self> {
        jiff::fmt::rfc2822::parse(text).ok().map(|date| Self::from_millis(date.timestamp().as_millisecond()))
    }

    /// Milliseconds since 1970.
    pub fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970.
    pub fn as_seconds(self) -> i64 {
        self.0 / Self::SECOND_MS
    }

    /// This moment moved by `millis`, kept within the range.
    #[must_use]
    pub fn plus_millis(self, millis: i64) -> Self {
        Self::from_millis(self.0.saturating_add(millis))
    }

    /// The UTC day this moment lies in.
    pub fn day(self) -> Date {
        jiff::tz::Offset::UTC.to_datetime(self.to_jiff()).date()
    }

    /// The number of UTC days from 1970-01-01 to the one this moment lies in.
    pub fn unix_day(self) -> i64 {
        self.0.div_euclid(Self::DAY_MS)
    }

    /// The first moment of the next UTC day.
    #[must_use]
    pub fn next_day(self) -> Self {
        Self::from_millis((self.0 / Self::DAY_MS + 1) * Self::DAY_MS)
    }

    fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).expect("the years 1970 to 9999 are in jiff's range")
    }
}

impl ToShortText for Timestamp {
    /// `2026-02-15T08:00:00.000Z`.
    fn short_text(&self) -> ShortText {
        let moment = jiff::tz::Offset::UTC.to_datetime(self.to_jiff());
        let mut text = *b"0000-00-00T00:00:00.000Z";
        write_digits(&mut text[0..4], moment.year().unsigned_abs());
        for (at, number) in
            [(5, moment.month()), (8, moment.day()), (11, moment.hour()), (14, moment.minute()), (17, moment.second())]
        {
            write_digits(&mut text[at..at + 2], number.unsigned_abs().into());
        }
        write_digits(&mut text[20..23], moment.millisecond().unsigned_abs());
        ascii(&text)
    }
}

fn write_digits(places: &mut [u8], mut number: u16) {
    for place in places.iter_mut().rev() {
        *place = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.short_text())
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        let time: jiff::Timestamp = text.parse().map_err(|_| InvalidTimestamp)?;
        let millis = time.as_millisecond();
        (0..=Self::MAX.0).contains(&millis).then_some(Self(millis)).ok_or(InvalidTimestamp)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(&self.short_text())
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
        } else {
            i64::deserialize(deserializer).map(Self::from_millis)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_form_has_three_decimals_and_z() {
        let time: Timestamp = "2026-02-15T08:00:00Z".parse().unwrap();
        assert_eq!(time.to_string(), "2026-02-15T08:00:00.000Z");
        assert_eq!(time.plus_millis(7).to_string(), "2026-02-15T08:00:00.007Z");
        assert_eq!("2026-02-15T09:00:00.0079+01:00".parse::<Timestamp>().unwrap(), time.plus_millis(7));
        assert_eq!(Timestamp::MAX.to_string(), "9999-12-30T22:00:00.000Z");
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in
            ["", "2026-02-15", "2026-02-30T08:00:00Z", "1969-12-31T23:59:59Z", "tomorrow", "2026-02-15T08:00:00"]
        {
            assert_eq!(text.parse::<Timestamp>(), Err(InvalidTimestamp), "{text}");
        }
    }

    #[test]
    fn http_dates_are_read() {
        let date = Timestamp::from_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        assert_eq!(date.to_string(), "1994-11-06T08:49:37.000Z");
        for text in ["", "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994", "yesterday"] {
            assert_eq!(Timestamp::from_http_date(text), None, "{text}");
        }
    }

    #[test]
    fn days_are_utc_days() {
        let late: Timestamp = "2026-02-15T23:59:59.999Z".parse().unwrap();
        assert_eq!(late.day().to_string(), "2026-02-15");
        assert_eq!(late.next_day().to_string(), "2026-02-16T00:00:00.000Z");
        assert_eq!(late.next_day().next_day().to_string(), "2026-02-17T00:00:00.000Z");
    }
}
