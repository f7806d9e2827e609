//! `cnop tui`: becomes `cnop-tui`, with the settings that hold.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use crate::failure::Failure;
use crate::settings::Settings;

const BINARY: &str = "cnop-tui";

/// Answers only where the terminal cannot be started: else this process is the terminal from then on.
pub(crate) fn run(settings: &Settings) -> Result<(), Failure> {
    settings.checked()?;
    let binary = binary();
    let error = command(&binary, settings).exec();
    if error.kind() != io::ErrorKind::NotFound {
        return Err(Failure::System(error));
    }
    Err(Failure::Usage {
        message: format!("{BINARY} is neither beside `cnop` nor in PATH"),
        hint: format!("install it with `cargo install --path {BINARY}`, or copy it beside `cnop`"),
    })
}

/// The one that was installed with this one goes before any other.
fn binary() -> PathBuf {
    let beside = std::env::current_exe().ok().map(|own| own.with_file_name(BINARY));
    beside.filter(|beside| beside.is_file()).unwrap_or_else(|| BINARY.into())
}

fn command(binary: &PathBuf, settings: &Settings) -> Command {
    let mut command = Command::new(binary);
    command.arg("--server").arg(settings.server.value.as_str());
    command.arg("--profile").arg(settings.profile.value.as_str());
    if !settings.colour.value {
        command.arg("--no-color");
    }
    if settings.allow_plain_http.value {
        command.arg("--allow-plain-http");
    }
    command
}
