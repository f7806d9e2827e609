//! Money written for people.

use std::fmt;

/// An amount as it stands in a sentence: `$8,411.04`, at least two decimals, never fewer than the amount has.
#[derive(Debug, Clone, Copy)]
pub struct Dollars {
    pub(super) units: i128,
    pub(super) decimals: u32,
}

impl fmt::Display for Dollars {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = 10_u128.pow(self.decimals);
        let (whole, fraction) = (self.units.unsigned_abs() / scale, self.units.unsigned_abs() % scale);
        let fraction = format!("{fraction:0width$}", width = self.decimals as usize);
        let sign = if self.units < 0 { "-" } else { "" };
        out.pad(&format!("{sign}${}.{:0<2}", grouped(&whole.to_string()), fraction.trim_end_matches('0')))
    }
}

/// `1234567` as `1,234,567`.
fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::money::{Price, Usd};

    #[test]
    fn dollars_are_grouped_and_keep_every_digit() {
        for (text, expected) in [
            ("8411.04", "$8,411.04"),
            ("100", "$100.00"),
            ("-1234567.5", "-$1,234,567.50"),
            ("0.00000001", "$0.00000001"),
        ] {
            assert_eq!(text.parse::<Usd>().unwrap().dollars().to_string(), expected);
        }
        assert_eq!("84107.6".parse::<Price>().unwrap().dollars().to_string(), "$84,107.60");
        assert_eq!("0.0000129673".parse::<Price>().unwrap().dollars().to_string(), "$0.0000129673");
    }
}
