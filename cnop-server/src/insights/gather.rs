//! Gathers the facts of one user's portfolio from the store and the market.

use cnop_core::api::PortfolioAsset;
use cnop_core::money::{Percent, Price, Usd};
use cnop_core::time::Timestamp;

use super::facts::{Facts, HoldingFacts, OrderFacts, days_between};
use crate::market::{Board, PriceBook};
use crate::portfolio::portfolio;
use crate::store::{PageRequest, PageStart, Snapshot, Source, StorageFailure, TradeRecord, UserNumber};

/// Trades that are looked at one by one.
const RECENT_ORDERS: u64 = 10;
const WEEK_MS: i64 = 7 * Timestamp::DAY_MS;

/// The facts of a user at `now`.
///
/// # Errors
/// [`StorageFailure`] where the store cannot be read.
pub(crate) fn facts<S: Source>(
    view: &Snapshot<'_, S>,
    user: UserNumber,
    board: &Board,
    book: &PriceBook,
    now: Timestamp,
) -> Result<Facts, StorageFailure> {
    let account = view.account(user)?;
    let portfolio = portfolio(&account, board, book, now);
    let recent = PageRequest { limit: RECENT_ORDERS, start: PageStart::Offset(0) };
    let trades = view.trades(user, None, recent)?;
    Ok(Facts {
        cash: portfolio.cash_balance,
        total_value: portfolio.total_value,
        account_age_days: days_between(account.state().created_at, now),
        holdings: portfolio.assets.iter().filter_map(|asset| holding(asset, board)).collect(),
        unpriced: portfolio
            .assets
            .iter()
            .filter(|asset| asset.market_value.is_none())
            .map(|asset| asset.asset_id)
            .collect(),
        recent_orders: trades.items.iter().map(order).collect(),
        orders_last_7_days: view.trades_since(user, now.plus_millis(-WEEK_MS))?,
        now,
    })
}

/// A holding with a price.
fn holding(asset: &PortfolioAsset, board: &Board) -> Option<HoldingFacts> {
    let listing = board.get(asset.asset_id)?;
    let quote = listing.quote.as_ref()?;
    Some(HoldingFacts {
        asset_id: asset.asset_id,
        name: listing.facts.name.clone(),
        quantity: asset.quantity,
        value: asset.market_value?,
        share: asset.percentage.unwrap_or_default(),
        price: quote.price,
        average_cost: asset.average_cost?,
        unrealized_pnl: asset.unrealized_pnl?,
        change_24h: change_since(quote.price, quote.day_ago),
        change_7d: change_since(quote.price, quote.week_ago),
        day_change: asset.day_change,
        stale: asset.stale,
    })
}

fn change_since(now: Price, then: Option<Price>) -> Option<Percent> {
    let (now, then) = (in_usd(now)?, in_usd(then?)?);
    now.checked_sub(then)?.percent_of(then)
}

/// A price as an amount with the price's own digits, for a ratio of two.
fn in_usd(price: Price) -> Option<Usd> {
    Usd::from_units(price.units()).ok()
}

fn order(record: &TradeRecord) -> OrderFacts {
    let TradeRecord { sequence, trade, .. } = record;
    OrderFacts {
        side: trade.side,
        asset_id: trade.asset_id,
        quantity: trade.quantity,
        total: trade.total,
        when: sequence.time(),
    }
}
