//! `cnop config`: what is set, and the file that sets it for all runs.
//!
//! It works while settings are wrong: it is what mends them.

use std::fmt::Display;
use std::io;
use std::path::Path;

use clap::{Args, Subcommand};
use clap_complete::ArgValueCandidates;
use cnop_core::config::{ConfigError, ConfigFile, EntryValue, NoHome};
use serde::Serialize;

use crate::cell::{Cell, Tone};
use crate::complete;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::settings::{Fault, Key, MEND, Row, Settings, Source};
use crate::view::{View, data, left};

/// What about the configuration; it is shown if nothing is said.
#[derive(Debug, Args)]
#[command(after_help = "\
Keys: server, profile, output, allow_plain_http; profiles.NAME.KEY holds for one profile and goes before KEY.

Examples:
  cnop config set output json
  cnop config set profiles.work.server https://cnop.example
  cnop config unset output
  cnop config show --profile work")]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    command: Option<ConfigCommand>,
}

/// What about the configuration.
#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Show every setting, its value, and where it came from
    Show,
    /// Print where the file is, or would be
    Path,
    /// Set a key of the file
    Set {
        /// Such as output, or profiles.work.server
        #[arg(add = ArgValueCandidates::new(complete::keys))]
        key: Key,
        /// Its value
        value: String,
    },
    /// Take a key out of the file
    Unset {
        /// Such as output, or profiles.work.server
        #[arg(add = ArgValueCandidates::new(complete::keys_that_are_set))]
        key: String,
    },
}

/// Shows or changes it.
pub(crate) fn run(printer: &Printer, settings: &Settings, args: &ConfigArgs) -> Result<(), Failure> {
    match &args.command {
        None | Some(ConfigCommand::Show) => show(printer, settings),
        Some(ConfigCommand::Path) => path(printer, file(settings)?.path()),
        Some(ConfigCommand::Set { key, value }) => set(printer, settings, key, value),
        Some(ConfigCommand::Unset { key }) => unset(printer, settings, key),
    }
}

/// What `show` says.
#[derive(Serialize)]
struct Shown<'a> {
    settings: Vec<Row>,
    faults: &'a [Fault],
    unknown_keys: &'a [Fault],
}

fn show(printer: &Printer, settings: &Settings) -> Result<(), Failure> {
    let shown = Shown { settings: settings.rows(), faults: &settings.faults, unknown_keys: &settings.unknown };
    printer.answer(&shown, |shown| table(&shown.settings))?;
    for unknown in &settings.unknown {
        printer.warn(unknown);
    }
    settings.checked()
}

/// Every setting in a row.
pub(super) fn table(rows: &[Row]) -> View {
    let columns = [left("SETTING", "name"), left("VALUE", "value"), left("FROM", "source")];
    View::table(columns, rows.iter().map(row), "No settings.")
}

fn row(row: &Row) -> [Cell; 3] {
    let tone = if row.source == Source::Default { Tone::Faint } else { Tone::Plain };
    [Cell::text(row.name), Cell::text(&row.value), Cell::text(&row.source).toned(tone)]
}

/// Where the file is.
#[derive(Serialize)]
struct FilePath<'a> {
    path: &'a Path,
}

fn path(printer: &Printer, path: &Path) -> Result<(), Failure> {
    let text = path.display().to_string();
    printer.answer(&FilePath { path }, |_| View::sentence(text.clone()).with_record([data("path", Cell::text(&text))]))
}

/// What was changed.
#[derive(Serialize)]
struct Changed<'a> {
    key: String,
    value: Option<String>,
    path: &'a Path,
}

impl Changed<'_> {
    fn view(&self, sentence: String) -> View {
        View::sentence(sentence).with_record([
            data("key", Cell::text(&self.key)),
            data("value", Cell::maybe(self.value.as_ref(), Cell::text)),
            data("path", Cell::text(self.path.display())),
        ])
    }
}

fn set(printer: &Printer, settings: &Settings, key: &Key, value: &str) -> Result<(), Failure> {
    refuse_profile_flag(settings, key.name.as_str())?;
    let value = key.name.check(value).map_err(|message| Failure::Usage {
        message: format!("`{key}` {message}"),
        hint: format!("such as `cnop config set {key} {}`", key.name.example()),
    })?;
    let file = file(settings)?;
    match file.set(&key.parts(), value.clone()) {
        Err(ConfigError::Damaged { .. }) => {
            let aside = file.put_aside().map_err(failed)?;
            printer
                .warn(format_args!("the file was damaged; it now lies at {}, and a new one begins", aside.display()));
            file.set(&key.parts(), value.clone()).map_err(failed)?;
        }
        result => result.map_err(failed)?,
    }
    let changed = Changed { key: key.to_string(), value: Some(shown(&value)), path: file.path() };
    printer.answer(&changed, |changed| {
        changed.view(format!("Set {key} to {} in {}.", shown(&value), file.path().display()))
    })?;
    note_what_overrules(printer, settings, key);
    Ok(())
}

fn shown(value: &EntryValue) -> String {
    match value {
        EntryValue::Text(text) => text.clone(),
        EntryValue::Flag(flag) => flag.to_string(),
        EntryValue::Other(kind) => (*kind).to_owned(),
    }
}

/// Somebody who sets a key and sees nothing change would look for the reason in vain.
fn note_what_overrules(printer: &Printer, settings: &Settings, key: &Key) {
    let rows = settings.rows();
    let row = rows.iter().find(|row| row.name == key.name.as_str());
    if let Some(Row { source: Source::Variable { name }, .. }) = row {
        printer.hint(format_args!("{name} is set, and goes before it"));
    }
}

fn unset(printer: &Printer, settings: &Settings, key: &str) -> Result<(), Failure> {
    refuse_profile_flag(settings, key)?;
    let file = file(settings)?;
    let removed = file.unset(&key.split('.').collect::<Vec<_>>()).map_err(failed)?;
    let changed = Changed { key: key.to_owned(), value: None, path: file.path() };
    // Not to find it is no failure: what was wanted is so.
    let sentence = if removed { format!("Took {key} out of") } else { format!("{key} is not set in") };
    printer.answer(&changed, |changed| changed.view(format!("{sentence} {}.", file.path().display())))
}

/// It would say for whom to set, and yet change what holds for everybody.
fn refuse_profile_flag(settings: &Settings, key: &str) -> Result<(), Failure> {
    match settings.profile.source {
        Source::Flag { .. } => Err(Failure::Usage {
            message: "`--profile` does not say where to set a key".to_owned(),
            hint: format!("name the profile in the key: `profiles.{}.{key}`", settings.profile.value),
        }),
        _ => Ok(()),
    }
}

fn file(settings: &Settings) -> Result<&ConfigFile, Failure> {
    settings.file.as_ref().ok_or_else(|| system(NoHome))
}

fn failed(error: ConfigError) -> Failure {
    match error {
        ConfigError::Damaged { .. } => Failure::Usage { message: error.to_string(), hint: MEND.to_owned() },
        error => system(error),
    }
}

fn system(error: impl Display) -> Failure {
    Failure::System(io::Error::other(error.to_string()))
}
