//! Orders: their words, what a new one must be, and what a waiting one is. The ledger decides them.

mod limit_order;
mod new_order;
mod words;

pub use limit_order::{LimitOrder, LimitState, Seen, WhyCancelled};
pub use new_order::{BuySize, DEFAULT_LIFE_MS, LimitTerms, MAX_LIFE_MS, NewOrder, check_expiry};
pub use words::{
    AssetTransactionStatus, AssetTransactionType, OrderStatus, OrderType, Side, TransactionStatus, TransactionType,
};
