//! What an account is worth on a board of quotes. Pure figures: the caller reads both.
//!
//! An asset without a known price is listed without figures and counts in no total.

use cnop_core::api::{Portfolio, PortfolioAsset};
use cnop_core::asset_id::AssetId;
use cnop_core::ledger::{Account, Holding};
use cnop_core::money::{Quantity, Usd};
use cnop_core::time::Timestamp;

use crate::market::{Board, PriceBook, Quote};

/// The portfolio of an account, the most valuable asset first.
pub(crate) fn portfolio(account: &Account, board: &Board, book: &PriceBook, now: Timestamp) -> Portfolio {
    let holdings = account.state().holdings.iter().filter(|(_, holding)| holding.quantity > Quantity::ZERO);
    let mut owned: Vec<_> = holdings.map(|(asset_id, holding)| Owned::on(board, *asset_id, holding)).collect();
    owned.sort_unstable_by(|a, b| b.market_value.cmp(&a.market_value).then(a.asset_id.cmp(&b.asset_id)));
    let cash_balance = account.state().cash;
    let total_value = sum(owned.iter().map(|owned| owned.market_value).chain([Some(cash_balance)]));
    let is_stale = |quote: Option<&Quote>| quote.is_none_or(|quote| book.is_stale(quote, now));
    let assets: Vec<_> = owned.iter().map(|owned| owned.figures(total_value, is_stale(owned.quote))).collect();
    Portfolio {
        cash_balance,
        total_value,
        total_unrealized_pnl: sum(assets.iter().map(|asset| asset.unrealized_pnl)),
        day_change: sum(assets.iter().map(|asset| asset.day_change)),
        as_of: now,
        assets,
    }
}

/// A holding at a quote.
struct Owned<'a> {
    asset_id: AssetId,
    holding: &'a Holding,
    quote: Option<&'a Quote>,
    market_value: Option<Usd>,
}

impl<'a> Owned<'a> {
    fn on(board: &'a Board, asset_id: AssetId, holding: &'a Holding) -> Self {
        let quote = board.get(asset_id).and_then(|listing| listing.quote.as_ref());
        let market_value = quote.map(|quote| quote.price.value_rounded_down(holding.quantity));
        Self { asset_id, holding, quote, market_value }
    }

    /// What there is to say of it in a portfolio of this value.
    fn figures(&self, total_value: Usd, stale: bool) -> PortfolioAsset {
        let Self { asset_id, holding, quote, market_value } = *self;
        let day_ago = quote.and_then(|quote| quote.day_ago).map(|price| price.value_rounded_down(holding.quantity));
        let unrealized_pnl = market_value.and_then(|value| value.checked_sub(holding.basis));
        PortfolioAsset {
            asset_id,
            quantity: holding.quantity,
            current_price: quote.map(|quote| quote.price),
            market_value,
            percentage: market_value.map(|value| value.percent_of(total_value).unwrap_or_default()),
            average_cost: holding.average_cost(),
            unrealized_pnl,
            unrealized_pnl_percentage: unrealized_pnl.and_then(|pnl| pnl.percent_of(holding.basis)),
            day_change: market_value.zip(day_ago).and_then(|(now, then)| now.checked_sub(then)),
            stale,
        }
    }
}

/// The sum of what is known.
fn sum(amounts: impl Iterator<Item = Option<Usd>>) -> Usd {
    let sum = amounts.flatten().try_fold(Usd::ZERO, Usd::checked_add);
    sum.expect("an account of some hundred holdings is far within the range")
}

#[cfg(test)]
mod tests {
    use cnop_core::ledger::{Command, Limits, decide};
    use cnop_core::order::BuySize;

    use super::*;
    use crate::market::book::tests::listing;

    fn noon() -> Timestamp {
        "2026-02-15T12:00:00Z".parse().unwrap()
    }

    fn account(commands: &[Command]) -> Account {
        let most = Usd::whole(1_000_000);
        let limits = Limits { daily_deposit: most, daily_withdrawal: most, max_order_value: most };
        commands.iter().fold(Account::opened(noon()), |account, command| {
            decide(&account, *command, noon(), &limits).unwrap().account
        })
    }

    fn buy(asset_id: &str, quantity: &str, price: &str) -> Command {
        Command::Buy {
            asset_id: asset_id.parse().unwrap(),
            size: BuySize::Quantity(quantity.parse().unwrap()),
            price: price.parse().unwrap(),
        }
    }

    #[test]
    fn values_shares_and_gains_add_up() {
        let mut btc = listing("BTC", "60000", noon(), true);
        btc.quote.as_mut().unwrap().day_ago = Some("50000".parse().unwrap());
        let board = Board::new(vec![btc, listing("ETH", "1500", noon().plus_millis(-60_000), true)]);
        let book = PriceBook::new(board.clone(), 10_000);
        let deposit = Command::Deposit("10000".parse().unwrap());
        let account =
            account(&[deposit, buy("ETH", "1", "2000"), buy("BTC", "0.1", "40000"), buy("GONE", "1", "1000")]);

        let portfolio = portfolio(&account, &board, &book, noon());
        assert_eq!(portfolio.cash_balance, Usd::whole(3_000));
        assert_eq!(portfolio.total_value, Usd::whole(10_500));
        assert_eq!(portfolio.total_unrealized_pnl, Usd::whole(1_500));
        assert_eq!(portfolio.day_change, Usd::whole(1_000));
        let ids: Vec<_> = portfolio.assets.iter().map(|asset| asset.asset_id.to_string()).collect();
        assert_eq!(ids, ["BTC", "ETH", "GONE"]);
        let [btc, eth, gone] = &portfolio.assets[..] else { panic!("three assets") };
        assert_eq!(btc.percentage.unwrap().to_string(), "57.14");
        assert_eq!(btc.unrealized_pnl, Some(Usd::whole(2_000)));
        assert_eq!(btc.unrealized_pnl_percentage.unwrap().to_string(), "50.00");
        assert_eq!((btc.day_change, btc.stale), (Some(Usd::whole(1_000)), false));
        assert_eq!(eth.unrealized_pnl, Some(Usd::whole(500).negated()));
        assert_eq!((eth.day_change, eth.stale), (None, true));
        assert_eq!((gone.market_value, gone.percentage, gone.stale), (None, None, true));
        assert_eq!(gone.average_cost, Some(Usd::whole(1_000)));
    }
}
