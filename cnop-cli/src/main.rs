//! `cnop`, the command line of a CNOP server.
//!
//! `cli` says what can be typed, `settings` what holds beside it, `commands` does it, `printer` is the only one that
//! writes, and `exit` turns what went wrong into a status. What travels over HTTP is left to `cnop_core::client`, what a
//! shell asks when somebody presses Tab to `complete`.

mod cell;
mod cli;
mod clock;
mod commands;
mod complete;
mod context;
mod exit;
mod failure;
mod hint;
mod interrupt;
mod look;
mod moves;
mod printer;
mod progress;
mod prompt;
mod records;
mod report;
mod settings;
mod table;
mod text;
mod view;
mod wording;

pub(crate) use cnop_core::{moment, show as format};

use std::pin::pin;
use std::process::ExitCode;

use tokio::runtime::Builder;

use crate::cli::Command;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::settings::Settings;

fn main() -> ExitCode {
    complete::answer_a_shell();
    let cli = cli::parse();
    let settings = settings::of_user(&cli.global);
    let printer = Printer::new(settings.output_style());
    let runtime = match Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return finish(&printer, Err(Failure::System(error))),
    };
    let result = runtime.block_on(run(printer, settings, &cli.command));
    // A prompt that Ctrl+C left is still reading on its thread: it is not waited for.
    runtime.shutdown_background();
    finish(&printer, result)
}

/// Runs the command until it is done or Ctrl+C is pressed.
async fn run(printer: Printer, settings: Settings, command: &Command) -> Result<(), Failure> {
    let mut interrupt = pin!(interrupt::pressed());
    // Polled once, so that the signal is caught from here on: a password prompt must get to restore its terminal.
    tokio::select! {
        biased;
        () = &mut interrupt => return Err(Failure::Interrupted),
        () = std::future::ready(()) => {}
    }
    // The command comes first: if money is in flight, it has more to say about Ctrl+C than that it was pressed.
    tokio::select! {
        biased;
        result = commands::run(printer, settings, command) => result,
        () = interrupt => Err(Failure::Interrupted),
    }
}

fn finish(printer: &Printer, result: Result<(), Failure>) -> ExitCode {
    let exit = result.as_ref().err().map_or(Exit::Done, Exit::of);
    if let Err(failure) = &result {
        printer.failure(failure);
    }
    ExitCode::from(exit.code())
}
