//! `cnop login`, `cnop logout`, `cnop whoami`.

use clap::Args;
use cnop_core::api::{LoginRequest, Message, User};
use cnop_core::client::{ClientError, Origin};
use cnop_core::session::{Session, SessionError, SessionStore};
use cnop_core::time::Timestamp;
use cnop_core::user::Username;
use serde::Serialize;

use crate::cell::Cell;
use crate::clock;
use crate::context::{Context, LoggedIn};
use crate::failure::Failure;
use crate::prompt::PasswordArgs;
use crate::text::one_line;
use crate::view::{View, data, fact, shown};

/// Who logs in.
#[derive(Debug, Args)]
#[command(after_help = "\
The password is asked for, read from standard input with --password-stdin, or taken from CNOP_PASSWORD.

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
    let password = args.password.current(context, &format!("Password of {username} at {origin}: ")).await?;
    let answer = context.client.login(&LoginRequest { username: username.to_string(), password }).await?;
    let _lock = context.lock_session().await;
    if let Err(SessionError::Foreign(foreign)) = store.load(&context.profile, origin) {
        context.printer.note(&format!("this replaces the profile's session at {}", foreign.origin));
    }
    let session = Session::new(username.clone(), origin.clone(), answer, clock::now());
    store.save(&context.profile, &session)?;
    let report = LoginReport { username, server: origin, expires_at: session.expires_at() };
    context.printer.answer(&report, |report| {
        View::sentence(format!("Logged in as {username} at {origin}.")).with_record([
            data("username", Cell::text(username)),
            data("server", Cell::text(origin)),
            data("expires_at", Cell::time(report.expires_at)),
        ])
    })
}

/// Ends the session at the server, then forgets it here: the other way round it could not be ended any more.
pub(crate) async fn logout(context: &Context) -> Result<(), Failure> {
    let _lock = context.lock_session().await;
    let LoggedIn { client, session } = context.stored_session()?;
    let message = match client.logout().await {
        Err(ClientError::Refused { problem, .. }) if problem.status == 401 => {
            Message { message: "The session was over already".to_owned() }
        }
        answer => answer?,
    };
    SessionStore::of_user()?.remove(&context.profile)?;
    context.printer.answer(&message, |message| {
        let sentence = one_line(&message.message);
        View::sentence(format!("{sentence} ({} at {}).", session.username(), session.origin()))
            .with_record([data("message", Cell::text(sentence))])
    })
}

/// Shows the session's user.
pub(crate) async fn whoami(context: &Context) -> Result<(), Failure> {
    let LoggedIn { client, session } = context.logged_in().await?;
    let user = client.profile().await?;
    context.printer.answer(&user, |user| view(user, &session, context))
}

fn view(user: &User, session: &Session, context: &Context) -> View {
    View::facts([
        fact("Username", "username", Cell::text(&user.username)),
        shown("Name", Cell::text(format_args!("{} {}", user.first_name, user.last_name))),
        data("first_name", Cell::text(&user.first_name)),
        data("last_name", Cell::text(&user.last_name)),
        fact("Email", "email", Cell::text(&user.email)),
        fact("Phone", "phone", Cell::maybe(user.phone.as_ref(), Cell::text)),
        fact("Date of birth", "date_of_birth", Cell::maybe(user.date_of_birth, Cell::text)),
        fact("Advertising", "marketing_emails_consent", Cell::yes_no(user.marketing_emails_consent)),
        fact("Member since", "created_at", Cell::time_utc(user.created_at)),
        fact("Server", "server", Cell::text(session.origin())),
        fact("Profile", "profile", Cell::text(&context.profile)),
        fact("Session until", "expires_at", Cell::time_utc(session.expires_at())),
    ])
}
