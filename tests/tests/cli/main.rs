//! The real `cnop` against the real server, and against servers that misbehave. One file a subject.

#![expect(clippy::unwrap_used, reason = "also in what tests share, a panic is a failed test")]

mod demo;
mod exits;
mod first_session;
mod help;
mod json;
mod look;
mod lost;
mod narrow;
mod output;
mod renewal;
mod secrets;
mod sessions;
mod signal;
mod terminal;
