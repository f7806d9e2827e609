//! What each command does: one group a file, each with its arguments.

pub(crate) mod account;
pub(crate) mod assets;
pub(crate) mod claim;
pub(crate) mod demo;
pub(crate) mod health;
pub(crate) mod insights;
pub(crate) mod money;
pub(crate) mod orders;
pub(crate) mod portfolio;
pub(crate) mod register;
pub(crate) mod session;
pub(crate) mod trade;

use crate::cli::Command;
use crate::context::Context;
use crate::failure::Failure;

/// Runs one command.
pub(crate) async fn run(context: &Context, command: &Command) -> Result<(), Failure> {
    match command {
        Command::Register(args) => register::register(context, args).await,
        Command::Login(args) => session::login(context, args).await,
        Command::Logout => session::logout(context).await,
        Command::Whoami => session::whoami(context).await,
        Command::Health => health::health(context).await,
        Command::Assets(args) => assets::list(context, args).await,
        Command::Asset(args) => assets::show(context, args).await,
        Command::Balance => account::balance(context).await,
        Command::Deposit(args) => money::deposit(context, args).await,
        Command::Withdraw(args) => money::withdraw(context, args).await,
        Command::Transactions(args) => account::transactions(context, args).await,
        Command::Buy(args) => trade::buy(context, args).await,
        Command::Sell(args) => trade::sell(context, args).await,
        Command::Orders(args) => orders::run(context, args).await,
        Command::Portfolio => portfolio::portfolio(context).await,
        Command::Insights(args) => insights::insights(context, args).await,
        Command::Claim(args) => claim::claim(context, args).await,
        Command::Demo => demo::run(context).await,
    }
}
