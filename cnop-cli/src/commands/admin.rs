//! `cnop admin`: what an administrator does at a running server.

mod audit;
mod backup;
mod blocks;

use clap::{Args, Subcommand};
use clap_complete::ArgValueCompleter;
use cnop_core::api::{UserAccess, VerifyReport};
use cnop_core::asset_id::AssetId;
use cnop_core::user::{Role, Username};

use crate::cell::{Cell, Tone};
use crate::complete;
use crate::context::Context;
use crate::failure::Failure;
use crate::view::{View, data, fact, left};

/// What is to be operated.
#[derive(Debug, Args)]
#[command(after_help = "\
All of it needs a session of an administrator. The first one is made on the server's machine:

  cnop-server admin create root_admin

Examples:
  cnop admin ip-blocks list
  cnop admin audit --action authn_login_fail --since 2026-02-15T08:00:00Z
  cnop admin audit --follow
  cnop admin backup cnop-backup.redb
  cnop admin verify
  cnop admin asset disable DOGE
  cnop admin user disable mallory_1")]
pub(crate) struct AdminArgs {
    #[command(subcommand)]
    command: AdminCommand,
}

#[derive(Debug, Subcommand)]
enum AdminCommand {
    /// List, set and end blocks of addresses that may not log in
    #[command(subcommand)]
    IpBlocks(blocks::BlocksCommand),
    /// Show the audit trail, newest first
    Audit(audit::AuditArgs),
    /// Fetch a verified copy of all data
    Backup(backup::BackupArgs),
    /// Recompute every account from its history and show what does not add up
    #[command(after_help = "\
Ends with 0 if everything adds up, else with 1.

Examples:
  cnop admin verify
  cnop admin verify --output json")]
    Verify,
    /// Close an asset for purchases, or open it again
    #[command(subcommand)]
    Asset(AssetCommand),
    /// Shut a user's account, or open it again
    #[command(subcommand)]
    User(UserCommand),
}

#[derive(Debug, Subcommand)]
enum AssetCommand {
    /// Let it be bought again
    Enable(AssetArg),
    /// Let it only be sold; waiting purchases are cancelled
    #[command(after_help = "Examples:\n  cnop admin asset disable DOGE")]
    Disable(AssetArg),
}

#[derive(Debug, Args)]
struct AssetArg {
    /// Which asset, such as BTC
    #[arg(value_name = "ID", add = ArgValueCompleter::new(complete::assets))]
    id: AssetId,
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Let them log in again
    Enable(UserArg),
    /// End their sessions, and let nobody log in to the account; what waits goes on waiting
    #[command(after_help = "Examples:\n  cnop admin user disable mallory_1")]
    Disable(UserArg),
}

#[derive(Debug, Args)]
struct UserArg {
    /// Login name
    #[arg(value_name = "USER")]
    username: Username,
}

/// Does it.
pub(crate) async fn run(context: &Context, args: &AdminArgs) -> Result<(), Failure> {
    match &args.command {
        AdminCommand::IpBlocks(command) => blocks::run(context, command).await,
        AdminCommand::Audit(args) => audit::run(context, args).await,
        AdminCommand::Backup(args) => backup::run(context, args).await,
        AdminCommand::Verify => verify(context).await,
        AdminCommand::Asset(AssetCommand::Enable(AssetArg { id })) => set_active(context, *id, true).await,
        AdminCommand::Asset(AssetCommand::Disable(AssetArg { id })) => set_active(context, *id, false).await,
        AdminCommand::User(UserCommand::Enable(UserArg { username })) => set_disabled(context, username, false).await,
        AdminCommand::User(UserCommand::Disable(UserArg { username })) => set_disabled(context, username, true).await,
    }
}

async fn verify(context: &Context) -> Result<(), Failure> {
    let report = context.logged_in().await?.client.verify().await?;
    context.printer.answer(&report, view)?;
    match report.findings.len() {
        0 => Ok(()),
        findings => Err(Failure::Contradiction(format!("{findings} findings: the data does not add up"))),
    }
}

fn view(report: &VerifyReport) -> View {
    let VerifyReport { users, entries, findings } = report;
    let summary = View::sentence(format!("{users} accounts, {entries} entries, {} findings.", findings.len()));
    let columns = [left("USER", "username"), left("FINDING", "what")];
    let rows =
        findings.iter().map(|finding| [Cell::text(&finding.username), Cell::text(&finding.what).toned(Tone::Warning)]);
    let table = View::table(columns, rows, "Everything adds up.");
    summary.and(table.clone()).with_data(table)
}

async fn set_active(context: &Context, id: AssetId, is_active: bool) -> Result<(), Failure> {
    let asset = context.logged_in().await?.client.set_asset_active(id, is_active).await?;
    context.printer.answer(&asset, |asset| {
        let sentence = match (is_active, asset.is_active) {
            (true, true) => format!("{id} can be bought."),
            // Opened again, and closed by where its prices come from.
            (true, false) => format!("{id} can only be sold: its market says so."),
            (false, _) => format!("{id} can only be sold. Waiting purchases are cancelled."),
        };
        let record = [data("asset_id", Cell::text(id)), data("is_active", Cell::yes_no(asset.is_active))];
        View::sentence(sentence).with_record(record)
    })
}

async fn set_disabled(context: &Context, username: &Username, disabled: bool) -> Result<(), Failure> {
    let access = context.logged_in().await?.client.set_user_disabled(username, disabled).await?;
    context.printer.answer(&access, |UserAccess { username, role, disabled }| {
        let sentence = if *disabled {
            format!("The account of {username} is shut; their sessions have ended.")
        } else {
            format!("The account of {username} is open.")
        };
        let role = match role {
            Role::Customer => "customer",
            Role::Admin => "admin",
        };
        View::sentence(sentence).with_record([
            fact("User", "username", Cell::text(username)),
            fact("Role", "role", Cell::text(role)),
            fact("Disabled", "disabled", Cell::yes_no(*disabled)),
        ])
    })
}
