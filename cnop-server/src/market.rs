//! The market: what is traded and what it costs now.
//!
//! One [`PriceBook`] holds the newest board of quotes; readers share it without a lock, a feed replaces it whole.
//! Nothing outside this process stands between an order and its price. `simulated` is the price model, pure maths over
//! floats; prices become exact decimals in `simulator`, at the edge. Read `provider` for where boards come from, `feed`
//! for what keeps them coming, `open` for what belongs to which setting, `candles` for the past.

pub(crate) mod book;
mod candles;
mod catalog;
mod coingecko;
mod feed;
mod open;
mod provider;
mod record;
mod replay;
mod simulated;
mod simulator;

pub(crate) use book::{Board, Facts, Listing, NoQuote, PriceBook, Quote};
pub(crate) use candles::{Bar, Candles, Window};
#[cfg(feature = "load")]
pub(crate) use catalog::catalog;
pub(crate) use coingecko::DEFAULT_URL;
pub(crate) use feed::FeedStatus;
pub(crate) use open::{Market, open};
pub(crate) use replay::{ReplaySettings, moment};
#[cfg(feature = "load")]
pub(crate) use simulator::Simulator;
