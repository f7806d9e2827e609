//! The real `cnop` against the real server, and against servers that misbehave. One file a subject.

#![expect(clippy::unwrap_used, reason = "also in what tests share, a panic is a failed test")]

mod answer_too_late;
mod away;
mod cancel;
mod candles;
mod colour;
mod completions;
mod config;
mod demo;
mod doctor;
mod documented;
mod dry_run;
mod errors;
mod exits;
mod first_session;
mod held;
mod help;
mod json;
mod limit;
mod look;
mod lost;
mod man;
mod narrow;
mod output;
mod own_key;
mod password;
mod profile;
mod quiet;
mod records;
mod renewal;
mod secrets;
mod sessions;
mod spinner;
mod still;
mod terminal;
mod ticket;
mod watch;
