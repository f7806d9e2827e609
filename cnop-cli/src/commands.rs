//! What each command does: one group a file, each with its arguments.

pub(crate) mod account;
pub(crate) mod admin;
pub(crate) mod assets;
pub(crate) mod candles;
pub(crate) mod claim;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod health;
pub(crate) mod holdings;
pub(crate) mod insights;
pub(crate) mod limits;
pub(crate) mod man;
pub(crate) mod money;
pub(crate) mod orders;
pub(crate) mod password;
pub(crate) mod portfolio;
pub(crate) mod profile;
pub(crate) mod register;
pub(crate) mod session;
pub(crate) mod trade;
pub(crate) mod tui;
pub(crate) mod watch;

use crate::cli::{Command, Tool, Trading};
use crate::context::Context;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::settings::Settings;

/// Runs one command.
pub(crate) async fn run(printer: Printer, settings: Settings, command: &Command) -> Result<(), Failure> {
    match command {
        Command::Trading(command) => trading(&Context::new(printer, settings)?, command).await,
        Command::Tui => tui::run(&settings),
        Command::Tool(Tool::Doctor) => doctor::run(&printer, &settings).await,
        Command::Tool(Tool::Config(args)) => config::run(&printer, &settings, args),
        Command::Tool(Tool::Completions(args)) => completions::run(&printer, args),
        Command::Tool(Tool::Man(args)) => man::run(&printer, args),
    }
}

async fn trading(context: &Context, command: &Trading) -> Result<(), Failure> {
    match command {
        Trading::Register(args) => register::register(context, args).await,
        Trading::Login(args) => session::login(context, args).await,
        Trading::Logout => session::logout(context).await,
        Trading::Whoami => session::whoami(context).await,
        Trading::Profile(args) => profile::run(context, args).await,
        Trading::Password(args) => password::change(context, args).await,
        Trading::Assets(args) => assets::list(context, args).await,
        Trading::Asset(args) => assets::show(context, args).await,
        Trading::Candles(args) => candles::candles(context, args).await,
        Trading::Watch(args) => watch::watch(context, args).await,
        Trading::Balance => account::balance(context).await,
        Trading::Limits => limits::limits(context).await,
        Trading::Deposit(args) => money::deposit(context, args).await,
        Trading::Withdraw(args) => money::withdraw(context, args).await,
        Trading::Transactions(args) => account::transactions(context, args).await,
        Trading::Buy(args) => trade::buy(context, args).await,
        Trading::Sell(args) => trade::sell(context, args).await,
        Trading::Orders(args) => orders::run(context, args).await,
        Trading::Trades(args) => holdings::trades(context, args).await,
        Trading::Holdings => holdings::holdings(context).await,
        Trading::Portfolio => portfolio::portfolio(context).await,
        Trading::Insights(args) => insights::insights(context, args).await,
        Trading::Claim(args) => claim::claim(context, args).await,
        Trading::Admin(args) => admin::run(context, args).await,
        Trading::Demo => demo::run(context).await,
        Trading::Health => health::health(context).await,
    }
}
