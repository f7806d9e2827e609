//! Market facts that are shown, not traded on.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::de::Error as _;
use serde_json::value::RawValue;

use super::decimal::{DecimalError, json_text, parse_significant};

/// A supply, a market capitalisation, a percentage, an all-time low: any decimal of up to 28 digits, kept exactly.
/// A JSON number on the wire, written with its own digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Figure(Decimal);

impl Figure {
    /// A number of `10^-decimals`; `None` beyond 28 digits.
    pub fn from_units(units: i128, decimals: u32) -> Option<Self> {
        Decimal::try_from_i128_with_scale(units, decimals).ok().map(|value| Self(value.normalize()))
    }

    /// `value` rounded half to even at `decimals`; `None` for infinities, NaN and what 28 digits cannot hold.
    pub fn from_f64(value: f64, decimals: u32) -> Option<Self> {
        let text = value.is_finite().then(|| format!("{value:.width$}", width = decimals as usize))?;
        text.parse().ok()
    }

    /// The nearest binary float, for models and charts; never for money.
    pub fn to_f64(self) -> f64 {
        self.0.to_string().parse().unwrap_or(f64::NAN)
    }
}

impl FromStr for Figure {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let Some(number) = parse_significant(text)? else { return Ok(Self(Decimal::ZERO)) };
        let scale = number.decimals();
        let units = number.units(scale);
        units
            .and_then(|units| Decimal::try_from_i128_with_scale(units, scale).ok())
            .map(Self)
            .ok_or(DecimalError::OutOfRange("has more than 28 digits"))
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl serde::Serialize for Figure {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.0.to_string()).expect("a decimal is a JSON number").serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Figure {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json_text(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_keep_their_digits() {
        for text in ["589253592357000", "0.0000000000494695", "-8.196", "56329853774.9", "1.5e-05"] {
            let figure: Figure = text.parse().unwrap();
            let shown = serde_json::to_string(&figure).unwrap();
            assert_eq!(serde_json::from_str::<Figure>(&shown).unwrap(), figure, "{text}");
        }
        assert_eq!("1.231e-05".parse::<Figure>().unwrap().to_string(), "0.00001231");
        assert!("1e400".parse::<Figure>().is_err());
        assert_eq!(Figure::from_f64(f64::NAN, 2), None);
        assert_eq!(Figure::from_f64(-3.456, 2).unwrap().to_string(), "-3.46");
    }
}
