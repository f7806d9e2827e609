//! What a face can be told, and where each setting came from: a flag, a variable, the file or the default, in this order.
//!
//! [`Key`] and [`Name`] are what the file may hold and which values each takes; [`Decider`] decides between the sources.
//! A wrong value is kept as a [`Fault`], so that a face can show it; everybody else refuses to begin: a misspelt server
//! must not become the default one.

mod decider;
mod key;

pub use decider::Decider;
pub use key::{InvalidKey, Key, Name, OUTPUTS};

use std::fmt;
use std::path::PathBuf;

use serde::{Serialize, Serializer};

/// What to do about a file that cannot be read.
pub const MEND: &str =
    "mend it by hand, or begin a new one with `cnop config set KEY VALUE`, which puts this one aside";

/// A value and who said so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<T> {
    /// What holds.
    pub value: T,
    /// Where it came from.
    pub source: Source,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Source {
    /// It was typed.
    Flag {
        /// The flag.
        name: &'static str,
    },
    /// The environment says so.
    Variable {
        /// The variable.
        name: &'static str,
    },
    /// The configuration file says so.
    File {
        /// Which file.
        path: PathBuf,
        /// Where in it, counted from 1; `None` where that cannot be said.
        #[serde(skip_serializing_if = "Option::is_none")]
        line: Option<usize>,
    },
    /// Nobody says otherwise.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag { name } | Self::Variable { name } => out.write_str(name),
            Self::File { path, line: Some(line) } => write!(out, "{}, line {line}", path.display()),
            Self::File { path, line: None } => write!(out, "{}", path.display()),
            Self::Default => out.write_str("default"),
        }
    }
}

/// A value that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Who said so.
    pub source: Source,
    /// What is wrong with it. Not the value: an address may hold a password.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.source, self.message)
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
