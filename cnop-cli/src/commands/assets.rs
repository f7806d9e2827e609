//! `cnop assets`, `cnop asset`.

use clap::Args;
use clap_complete::ArgValueCompleter;
use cnop_core::api::{Asset, AssetDetail};
use cnop_core::asset_id::AssetId;
use cnop_core::money::Figure;
use cnop_core::time::Timestamp;

use crate::cell::{Cell, Tone};
use crate::clock;
use crate::complete;
use crate::context::Context;
use crate::failure::Failure;
use crate::format::{self, or_unknown};
use crate::view::{Column, Fact, View, data, fact, left, right, shown};

/// Which assets.
#[derive(Debug, Args)]
pub(crate) struct AssetsArgs {
    /// At most so many, the largest first
    #[arg(long, value_name = "N", default_value = "50", value_parser = clap::value_parser!(u32).range(1..=250))]
    limit: u32,
    /// Also those that can only be sold
    #[arg(long)]
    all: bool,
}

/// Which asset.
#[derive(Debug, Args)]
pub(crate) struct AssetArgs {
    /// Its ticker, such as BTC
    #[arg(add = ArgValueCompleter::new(complete::assets))]
    id: AssetId,
}

/// Lists assets by rank.
pub(crate) async fn list(context: &Context, args: &AssetsArgs) -> Result<(), Failure> {
    let assets = context.client.assets(!args.all, args.limit).await?;
    context.printer.answer(&assets, |assets| {
        let columns = [
            right("RANK", "market_cap_rank").leaves(1),
            left("ASSET", "asset_id"),
            left("NAME", "name").leaves(3),
            right("PRICE", "price_usd"),
            right("24 H", "price_change_percentage_24h").leaves(5),
            right("MARKET CAP", "market_cap").leaves(2),
            Column::shown("NOTE").leaves(4),
            Column::data("is_active"),
            Column::data("stale"),
        ];
        View::table(columns, assets.data.iter().map(row), "No assets.")
    })
}

fn row(asset: &Asset) -> [Cell; 9] {
    [
        Cell::maybe(asset.market_cap_rank, Cell::text),
        Cell::text(asset.asset_id),
        Cell::text(&asset.name),
        Cell::maybe(asset.price_usd, Cell::market_price),
        Cell::maybe(asset.price_change_percentage_24h, Cell::change),
        Cell::maybe(asset.market_cap, Cell::rough_usd),
        note(asset.is_active, asset.stale),
        Cell::yes_no(asset.is_active),
        Cell::yes_no(asset.stale),
    ]
}

fn note(is_active: bool, stale: bool) -> Cell {
    let note = match (is_active, stale) {
        (true, false) => return Cell::nothing(),
        (true, true) => "old price",
        (false, false) => "sell only",
        (false, true) => "sell only, old price",
    };
    Cell::text(note).toned(Tone::Warning)
}

/// Shows one asset.
pub(crate) async fn show(context: &Context, args: &AssetArgs) -> Result<(), Failure> {
    let asset = context.client.asset(args.id).await?;
    context.printer.answer(&asset, |asset| {
        let facts = identity(asset).into_iter().chain(price(asset)).chain(extremes(asset)).chain(supply(asset));
        View::facts(facts.chain([fact("Description", "description", Cell::text(&asset.description))]))
    })
}

fn identity(asset: &AssetDetail) -> [Fact; 5] {
    [
        shown("Asset", Cell::text(format_args!("{} ({})", asset.asset_id, asset.name))),
        data("asset_id", Cell::text(asset.asset_id)),
        data("name", Cell::text(&asset.name)),
        fact("Category", "category", Cell::text(&asset.category)),
        fact("Rank", "market_cap_rank", Cell::maybe(asset.market_cap_rank, Cell::text)),
    ]
}

fn price(asset: &AssetDetail) -> [Fact; 11] {
    let now = clock::now();
    let change = |figure: Option<Figure>| Cell::maybe(figure, Cell::change);
    let usd = |figure: Option<Figure>| Cell::maybe(figure, Cell::figure_usd);
    let [day, low, high] = [change(asset.price_change_percentage_24h), usd(asset.low_24h), usd(asset.high_24h)];
    let range = format!("{}, {} to {}", day.shown(), low.shown(), high.shown());
    [
        fact("Price", "price_usd", Cell::maybe(asset.price_usd, Cell::market_price)),
        fact("Price seen", "price_updated_at", Cell::maybe(asset.price_updated_at, |seen| Cell::age(seen, now))),
        shown("Note", note(asset.is_active, asset.stale)),
        data("is_active", Cell::yes_no(asset.is_active)),
        data("stale", Cell::yes_no(asset.stale)),
        shown("24 hours", Cell::text(range).toned(day.tone())),
        data("price_change_percentage_24h", day),
        data("low_24h", low),
        data("high_24h", high),
        fact("7 days", "price_change_percentage_7d", change(asset.price_change_percentage_7d)),
        fact("30 days", "price_change_percentage_30d", change(asset.price_change_percentage_30d)),
    ]
}

fn extremes(asset: &AssetDetail) -> [Fact; 10] {
    let usd = |figure: Option<Figure>| Cell::maybe(figure, Cell::figure_usd);
    [
        shown("All-time high", Cell::text(extreme(asset.ath, asset.ath_date, asset.ath_change_percentage))),
        data("ath", usd(asset.ath)),
        data("ath_date", Cell::maybe(asset.ath_date, Cell::time)),
        data("ath_change_percentage", Cell::maybe(asset.ath_change_percentage, Cell::change)),
        shown("All-time low", Cell::text(extreme(asset.atl, asset.atl_date, asset.atl_change_percentage))),
        data("atl", usd(asset.atl)),
        data("atl_date", Cell::maybe(asset.atl_date, Cell::time)),
        data("atl_change_percentage", Cell::maybe(asset.atl_change_percentage, Cell::change)),
        fact("Market cap", "market_cap", Cell::maybe(asset.market_cap, Cell::rough_usd)),
        fact("Volume 24 h", "total_volume_24h", Cell::maybe(asset.total_volume_24h, Cell::rough_usd)),
    ]
}

fn supply(asset: &AssetDetail) -> [Fact; 3] {
    let amount = |figure: Option<Figure>| Cell::maybe(figure, Cell::text);
    [
        fact("In circulation", "circulating_supply", amount(asset.circulating_supply)),
        fact("In existence", "total_supply", amount(asset.total_supply)),
        fact("At most", "max_supply", amount(asset.max_supply)),
    ]
}

fn extreme(price: Option<Figure>, date: Option<Timestamp>, since: Option<Figure>) -> String {
    let day = or_unknown(date, |date| date.day().to_string());
    or_unknown(price, |price| {
        format!("{} on {day}, {} since", format::figure_usd(price), or_unknown(since, format::change))
    })
}
