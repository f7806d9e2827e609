//! `cnop watch`: prices, and on request one's own orders and cash, as they change.
//!
//! `account` keeps the session alive, `face` is what events are shown on: a `screen` that is redrawn in place where a
//! person looks at it, and `lines` that are written once everywhere else. What the screen shows is `board`'s.

mod account;
mod board;
mod face;
mod lines;
mod screen;
mod terminal;
mod unread;

use clap::{ArgGroup, Args};
use clap_complete::ArgValueCompleter;
use cnop_core::api::Topic;
use cnop_core::asset_id::AssetId;
use cnop_core::client::{ClientError, EventStream, StreamEvent};

use self::account::Account;
use self::face::{Face, Wish};
use crate::complete;
use crate::context::Context;
use crate::failure::Failure;
use crate::interrupt;
use crate::printer::Format;

/// What to watch.
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("own").args(["orders", "balance"]).multiple(true),
    override_usage = "cnop watch [OPTIONS] [ASSET]..."
)]
pub(crate) struct WatchArgs {
    /// Only these assets, such as BTC ETH
    #[arg(value_name = "ASSET", add = ArgValueCompleter::new(complete::assets))]
    assets: Vec<AssetId>,
    /// Also your orders, whenever one is placed, executed, cancelled or expires
    #[arg(long)]
    orders: bool,
    /// Also your cash, whenever it changes
    #[arg(long)]
    balance: bool,
    /// Leave out the prices, with --orders or --balance
    #[arg(long, requires = "own", conflicts_with = "assets")]
    no_prices: bool,
}

impl WatchArgs {
    fn topics(&self) -> Vec<Topic> {
        let asked = [(Topic::Prices, !self.no_prices), (Topic::Orders, self.orders), (Topic::Balance, self.balance)];
        asked.into_iter().filter(|(_, wanted)| *wanted).map(|(topic, _)| topic).collect()
    }
}

/// Watches until Ctrl+C, which is how it is meant to end.
pub(crate) async fn watch(context: &Context, args: &WatchArgs) -> Result<(), Failure> {
    let topics = args.topics();
    if context.printer.format() == Format::Csv && topics != [Topic::Prices] {
        return Err(Failure::Usage {
            message: "csv has a line a price, and no room for orders and cash".to_owned(),
            hint: "use `--output json` for them".to_owned(),
        });
    }
    let account = Account::open(context, &topics).await?;
    let stream = account.client().stream(&topics, &args.assets);
    let face = Face::open(context, &topics)?;
    // Whatever ends it, dropping the face restores the terminal.
    tokio::select! {
        biased;
        () = interrupt::pressed() => Ok(()),
        ended = follow(account, stream, face) => ended,
    }
}

async fn follow(mut account: Account<'_>, mut stream: EventStream, mut face: Face) -> Result<(), Failure> {
    let mut was_connected = false;
    loop {
        // Events come first: they are few, and the screen is drawn with all of them.
        tokio::select! {
            biased;
            event = stream.next() => match event {
                Some(Ok(StreamEvent::Reconnecting { reason, .. })) if !was_connected => return Err(reason.into()),
                Some(Ok(event)) => {
                    let is_new = matches!(event, StreamEvent::Connected) && !was_connected;
                    was_connected |= is_new;
                    let is_behind = is_new || matches!(event, StreamEvent::Lagged(_));
                    face.tell(event)?;
                    if is_behind && face.wants_everything() {
                        face.learn(account.look_up().await?);
                    }
                }
                Some(Err(error)) => stream = account.after(error, stream)?,
                None => return Ok(()),
            },
            wish = face.wish() => match wish {
                Wish::Draw => face.draw()?,
                Wish::Suspend => face.suspend()?,
                Wish::End => return Ok(()),
            },
            () = account.is_about_to_end() => stream = account.renewed(stream).await,
        }
    }
}

/// Whether the session is over, rather than the wrong thing asked for.
fn is_over(error: &ClientError) -> bool {
    matches!(error, ClientError::Refused { problem, .. } if problem.status == 401)
}
