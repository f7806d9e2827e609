//! `cnop`, the command line of a CNOP server.
//!
//! `cli` says what can be typed, `commands` does it, `printer` is the only one that writes, and `exit` turns what went
//! wrong into a status. What travels over HTTP is left to `cnop_core::client`.

mod cli;
mod clock;
mod commands;
mod context;
mod exit;
mod failure;
mod format;
mod hint;
mod interrupt;
mod moves;
mod printer;
mod progress;
mod prompt;
mod table;
mod text;

use std::pin::pin;
use std::process::ExitCode;

use tokio::runtime::Builder;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

fn main() -> ExitCode {
    let cli = cli::parse();
    let context = match Context::new(cli.global) {
        Ok(context) => context,
        Err((printer, failure)) => return finish(&printer, Err(failure)),
    };
    let runtime = match Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return finish(&context.printer, Err(Failure::System(error))),
    };
    let result = runtime.block_on(run(&context, &cli.command));
    // A prompt that Ctrl+C left is still reading on its thread: it is not waited for.
    runtime.shutdown_background();
    finish(&context.printer, result)
}

/// Runs the command until it is done or Ctrl+C is pressed.
async fn run(context: &Context, command: &cli::Command) -> Result<(), Failure> {
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
        result = commands::run(context, command) => result,
        () = interrupt => Err(Failure::Interrupted),
    }
}

fn finish(printer: &printer::Printer, result: Result<(), Failure>) -> ExitCode {
    let exit = result.as_ref().err().map_or(Exit::Done, Exit::of);
    if let Err(failure) = &result {
        printer.failure(failure);
    }
    ExitCode::from(exit.code())
}
