//! What every handler shares.

use std::sync::Arc;

use cnop_core::ledger::Limits;
use tokio::sync::Semaphore;

use crate::auth::{Passwords, Tokens};
use crate::clock::Clock;
use crate::market::{Candles, FeedStatus, PriceBook};
use crate::phrases::Phrases;
use crate::store::Store;
use crate::stream::Streams;

/// The parts of a running server, as its handlers see them.
pub(crate) struct App {
    /// The data.
    pub(crate) store: Store,
    /// The newest prices.
    pub(crate) book: Arc<PriceBook>,
    /// How prices went.
    pub(crate) candles: Candles,
    /// Whose turn it is to have candles looked up.
    pub(crate) chart_turn: Arc<Semaphore>,
    /// How the market is.
    pub(crate) feed: Arc<FeedStatus>,
    /// Open event streams.
    pub(crate) streams: Streams,
    /// The time.
    pub(crate) clock: Clock,
    /// Signs and reads tokens.
    pub(crate) tokens: Tokens,
    /// Hashes and checks passwords.
    pub(crate) passwords: Passwords,
    /// What a user may do.
    pub(crate) limits: Limits,
    /// What opens big red pockets.
    pub(crate) phrases: Phrases,
    /// Whether new users are taken.
    pub(crate) registration_open: bool,
}
