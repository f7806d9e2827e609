//! The CNOP trading server: one binary, one file of data.
//!
//! `app` puts the parts together; `http::router` shows every route; an order is decided in `cnop_core::ledger`, executed
//! by `store::commands::order` and made durable by `store::writer`.

mod acceptor;
pub mod app;
mod audit;
mod auth;
mod claim;
pub mod cli;
mod clock;
pub mod config;
mod connections;
mod guard;
mod http;
mod insights;
#[cfg(feature = "load")]
pub mod load;
mod market;
mod matching;
mod operator;
mod ops;
mod outside;
mod phrases;
mod portfolio;
mod state;
mod store;
mod stream;
mod upkeep;

pub use clock::Clock;
pub use store::{CopyError, Finding, OpenError, Report, Restored, StorageFailure, Store};
