//! Dates of birth.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A date of birth, `YYYY-MM-DD`. Whether the person is of age depends on the day: see [`DateOfBirth::checked_on`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DateOfBirth(Date);

/// The date cannot be a user's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDateOfBirth {
    /// Not a date.
    #[error("must be a date such as 1990-12-31")]
    Shape,
    /// Too young or impossibly old.
    #[error("must make you 13 to 120 years old")]
    Age,
}

impl DateOfBirth {
    /// The date, if its owner is 13 to 120 years old on `today`.
    ///
    /// # Errors
    /// [`InvalidDateOfBirth::Age`] outside those years.
    pub fn checked_on(self, today: Date) -> Result<Self, InvalidDateOfBirth> {
        let had_birthday = (today.month(), today.day()) >= (self.0.month(), self.0.day());
        let age = today.year() - self.0.year() - i16::from(!had_birthday);
        (13..=120).contains(&age).then_some(self).ok_or(InvalidDateOfBirth::Age)
    }
}

impl FromStr for DateOfBirth {
    type Err = InvalidDateOfBirth;

    fn from_str(text: &str) -> Result<Self, InvalidDateOfBirth> {
        // jiff also reads `19901231` and dates with a time; the contract has one form.
        let shaped = text.len() == 10 && text.bytes().filter(|byte| *byte == b'-').count() == 2;
        let date = shaped.then(|| text.parse::<Date>().ok()).flatten();
        date.map(Self).ok_or(InvalidDateOfBirth::Shape)
    }
}

impl TryFrom<String> for DateOfBirth {
    type Error = InvalidDateOfBirth;

    fn try_from(text: String) -> Result<Self, InvalidDateOfBirth> {
        text.parse()
    }
}

impl From<DateOfBirth> for String {
    fn from(date: DateOfBirth) -> Self {
        date.to_string()
    }
}

impl fmt::Display for DateOfBirth {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<(), InvalidDateOfBirth>) {
        let today = date(2026, 3, 1);
        assert_eq!(text.parse::<DateOfBirth>().and_then(|date| date.checked_on(today)).map(drop), expected, "{text}");
    }

    #[test]
    fn a_user_is_13_to_120_years_old_today() {
        check("2013-03-01", Ok(()));
        check("2013-03-02", Err(InvalidDateOfBirth::Age));
        check("1905-03-02", Ok(()));
        check("1905-03-01", Err(InvalidDateOfBirth::Age));
        check("2027-01-01", Err(InvalidDateOfBirth::Age));
        for text in ["", "1990-2-3", "19900203", "1990-02-30", "03/02/1990", "1990-02-03T00:00", "+01990-02-03"] {
            check(text, Err(InvalidDateOfBirth::Shape));
        }
    }
}
