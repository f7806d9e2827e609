//! Money that cannot be rounded by accident.
//!
//! Every amount is a whole number of the smallest unit ([`Usd`] and [`Quantity`]: 10⁻⁸, [`Price`]: 10⁻¹²) in an `i128`,
//! so sums are exact and a product of price and quantity fits without rounding.
//! Where a result must be rounded, the function's name says in which direction; all of them stand in `rounding`.
//! [`Figure`] is for facts that are shown but never traded on.

mod decimal;
mod dollars;
mod figure;
mod number;
mod percent;
mod price;
mod quantity;
mod rounding;
mod transfer;
mod usd;

pub use decimal::DecimalError;
pub(crate) use decimal::{decimal_text, is_positive};
pub use dollars::Dollars;
pub use figure::Figure;
pub use number::Number;
pub use percent::Percent;
pub use price::Price;
pub use quantity::{OrderQuantity, Quantity};
pub use transfer::TransferAmount;
pub use usd::Usd;
