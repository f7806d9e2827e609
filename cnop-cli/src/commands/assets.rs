//! `cnop assets`, `cnop asset`.

use clap::Args;
use cnop_core::api::{Asset, AssetDetail};
use cnop_core::asset_id::AssetId;
use cnop_core::money::Figure;
use cnop_core::time::Timestamp;

use crate::clock;
use crate::context::Context;
use crate::failure::Failure;
use crate::format::{self, or_unknown};
use crate::table::{facts, left, right, table};

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
    id: AssetId,
}

/// Lists assets by rank.
pub(crate) async fn list(context: &Context, args: &AssetsArgs) -> Result<(), Failure> {
    let assets = context.client.assets(!args.all, args.limit).await?;
    context.printer.answer(&assets, |assets| {
        let columns = [
            right("RANK").leaves(1),
            left("ASSET"),
            left("NAME").leaves(3),
            right("PRICE"),
            right("24 H").leaves(5),
            right("MARKET CAP").leaves(2),
            left("NOTE").leaves(4),
        ];
        table(columns, assets.data.iter().map(row), "No assets.")
    })
}

fn row(asset: &Asset) -> [String; 7] {
    [
        or_unknown(asset.market_cap_rank, |rank| rank.to_string()),
        asset.asset_id.to_string(),
        asset.name.clone(),
        or_unknown(asset.price_usd, format::market_price),
        or_unknown(asset.price_change_percentage_24h, format::change),
        or_unknown(asset.market_cap, format::rough_usd),
        note(asset.is_active, asset.stale).to_owned(),
    ]
}

fn note(is_active: bool, stale: bool) -> &'static str {
    match (is_active, stale) {
        (true, false) => "",
        (true, true) => "old price",
        (false, false) => "sell only",
        (false, true) => "sell only, old price",
    }
}

/// Shows one asset.
pub(crate) async fn show(context: &Context, args: &AssetArgs) -> Result<(), Failure> {
    let asset = context.client.asset(args.id).await?;
    context.printer.answer(&asset, |asset| {
        facts(market(asset).into_iter().chain(supply(asset)).chain([("Description", asset.description.clone())]))
    })
}

fn market(asset: &AssetDetail) -> [(&'static str, String); 13] {
    let now = clock::now();
    let change = |figure: Option<Figure>| or_unknown(figure, format::change);
    let usd = |figure: Option<Figure>| or_unknown(figure, format::figure_usd);
    [
        ("Asset", format!("{} ({})", asset.asset_id, asset.name)),
        ("Category", asset.category.clone()),
        ("Rank", or_unknown(asset.market_cap_rank, |rank| rank.to_string())),
        ("Price", or_unknown(asset.price_usd, format::market_price)),
        ("Price seen", or_unknown(asset.price_updated_at, |seen| format::age(seen, now))),
        ("Note", note(asset.is_active, asset.stale).to_owned()),
        (
            "24 hours",
            format!("{}, {} to {}", change(asset.price_change_percentage_24h), usd(asset.low_24h), usd(asset.high_24h)),
        ),
        ("7 days", change(asset.price_change_percentage_7d)),
        ("30 days", change(asset.price_change_percentage_30d)),
        ("All-time high", extreme(asset.ath, asset.ath_date, asset.ath_change_percentage)),
        ("All-time low", extreme(asset.atl, asset.atl_date, asset.atl_change_percentage)),
        ("Market cap", or_unknown(asset.market_cap, format::rough_usd)),
        ("Volume 24 h", or_unknown(asset.total_volume_24h, format::rough_usd)),
    ]
}

fn supply(asset: &AssetDetail) -> [(&'static str, String); 3] {
    let amount = |figure: Option<Figure>| or_unknown(figure, |figure| figure.to_string());
    [
        ("In circulation", amount(asset.circulating_supply)),
        ("In existence", amount(asset.total_supply)),
        ("At most", amount(asset.max_supply)),
    ]
}

fn extreme(price: Option<Figure>, date: Option<Timestamp>, since: Option<Figure>) -> String {
    let day = or_unknown(date, |date| date.day().to_string());
    or_unknown(price, |price| {
        format!("{} on {day}, {} since", format::figure_usd(price), or_unknown(since, format::change))
    })
}
