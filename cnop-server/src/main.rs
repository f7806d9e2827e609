//! The server's binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    cnop_server::cli::main()
}
