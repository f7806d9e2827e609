//! What the terminal knows and what it does about what happens: pure, so that a test can live through a day in it.
//!
//! [`update()`] takes an [`Event`] and a moment, changes the [`State`], and answers the [`Effect`]s that somebody else must
//! perform. Nothing here draws, waits, reads a clock or speaks to a server: `crate::view` draws a state, `crate::run`
//! performs effects and brings their results back as events.
//!
//! `action` lists everything that a key can do. `known` is a thing that a server was asked for, with its age. `market` and
//! `wallet` hold what is known, `link` how the connection is; `screen` and `layer` what the person is doing: one file
//! each.

pub(crate) mod action;
pub(crate) mod age;
pub(crate) mod effect;
pub(crate) mod event;
pub(crate) mod field;
pub(crate) mod key;
pub(crate) mod known;
pub(crate) mod layer;
pub(crate) mod link;
pub(crate) mod market;
pub(crate) mod picker;
pub(crate) mod screen;
pub(crate) mod state;
#[cfg(test)]
mod tests;
pub(crate) mod update;
pub(crate) mod wallet;
pub(crate) mod worth;

pub(crate) use action::Action;
pub(crate) use effect::Effect;
pub(crate) use event::{Answer, Event};
pub(crate) use key::Key;
pub(crate) use state::State;
pub(crate) use update::update;
