//! `cnop candles`: how a price went.

use clap::Args;
use clap_complete::{ArgValueCandidates, ArgValueCompleter};
use cnop_core::api::{Candle, CandleList, Interval};
use cnop_core::asset_id::AssetId;

use crate::cell::{Cell, Tone};
use crate::complete;
use crate::context::Context;
use crate::failure::Failure;
use crate::moment::Moment;
use crate::view::{View, right, time};

/// Of which asset, and which.
#[derive(Debug, Args)]
pub(crate) struct CandlesArgs {
    /// The asset's ticker, such as BTC
    #[arg(add = ArgValueCompleter::new(complete::assets))]
    id: AssetId,
    /// How long each lasts: 1m, 5m, 15m, 1h, 4h, 1d
    #[arg(long, value_name = "INTERVAL", default_value = "1h", add = ArgValueCandidates::new(complete::intervals))]
    interval: Interval,
    /// At most so many, the last ones
    #[arg(long, value_name = "N", default_value = "24", value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
    /// Only up to a day or a time, such as 2026-02-15 or 2026-02-15T08:00:00Z
    #[arg(long, value_name = "TIME")]
    end: Option<Moment>,
}

/// Lists candles, oldest first.
pub(crate) async fn candles(context: &Context, args: &CandlesArgs) -> Result<(), Failure> {
    let end = args.end.map(|Moment(end)| end);
    let candles = context.client.candles(args.id, args.interval, args.limit, end).await?;
    context.printer.answer(&candles, view)
}

fn view(candles: &CandleList) -> View {
    let columns = [
        time("TIME (UTC)", "time"),
        right("OPEN", "open").leaves(2),
        right("HIGH", "high").leaves(4),
        right("LOW", "low").leaves(3),
        right("CLOSE", "close"),
        right("VOLUME", "volume").leaves(1),
    ];
    View::table(columns, candles.data.iter().map(row), "No candles.")
}

/// A candle that closes above where it opened is a gain.
fn row(candle: &Candle) -> [Cell; 6] {
    let tone = match candle.close.cmp(&candle.open) {
        std::cmp::Ordering::Less => Tone::Loss,
        std::cmp::Ordering::Equal => Tone::Plain,
        std::cmp::Ordering::Greater => Tone::Gain,
    };
    [
        Cell::time(candle.time),
        Cell::market_price(candle.open),
        Cell::market_price(candle.high),
        Cell::market_price(candle.low),
        Cell::market_price(candle.close).toned(tone),
        Cell::maybe(candle.volume, Cell::rough_usd),
    ]
}
