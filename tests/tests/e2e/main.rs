//! The real server through the real client and the real binaries. One file a subject.

#![expect(clippy::unwrap_used, reason = "also in what tests share, a panic is a failed test")]

mod candles;
mod coingecko;
mod durability;
mod durability_under_load;
mod exact;
mod hostile;
mod idempotency;
mod insights;
mod kills;
mod limit_orders;
mod market;
mod old_client;
mod order_of_checks;
mod problem;
mod process;
mod races;
mod refusal_codes;
mod refusals;
mod replay;
mod request_ids;
mod routes_auth;
mod routes_balance;
mod routes_market;
mod routes_orders;
mod routes_pages;
mod routes_portfolio;
mod routes_profile;
mod smoke;
mod stale;
mod stream;
mod tokens;
mod wire;
