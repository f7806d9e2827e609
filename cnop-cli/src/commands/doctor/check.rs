//! What a look at one thing came to.

use serde::{Serialize, Serializer};

use crate::exit::Exit;
use crate::failure::Failure;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Check {
    /// What.
    pub(super) name: &'static str,
    /// How it is.
    pub(super) verdict: Verdict,
    /// What was found.
    pub(super) message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hint: Option<String>,
}

/// How a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// As it should be.
    Ok,
    /// It works, and could be better.
    Warning,
    /// It does not work; a command that needs it ends so.
    Failed(Exit),
    /// It could not be looked at.
    Skipped,
}

impl Verdict {
    /// In a word.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed(_) => "failed",
            Self::Skipped => "skipped",
        }
    }

    /// How a command ends because of it; `None` where it does not.
    pub(super) fn exit(self) -> Option<Exit> {
        match self {
            Self::Failed(exit) => Some(exit),
            Self::Ok | Self::Warning | Self::Skipped => None,
        }
    }
}

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl Check {
    pub(super) fn ok(name: &'static str, message: impl Into<String>) -> Self {
        Self { name, verdict: Verdict::Ok, message: message.into(), hint: None }
    }

    pub(super) fn warning(name: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { verdict: Verdict::Warning, hint: Some(hint.into()), ..Self::ok(name, message) }
    }

    pub(super) fn failed(name: &'static str, exit: Exit, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { verdict: Verdict::Failed(exit), hint: Some(hint.into()), ..Self::ok(name, message) }
    }

    pub(super) fn skipped(name: &'static str, message: impl Into<String>) -> Self {
        Self { verdict: Verdict::Skipped, ..Self::ok(name, message) }
    }

    /// What a command would end with, in the same words.
    pub(super) fn of(name: &'static str, failure: impl Into<Failure>) -> Self {
        let failure = failure.into();
        let message = failure.sentence().unwrap_or_default();
        Self { verdict: Verdict::Failed(Exit::of(&failure)), hint: failure.hint(), ..Self::ok(name, message) }
    }
}
