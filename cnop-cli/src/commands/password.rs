//! `cnop password`.

use std::io::{self, IsTerminal};

use clap::Args;
use cnop_core::api::PasswordChange;
use cnop_core::client::ClientError;

use crate::cell::Cell;
use crate::context::{Context, LoggedIn};
use crate::failure::Failure;
use crate::prompt;
use crate::text::one_line;
use crate::view::{View, data};

/// Where the two passwords come from.
#[derive(Debug, Args)]
#[command(after_help = "\
The current password is asked for, and the new one twice. CNOP_PASSWORD can hold the current one.
With --password-stdin both are read from standard input, the current one first, a line each.

Examples:
  cnop password
  printf '%s\\n' \"$OLD\" \"$NEW\" | cnop password --password-stdin")]
pub(crate) struct PasswordArgs {
    /// Read the current and the new password from the first two lines of standard input
    #[arg(long)]
    password_stdin: bool,
}

/// Changes the password. This session goes on; the server ends every other one of the user.
pub(crate) async fn change(context: &Context, args: &PasswordArgs) -> Result<(), Failure> {
    let LoggedIn { client, session } = context.logged_in().await?;
    let whose = format!("{} at {}", session.username(), session.origin());
    let change = args.passwords(context, &whose).await?;
    let message = client.change_password(&change).await.inspect_err(|error| warn_of_doubt(context, error))?;
    context.printer.answer(&message, |message| {
        let sentence = one_line(&message.message);
        View::sentence(format!("{sentence} ({whose}). This session goes on, every other one is over."))
            .with_record([data("message", Cell::text(sentence))])
    })
}

impl PasswordArgs {
    async fn passwords(&self, context: &Context, whose: &str) -> Result<PasswordChange, Failure> {
        if !self.password_stdin && !io::stdin().is_terminal() {
            return Err(Failure::Usage {
                message: "there is no terminal to ask for the new password on".to_owned(),
                hint: "pipe the current and the new one in, a line each, with `--password-stdin`".to_owned(),
            });
        }
        let source = prompt::PasswordArgs { password_stdin: self.password_stdin };
        let current_password = source.current(context, &format!("Current password of {whose}: ")).await?;
        // What the variable holds is the current one.
        let new_password =
            if self.password_stdin { source.new_one(context).await? } else { prompt::typed_twice(&context.printer)? };
        Ok(PasswordChange { current_password, new_password })
    }
}

/// A change whose answer was lost may have been made.
fn warn_of_doubt(context: &Context, error: &ClientError) {
    if error.leaves_outcome_unknown() {
        context.printer.warn("the password may have been changed: the next login tells which one holds");
    }
}
