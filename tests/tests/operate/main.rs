//! A server that strangers reach and operators run: guarded, observed, kept. The real binaries, one file a subject.

#![expect(clippy::unwrap_used, reason = "also in what tests share, a panic is a failed test")]

mod admin;
mod audit;
mod backup;
mod browsers;
mod connections;
mod docs;
mod documented;
mod formats;
mod growth;
mod logins;
mod logs;
mod metrics;
mod offline;
mod rate_limits;
mod roles;
mod secrets;
mod stopping;
