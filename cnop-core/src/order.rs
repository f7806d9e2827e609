//! Orders before they are decided: their words, and what a new one must be. The ledger decides them.

mod new_order;
mod words;

pub use new_order::{BuySize, NewOrder};
pub use words::{
    AssetTransactionStatus, AssetTransactionType, OrderStatus, OrderType, Side, TransactionStatus, TransactionType,
};
