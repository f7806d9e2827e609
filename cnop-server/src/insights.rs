//! Sentences about a portfolio, and who writes them: `desk` is where they are asked for.
//!
//! `gather` reads the facts; a `provider` puts them into words: `local`, or a `model` on somebody's server, which is asked
//! with a `prompt` and whose `wording` is tidied. Models are asked with care: `memory` answers again while the
//! `fingerprint` of a portfolio is the same, and `gate` leaves one alone that fails. Nothing else waits for an insight.

mod choice;
mod desk;
mod facts;
mod failure;
mod fingerprint;
mod gate;
mod gather;
mod local;
mod memory;
mod model;
mod prompt;
mod provider;
#[cfg(test)]
mod testing;
mod wording;

pub(crate) use choice::{Choice, Wanted};
pub(crate) use desk::{Insights, Standing};
pub(crate) use failure::Failure;
pub(crate) use fingerprint::Fingerprint;
pub(crate) use gather::facts;
pub(crate) use model::{DEFAULT_MODEL, DEFAULT_URL};
