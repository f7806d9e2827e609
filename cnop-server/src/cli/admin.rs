//! `cnop-server admin` and `rotate-key`: what an operator does while the server is stopped.

use std::io::{BufRead, IsTerminal};
use std::process::ExitCode;

use anyhow::{Context, anyhow, ensure};
use clap::{Args, Subcommand, ValueEnum};
use cnop_core::user::{Email, Password, Username};

use super::{announce, block_on};
use crate::app::{DATABASE_FILE, KEY_FILE, SECRETS_FOLDER, database_of, make_folders};
use crate::auth::SigningKey;
use crate::clock::Clock;
use crate::config::{DataDir, JWT_SECRET_VARIABLE};
use crate::operator;
use crate::store::commands::{Audited, EndEverySession};
use crate::store::{AdminAct, Role, Store};

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
        let store = || open(data_dir);
        block_on(async {
            match &self {
                Self::Create { user: User { username }, role, email } => {
                    // A first administrator may come before the first start.
                    make_folders(&data_dir.path()?)?;
                    let file = database_of(&data_dir.path()?)?;
                    let (store, password) = (Store::open(&file, Clock::system())?, read_password()?);
                    let (role, what) = match role {
                        RoleChoice::Admin => (Role::Admin, "an administrator"),
                        RoleChoice::Customer => (Role::Customer, "a customer"),
                    };
                    operator::create_user(&store, username, role, email.clone(), &password).await?;
                    announce(&format!("{username} is {what}."));
                }
                Self::ResetPassword(User { username }) => {
                    let (store, password) = (store()?, read_password()?);
                    operator::reset_password(&store, username, &password).await?;
                    announce(&format!("{username} has a new password, and no session."));
                }
                Self::Disable(User { username }) => {
                    operator::set_disabled(&store()?, username, true).await?;
                    announce(&format!("The account of {username} is shut."));
                }
                Self::Enable(User { username }) => {
                    operator::set_disabled(&store()?, username, false).await?;
                    announce(&format!("The account of {username} is open."));
                }
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}

/// Replaces the key: every token that it has signed is worth nothing any more.
pub(super) fn rotate_key(data_dir: &DataDir) -> anyhow::Result<ExitCode> {
    ensure!(
        std::env::var_os(JWT_SECRET_VARIABLE).is_none(),
        "the key is given by {JWT_SECRET_VARIABLE}: give another one there"
    );
    let store = open(data_dir)?; // Whoever has the store is the only one that uses the key.
    SigningKey::rotate(&data_dir.path()?.join(SECRETS_FOLDER).join(KEY_FILE))?;
    // A server whose key comes from its own environment goes on with that one: then this is what ends them.
    let ended = Audited { command: EndEverySession, entry: operator::act(AdminAct::KeyRotated) };
    block_on(async { Ok(store.submit(ended).await?) })
        .context("there is a new key, but that could not be written down; run it again")?;
    announce("There is a new key; all sessions have ended.");
    Ok(ExitCode::SUCCESS)
}

fn file(data_dir: &DataDir) -> anyhow::Result<std::path::PathBuf> {
    Ok(data_dir.path()?.join(DATABASE_FILE))
}

/// The data that is there.
fn open(data_dir: &DataDir) -> anyhow::Result<Store> {
    let file = file(data_dir)?;
    ensure!(file.exists(), "there is no database at {}; give --data-dir", file.display());
    Ok(Store::open(&file, Clock::system())?)
}

/// Asks on a terminal, twice; else takes the first line.
fn read_password() -> anyhow::Result<Password> {
    let text = if std::io::stdin().is_terminal() {
        let text = rpassword::prompt_password("Password: ").context("reading the password")?;
        let again = rpassword::prompt_password("The same again: ").context("reading the password")?;
        ensure!(text == again, "the two passwords differ; nothing was changed");
        text
    } else {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).context("reading the password from standard input")?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    };
    text.parse().map_err(|error| anyhow!("the password {error}"))
}
