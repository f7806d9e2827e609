//! What is asked of the person: passwords and consent.

use std::io::{self, BufRead, ErrorKind, IsTerminal, Read};

use clap::Args;
use cnop_core::user::Password;
use secrecy::{ExposeSecret, SecretString};

use crate::failure::Failure;
use crate::printer::Printer;

/// Far longer than any password; a pipe that never ends must not fill the memory.
const MAX_LINE_BYTES: u64 = 4096;

/// Where a password comes from. Never an argument: everyone on the machine can read those.
#[derive(Debug, Args)]
pub(crate) struct PasswordArgs {
    /// Read the password from the first line of standard input
    #[arg(long)]
    pub(crate) password_stdin: bool,
}

impl PasswordArgs {
    /// A password that exists already, as typed.
    pub(crate) async fn current(&self, printer: &Printer, prompt: &str) -> Result<SecretString, Failure> {
        let password = if self.password_stdin { piped().await? } else { typed(printer, prompt)? };
        if password.expose_secret().is_empty() {
            return Err(usage("the password is empty", "try again"));
        }
        Ok(password)
    }

    /// A password to be; typed twice, because nobody sees it.
    pub(crate) async fn new_one(&self, printer: &Printer) -> Result<Password, Failure> {
        if self.password_stdin {
            return checked(&piped().await?);
        }
        let password = typed(printer, "New password: ")?;
        let checked = checked(&password)?;
        let again = typed(printer, "The same again: ")?;
        if password.expose_secret() != again.expose_secret() {
            return Err(usage("the two passwords differ", "try again"));
        }
        Ok(checked)
    }
}

/// Asks `question` and goes on only if the answer is yes.
pub(crate) async fn confirm(printer: &Printer, question: &str) -> Result<(), Failure> {
    printer.question(&format!("{question} [y/N]"));
    let answer = read_line().await?;
    if !answer.ends_with('\n') {
        printer.end_line();
    }
    let yes = matches!(answer.trim().to_lowercase().as_str(), "y" | "yes");
    if yes { Ok(()) } else { Err(Failure::Declined) }
}

/// Makes sure that somebody can see a question and answer it.
pub(crate) fn require_person(instead: &str) -> Result<(), Failure> {
    if io::stdin().is_terminal() && io::stderr().is_terminal() {
        return Ok(());
    }
    Err(usage("this has to be confirmed, and there is no terminal to ask on", instead))
}

fn checked(password: &SecretString) -> Result<Password, Failure> {
    password.expose_secret().parse().map_err(|error| usage(&format!("the password {error}"), "choose another one"))
}

/// Asks on the terminal itself, without an echo.
fn typed(printer: &Printer, prompt: &str) -> Result<SecretString, Failure> {
    if !io::stdin().is_terminal() {
        return Err(usage("there is no terminal to ask for the password on", "pipe it in with `--password-stdin`"));
    }
    rpassword::prompt_password(prompt).map(SecretString::from).map_err(|error| match error.kind() {
        ErrorKind::Interrupted => Failure::Interrupted,
        ErrorKind::UnexpectedEof => {
            printer.end_line();
            Failure::Declined
        }
        _ => Failure::System(error),
    })
}

async fn piped() -> Result<SecretString, Failure> {
    let line = read_line().await?;
    let line = line.strip_suffix('\n').map_or(line.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    Ok(SecretString::from(line))
}

/// The next line of standard input, with its end if it has one.
/// Read on a thread of its own, so that Ctrl+C is heard meanwhile.
async fn read_line() -> Result<String, Failure> {
    let read = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        io::stdin().lock().take(MAX_LINE_BYTES).read_line(&mut line).map(|_| line)
    });
    read.await.map_err(io::Error::other).and_then(|line| line).map_err(Failure::System)
}

fn usage(message: &str, hint: &str) -> Failure {
    Failure::Usage { message: message.to_owned(), hint: hint.to_owned() }
}
