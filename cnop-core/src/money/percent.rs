//! Percentages.

use std::fmt;

use serde::de::Error as _;

use crate::short_text::{ShortText, ToShortText};

/// A percentage with exactly two decimals, such as `12.50`; a string on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Percent(i128);

impl Percent {
    /// From hundredths of a percent.
    pub fn from_hundredths(hundredths: i128) -> Self {
        Self(hundredths)
    }

    /// The nearest number of tenths of a percent, a tie to the even one: for sentences only.
    pub fn tenths_half_even(self) -> i128 {
        super::rounding::divide_half_even(self.0, 10)
    }

    /// The number of hundredths of a percent.
    pub fn hundredths(self) -> i128 {
        self.0
    }
}

impl ToShortText for Percent {
    fn short_text(&self) -> ShortText {
        let magnitude = self.0.unsigned_abs();
        let mut buffer = itoa::Buffer::new();
        let digits = match u64::try_from(magnitude) {
            Ok(small) => buffer.format(small), // As good as always, and faster.
            Err(_) => buffer.format(magnitude),
        };
        let mut text = ShortText::new();
        if self.0 < 0 {
            text.push('-');
        }
        let (whole, point, fraction) = match digits.len() {
            1 => ("0", ".0", digits),
            2 => ("0", ".", digits),
            length => (&digits[..length - 2], ".", &digits[length - 2..]),
        };
        [whole, point, fraction].iter().for_each(|part| text.push_str(part));
        text
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.short_text())
    }
}

impl serde::Serialize for Percent {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.short_text())
    }
}

impl<'de> serde::Deserialize<'de> for Percent {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = super::decimal::json_text(deserializer)?;
        super::decimal::parse_units(&text, 2).map(Self).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_decimals_are_always_shown() {
        for (hundredths, expected) in [(1250, "12.50"), (-5, "-0.05"), (0, "0.00"), (10_000, "100.00")] {
            let percent = Percent::from_hundredths(hundredths);
            assert_eq!(percent.to_string(), expected);
            assert_eq!(serde_json::from_str::<Percent>(&format!("\"{expected}\"")).unwrap(), percent);
        }
    }
}
