//! The real `cnop-tui` in a pseudo-terminal against the real server. One file a subject.

#![expect(clippy::unwrap_used, reason = "also in what tests share, a panic is a failed test")]

mod connection;
mod ending;
mod figures;
mod quiet;
mod session;
mod started;
mod trading;

use cnop_tests::{Cli, Terminal};

/// Somebody with cash, whose terminal is open and live.
fn trader(url: &str) -> (Cli, Terminal) {
    let cli = Cli::funded(url);
    let terminal = cli.tui("");
    terminal.wait_for("● Live");
    (cli, terminal)
}
