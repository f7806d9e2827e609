//! What is asked of the person: passwords and consent.

use std::io::{self, BufRead, ErrorKind, IsTerminal, Read};

use clap::Args;
use cnop_core::user::Password;
use secrecy::{ExposeSecret, SecretString};

use crate::context::Context;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::settings::PASSWORD_VARIABLE;
use crate::view::View;

/// Far longer than any password; a pipe that never ends must not fill the memory.
const MAX_LINE_BYTES: u64 = 4096;

/// How often a question is asked before it is given up.
const TRIES: u32 = 3;

/// Where a password comes from. Never an argument: everyone on the machine can read those.
#[derive(Debug, Args)]
pub(crate) struct PasswordArgs {
    /// Read the password from the first line of standard input
    #[arg(long)]
    pub(crate) password_stdin: bool,
}

impl PasswordArgs {
    /// A password that exists already, as typed.
    pub(crate) async fn current(&self, context: &Context, prompt: &str) -> Result<SecretString, Failure> {
        let password = match &context.password {
            _ if self.password_stdin => piped().await?,
            Some(password) => password.clone(),
            None => typed(&context.printer, prompt)?,
        };
        if password.expose_secret().is_empty() {
            return Err(usage("the password is empty", "try again"));
        }
        Ok(password)
    }

    /// A password to be.
    pub(crate) async fn new_one(&self, context: &Context) -> Result<Password, Failure> {
        match &context.password {
            _ if self.password_stdin => checked(&piped().await?, "the password"),
            Some(password) => checked(password, &format!("the password in {PASSWORD_VARIABLE}")),
            None => {
                require_terminal()?;
                typed_twice(&context.printer)
            }
        }
    }
}

/// Asks for a password to be until one will do, or the person has had enough tries.
pub(crate) fn typed_twice(printer: &Printer) -> Result<Password, Failure> {
    for _ in 1..TRIES {
        match typed_pair(printer) {
            Err(Failure::Usage { message, hint }) => printer.review(&View::sentence(format!("{message}; {hint}"))),
            typed => return typed,
        }
    }
    typed_pair(printer)
}

/// Twice, because nobody sees it.
fn typed_pair(printer: &Printer) -> Result<Password, Failure> {
    let password = typed(printer, "New password: ")?;
    let checked = checked(&password, "the password")?;
    let again = typed(printer, "The same again: ")?;
    if password.expose_secret() != again.expose_secret() {
        return Err(usage("the two passwords differ", "try again"));
    }
    Ok(checked)
}

/// Asks `question` and goes on only if the answer is yes. What is neither yes nor no is asked again, a few times.
pub(crate) async fn confirm(printer: &Printer, question: &str) -> Result<(), Failure> {
    for _ in 0..TRIES {
        printer.question(&format!("{question} [y/N]"));
        let answer = read_line().await?;
        if !answer.ends_with('\n') {
            printer.end_line();
        }
        match answer.trim().to_lowercase().as_str() {
            "y" | "yes" => return Ok(()),
            "" | "n" | "no" => break,
            _ => printer.review(&View::sentence("Please answer y for yes or n for no.")),
        }
    }
    Err(Failure::Declined)
}

/// Makes sure that somebody can see a question and answer it.
pub(crate) fn require_person(instead: &str) -> Result<(), Failure> {
    if io::stdin().is_terminal() && io::stderr().is_terminal() {
        return Ok(());
    }
    Err(usage("this has to be confirmed, and there is no terminal to ask on", instead))
}

fn checked(password: &SecretString, what: &str) -> Result<Password, Failure> {
    password.expose_secret().parse().map_err(|error| usage(&format!("{what} {error}"), "choose another one"))
}

/// Asks on the terminal itself, without an echo.
fn typed(printer: &Printer, prompt: &str) -> Result<SecretString, Failure> {
    require_terminal()?;
    rpassword::prompt_password(prompt).map(SecretString::from).map_err(|error| match error.kind() {
        ErrorKind::Interrupted => Failure::Interrupted,
        ErrorKind::UnexpectedEof => {
            printer.end_line();
            Failure::Declined
        }
        _ => Failure::System(error),
    })
}

fn require_terminal() -> Result<(), Failure> {
    if io::stdin().is_terminal() {
        return Ok(());
    }
    let hint = "pipe it in with `--password-stdin`, or set CNOP_PASSWORD";
    Err(usage("there is no terminal to ask for the password on", hint))
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
