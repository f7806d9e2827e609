//! The only place where money is rounded. Each function names its direction.
//!
//! Units: USD and quantities are 10⁻⁸, prices 10⁻¹², so `price × quantity` is in 10⁻²⁰ USD.
//! A price is at most 10¹⁸ units and a quantity at most 10²⁰: their product fits an `i128`.

/// What turns a product of price and quantity into USD units.
const PRODUCT_PER_USD: i128 = 10_i128.pow(12);

/// `⌈a ÷ b⌉` for `a ≥ 0`, `b > 0`.
fn divide_up(a: i128, b: i128) -> i128 {
    a / b + i128::from(a % b != 0)
}

/// `a ÷ b` to the nearest, a tie to the even neighbour; `b > 0`.
pub(super) fn divide_half_even(a: i128, b: i128) -> i128 {
    let (quotient, rest) = (a.div_euclid(b), a.rem_euclid(b));
    match (rest * 2).cmp(&b) {
        std::cmp::Ordering::Less => quotient,
        std::cmp::Ordering::Greater => quotient + 1,
        std::cmp::Ordering::Equal => quotient + quotient.rem_euclid(2),
    }
}

/// What a purchase costs, in USD units: up, so that rounding never favours the buyer.
pub(super) fn cost_up(price: i128, quantity: i128) -> i128 {
    divide_up(price * quantity, PRODUCT_PER_USD)
}

/// What a sale brings, or a holding is worth, in USD units: down.
pub(super) fn proceeds_down(price: i128, quantity: i128) -> i128 {
    price * quantity / PRODUCT_PER_USD
}

/// How much `usd` buys at `price`, in quantity units: down, so that the cost, rounded up, is never more than `usd`.
/// `None` where the product does not fit.
pub(super) fn quantity_down(usd: i128, price: i128) -> Option<i128> {
    Some(usd.checked_mul(PRODUCT_PER_USD)? / price)
}

/// The part of `whole` that belongs to `part` of `of`: down. `None` where the product does not fit.
pub(super) fn share_down(whole: i128, part: i128, of: i128) -> Option<i128> {
    Some(whole.checked_mul(part)? / of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tie_goes_to_the_even_neighbour() {
        let halves = [(-5, -2), (-3, -2), (-1, 0), (1, 0), (3, 2), (5, 2), (7, 4)];
        for (a, expected) in halves {
            assert_eq!(divide_half_even(a, 2), expected, "{a}/2");
        }
        assert_eq!(divide_half_even(7, 3), 2);
        assert_eq!(divide_half_even(8, 3), 3);
        assert_eq!(divide_half_even(-7, 3), -2);
    }

    #[test]
    fn a_cost_rounds_up_and_proceeds_round_down() {
        assert_eq!((cost_up(1, 1), proceeds_down(1, 1)), (1, 0));
        assert_eq!((cost_up(PRODUCT_PER_USD, 7), proceeds_down(PRODUCT_PER_USD, 7)), (7, 7));
        assert_eq!((cost_up(0, 7), proceeds_down(0, 7)), (0, 0));
    }

    #[test]
    fn what_an_amount_buys_never_costs_more_than_the_amount() {
        for (usd, price) in [(1, 3), (999_999_999, 84_110_400_000_000_000), (100, 7_000_000_000_000)] {
            let quantity = quantity_down(usd, price).expect("small");
            assert!(cost_up(price, quantity) <= usd, "{usd} at {price}");
        }
    }
}
