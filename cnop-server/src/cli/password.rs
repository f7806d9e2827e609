//! The password that an operator gives somebody: asked for on a terminal, or the first line of standard input.

use std::io::{self, BufRead, ErrorKind, IsTerminal, Read};

use anyhow::{Context, anyhow, ensure};
use cnop_core::user::Password;

/// Far longer than any password; a pipe that never ends must not fill the memory.
const MAX_LINE_BYTES: u64 = 4096;

/// Ctrl+C at a prompt.
#[derive(Debug, thiserror::Error)]
#[error("interrupted; nothing was changed")]
pub(super) struct Interrupted;

/// Asks twice on a terminal; else takes the first line.
///
/// # Errors
/// [`Interrupted`], or what is wrong with it.
pub(super) async fn read() -> anyhow::Result<Password> {
    if !io::stdin().is_terminal() {
        return piped();
    }
    // The prompt raises Ctrl+C again after it was typed. Somebody must listen, or the process ends before the terminal
    // shows what is typed again.
    #[cfg(unix)]
    let _listening = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())?;
    let typed = ask("Password: ")?;
    let password = checked(&typed)?;
    ensure!(typed == ask("The same again: ")?, "the two passwords differ; nothing was changed");
    Ok(password)
}

fn ask(prompt: &str) -> anyhow::Result<String> {
    rpassword::prompt_password(prompt).map_err(|error| match error.kind() {
        ErrorKind::Interrupted => Interrupted.into(),
        ErrorKind::UnexpectedEof => anyhow!("no password was typed; nothing was changed"),
        _ => anyhow!(error).context("reading the password"),
    })
}

fn piped() -> anyhow::Result<Password> {
    let mut line = String::new();
    let standard_input = io::stdin().lock();
    standard_input.take(MAX_LINE_BYTES).read_line(&mut line).context("reading the password from standard input")?;
    let text = line.trim_end_matches(['\r', '\n']);
    ensure!(!text.is_empty(), "standard input has no password; give it on the first line. Nothing was changed");
    checked(text)
}

fn checked(text: &str) -> anyhow::Result<Password> {
    text.parse().map_err(|error| anyhow!("the password {error}; nothing was changed"))
}
