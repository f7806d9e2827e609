//! What an operator does to a store directly: the commands of `cnop-server admin`, and the first administrator.

use anyhow::{Context, anyhow};
use cnop_core::user::{Email, Password, Username};
use secrecy::SecretString;

use crate::auth::hash_alone;
use crate::store::commands::{Audited, Command, Register, ResetPassword, SetDisabled};
use crate::store::{Act, AdminAct, AuditDraft, Profile, Role, Store};

/// Whose act stands in the trail: nobody who has logged in.
const OPERATOR: &str = "operator";

/// What stands in the trail.
pub(crate) fn act(act: AdminAct) -> AuditDraft {
    AuditDraft::of(Act::Admin(act)).by(OPERATOR)
}

/// Makes a user.
///
/// # Errors
/// Where the name or the address is taken, or the store cannot be written.
pub(crate) async fn create_user(
    store: &Store,
    username: &Username,
    role: Role,
    email: Option<Email>,
    password: &Password,
) -> anyhow::Result<()> {
    // RFC 2606: nobody's mail goes there.
    let nowhere = || format!("{username}@cnop.invalid").parse();
    let email = email.map_or_else(nowhere, Ok).map_err(|error| anyhow!("the email address {error}"))?;
    let profile = Profile {
        username: username.clone(),
        email,
        first_name: "Made by".parse().expect("it is a name"),
        last_name: "the operator".parse().expect("it is a name"),
        phone: None,
        date_of_birth: None,
        marketing_emails_consent: false,
    };
    let command = Register { profile, password_hash: hashed(password), role };
    let done = match role {
        Role::Admin => AdminAct::AdminCreated,
        Role::Customer => AdminAct::UserCreated,
    };
    submit(store, command, act(done).about(username)).await
}

/// Sets somebody's password and ends their sessions.
///
/// # Errors
/// Where there is no such user, or the store cannot be written.
pub(crate) async fn reset_password(store: &Store, username: &Username, password: &Password) -> anyhow::Result<()> {
    let command = ResetPassword { username: username.clone(), password_hash: hashed(password) };
    submit(store, command, act(AdminAct::PasswordReset).about(username)).await
}

/// Shuts an account or opens it again.
///
/// # Errors
/// Where there is no such user, or the store cannot be written.
pub(crate) async fn set_disabled(store: &Store, username: &Username, disabled: bool) -> anyhow::Result<()> {
    let done = if disabled { AdminAct::UserDisabled } else { AdminAct::UserEnabled };
    submit(store, SetDisabled { username: username.clone(), disabled }, act(done).about(username)).await
}

async fn submit<C: Command<Answer = ()>>(store: &Store, command: C, entry: AuditDraft) -> anyhow::Result<()> {
    store.submit(Audited { command, entry }).await.context("nothing was changed")
}

fn hashed(password: &Password) -> String {
    hash_alone(&SecretString::from(password.expose()))
}
