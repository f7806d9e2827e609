//! `cnop-server admin` and `rotate-key`: what an operator does while the server is stopped.

use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::{Args, Subcommand, ValueEnum};
use cnop_core::user::{Email, Username};

use super::stopped::{database, has_data, with_store};
use super::{announce, block_on, password};
use crate::app::{KEY_FILE, SECRETS_FOLDER, database_of};
use crate::auth::SigningKey;
use crate::config::{DataDir, JWT_SECRET_VARIABLE};
use crate::operator;
use crate::store::commands::{Audited, EndEverySession};
use crate::store::{AdminAct, Refused, Role, StorageFailure, Store};

#[derive(Debug, Subcommand)]
pub(super) enum AdminCommand {
    /// Make an administrator, or a customer where registration is closed; the password is asked for, or read from
    /// standard input
    Create {
        #[command(flatten)]
        user: User,
        /// What they may do
        #[arg(long, value_enum, default_value = "admin")]
        role: RoleChoice,
        /// Email address; USER@cnop.invalid if left out
        #[arg(long)]
        email: Option<Email>,
    },
    /// Set a user's password and end their sessions; it is asked for, or read from standard input
    ResetPassword(User),
    /// Shut a user's account: their sessions end, and nobody logs in to it
    Disable(User),
    /// Open a user's account again
    Enable(User),
}

/// What a user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum RoleChoice {
    /// Operates the server, and trades
    Admin,
    /// Trades
    Customer,
}

#[derive(Debug, Args)]
pub(super) struct User {
    /// Login name
    #[arg(value_name = "USER")]
    username: Username,
}

impl AdminCommand {
    pub(super) fn run(self, data_dir: &DataDir) -> anyhow::Result<ExitCode> {
        let said = match self {
            Self::Create { user: User { username }, role, email } => {
                // A first administrator may come before the first start.
                let file = database_of(&data_dir.path()?)?;
                // Nothing is made for a password that will not do.
                let first = if has_data(&file) { None } else { Some(block_on(password::read())?) };
                with_store(&file, async |store| {
                    ensure!(!exists(store, &username)?, Refused::UsernameTaken);
                    let (role, what) = match role {
                        RoleChoice::Admin => (Role::Admin, "an administrator"),
                        RoleChoice::Customer => (Role::Customer, "a customer"),
                    };
                    let password = match first {
                        Some(password) => password,
                        None => password::read().await?,
                    };
                    operator::create_user(store, &username, role, email, &password).await?;
                    Ok(format!("{username} is {what}."))
                })
            }
            Self::ResetPassword(User { username }) => with_store(&database(data_dir)?, async |store| {
                ensure!(exists(store, &username)?, Refused::NoSuchUser(username));
                operator::reset_password(store, &username, &password::read().await?).await?;
                Ok(format!("{username} has a new password, and no session."))
            }),
            Self::Disable(User { username }) => with_store(&database(data_dir)?, async |store| {
                operator::set_disabled(store, &username, true).await?;
                Ok(format!("The account of {username} is shut."))
            }),
            Self::Enable(User { username }) => with_store(&database(data_dir)?, async |store| {
                operator::set_disabled(store, &username, false).await?;
                Ok(format!("The account of {username} is open."))
            }),
        };
        announce(&said?);
        Ok(ExitCode::SUCCESS)
    }
}

/// Whether there is such a user: nobody types a password for nothing.
fn exists(store: &Store, username: &Username) -> Result<bool, StorageFailure> {
    store.read(|view| Ok(view.user_named(username)?.is_some()))
}

/// Replaces the key: every token that it has signed is worth nothing any more.
pub(super) fn rotate_key(data_dir: &DataDir) -> anyhow::Result<ExitCode> {
    ensure!(
        std::env::var_os(JWT_SECRET_VARIABLE).is_none(),
        "the key is given by {JWT_SECRET_VARIABLE}: give another one there"
    );
    let key = data_dir.path()?.join(SECRETS_FOLDER).join(KEY_FILE);
    // Whoever has the store is the only one that uses the key.
    with_store(&database(data_dir)?, async |store| {
        SigningKey::rotate(&key)?;
        // A server whose key comes from its own environment goes on with that one: then this is what ends them.
        let ended = Audited { command: EndEverySession, entry: operator::act(AdminAct::KeyRotated) };
        store.submit(ended).await.context("there is a new key, but that could not be written down; run it again")
    })?;
    announce(&format!("There is a new key in {}; all sessions have ended.", key.display()));
    announce(&format!(
        "A server that is started with {JWT_SECRET_VARIABLE} signs with that one: if others know it, give another there."
    ));
    Ok(ExitCode::SUCCESS)
}
