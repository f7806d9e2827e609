//! `cnop register`.

use clap::Args;
use cnop_core::api::RegisterRequest;
use cnop_core::user::{DateOfBirth, Email, PersonName, Phone, Username};

use crate::context::Context;
use crate::failure::Failure;
use crate::prompt::PasswordArgs;
use crate::text::one_line;
use crate::view::View;

/// Who opens an account.
#[derive(Debug, Args)]
#[command(after_help = "\
The password is asked for twice, read from standard input with --password-stdin, or taken from CNOP_PASSWORD.

Examples:
  cnop register ada_lovelace --email ada@example.com --first-name Ada --last-name Lovelace
  printf '%s' \"$PASSWORD\" | cnop register ada_lovelace --email ada@example.com \\
      --first-name Ada --last-name Lovelace --password-stdin")]
pub(crate) struct RegisterArgs {
    /// The login name: 6 to 30 letters, digits or underscores
    #[arg(value_name = "USER")]
    username: Username,
    /// Where to reach you
    #[arg(long)]
    email: Email,
    /// First name
    #[arg(long, value_name = "NAME")]
    first_name: PersonName,
    /// Last name
    #[arg(long, value_name = "NAME")]
    last_name: PersonName,
    /// Telephone number: 10 to 15 digits
    #[arg(long)]
    phone: Option<Phone>,
    /// Date of birth, such as 1990-12-31
    #[arg(long, value_name = "DATE")]
    date_of_birth: Option<DateOfBirth>,
    /// Allow advertising
    #[arg(long)]
    marketing_emails: bool,
    #[command(flatten)]
    password: PasswordArgs,
}

/// Opens the account. Logging in is left to `cnop login`.
pub(crate) async fn register(context: &Context, args: &RegisterArgs) -> Result<(), Failure> {
    let request = RegisterRequest {
        username: args.username.clone(),
        email: args.email.clone(),
        password: args.password.new_one(context).await?,
        first_name: args.first_name.clone(),
        last_name: args.last_name.clone(),
        phone: args.phone.clone(),
        date_of_birth: args.date_of_birth,
        marketing_emails_consent: args.marketing_emails.then_some(true),
    };
    let message = context.client.register(&request).await?;
    context.printer.answer(&message, |message| View::sentence(one_line(&message.message)))?;
    context.printer.hint(format_args!("log in with `cnop login {}`", args.username));
    Ok(())
}
