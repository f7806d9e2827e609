//! The only one that writes to the terminal.
//!
//! What a command is for goes to stdout: a view for people, csv, or exactly one JSON value. Everything for people besides
//! it goes to stderr, and with it everything at all for people while stdout is data.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

use anstyle::Style;
use clap::ValueEnum;
use serde::Serialize;

use crate::failure::Failure;
use crate::look::{ERROR, HINT, Look, WARNING};
use crate::report::Report;
use crate::text::{escaped, one_line, printable};
use crate::view::View;
use crate::{records, table};

/// What stdout is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned text for people.
    Table,
    /// One JSON value for programs.
    Json,
    /// A header and records, for spreadsheets and scripts.
    Csv,
}

/// How the answer of a command is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OutputStyle {
    /// What stdout is for.
    pub(crate) format: Format,
    /// Whether people get the answer and failures only: no notes, no hints, no progress.
    pub(crate) quiet: bool,
    /// Whether colours are welcome where a terminal shows them.
    pub(crate) colour: bool,
}

/// Writes in the style that was asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Printer {
    style: OutputStyle,
}

impl Printer {
    pub(crate) fn new(style: OutputStyle) -> Self {
        Self { style }
    }

    /// Whether nothing is said beside answers and failures.
    pub(crate) fn is_quiet(&self) -> bool {
        self.style.quiet
    }

    /// What stdout is for.
    pub(crate) fn format(&self) -> Format {
        self.style.format
    }

    /// What stdout shows at this moment.
    pub(crate) fn stdout_look(&self) -> Look {
        Look::of_stdout(self.style.colour)
    }

    /// The one answer of a command: `answer` itself as JSON, and `view` of it for everybody else.
    pub(crate) fn answer<T: Serialize>(&self, answer: &T, view: impl FnOnce(&T) -> View) -> Result<(), Failure> {
        match self.style.format {
            Format::Table => to_stdout(&table::draw(&view(answer), Look::of_stdout(self.style.colour))),
            Format::Csv => to_stdout(&records::write(&view(answer))),
            Format::Json => {
                let json = serde_json::to_string_pretty(answer).expect("wire types have string keys");
                to_stdout(&escaped(&json))
            }
        }
    }

    /// A line of a story for people that has no one answer: on stdout, unless that is data.
    pub(crate) fn line(&self, text: &str) -> Result<(), Failure> {
        match self.style.format {
            Format::Table => to_stdout(&printable(text)),
            Format::Json | Format::Csv => {
                self.note(text);
                Ok(())
            }
        }
    }

    /// One of many JSON values, on a line of its own.
    pub(crate) fn json_line(&self, value: &impl Serialize) -> Result<(), Failure> {
        to_stdout(&escaped(&serde_json::to_string(value).expect("wire types have string keys")))
    }

    /// A text of a form of its own, such as a script: it is what it is, whatever the format.
    pub(crate) fn document(&self, text: &str) -> Result<(), Failure> {
        to_stdout(text.trim_end_matches('\n'))
    }

    /// Something for people beside the answer.
    pub(crate) fn note(&self, text: &str) {
        if !self.style.quiet {
            to_stderr(&format!("{}\n", printable(text)));
        }
    }

    /// What to do next: a line, whoever wrote parts of it.
    pub(crate) fn hint(&self, text: impl Display) {
        if !self.style.quiet {
            self.labelled(HINT, "hint:", &text.to_string());
        }
    }

    /// Something that may go wrong later; also said to those who want it quiet.
    pub(crate) fn warn(&self, text: impl Display) {
        self.labelled(WARNING, "warning:", &text.to_string());
    }

    /// What a question is about.
    pub(crate) fn review(&self, view: &View) {
        to_stderr(&format!("{}\n", table::draw(view, self.stderr())));
    }

    /// A question; the answer is typed behind it.
    pub(crate) fn question(&self, text: &str) {
        to_stderr(&format!("{} ", printable(text)));
    }

    /// Ends the line of a question that was left without an answer.
    pub(crate) fn end_line(&self) {
        to_stderr("\n");
    }

    /// Why a command failed. Nothing for what ends quietly.
    pub(crate) fn failure(&self, failure: &Failure) {
        match (self.style.format, Report::of(failure)) {
            (_, None) => {}
            (Format::Json, Some(report)) => {
                let json = serde_json::to_string(&report).expect("a report is made of texts and numbers");
                to_stderr(&format!("{}\n", escaped(&json)));
            }
            (Format::Table | Format::Csv, Some(_)) => self.failure_text(failure),
        }
    }

    /// A sentence, each field at fault, and what to do next.
    fn failure_text(&self, failure: &Failure) {
        let Some(sentence) = failure.sentence() else { return };
        match failure {
            Failure::Declined => to_stderr(&format!("{}\n", one_line(&sentence))),
            _ => self.labelled(ERROR, "error:", &sentence),
        }
        for error in failure.fields() {
            to_stderr(&format!("  {}: {}\n", one_line(&error.field), one_line(&error.message)));
        }
        if let Some(hint) = failure.hint() {
            self.hint(hint);
        }
    }

    fn labelled(&self, style: Style, label: &str, text: &str) {
        to_stderr(&format!("{} {}\n", self.stderr().paint(style, label), one_line(text)));
    }

    fn stderr(&self) -> Look {
        Look::of_stderr(self.style.colour)
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
