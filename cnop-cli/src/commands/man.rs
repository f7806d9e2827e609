//! `cnop man`: manual pages, made from the help texts.

use std::path::{Path, PathBuf};
use std::{fs, io};

use clap::{Args, CommandFactory};
use clap_mangen::Man;
use serde::Serialize;

use crate::cell::Cell;
use crate::cli::Cli;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::view::{View, data};

/// Which pages, and where to.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cnop man | man -l -
  cnop man --dir ~/.local/share/man/man1")]
pub(crate) struct ManArgs {
    /// Write a page for each command into this folder, in place of printing the main one
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
}

/// Prints the main page, or writes them all.
pub(crate) fn run(printer: &Printer, args: &ManArgs) -> Result<(), Failure> {
    match &args.dir {
        Some(folder) => write_all(printer, folder),
        None => printer.document(&page(Cli::command().disable_help_subcommand(true))),
    }
}

fn page(command: clap::Command) -> String {
    let mut roff = Vec::new();
    Man::new(command).render(&mut roff).expect("memory takes what is written to it");
    String::from_utf8(roff).expect("help texts are UTF-8")
}

/// What was written.
#[derive(Serialize)]
struct Written<'a> {
    folder: &'a Path,
}

fn write_all(printer: &Printer, folder: &Path) -> Result<(), Failure> {
    let failed =
        |error: io::Error| Failure::System(io::Error::new(error.kind(), format!("{}: {error}", folder.display())));
    fs::create_dir_all(folder).map_err(failed)?;
    clap_mangen::generate_to(Cli::command(), folder).map_err(failed)?;
    printer.answer(&Written { folder }, |_| {
        let text = folder.display();
        View::sentence(format!("Wrote the manual pages to {text}; read them with `man -l {text}/cnop.1`."))
            .with_record([data("folder", Cell::text(text))])
    })
}
