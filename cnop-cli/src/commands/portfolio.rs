//! `cnop portfolio`.

use cnop_core::api::{Portfolio, PortfolioAsset};

use crate::context::Context;
use crate::failure::Failure;
use crate::format::{self, or_unknown};
use crate::table::{facts, left, right, table};

/// Shows what is owned and what it is worth.
pub(crate) async fn portfolio(context: &Context) -> Result<(), Failure> {
    let portfolio = context.logged_in().await?.client.portfolio().await?;
    context.printer.answer(&portfolio, |portfolio| format!("{}\n\n{}", assets(portfolio), totals(portfolio)))
}

fn assets(portfolio: &Portfolio) -> String {
    let columns = [
        left("ASSET"),
        right("QUANTITY"),
        right("PRICE").leaves(5),
        right("VALUE"),
        right("SHARE").leaves(4),
        right("AVERAGE COST").leaves(1),
        right("GAIN").leaves(6),
        right("GAIN %").leaves(3),
        right("24 H").leaves(2),
        left("NOTE"),
    ];
    table(columns, portfolio.assets.iter().map(row), "No assets.")
}

fn row(asset: &PortfolioAsset) -> [String; 10] {
    [
        asset.asset_id.to_string(),
        asset.quantity.to_string(),
        or_unknown(asset.current_price, format::price),
        or_unknown(asset.market_value, format::usd),
        or_unknown(asset.percentage, format::percent),
        or_unknown(asset.average_cost, format::usd),
        or_unknown(asset.unrealized_pnl, format::signed_usd),
        or_unknown(asset.unrealized_pnl_percentage, format::signed_percent),
        or_unknown(asset.day_change, format::signed_usd),
        if asset.stale { "old price" } else { "" }.to_owned(),
    ]
}

fn totals(portfolio: &Portfolio) -> String {
    facts([
        ("Cash", format::usd(portfolio.cash_balance)),
        ("Total value", format::usd(portfolio.total_value)),
        ("Gain", format::signed_usd(portfolio.total_unrealized_pnl)),
        ("24 hours", format::signed_usd(portfolio.day_change)),
        ("As of", format!("{} (UTC)", format::time(portfolio.as_of))),
    ])
}
