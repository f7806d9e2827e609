//! What holds for a run. How it is decided between flags, variables, the file and the defaults is `cnop_core::settings`.
//!
//! A wrong value is kept as a fault, so that `cnop config` and `cnop doctor` can show it; all other commands refuse to
//! begin.

#[cfg(test)]
mod tests;

pub(crate) use cnop_core::settings::{Fault, Key, MEND, Name, Setting, Source};

use std::ffi::OsString;

use clap::ValueEnum;
use cnop_core::client::Origin;
use cnop_core::config::{self, ConfigFile, ProfileName};
use cnop_core::settings::Decider;
use secrecy::SecretString;
use serde::Serialize;

use crate::cli::GlobalArgs;
use crate::failure::Failure;
use crate::printer::{Format, OutputStyle};

/// Holds the password where none is typed.
pub(crate) const PASSWORD_VARIABLE: &str = "CNOP_PASSWORD";

/// What holds for somebody who typed `flags`.
pub(crate) fn of_user(flags: &GlobalArgs) -> Settings {
    // Without a home there is no file; what has to be kept says so itself.
    resolve(flags, &|name| std::env::var_os(name), config::config_file().ok())
}

/// Every setting, from the first source that has something to say about it.
fn resolve(flags: &GlobalArgs, variable: &dyn Fn(&str) -> Option<OsString>, file: Option<ConfigFile>) -> Settings {
    let mut decider = Decider::new(variable, file.clone());
    let profile = decider.profile(flags.profile.clone());
    let at = &profile.value;
    let output = decider.output(at, flags.output.map(format_name));
    Settings {
        server: decider.server(at, flags.server.clone()),
        output: Setting { value: format_of(output.value), source: output.source },
        allow_plain_http: decider.allow_plain_http(at, flags.allow_plain_http),
        quiet: typed(flags.quiet, "--quiet"),
        yes: typed(flags.yes, "--yes"),
        colour: decider.colour(flags.no_color),
        password: decider.text(PASSWORD_VARIABLE).map(SecretString::from),
        profile,
        file,
        faults: decider.faults,
        unknown: decider.unknown,
    }
}

/// A flag that only the command line has.
fn typed(given: bool, name: &'static str) -> Setting<bool> {
    let source = if given { Source::Flag { name } } else { Source::Default };
    Setting { value: given, source }
}

/// A format as it is typed.
fn format_name(format: Format) -> &'static str {
    match format {
        Format::Table => "table",
        Format::Json => "json",
        Format::Csv => "csv",
    }
}

fn format_of(name: &str) -> Format {
    Format::from_str(name, false).expect("what can be set is a format")
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
            row("output", &self.output, |format| format_name(*format).to_owned()),
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
