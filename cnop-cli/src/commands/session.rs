//! `cnop login`, `cnop logout`, `cnop whoami`.

use clap::Args;
use cnop_core::api::{LoginRequest, Message, User};
use cnop_core::client::{ClientError, Origin};
use cnop_core::session::{Session, SessionError, SessionStore};
use cnop_core::time::Timestamp;
use cnop_core::user::Username;
use serde::Serialize;

use crate::clock;
use crate::context::{Context, LoggedIn};
use crate::failure::Failure;
use crate::format;
use crate::prompt::PasswordArgs;
use crate::table::facts;
use crate::text::one_line;

/// Who logs in.
#[derive(Debug, Args)]
#[command(after_help = "\
The password is asked for, or read from standard input with --password-stdin.

Examples:
  cnop login ada_lovelace
  cnop --profile work --server https://cnop.example login ada_lovelace
  printf '%s' \"$PASSWORD\" | cnop login ada_lovelace --password-stdin")]
pub(crate) struct LoginArgs {
    /// The login name
    #[arg(value_name = "USER")]
    username: Username,
    #[command(flatten)]
    password: PasswordArgs,
}

/// What a login came to. Without the token: output ends in logs.
#[derive(Serialize)]
struct LoginReport<'a> {
    username: &'a Username,
    server: &'a Origin,
    expires_at: Timestamp,
}

/// Logs in, and keeps the session as the profile's.
pub(crate) async fn login(context: &Context, args: &LoginArgs) -> Result<(), Failure> {
    let (username, origin) = (&args.username, context.client.origin());
    let store = SessionStore::of_user()?;
    let password = args.password.current(&context.printer, &format!("Password of {username} at {origin}: ")).await?;
    let answer = context.client.login(&LoginRequest { username: username.to_string(), password }).await?;
    if let Err(SessionError::Foreign(foreign)) = store.load(&context.profile, origin) {
        context.printer.note(&format!("this replaces the profile's session at {}", foreign.origin));
    }
    let session = Session::new(username.clone(), origin.clone(), answer, clock::now());
    store.save(&context.profile, &session)?;
    let report = LoginReport { username, server: origin, expires_at: session.expires_at() };
    context.printer.answer(&report, |_| format!("Logged in as {username} at {origin}."))
}

/// Ends the session at the server, then forgets it here: the other way round it could not be ended any more.
pub(crate) async fn logout(context: &Context) -> Result<(), Failure> {
    let LoggedIn { client, session } = context.stored_session()?;
    let message = match client.logout().await {
        Err(ClientError::Refused { problem, .. }) if problem.status == 401 => {
            Message { message: "The session was over already".to_owned() }
        }
        answer => answer?,
    };
    SessionStore::of_user()?.remove(&context.profile)?;
    context.printer.answer(&message, |message| {
        format!("{} ({} at {}).", one_line(&message.message), session.username(), session.origin())
    })
}

/// Shows the session's user.
pub(crate) async fn whoami(context: &Context) -> Result<(), Failure> {
    let LoggedIn { client, session } = context.logged_in().await?;
    let user = client.profile().await?;
    context.printer.answer(&user, |user| describe(user, &session, context))
}

fn describe(user: &User, session: &Session, context: &Context) -> String {
    facts([
        ("Username", user.username.to_string()),
        ("Name", format!("{} {}", user.first_name, user.last_name)),
        ("Email", user.email.to_string()),
        ("Phone", format::or_unknown(user.phone.as_ref(), ToString::to_string)),
        ("Date of birth", format::or_unknown(user.date_of_birth, |date| date.to_string())),
        ("Advertising", if user.marketing_emails_consent { "yes" } else { "no" }.to_owned()),
        ("Member since", format::time(user.created_at)),
        ("Server", session.origin().to_string()),
        ("Profile", context.profile.to_string()),
        ("Session until", format!("{} (UTC)", format::time(session.expires_at()))),
    ])
}
