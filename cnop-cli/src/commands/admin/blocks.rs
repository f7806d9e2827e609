//! `cnop admin ip-blocks`

use std::net::IpAddr;

use clap::{Args, Subcommand};
use cnop_core::api::{IpBlock, IpBlockRequest};

use crate::cell::Cell;
use crate::context::Context;
use crate::failure::Failure;
use crate::text::one_line;
use crate::view::{View, data, left, time};

/// What about blocks.
#[derive(Debug, Subcommand)]
pub(super) enum BlocksCommand {
    /// List every address that may not log in
    List,
    /// Keep an address from logging in
    #[command(after_help = "\
Of IPv6 the whole /64 is blocked. Who is logged in stays so: see `cnop admin user disable`.

Examples:
  cnop admin ip-blocks block 203.0.113.7
  cnop admin ip-blocks block 203.0.113.7 --seconds 86400 --reason 'password guessing'")]
    Block(BlockArgs),
    /// Let an address log in again
    #[command(after_help = "Examples:\n  cnop admin ip-blocks unblock 203.0.113.7")]
    Unblock {
        /// The address
        #[arg(value_name = "IP")]
        ip: IpAddr,
    },
}

#[derive(Debug, Args)]
pub(super) struct BlockArgs {
    /// The address
    #[arg(value_name = "IP")]
    ip: IpAddr,
    /// For how long; the server's block time if left out
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=31_536_000))]
    seconds: Option<u32>,
    /// Why, for whoever looks at it later
    #[arg(long)]
    reason: Option<String>,
}

pub(super) async fn run(context: &Context, command: &BlocksCommand) -> Result<(), Failure> {
    let client = context.logged_in().await?.client;
    match command {
        BlocksCommand::List => {
            let blocks = client.ip_blocks().await?;
            context.printer.answer(&blocks, |blocks| table(blocks))
        }
        BlocksCommand::Block(BlockArgs { ip, seconds, reason }) => {
            let request = IpBlockRequest { seconds: *seconds, reason: reason.clone() };
            let block = client.block_ip(&ip.to_string(), &request).await?;
            context.printer.answer(&block, |block| {
                let sentence =
                    format!("{} may not log in until {}.", block.network, Cell::time_utc(block.blocked_until).shown());
                View::sentence(sentence).with_data(table(std::slice::from_ref(block)))
            })
        }
        BlocksCommand::Unblock { ip } => {
            let answer = client.unblock_ip(&ip.to_string()).await?;
            context.printer.answer(&answer, |answer| {
                View::sentence(format!("{}.", one_line(&answer.message))).with_record([data("ip", Cell::text(ip))])
            })
        }
    }
}

fn table(blocks: &[IpBlock]) -> View {
    let columns = [
        left("ADDRESS", "network"),
        time("SINCE (UTC)", "blocked_at").leaves(1),
        time("UNTIL (UTC)", "blocked_until"),
        left("REASON", "reason"),
        left("BY", "blocked_by").leaves(2),
    ];
    let row = |block: &IpBlock| {
        [
            Cell::text(&block.network),
            Cell::time(block.blocked_at),
            Cell::time(block.blocked_until),
            Cell::text(&block.reason),
            Cell::maybe(block.blocked_by.as_ref(), Cell::text),
        ]
    };
    View::table(columns, blocks.iter().map(row), "No address is blocked.")
}
