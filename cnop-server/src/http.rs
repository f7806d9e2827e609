//! The HTTP contract: routes, what is read from requests, and how answers and errors are written.
//!
//! `router` shows every route on one screen. One file a resource holds its handlers; they read, ask the store or a rule,
//! and answer. `problem` alone knows statuses. `openapi` describes it all to programs.

mod admin;
mod assets;
mod auth;
mod balance;
mod body;
mod candles;
mod claim;
mod docs;
mod extract;
mod headers;
mod health;
mod idempotency;
mod insights;
mod inventory;
mod json;
mod json_text;
mod meaning;
mod metrics;
mod middleware;
mod openapi;
mod order_json;
mod orders;
mod page;
mod portfolio;
mod portfolio_json;
mod problem;
mod profile;
mod router;
mod stream;

pub(crate) use admin::audit::audit_entry;
pub(crate) use headers::cors;
pub(crate) use inventory::change_percentage;
pub(crate) use openapi::OperationIds;
pub(crate) use orders::order_of;
pub(crate) use router::router;
