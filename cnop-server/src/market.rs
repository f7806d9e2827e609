//! The market: what is traded and what it costs now.
//!
//! One [`PriceBook`] holds the newest board of quotes; readers share it without a lock, a feed replaces it whole.
//! Nothing outside this process stands between an order and its price. `simulated` is the price model, pure maths over
//! floats; prices become exact decimals in `feed`, at the edge.

pub(crate) mod book;
mod catalog;
mod feed;
mod record;
mod simulated;

pub(crate) use book::{Board, Listing, NoQuote, PriceBook, Quote};
pub(crate) use catalog::catalog;
pub(crate) use feed::{Feed, TICK};
