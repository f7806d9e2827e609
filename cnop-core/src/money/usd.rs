//! US dollars in the ledger.

use super::decimal::{DecimalError, decimal_type};
use super::rounding;
use super::{Dollars, Percent, Quantity};

/// An amount of US dollars with 8 decimals, exact; negative where it leaves an account.
///
/// At most 10²⁰ USD either way, so that sums and shares of it fit an `i128`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Usd(i128);

decimal_type!(Usd, Usd::DECIMALS);

impl Usd {
    /// Digits behind the point.
    pub const DECIMALS: u32 = 8;
    /// No money.
    pub const ZERO: Self = Self(0);
    const MAX_UNITS: i128 = 10_i128.pow(28);

    /// From a number of 10⁻⁸ USD.
    ///
    /// # Errors
    /// [`DecimalError::OutOfRange`] beyond 10²⁰ USD.
    pub fn from_units(units: i128) -> Result<Self, DecimalError> {
        if units.unsigned_abs() > Self::MAX_UNITS.unsigned_abs() {
            return Err(DecimalError::OutOfRange("is too large"));
        }
        Ok(Self(units))
    }

    /// A whole number of dollars.
    pub const fn whole(dollars: u64) -> Self {
        Self(dollars as i128 * 10_i128.pow(Self::DECIMALS))
    }

    /// The number of 10⁻⁸ USD.
    pub fn units(self) -> i128 {
        self.0
    }

    /// The sum; `None` beyond the range.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Self::from_units(self.0 + other.0).ok()
    }

    /// The difference; `None` beyond the range.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        Self::from_units(self.0 - other.0).ok()
    }

    /// The same amount the other way.
    #[must_use]
    pub fn negated(self) -> Self {
        Self(-self.0)
    }

    /// The part of a cost basis that belongs to `part` of `whole`, rounded down; `None` where `whole` is 0 or the
    /// figures are beyond any real account.
    pub fn share_rounded_down(self, part: Quantity, whole: Quantity) -> Option<Self> {
        let of = whole.units();
        (of > 0).then(|| rounding::share_down(self.0, part.units(), of)).flatten().map(Self)
    }

    /// This amount for each unit of `quantity`, 8 decimals, half to even; `None` for quantity 0.
    pub fn per_unit(self, quantity: Quantity) -> Option<Self> {
        let units = quantity.units();
        let scaled = self.0.checked_mul(10_i128.pow(Quantity::DECIMALS))?;
        (units > 0).then(|| Self(rounding::divide_half_even(scaled, units)))
    }

    /// This amount in percent of `whole`, 2 decimals, half to even; `None` where `whole` is not positive.
    pub fn percent_of(self, whole: Self) -> Option<Percent> {
        (whole.0 > 0).then(|| Percent::from_hundredths(rounding::divide_half_even(self.0 * 10_000, whole.0)))
    }

    /// The nearest number of cents, a tie to the even one: for sentences only.
    pub fn cents_half_even(self) -> i128 {
        rounding::divide_half_even(self.0, 10_i128.pow(Self::DECIMALS - 2))
    }

    /// For sentences: `$8,411.04`, at least two decimals, never fewer than the amount has.
    pub fn dollars(self) -> Dollars {
        Dollars { units: self.0, decimals: Self::DECIMALS }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn usd(text: &str) -> Usd {
        text.parse().unwrap()
    }

    #[test]
    fn json_reads_strings_and_numbers_and_writes_strings() {
        for text in ["\"10000.5\"", "10000.5", "1.00005e4", "10000.500000000000"] {
            assert_eq!(serde_json::from_str::<Usd>(text).unwrap(), usd("10000.5"), "{text}");
        }
        assert_eq!(serde_json::to_string(&usd("10000.50")).unwrap(), "\"10000.5\"");
        for text in ["null", "true", "[1]", "{}", "\"\"", "\"NaN\"", "1e-9"] {
            assert!(serde_json::from_str::<Usd>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn percentages_round_half_to_even() {
        assert_eq!(usd("1").percent_of(usd("3")).unwrap().to_string(), "33.33");
        assert_eq!(usd("1").percent_of(usd("8")).unwrap().to_string(), "12.50");
        assert_eq!(usd("1").percent_of(Usd::ZERO), None);
    }

    proptest! {
        #[test]
        fn display_and_parse_round_trip(units in -Usd::MAX_UNITS..=Usd::MAX_UNITS) {
            let amount = Usd::from_units(units).unwrap();
            prop_assert_eq!(usd(&amount.to_string()), amount);
        }

        #[test]
        fn no_text_makes_parsing_panic(text in "\\PC{0,40}", number in "-?[0-9]{0,45}(\\.[0-9]{0,45})?([eE][+-]?[0-9]{0,9})?") {
            let _ = text.parse::<Usd>();
            let _ = number.parse::<Usd>();
        }
    }
}
