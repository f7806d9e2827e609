//! Decimal text to whole units and back, exactly.
//!
//! The grammar is JSON's for numbers, for strings too: ASCII digits on both sides of the point, an optional exponent,
//! no `+`, no `_`, no white space.

use serde::Deserializer;
use serde::de::{Deserialize, Error as _};
use serde_json::value::RawValue;

use crate::short_text::ShortText;

/// More than any amount here can have (39 digits is what an `i128` holds).
const MAX_DIGITS: usize = 38;

/// Why a text is not an amount of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Not a decimal number at all.
    #[error("must be a decimal number such as 12.5")]
    NotADecimal,
    /// More digits behind the point than the kind allows; trailing zeros do not count.
    #[error("must have at most {max} decimals")]
    TooManyDecimals {
        /// The most decimals allowed.
        max: u32,
    },
    /// Outside what the kind allows; the text says which bound was broken.
    #[error("{0}")]
    OutOfRange(&'static str),
}

/// A decimal number's text in its parts.
struct Parts<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    exponent: i64,
}

/// A number's sign, its digits without zeros at either end, and the power of ten of the last of them.
pub(super) struct Significant {
    negative: bool,
    digits: String,
    power: i64,
}

impl Significant {
    /// The value as a whole number of `10^-decimals`; `None` beyond 38 digits. Call it only where no digit is lost.
    pub(super) fn units(&self, decimals: u32) -> Option<i128> {
        let shift = u32::try_from(self.power + i64::from(decimals)).ok()?;
        if self.digits.len() as u64 + u64::from(shift) > MAX_DIGITS as u64 {
            return None;
        }
        let units = self.digits.parse::<i128>().ok()? * 10_i128.pow(shift);
        Some(if self.negative { -units } else { units })
    }

    /// How many decimals the value needs.
    pub(super) fn decimals(&self) -> u32 {
        u32::try_from(-self.power).unwrap_or(0)
    }
}

/// Reads a number's significant digits; `None` within `Ok` stands for 0.
pub(super) fn parse_significant(text: &str) -> Result<Option<Significant>, DecimalError> {
    let Parts { negative, whole, fraction, exponent } = split(text).ok_or(DecimalError::NotADecimal)?;
    let digits = format!("{whole}{fraction}");
    let kept = digits.trim_end_matches('0');
    let trailing_zeros = digits.len() - kept.len();
    let power = exponent - fraction.len() as i64 + trailing_zeros as i64;
    let kept = kept.trim_start_matches('0');
    Ok((!kept.is_empty()).then(|| Significant { negative, digits: kept.to_owned(), power }))
}

/// Whether a decimal of whatever size is more than 0.
pub(crate) fn is_positive(text: &str) -> Result<bool, DecimalError> {
    Ok(parse_significant(text)?.is_some_and(|number| !number.negative))
}

/// Reads `text` as a whole number of units of `10^-decimals`.
///
/// # Errors
/// [`DecimalError::NotADecimal`] for anything outside the grammar, [`DecimalError::TooManyDecimals`] where digits would
/// be lost, [`DecimalError::OutOfRange`] beyond 38 digits.
pub(super) fn parse_units(text: &str, decimals: u32) -> Result<i128, DecimalError> {
    let Some(number) = parse_significant(text)? else { return Ok(0) };
    if number.decimals() > decimals {
        return Err(DecimalError::TooManyDecimals { max: decimals });
    }
    number.units(decimals).ok_or(DecimalError::OutOfRange("is too large"))
}

fn split(text: &str) -> Option<Parts<'_>> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (number, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], parse_exponent(&rest[at + 1..])?),
        None => (rest, 0),
    };
    let (whole, fraction) = match number.split_once('.') {
        Some((_, "")) => return None,
        Some(halves) => halves,
        None => (number, ""),
    };
    let ascii_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    (!whole.is_empty() && ascii_digits(whole) && ascii_digits(fraction)).then_some(Parts {
        negative,
        whole,
        fraction,
        exponent,
    })
}

/// An exponent of up to six digits: far beyond any amount, and safe to add to.
fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plausible = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let value: i64 = plausible.then(|| digits.trim_start_matches('0')).map(|digits| match digits {
        "" => 0,
        digits if digits.len() > 6 => 999_999,
        digits => digits.parse().unwrap_or(999_999),
    })?;
    Some(if text.starts_with('-') { -value } else { value })
}

/// More zeros than any amount has decimals.
const ZEROS: &str = "000000000000000000";

/// `units` of `10^-decimals` as plain digits: no exponent, no trailing zeros.
pub(super) fn units_text(units: i128, decimals: u32) -> ShortText {
    let mut buffer = itoa::Buffer::new();
    let magnitude = units.unsigned_abs();
    let digits = match u64::try_from(magnitude) {
        Ok(0) => return ShortText::from("0").expect("it is short"),
        Ok(small) => buffer.format(small), // Most amounts are, and these are divided ten times faster.
        Err(_) => buffer.format(magnitude),
    };
    let zeros = digits.bytes().rev().take(decimals as usize).take_while(|digit| *digit == b'0').count();
    let (digits, decimals) = (&digits[..digits.len() - zeros], decimals as usize - zeros);
    let mut text = ShortText::new();
    if units < 0 {
        text.push('-');
    }
    match digits.len().checked_sub(decimals) {
        None | Some(0) => {
            text.push_str("0.");
            text.push_str(&ZEROS[..decimals - digits.len()]);
            text.push_str(digits);
        }
        Some(whole) => {
            text.push_str(&digits[..whole]);
            if decimals > 0 {
                text.push('.');
                text.push_str(&digits[whole..]);
            }
        }
    }
    text
}

/// The text of a JSON number, or of a JSON string, as it was sent.
pub(crate) fn json_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    decimal_text(&raw).ok_or_else(|| D::Error::custom("must be a number or a string"))
}

/// As [`json_text`], for a value already cut out of its document.
pub(crate) fn decimal_text(raw: &RawValue) -> Option<String> {
    let text = raw.get();
    match text.as_bytes().first() {
        Some(b'"') => serde_json::from_str(text).ok(),
        Some(b'-' | b'0'..=b'9') => Some(text.to_owned()),
        _ => None,
    }
}

/// What the money types have in common: text, JSON (strings out, strings or numbers in) and compact binary forms.
macro_rules! decimal_type {
    ($name:ident, $decimals:expr) => {
        impl $crate::short_text::ToShortText for $name {
            fn short_text(&self) -> $crate::short_text::ShortText {
                $crate::money::decimal::units_text(self.units(), $decimals)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.pad(&$crate::short_text::ToShortText::short_text(self))
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::money::DecimalError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::from_units($crate::money::decimal::parse_units(text, $decimals)?)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.serialize_str(&$crate::short_text::ToShortText::short_text(self))
                } else {
                    self.units().serialize(serializer)
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                use serde::de::Error as _;
                if deserializer.is_human_readable() {
                    let text = $crate::money::decimal::json_text(deserializer)?;
                    text.parse().map_err(D::Error::custom)
                } else {
                    Self::from_units(i128::deserialize(deserializer)?).map_err(D::Error::custom)
                }
            }
        }
    };
}
pub(super) use decimal_type;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<i128, DecimalError>) {
        assert_eq!(parse_units(text, 8), expected, "{text}");
    }

    #[test]
    fn units_are_written_without_zeros_that_say_nothing() {
        for (units, decimals, expected) in [
            (0, 8, "0"),
            (1, 8, "0.00000001"),
            (-1, 12, "-0.000000000001"),
            (10_000_000, 8, "0.1"),
            (123_456_789_000, 8, "1234.56789"),
            (-200_000_000, 8, "-2"),
            (i128::from(u64::MAX), 0, "18446744073709551615"),
            (i128::from(u64::MAX) + 1, 0, "18446744073709551616"),
            (100_000_000_000_000_000_000_000_000_000, 8, "1000000000000000000000"),
            (i128::MAX, 8, "1701411834604692317316873037158.84105727"),
            (i128::MIN, 18, "-170141183460469231731.687303715884105728"),
        ] {
            assert_eq!(units_text(units, decimals).as_str(), expected);
        }
    }

    #[test]
    fn text_is_read_exactly_or_refused() {
        check("0.1", Ok(10_000_000));
        check("-0", Ok(0));
        check("1e3", Ok(100_000_000_000));
        check("1.231E-05", Ok(1231));
        check("0.000000010000000000000000000000000000000000000", Ok(1));
        check("100000000000000000000000000000e-29", Ok(100_000_000));
        check("007", Ok(700_000_000));
        check("0e999999999999", Ok(0));
        check("0.000000001", Err(DecimalError::TooManyDecimals { max: 8 }));
        check("1e-9", Err(DecimalError::TooManyDecimals { max: 8 }));
        check("1e-99999999999999999999", Err(DecimalError::TooManyDecimals { max: 8 }));
        check("1e31", Err(DecimalError::OutOfRange("is too large")));
        check("1e99999999999999999999", Err(DecimalError::OutOfRange("is too large")));
        for text in [
            "", "-", ".5", "5.", "+1", "1_000", " 1", "1 ", "NaN", "Infinity", "0x10", "1e", "1e+", "１", "1.2.3",
            "--1", "1e1.5",
        ] {
            check(text, Err(DecimalError::NotADecimal));
        }
    }
}
