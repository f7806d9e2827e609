//! What can be typed. Values are read by the core's types, so that a wrong one never reaches a command.

use clap::builder::Resettable;
use clap::{Args, CommandFactory, Parser, Subcommand};
use cnop_core::client::Origin;
use cnop_core::config::{DEFAULT_SERVER, ProfileName};

use crate::commands::{account, assets, claim, insights, money, orders, register, session, trade};
use crate::printer::Format;

const EXAMPLES: &str = "\
Examples:
  cnop demo                                 See everything once, with a user of its own
  cnop register ada_lovelace --email ada@example.com --first-name Ada --last-name Lovelace
  cnop login ada_lovelace
  cnop deposit 1000
  cnop buy BTC --usd 500
  cnop portfolio --output json

Exit codes: 0 done, 1 unexpected, 2 usage, 3 not logged in, 4 refused, 5 not found, 6 unavailable,
7 outcome unknown, 8 declined, 9 rate limited or blocked, 130 interrupted";

/// Reads the command line, or ends with what is wrong with it.
pub(crate) fn parse() -> Cli {
    Cli::try_parse().unwrap_or_else(|error| {
        // For clap, what a variable says was typed: asked again without, it shows the usage that fits the line.
        let without = error.use_stderr().then(|| Cli::command().mut_args(|arg| arg.env(Resettable::Reset)));
        let error = without.and_then(|cli| cli.try_get_matches().err()).unwrap_or(error);
        error.exit()
    })
}

/// Trade on a CNOP server from the command line
#[derive(Debug, Parser)]
#[command(name = "cnop", version, after_help = EXAMPLES, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What holds for every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalArgs {
    /// The server to talk to
    #[arg(long, global = true, env = "CNOP_SERVER", value_name = "URL", default_value = DEFAULT_SERVER)]
    pub(crate) server: Origin,
    /// Which of several sessions to use
    #[arg(long, global = true, env = "CNOP_PROFILE", value_name = "NAME", default_value = ProfileName::DEFAULT)]
    pub(crate) profile: ProfileName,
    /// What to print: a table for people, or json, one value for programs
    #[arg(long, global = true, env = "CNOP_OUTPUT", value_name = "table|json", default_value = "table")]
    #[arg(hide_possible_values = true)]
    pub(crate) output: Format,
    /// Place orders without asking
    #[arg(long, short = 'y', global = true)]
    pub(crate) yes: bool,
    /// Send passwords and sessions over plain http to other machines too, where everyone on the way can read them
    #[arg(long, global = true, env = "CNOP_ALLOW_PLAIN_HTTP")]
    pub(crate) allow_plain_http: bool,
}

/// What `cnop` can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Open an account
    Register(register::RegisterArgs),
    /// Log in, and stay so for up to a day of use
    Login(session::LoginArgs),
    /// Log out: the session stops working at once
    Logout,
    /// Show who is logged in
    Whoami,
    /// Show how the server is
    Health,
    /// List assets and their prices
    Assets(assets::AssetsArgs),
    /// Show everything known about one asset
    Asset(assets::AssetArgs),
    /// Show your cash
    Balance,
    /// Pay money in
    Deposit(money::TransferArgs),
    /// Pay money out
    Withdraw(money::TransferArgs),
    /// List what changed your balance
    Transactions(account::TransactionsArgs),
    /// Buy an asset at the market price
    Buy(trade::BuyArgs),
    /// Sell an asset at the market price
    Sell(trade::SellArgs),
    /// List your orders, or show one
    Orders(orders::OrdersArgs),
    /// Show what you own and what it is worth
    Portfolio,
    /// Read a few sentences about your portfolio
    Insights(insights::InsightsArgs),
    /// Open today's red pocket with a phrase
    Claim(claim::ClaimArgs),
    /// Walk through everything once with a new user, and check that it adds up
    Demo,
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
