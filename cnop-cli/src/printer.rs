//! The only one that writes to the terminal.
//!
//! What a command is for goes to stdout: a table or sentences, or exactly one JSON value. Everything for people besides
//! it goes to stderr, and with it everything at all for people while stdout is data.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

use clap::ValueEnum;
use serde::Serialize;

use crate::failure::Failure;
use crate::text::{escaped, one_line, printable};

/// What stdout is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned text for people.
    Table,
    /// One JSON value for programs.
    Json,
}

/// Writes in the format that was asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Printer {
    format: Format,
}

impl Printer {
    pub(crate) fn new(format: Format) -> Self {
        Self { format }
    }

    /// The one answer of a command: `answer` itself for programs, `text` about it for people.
    pub(crate) fn answer<T: Serialize>(&self, answer: &T, text: impl FnOnce(&T) -> String) -> Result<(), Failure> {
        match self.format {
            Format::Table => self.line(&text(answer)),
            Format::Json => {
                let json = serde_json::to_string_pretty(answer).expect("wire types have string keys");
                to_stdout(&escaped(&json))
            }
        }
    }

    /// A line of a story for people that has no one answer: on stdout, unless that is data.
    pub(crate) fn line(&self, text: &str) -> Result<(), Failure> {
        match self.format {
            Format::Table => to_stdout(&printable(text)),
            Format::Json => {
                self.note(text);
                Ok(())
            }
        }
    }

    /// Something for people beside the answer.
    pub(crate) fn note(&self, text: &str) {
        to_stderr(&format!("{}\n", printable(text)));
    }

    /// What to do next: a line, whoever wrote parts of it.
    pub(crate) fn hint(&self, text: impl Display) {
        self.note(&format!("hint: {}", one_line(&text.to_string())));
    }

    /// A question; the answer is typed behind it.
    pub(crate) fn question(&self, text: &str) {
        to_stderr(&format!("{} ", printable(text)));
    }

    /// Ends the line of a question that was left without an answer.
    pub(crate) fn end_line(&self) {
        self.note("");
    }

    /// Why a command failed: a sentence, each field at fault, and what to do next. Nothing for what ends quietly.
    pub(crate) fn failure(&self, failure: &Failure) {
        let Some(sentence) = failure.sentence() else { return };
        let kind = if matches!(failure, Failure::Declined) { "" } else { "error: " };
        self.note(&format!("{kind}{}", one_line(&sentence)));
        for error in failure.fields() {
            self.note(&format!("  {}: {}", one_line(&error.field), one_line(&error.message)));
        }
        if let Some(hint) = failure.hint() {
            self.hint(hint);
        }
    }
}

fn to_stdout(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    let written = writeln!(stdout, "{text}").and_then(|()| stdout.flush());
    written.map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe => Failure::ClosedPipe,
        _ => Failure::System(error),
    })
}

/// Nobody is left to tell that stderr does not take it.
fn to_stderr(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
