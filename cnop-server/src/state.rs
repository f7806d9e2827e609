//! What every handler shares.

use std::sync::Arc;

use cnop_core::ledger::Limits;
use ipnet::IpNet;
use tokio::sync::Semaphore;
use tower_http::cors::CorsLayer;

use crate::audit::Tries;
use crate::auth::{Passwords, Tokens};
use crate::clock::Clock;
use crate::connections::Connections;
use crate::guard::Guard;
use crate::http::OperationIds;
use crate::insights::Insights;
use crate::market::{Candles, FeedStatus, PriceBook};
use crate::ops::{Metrics, RequestLog};
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
    /// Who says something of portfolios.
    pub(crate) insights: Arc<Insights>,
    /// What keeps strangers from hurting the server.
    pub(crate) guard: Guard,
    /// Tries that the audit trail counts together.
    pub(crate) tries: Tries,
    /// What each route does, in a word.
    pub(crate) operations: OperationIds,
    /// Where requests are noted.
    pub(crate) request_log: RequestLog,
    /// What is measured.
    pub(crate) metrics: Arc<Metrics>,
    /// Who may read that, beside this machine.
    pub(crate) metrics_allow: Vec<IpNet>,
    /// Whose scripts may use the API.
    pub(crate) cors: CorsLayer,
    /// Open connections.
    pub(crate) connections: Connections,
    /// Whose turn it is to look at everything there is.
    pub(crate) operator_turn: Arc<Semaphore>,
    /// Whether new users are taken.
    pub(crate) registration_open: bool,
}
