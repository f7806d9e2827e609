//! `cnop admin backup`

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::cell::Cell;
use crate::context::Context;
use crate::failure::Failure;
use crate::view::{View, data};

/// Where to.
#[derive(Debug, Args)]
#[command(after_help = "\
The server copies everything as it is at one moment, verifies the copy and sends it; it goes on serving.
The file holds everybody's data and password hashes. `cnop-server restore FILE` puts it in place.

Examples:
  cnop admin backup cnop-backup.redb
  cnop admin backup cnop-backup.redb --quiet")]
pub(super) struct BackupArgs {
    /// The new file
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// What was fetched.
#[derive(Debug, Serialize)]
struct Fetched {
    file: String,
    bytes: u64,
}

pub(super) async fn run(context: &Context, args: &BackupArgs) -> Result<(), Failure> {
    // Before a server copies everything in vain.
    [args.file.clone(), part_of(&args.file)].iter().try_for_each(|file| refuse_taken(file))?;
    let client = context.logged_in().await?.client;
    let mut download = client.backup().await?;
    let (length, mut bytes) = (download.length(), 0);
    let (part, mut file) = Part::create(&args.file)?;
    while let Some(piece) = download.next().await? {
        file.write_all(&piece).map_err(Failure::System)?;
        bytes += piece.len() as u64;
    }
    if length.is_some_and(|length| length != bytes) {
        let message = format!("{bytes} bytes came, and {} were announced", length.unwrap_or(0));
        return Err(Failure::Contradiction(message));
    }
    file.sync_all().map_err(Failure::System)?;
    part.keep()?;
    let fetched = Fetched { file: args.file.display().to_string(), bytes };
    context.printer.answer(&fetched, |Fetched { file, bytes }| {
        let sentence = format!("The backup is {file}, {bytes} bytes. Keep it where only you can read it.");
        View::sentence(sentence).with_record([data("file", Cell::text(file)), data("bytes", Cell::text(bytes))])
    })
}

/// A file that is gone unless it is whole.
struct Part {
    part: PathBuf,
    whole: PathBuf,
}

impl Part {
    /// Makes it, where nothing of its name is in the way.
    fn create(whole: &Path) -> Result<(Self, File), Failure> {
        let part = part_of(whole);
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", part.display()));
        let file = options.open(&part).map_err(|error| Failure::System(named(error)))?;
        Ok((Self { part, whole: whole.to_owned() }, file))
    }

    /// Gives it its name, which nobody else may have taken meanwhile.
    fn keep(&self) -> Result<(), Failure> {
        refuse_taken(&self.whole)?;
        fs::rename(&self.part, &self.whole).map_err(Failure::System)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.part); // It has its name by now, or never will.
    }
}

fn part_of(whole: &Path) -> PathBuf {
    let mut name = whole.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    whole.with_file_name(name)
}

fn refuse_taken(file: &Path) -> Result<(), Failure> {
    // A link that leads nowhere would be replaced too.
    if fs::symlink_metadata(file).is_ok() {
        return Err(Failure::Usage {
            message: format!("{} exists already", file.display()),
            hint: "choose another name, or move it away: nothing is overwritten".to_owned(),
        });
    }
    Ok(())
}
