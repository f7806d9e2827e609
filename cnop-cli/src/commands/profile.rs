//! `cnop profile`: who the user is. Who is logged in, where and until when is `cnop whoami`'s to say.

use clap::{ArgAction, ArgGroup, Args, Subcommand};
use cnop_core::api::{ProfileUpdate, User};
use cnop_core::user::{DateOfBirth, Email, PersonName, Phone};

use crate::cell::Cell;
use crate::context::Context;
use crate::failure::Failure;
use crate::text::one_line;
use crate::view::{Fact, View, data, fact, shown};

/// What about the profile; it is shown if nothing is said.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cnop profile
  cnop profile update --email ada@example.org --phone '+44 20 7946 0000'")]
pub(crate) struct ProfileArgs {
    #[command(subcommand)]
    command: Option<ProfileCommand>,
}

/// What about the profile.
#[derive(Debug, Subcommand)]
enum ProfileCommand {
    /// Show it
    Show,
    /// Change what is given, and leave the rest as it is
    Update(UpdateArgs),
}

/// What changes. The contract has no way to remove what was once given.
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("change").required(true).multiple(true)
        .args(["email", "first_name", "last_name", "phone", "date_of_birth", "marketing_emails"]),
    override_usage = "cnop profile update [OPTIONS]",
    after_help = "\
A phone number or a date of birth that was given can be changed, not removed.

Examples:
  cnop profile update --email ada@example.org
  cnop profile update --marketing-emails false"
)]
struct UpdateArgs {
    /// Where to reach you
    #[arg(long)]
    email: Option<Email>,
    /// First name
    #[arg(long, value_name = "NAME")]
    first_name: Option<PersonName>,
    /// Last name
    #[arg(long, value_name = "NAME")]
    last_name: Option<PersonName>,
    /// Telephone number: 10 to 15 digits
    #[arg(long)]
    phone: Option<Phone>,
    /// Date of birth, such as 1990-12-31
    #[arg(long, value_name = "DATE")]
    date_of_birth: Option<DateOfBirth>,
    /// Allow advertising, or no longer
    #[arg(long, value_name = "true|false", action = ArgAction::Set, hide_possible_values = true)]
    marketing_emails: Option<bool>,
}

/// Shows or changes it.
pub(crate) async fn run(context: &Context, args: &ProfileArgs) -> Result<(), Failure> {
    match &args.command {
        None | Some(ProfileCommand::Show) => show(context).await,
        Some(ProfileCommand::Update(args)) => update(context, args).await,
    }
}

async fn show(context: &Context) -> Result<(), Failure> {
    let user = context.logged_in().await?.client.profile().await?;
    context.printer.answer(&user, |user| View::facts(facts(user)))
}

async fn update(context: &Context, args: &UpdateArgs) -> Result<(), Failure> {
    let update = ProfileUpdate {
        email: args.email.clone(),
        first_name: args.first_name.clone(),
        last_name: args.last_name.clone(),
        phone: args.phone.clone(),
        date_of_birth: args.date_of_birth,
        marketing_emails_consent: args.marketing_emails,
    };
    let updated = context.logged_in().await?.client.update_profile(&update).await?;
    context.printer.answer(&updated, |updated| {
        let sentence = View::sentence(format!("{}.", one_line(&updated.message)));
        sentence.and(View::facts(facts(&updated.user))).with_record(facts(&updated.user))
    })
}

/// Everything about the user.
pub(super) fn facts(user: &User) -> Vec<Fact> {
    vec![
        fact("Username", "username", Cell::text(&user.username)),
        shown("Name", Cell::text(format_args!("{} {}", user.first_name, user.last_name))),
        data("first_name", Cell::text(&user.first_name)),
        data("last_name", Cell::text(&user.last_name)),
        fact("Email", "email", Cell::text(&user.email)),
        fact("Phone", "phone", Cell::maybe(user.phone.as_ref(), Cell::text)),
        fact("Date of birth", "date_of_birth", Cell::maybe(user.date_of_birth, Cell::text)),
        fact("Advertising", "marketing_emails_consent", Cell::yes_no(user.marketing_emails_consent)),
        fact("Member since", "created_at", Cell::time_utc(user.created_at)),
        fact("Last changed", "updated_at", Cell::time_utc(user.updated_at)),
    ]
}
