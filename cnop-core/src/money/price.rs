//! What one unit of an asset costs.

use super::decimal::{DecimalError, decimal_type};
use super::{Dollars, Percent, Quantity, Usd, rounding};

/// US dollars for one unit of an asset: more than 0, at most 1,000,000, 12 decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price(i128);

decimal_type!(Price, Price::DECIMALS);

impl Price {
    /// Digits behind the point.
    pub const DECIMALS: u32 = 12;
    const MAX_UNITS: i128 = 10_i128.pow(18);

    /// From a number of 10⁻¹² USD.
    ///
    /// # Errors
    /// [`DecimalError::OutOfRange`] at 0, below it, or beyond 1,000,000 USD.
    pub fn from_units(units: i128) -> Result<Self, DecimalError> {
        match units {
            ..=0 => Err(DecimalError::OutOfRange("must be more than 0")),
            1..=Self::MAX_UNITS => Ok(Self(units)),
            _ => Err(DecimalError::OutOfRange("must be at most 1000000")),
        }
    }

    /// The number of 10⁻¹² USD.
    pub fn units(self) -> i128 {
        self.0
    }

    /// For sentences: `$84,107.60`.
    pub fn dollars(self) -> Dollars {
        Dollars { units: self.0, decimals: Self::DECIMALS }
    }

    /// What buying `quantity` costs, rounded up at the 8th decimal.
    pub fn cost_rounded_up(self, quantity: Quantity) -> Usd {
        Usd::from_units(rounding::cost_up(self.0, quantity.units())).expect("10^6 USD times 10^12 is in the range")
    }

    /// What selling `quantity` brings, rounded down at the 8th decimal; also what a holding is worth.
    pub fn value_rounded_down(self, quantity: Quantity) -> Usd {
        Usd::from_units(rounding::proceeds_down(self.0, quantity.units()))
            .expect("10^6 USD times 10^12 is in the range")
    }

    /// How far it is above `other`, in percent of that, 2 decimals, half to even; less than 0 where it is below.
    pub fn percent_above(self, other: Self) -> Percent {
        Percent::from_hundredths(rounding::divide_half_even((self.0 - other.0) * 10_000, other.0))
    }

    /// How much `amount` buys, rounded down at the 8th decimal. `None` where it is more than a quantity can be.
    pub fn quantity_for(self, amount: Usd) -> Option<Quantity> {
        Quantity::from_units(rounding::quantity_down(amount.units(), self.0)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn prices_outside_the_range_are_refused() {
        for text in ["0", "-1", "1000000.000000000001", "0.0000000000001"] {
            assert!(text.parse::<Price>().is_err(), "{text}");
        }
        assert_eq!("0.000012967300".parse::<Price>().unwrap().to_string(), "0.0000129673");
    }

    #[test]
    fn prices_are_compared_in_percent() {
        let above = |price: &str, other: &str| {
            price.parse::<Price>().unwrap().percent_above(other.parse().unwrap()).to_string()
        };
        assert_eq!(above("60000", "84110.4"), "-28.67");
        assert_eq!(above("90", "80"), "12.50");
        assert_eq!(above("80", "80"), "0.00");
        assert_eq!(above("1000000", "0.000000000001"), "99999999999999999900.00");
    }

    proptest! {
        #[test]
        fn the_cost_is_at_most_one_unit_above_the_value(price in 1..=Price::MAX_UNITS, quantity in 0..=10_i128.pow(20)) {
            let (price, quantity) = (Price::from_units(price).unwrap(), Quantity::from_units(quantity).unwrap());
            let (cost, value) = (price.cost_rounded_up(quantity).units(), price.value_rounded_down(quantity).units());
            prop_assert!((0..=1).contains(&(cost - value)));
            prop_assert!(value * 10_i128.pow(12) <= price.units() * quantity.units());
        }

        #[test]
        fn what_an_amount_buys_costs_at_most_that_amount(price in 1..=Price::MAX_UNITS, cents in 1..=100_000_000_i128) {
            let (price, amount) = (Price::from_units(price).unwrap(), Usd::from_units(cents * 1_000_000).unwrap());
            if let Some(quantity) = price.quantity_for(amount) {
                prop_assert!(price.cost_rounded_up(quantity) <= amount);
            }
        }
    }
}
