//! What holds for a run, and where each setting came from: a flag, a variable, the file or the default, in this order.
//!
//! The keys and their values are in `settings/key.rs`; `settings/resolve.rs` decides between the sources.
//! A wrong value is kept as a fault, so that `cnop config` and `cnop doctor` can show it; all other commands refuse to
//! begin: a misspelt server must not become the default one.

mod key;
mod resolve;
#[cfg(test)]
mod tests;

pub(crate) use key::{Key, Name};

use std::fmt;
use std::path::PathBuf;

use cnop_core::client::Origin;
use cnop_core::config::{self, ConfigFile, ProfileName};
use secrecy::SecretString;
use serde::{Serialize, Serializer};

use self::resolve::{Sources, resolve};
use crate::cli::GlobalArgs;
use crate::failure::Failure;
use crate::printer::{Format, OutputStyle};

/// Holds the password where none is typed.
pub(crate) const PASSWORD_VARIABLE: &str = "CNOP_PASSWORD";

/// What to do about a file that cannot be read.
pub(crate) const MEND: &str =
    "mend it by hand, or begin a new one with `cnop config set KEY VALUE`, which puts this one aside";

/// What holds for somebody who typed `flags`.
pub(crate) fn of_user(flags: &GlobalArgs) -> Settings {
    // Without a home there is no file; what has to be kept says so itself.
    resolve(Sources { flags, variable: &|name| std::env::var_os(name), file: config::config_file().ok() })
}

/// A value and who said so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting<T> {
    /// What holds.
    pub(crate) value: T,
    /// Where it came from.
    pub(crate) source: Source,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Source {
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
pub(crate) struct Fault {
    /// Who said so.
    pub(crate) source: Source,
    /// What is wrong with it. Not the value: an address may hold a password.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) hint: String,
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

/// Everything that can be set.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Who is asked.
    pub(crate) server: Setting<Origin>,
    /// Whose session counts.
    pub(crate) profile: Setting<ProfileName>,
    /// What stdout is for.
    pub(crate) output: Setting<Format>,
    /// Whether people get the answer and failures only.
    pub(crate) quiet: Setting<bool>,
    /// Whether colours are welcome where a terminal shows them.
    pub(crate) colour: Setting<bool>,
    /// Whether orders are placed without asking.
    pub(crate) yes: Setting<bool>,
    /// Whether secrets may travel in clear text.
    pub(crate) allow_plain_http: Setting<bool>,
    /// The password that need not be typed.
    pub(crate) password: Option<SecretString>,
    /// Where the file is; `None` where nobody says where files belong.
    pub(crate) file: Option<ConfigFile>,
    /// What is set to something that cannot be used. The next source in the order holds in its place.
    pub(crate) faults: Vec<Fault>,
    /// Keys of the file that mean nothing, perhaps to this version only.
    pub(crate) unknown: Vec<Fault>,
}

/// A setting as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Row {
    /// What it is called in the file and on the command line.
    pub(crate) name: &'static str,
    /// What holds.
    pub(crate) value: String,
    /// Who said so.
    pub(crate) source: Source,
}

impl Settings {
    /// Refuses settings of which one cannot be used.
    pub(crate) fn checked(&self) -> Result<(), Failure> {
        match self.faults.first() {
            Some(fault) => Err(Failure::Usage { message: fault.to_string(), hint: fault.hint.clone() }),
            None => Ok(()),
        }
    }

    /// How answers are written.
    pub(crate) fn output_style(&self) -> OutputStyle {
        OutputStyle { format: self.output.value, quiet: self.quiet.value, colour: self.colour.value }
    }

    /// Every setting. The password's own value is nobody's to read.
    pub(crate) fn rows(&self) -> Vec<Row> {
        vec![
            row("server", &self.server, Origin::to_string),
            row("profile", &self.profile, ProfileName::to_string),
            row("output", &self.output, |format| key::format_name(*format)),
            row("quiet", &self.quiet, bool::to_string),
            row("color", &self.colour, |wanted| if *wanted { "auto" } else { "never" }.to_owned()),
            row("yes", &self.yes, bool::to_string),
            row("allow_plain_http", &self.allow_plain_http, bool::to_string),
            self.password_row(),
        ]
    }

    fn password_row(&self) -> Row {
        match self.password {
            Some(_) => Row {
                name: "password",
                value: "set, not shown".to_owned(),
                source: Source::Variable { name: PASSWORD_VARIABLE },
            },
            None => Row { name: "password", value: "asked for".to_owned(), source: Source::Default },
        }
    }
}

fn row<T>(name: &'static str, setting: &Setting<T>, show: impl Fn(&T) -> String) -> Row {
    Row { name, value: show(&setting.value), source: setting.source.clone() }
}
