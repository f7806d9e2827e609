//! What can be typed. Values are read by the core's types, so that a wrong one never reaches a command.

use clap::{ArgAction, Args, ColorChoice, CommandFactory, FromArgMatches, Parser, Subcommand};
use clap_complete::ArgValueCandidates;
use cnop_core::client::Origin;
use cnop_core::config::ProfileName;

use crate::commands::{
    account, admin, assets, candles, claim, completions, config, holdings, insights, man, money, orders, password,
    profile, register, session, trade, watch,
};
use crate::complete;
use crate::printer::Format;

const AFTER_HELP: &str = "\
Examples:
  cnop demo                                 See everything once, with a user of its own
  cnop register ada_lovelace --email ada@example.com --first-name Ada --last-name Lovelace
  cnop login ada_lovelace
  cnop deposit 1000
  cnop buy BTC --usd 500
  cnop portfolio --output json
  cnop config set server https://cnop.example
  cnop doctor                               See what is set, and whether it works

Environment: CNOP_SERVER, CNOP_PROFILE, CNOP_OUTPUT and CNOP_ALLOW_PLAIN_HTTP stand in for their
options, NO_COLOR for --no-color, and CNOP_PASSWORD for what a password prompt asks. An option goes
before its variable, a variable before the file of `cnop config path`, the file before the default.

Exit codes: 0 done, 1 unexpected, 2 usage, 3 not logged in, 4 refused, 5 not found, 6 unavailable,
7 outcome unknown, 8 declined, 9 rate limited or blocked, 130 interrupted";

/// Reads the command line, or ends with what is wrong with it. Who minds colours minds them there too.
pub(crate) fn parse() -> Cli {
    let plain = std::env::args_os().any(|argument| argument == "--no-color");
    let command = Cli::command().color(if plain { ColorChoice::Never } else { ColorChoice::Auto });
    Cli::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit())
}

/// Trade on a CNOP server from the command line
#[derive(Debug, Parser)]
#[command(name = "cnop", version, after_help = AFTER_HELP, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What holds for every command. Variables and the file are left to `settings`, which tells them apart from flags.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalArgs {
    /// The server to talk to [env: CNOP_SERVER] [default: http://127.0.0.1:8080]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) server: Option<Origin>,
    /// Which of several sessions to use [env: CNOP_PROFILE] [default: default]
    #[arg(long, global = true, value_name = "NAME", add = ArgValueCandidates::new(complete::profiles))]
    pub(crate) profile: Option<ProfileName>,
    /// What to print: a table for people, json or csv for programs [env: CNOP_OUTPUT] [default: table]
    #[arg(long, global = true, value_name = "table|json|csv", hide_possible_values = true)]
    pub(crate) output: Option<Format>,
    /// Print the answer and errors only: no notes, hints or progress
    #[arg(long, short = 'q', global = true)]
    pub(crate) quiet: bool,
    /// Place orders, and cancel all of them, without asking
    #[arg(long, short = 'y', global = true)]
    pub(crate) yes: bool,
    /// Print without colours [env: NO_COLOR]
    #[arg(long, global = true)]
    pub(crate) no_color: bool,
    /// Send passwords and sessions over plain http to other machines too, where everyone on the way can read them
    /// [env: CNOP_ALLOW_PLAIN_HTTP]
    #[arg(long, global = true, action = ArgAction::SetTrue)]
    pub(crate) allow_plain_http: bool,
}

/// What `cnop` can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[command(flatten)]
    Trading(Trading),
    /// Open the terminal: prices, orders and cash as they change, and tickets to trade
    #[command(after_help = "\
It is the program cnop-tui, which is installed beside this one; ? there shows every key.

Examples:
  cnop tui
  cnop tui --profile work
  cnop tui --server https://cnop.example")]
    Tui,
    #[command(flatten)]
    Tool(Tool),
}

/// What is done at a server, with settings that hold.
#[derive(Debug, Subcommand)]
pub(crate) enum Trading {
    /// Open an account
    Register(register::RegisterArgs),
    /// Log in, and stay so for up to a day of use
    Login(session::LoginArgs),
    /// Log out: the session stops working at once
    #[command(after_help = "Examples:\n  cnop logout\n  cnop logout --profile work")]
    Logout,
    /// Show who is logged in, where, and until when
    #[command(after_help = "Examples:\n  cnop whoami\n  cnop whoami --output json")]
    Whoami,
    /// Show your profile, or change it
    Profile(profile::ProfileArgs),
    /// Change your password
    Password(password::PasswordArgs),
    /// List assets and their prices
    #[command(after_help = "\
Examples:
  cnop assets
  cnop assets --limit 10 --all
  cnop assets --output csv > assets.csv")]
    Assets(assets::AssetsArgs),
    /// Show everything known about one asset
    #[command(after_help = "Examples:\n  cnop asset BTC\n  cnop asset BTC --output json")]
    Asset(assets::AssetArgs),
    /// Show how the price of an asset went
    #[command(after_help = "\
Examples:
  cnop candles BTC
  cnop candles BTC --interval 1d --limit 30
  cnop candles BTC --interval 1d --end 2026-02-15
  cnop candles ETH --interval 5m --limit 1000 --output csv > eth.csv")]
    Candles(candles::CandlesArgs),
    /// Watch prices, your orders and your cash as they change, until Ctrl+C
    #[command(after_help = "\
A live table on a terminal; elsewhere a line an event. With --output json each line is {\"event\", \"data\"}.

Examples:
  cnop watch
  cnop watch BTC ETH
  cnop watch BTC --orders --balance
  cnop watch --orders --no-prices --output json | jq .data.status
  cnop watch BTC --output csv > btc.csv")]
    Watch(watch::WatchArgs),
    /// Show your cash
    #[command(after_help = "Examples:\n  cnop balance\n  cnop balance --output json")]
    Balance,
    /// Show what may still be paid in and out today
    #[command(after_help = "Examples:\n  cnop limits\n  cnop limits --output json")]
    Limits,
    /// Pay money in
    #[command(after_help = "Examples:\n  cnop deposit 1000\n  cnop deposit 99.50 --output json")]
    Deposit(money::TransferArgs),
    /// Pay money out
    #[command(after_help = "Examples:\n  cnop withdraw 250")]
    Withdraw(money::TransferArgs),
    /// List what changed your balance
    #[command(after_help = "\
Examples:
  cnop transactions
  cnop transactions --type deposit --limit 10
  cnop transactions --output csv > transactions.csv")]
    Transactions(account::TransactionsArgs),
    /// Buy an asset at the market price, or at a limit
    Buy(trade::BuyArgs),
    /// Sell an asset at the market price, or at a limit
    Sell(trade::SellArgs),
    /// List your orders, show one, or cancel some
    #[command(after_help = "\
Examples:
  cnop orders
  cnop orders --asset BTC --status completed
  cnop orders --status queued
  cnop orders show order_1DBE9VQNC0000
  cnop orders cancel order_1DBE9VQNC0000
  cnop orders settle")]
    Orders(orders::OrdersArgs),
    /// List your trades of one asset
    Trades(holdings::TradesArgs),
    /// List every asset that you own or owned
    #[command(after_help = "Examples:\n  cnop holdings\n  cnop holdings --output csv > holdings.csv")]
    Holdings,
    /// Show what you own and what it is worth
    #[command(after_help = "Examples:\n  cnop portfolio\n  cnop portfolio --output json")]
    Portfolio,
    /// Read a few sentences about your portfolio
    #[command(after_help = "Examples:\n  cnop insights\n  cnop insights --refresh")]
    Insights(insights::InsightsArgs),
    /// Open today's red pocket with a phrase
    Claim(claim::ClaimArgs),
    /// Operate the server: address blocks, audit trail, backup, accounts, assets
    Admin(admin::AdminArgs),
    /// Walk through everything once with a new user, and check that it adds up
    #[command(after_help = "Examples:\n  cnop demo\n  cnop demo --server https://cnop.example")]
    Demo,
    /// Show how the server is
    #[command(after_help = "Examples:\n  cnop health\n  cnop health --quiet > /dev/null && echo ready")]
    Health,
}

/// What helps with `cnop` itself, also while its settings are wrong.
#[derive(Debug, Subcommand)]
pub(crate) enum Tool {
    /// Show every setting and where it came from, and check that everything works
    #[command(after_help = "Examples:\n  cnop doctor\n  cnop doctor --profile work\n  cnop doctor --output json")]
    Doctor,
    /// Show what is set, or set it for all runs
    Config(config::ConfigArgs),
    /// Print what a shell needs to complete commands, options, assets and orders
    Completions(completions::CompletionsArgs),
    /// Print the manual page, or write one for each command
    Man(man::ManArgs),
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[track_caller]
    fn refused(line: &str) -> (ErrorKind, String) {
        let error = Cli::try_parse_from(line.split_whitespace()).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{line}");
        (error.kind(), error.to_string())
    }

    #[test]
    fn wrong_values_are_refused_in_the_words_of_their_type() {
        for (line, message) in [
            ("cnop asset B-C", "must be 1 to 10 letters or digits"),
            ("cnop buy BTC 0.0001", "must be at least 0.001"),
            ("cnop buy BTC --usd 0.001", "must have at most 2 decimals"),
            ("cnop deposit -5", "must be more than 0"),
            ("cnop withdraw 1e9", "must be at most 1000000"),
            ("cnop login ada", "must be 6 to 30 letters, digits or underscores"),
            ("cnop orders show x", "must be 10 to 50 letters, digits or underscores"),
            ("cnop orders --status open", "must be one of pending, confirmed"),
            ("cnop --server localhost:8080 health", "must be http:// or https://"),
            ("cnop --profile a/b health", "must be 1 to 32 letters"),
            ("cnop assets --limit 251", "251 is not in 1..=250"),
        ] {
            let (kind, text) = refused(line);
            assert!(text.contains(message), "{line}: {text}");
            assert_eq!(kind, ErrorKind::ValueValidation, "{line}");
        }
    }

    #[test]
    fn a_purchase_has_one_size() {
        assert_eq!(refused("cnop buy BTC").0, ErrorKind::MissingRequiredArgument);
        assert_eq!(refused("cnop buy BTC 1 --usd 5").0, ErrorKind::ArgumentConflict);
        for line in ["cnop buy BTC 1", "cnop buy btc --usd 5.50", "cnop sell BTC 1 --yes"] {
            assert!(Cli::try_parse_from(line.split_whitespace()).is_ok(), "{line}");
        }
    }

    #[test]
    fn orders_are_listed_unless_one_is_named() {
        for line in [
            "cnop orders",
            "cnop orders --limit 5",
            "cnop orders list --limit 5",
            "cnop orders show order_0123456789ABC",
        ] {
            assert!(Cli::try_parse_from(line.split_whitespace()).is_ok(), "{line}");
        }
    }
}
