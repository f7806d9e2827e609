//! Dollars moved in or out by a person.

use super::Usd;
use super::decimal::{DecimalError, json_text, parse_units};

/// US dollars of a deposit, a withdrawal or a purchase by amount: more than 0, at most 1,000,000, whole cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransferAmount(Usd);

impl TransferAmount {
    const DECIMALS: u32 = 2;
    const UNITS_A_CENT: i128 = 10_i128.pow(Usd::DECIMALS - Self::DECIMALS);
    const MAX: Usd = Usd::whole(1_000_000);

    /// As an amount of the ledger.
    pub fn get(self) -> Usd {
        self.0
    }

    fn from_cents(cents: i128) -> Result<Self, DecimalError> {
        if cents <= 0 {
            return Err(DecimalError::OutOfRange("must be more than 0"));
        }
        match cents.checked_mul(Self::UNITS_A_CENT).and_then(|units| Usd::from_units(units).ok()) {
            Some(amount) if amount <= Self::MAX => Ok(Self(amount)),
            _ => Err(DecimalError::OutOfRange("must be at most 1000000")),
        }
    }
}

impl std::str::FromStr for TransferAmount {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        Self::from_cents(parse_units(text, Self::DECIMALS)?)
    }
}

impl std::fmt::Display for TransferAmount {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(out)
    }
}

impl serde::Serialize for TransferAmount {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for TransferAmount {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json_text(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        let parsed = text.parse::<TransferAmount>();
        let shown = parsed.map(|amount| amount.to_string()).map_err(|error| error.to_string());
        assert_eq!(shown, expected.map(str::to_owned).map_err(str::to_owned), "{text}");
    }

    #[test]
    fn a_transfer_is_a_cent_to_a_million() {
        check("0.01", Ok("0.01"));
        check("1e6", Ok("1000000"));
        check("12.500", Ok("12.5"));
        check("0", Err("must be more than 0"));
        check("-5", Err("must be more than 0"));
        check("1000000.01", Err("must be at most 1000000"));
        check("1e30", Err("must be at most 1000000"));
        check("0.001", Err("must have at most 2 decimals"));
        check("NaN", Err("must be a decimal number such as 12.5"));
    }
}
