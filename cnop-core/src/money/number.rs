//! Amounts that the contract wants as JSON numbers.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// Writes an amount as a JSON number with its exact digits, where the ledger's own form would be a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number<T>(pub T);

impl<T: fmt::Display> fmt::Display for Number<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl<T: fmt::Display> Serialize for Number<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.0.to_string()).expect("an amount's digits are a JSON number").serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Number<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Price;

    #[test]
    fn a_price_keeps_its_digits_as_a_number() {
        let price: Price = "0.000012967300".parse().unwrap();
        assert_eq!(serde_json::to_string(&Number(price)).unwrap(), "0.0000129673");
        assert_eq!(serde_json::from_str::<Number<Price>>("0.0000129673").unwrap(), Number(price));
    }
}
