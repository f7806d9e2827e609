//! Sentences about a portfolio, and who writes them: `gather` reads the facts, `local` puts them into words.

pub(crate) mod facts;
pub(crate) mod gather;
pub(crate) mod local;
