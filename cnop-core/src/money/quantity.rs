//! Quantities of assets.

use super::decimal::{DecimalError, decimal_type};

/// A quantity of an asset with 8 decimals, from 0 to 10¹².
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Quantity(i128);

decimal_type!(Quantity, Quantity::DECIMALS);

impl Quantity {
    /// Digits behind the point.
    pub const DECIMALS: u32 = 8;
    /// Nothing of it.
    pub const ZERO: Self = Self(0);
    const MAX_UNITS: i128 = 10_i128.pow(20);

    /// From a number of 10⁻⁸ of the asset.
    ///
    /// # Errors
    /// [`DecimalError::OutOfRange`] below 0 or beyond 10¹².
    pub fn from_units(units: i128) -> Result<Self, DecimalError> {
        match units {
            ..0 => Err(DecimalError::OutOfRange("must not be negative")),
            0..=Self::MAX_UNITS => Ok(Self(units)),
            _ => Err(DecimalError::OutOfRange("must be at most 1000000000000")),
        }
    }

    /// The number of 10⁻⁸ of the asset.
    pub fn units(self) -> i128 {
        self.0
    }

    /// The sum; `None` beyond the range.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Self::from_units(self.0 + other.0).ok()
    }

    /// The difference; `None` below 0.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        Self::from_units(self.0 - other.0).ok()
    }
}

/// What an order may ask for: 0.001 to 10¹² of an asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderQuantity(Quantity);

decimal_type!(OrderQuantity, Quantity::DECIMALS);

impl OrderQuantity {
    /// The least: 0.001.
    pub const LEAST_UNITS: i128 = 10_i128.pow(Quantity::DECIMALS - 3);

    /// From a number of 10⁻⁸ of the asset.
    ///
    /// # Errors
    /// [`DecimalError::OutOfRange`] below 0.001 or beyond 10¹².
    pub fn from_units(units: i128) -> Result<Self, DecimalError> {
        if units < Self::LEAST_UNITS {
            return Err(DecimalError::OutOfRange("must be at least 0.001"));
        }
        Quantity::from_units(units).map(Self)
    }

    /// The number of 10⁻⁸ of the asset.
    pub fn units(self) -> i128 {
        self.0.units()
    }

    /// As a quantity of the ledger.
    pub fn get(self) -> Quantity {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        let parsed = text.parse::<OrderQuantity>();
        let shown = parsed.map(|quantity| quantity.to_string()).map_err(|error| error.to_string());
        assert_eq!(shown, expected.map(str::to_owned).map_err(str::to_owned), "{text}");
    }

    #[test]
    fn an_order_asks_for_a_thousandth_to_a_trillion() {
        check("0.001", Ok("0.001"));
        check("1000000000000", Ok("1000000000000"));
        check("1.123456780", Ok("1.12345678"));
        check("0.00099999", Err("must be at least 0.001"));
        check("-1", Err("must be at least 0.001"));
        check("1000000000000.00000001", Err("must be at most 1000000000000"));
        check("1.123456789", Err("must have at most 8 decimals"));
        check("one", Err("must be a decimal number such as 12.5"));
    }
}
