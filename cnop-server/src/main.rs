//! The server's binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    cnop_server::cli::main()
}

/// A request allocates some hundred small pieces.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
