//! The contract's arithmetic once more, on whole numbers and apart from the product's own.

/// `text` as a whole number of `10^-decimals`.
#[track_caller]
pub(crate) fn units(text: &str, decimals: usize) -> i128 {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    assert!(fraction.len() <= decimals, "{text} has more than {decimals} decimals");
    let number: i128 =
        format!("{whole}{fraction:0<decimals$}").parse().unwrap_or_else(|_| panic!("{text} is no decimal"));
    sign * number
}

/// USD or a quantity in units of 10⁻⁸.
#[track_caller]
pub(crate) fn ledger(amount: impl ToString) -> i128 {
    units(&amount.to_string(), 8)
}

/// `price × quantity` rounded up at the 8th decimal.
#[track_caller]
pub(crate) fn cost_up(price: impl ToString, quantity: impl ToString) -> i128 {
    let product = units(&price.to_string(), 12) * ledger(quantity);
    (product + SCALE - 1) / SCALE
}

/// `price × quantity` rounded down at the 8th decimal.
#[track_caller]
pub(crate) fn value_down(price: impl ToString, quantity: impl ToString) -> i128 {
    units(&price.to_string(), 12) * ledger(quantity) / SCALE
}

/// How much `amount` buys at `price`, rounded down at the 8th decimal.
#[track_caller]
pub(crate) fn quantity_down(amount: impl ToString, price: impl ToString) -> i128 {
    ledger(amount) * SCALE / units(&price.to_string(), 12)
}

/// `part` of `whole` in percent with two decimals, half to even.
pub(crate) fn percent(part: i128, whole: i128) -> String {
    let hundredths = half_even(part * 10_000, whole);
    let sign = if hundredths < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", hundredths.abs() / 100, hundredths.abs() % 100)
}

/// `a ÷ b` to the nearest whole number, a tie to the even one.
pub(crate) fn half_even(a: i128, b: i128) -> i128 {
    let floor = a.div_euclid(b);
    let twice_the_rest = 2 * a.rem_euclid(b);
    let up = twice_the_rest > b || (twice_the_rest == b && floor % 2 != 0);
    floor + i128::from(up)
}

/// From 10⁻²⁰ USD, which price times quantity is in, to 10⁻⁸.
const SCALE: i128 = 1_000_000_000_000;
