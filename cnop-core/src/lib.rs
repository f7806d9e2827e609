//! The words and rules that the server and both faces share.
//!
//! Owns money and its rounding, the checks on every field a person types, the ledger's rules, the wire types and
//! (feature `client`) the HTTP client with its sessions and the tickets that move money once.
//! Feature `openapi` gives the wire types the schemas of the server's OpenAPI document.
//! It knows no web framework, no database, no terminal and no clock: time arrives as an argument.
//! Read `money` first, then `ledger`: an order is decided there.

pub mod api;
pub mod asset_id;
#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "client")]
pub mod config;
pub mod form;
pub mod ids;
pub mod ledger;
#[cfg(feature = "client")]
pub mod moment;
pub mod money;
#[cfg(feature = "openapi")]
mod openapi;
pub mod order;
#[cfg(feature = "client")]
pub mod origin;
#[cfg(feature = "client")]
mod private;
#[cfg(feature = "client")]
pub mod session;
#[cfg(feature = "client")]
pub mod settings;
pub mod short_text;
#[cfg(feature = "client")]
pub mod show;
#[cfg(feature = "client")]
pub mod ticket;
pub mod time;
pub mod user;
