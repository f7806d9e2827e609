//! `cnop portfolio`.

use cnop_core::api::{Portfolio, PortfolioAsset};

use crate::cell::{Cell, Tone};
use crate::context::Context;
use crate::failure::Failure;
use crate::view::{View, fact, left, right};

/// Shows what is owned and what it is worth. As csv it is the assets: totals are sums of other things than they.
pub(crate) async fn portfolio(context: &Context) -> Result<(), Failure> {
    let portfolio = context.logged_in().await?.client.portfolio().await?;
    context.printer.answer(&portfolio, |portfolio| assets(portfolio).and(totals(portfolio)))
}

fn assets(portfolio: &Portfolio) -> View {
    let columns = [
        left("ASSET", "asset_id"),
        right("QUANTITY", "quantity"),
        right("PRICE", "current_price").leaves(5),
        right("VALUE", "market_value"),
        right("SHARE", "percentage").leaves(4),
        right("AVERAGE COST", "average_cost").leaves(1),
        right("GAIN", "unrealized_pnl").leaves(6),
        right("GAIN %", "unrealized_pnl_percentage").leaves(3),
        right("24 H", "day_change").leaves(2),
        left("NOTE", "stale"),
    ];
    View::table(columns, portfolio.assets.iter().map(row), "No assets.")
}

fn row(asset: &PortfolioAsset) -> [Cell; 10] {
    [
        Cell::text(asset.asset_id),
        Cell::quantity(asset.quantity),
        Cell::maybe(asset.current_price, Cell::price),
        Cell::maybe(asset.market_value, Cell::usd),
        Cell::maybe(asset.percentage, Cell::percent),
        Cell::maybe(asset.average_cost, Cell::usd),
        Cell::maybe(asset.unrealized_pnl, Cell::signed_usd),
        Cell::maybe(asset.unrealized_pnl_percentage, Cell::signed_percent),
        Cell::maybe(asset.day_change, Cell::signed_usd),
        Cell::of(note(asset), asset.stale).toned(Tone::Warning),
    ]
}

fn note(asset: &PortfolioAsset) -> &'static str {
    match (asset.current_price, asset.stale) {
        (None, _) => "no price",
        (Some(_), true) => "old price",
        (Some(_), false) => "",
    }
}

fn totals(portfolio: &Portfolio) -> View {
    View::facts([
        fact("Cash", "cash_balance", Cell::usd(portfolio.cash_balance)),
        fact("Total value", "total_value", Cell::usd(portfolio.total_value)),
        fact("Gain", "total_unrealized_pnl", Cell::signed_usd(portfolio.total_unrealized_pnl)),
        fact("24 hours", "day_change", Cell::signed_usd(portfolio.day_change)),
        fact("As of", "as_of", Cell::time_utc(portfolio.as_of)),
    ])
}
