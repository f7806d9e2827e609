//! What the demo buys: as much as the account and a server of lower limits allow.

use cnop_core::api::Asset;
use cnop_core::money::{OrderQuantity, Price, TransferAmount, Usd};
use cnop_core::order::{BuySize, NewOrder};

use crate::format;
use crate::wording;

/// What is bought if the market has it.
const FAVOURITE: &str = "BTC";

/// How much is bought where it fits the account.
const QUANTITY: &str = "0.05";

/// For how much is bought where that does not fit: each where the one before it was refused.
const AMOUNTS: [&str; 4] = ["4000", "400", "40", "4"];

/// A price may rise before the order arrives: only so many tenths of the account are planned with.
const PLANNED_TENTHS: i128 = 9;

/// The least of which half can be sold, should the price have risen by a tenth.
const DIVISIBLE: &str = "0.0022";

/// What may be bought with `cash`, the most wanted first.
pub(super) fn purchases(assets: &[Asset], cash: Usd) -> Vec<NewOrder> {
    let planned = Usd::from_units(cash.units() / 10 * PLANNED_TENTHS).unwrap_or(Usd::ZERO);
    let fits = |asset: &&Asset| price(asset).is_some_and(|price| price.cost_rounded_up(quantity().get()) <= planned);
    let by_quantity = assets.iter().find(|asset| asset.asset_id.as_str() == FAVOURITE).filter(fits);
    let by_quantity =
        by_quantity.map(|asset| NewOrder::MarketBuy { asset_id: asset.asset_id, size: BuySize::Quantity(quantity()) });
    let amounts = AMOUNTS.iter().map(|amount| amount.parse().expect("an amount within the range"));
    let by_amount = amounts.filter(|amount: &TransferAmount| amount.get() <= planned).filter_map(|amount| {
        let asset = divisible(assets, amount)?;
        Some(NewOrder::MarketBuy { asset_id: asset.asset_id, size: BuySize::Amount(amount) })
    });
    by_quantity.into_iter().chain(by_amount).collect()
}

/// The favourite if so much money buys enough of it, else the largest asset of which it does.
fn divisible(assets: &[Asset], amount: TransferAmount) -> Option<&Asset> {
    let least = DIVISIBLE.parse().expect("a quantity within the range");
    let enough = |asset: &&Asset| price(asset).and_then(|price| price.quantity_for(amount.get())) >= Some(least);
    let favourite = assets.iter().find(|asset| asset.asset_id.as_str() == FAVOURITE).filter(enough);
    favourite.or_else(|| assets.iter().find(enough))
}

fn price(asset: &Asset) -> Option<Price> {
    asset.price_usd.map(|price| price.0)
}

fn quantity() -> OrderQuantity {
    QUANTITY.parse().expect("a quantity within the range")
}

/// An order in a few words.
pub(super) fn wording(order: &NewOrder) -> String {
    match order {
        NewOrder::MarketBuy { asset_id, size: BuySize::Amount(amount) } => {
            format!("{asset_id} for {}", format::usd(amount.get()))
        }
        NewOrder::MarketBuy { asset_id, size: BuySize::Quantity(quantity) } => format!("{quantity} {asset_id}"),
        NewOrder::MarketSell { asset_id, quantity } => format!("{quantity} {asset_id}"),
        NewOrder::LimitBuy(terms) | NewOrder::LimitSell(terms) => {
            let (price, side) = (terms.price, order.side());
            format!("{} {} at {}", terms.quantity, terms.asset_id, wording::limit(price, side))
        }
    }
}

#[cfg(test)]
mod tests {
    use cnop_core::asset_id::AssetId;
    use cnop_core::money::Number;

    use super::*;

    fn asset(id: &str, price: &str) -> Asset {
        let asset_id: AssetId = id.parse().unwrap();
        let price_usd = Some(Number(price.parse().unwrap()));
        let (name, symbol, description, category) = (id.to_owned(), id.to_owned(), String::new(), String::new());
        Asset {
            asset_id,
            name,
            description,
            category,
            price_usd,
            is_active: true,
            symbol,
            image: None,
            market_cap_rank: None,
            price_change_percentage_24h: None,
            market_cap: None,
            total_volume_24h: None,
            price_updated_at: None,
            stale: false,
        }
    }

    #[track_caller]
    fn check(btc: &str, cash: &str, expected: &[&str]) {
        let assets = [asset("ETH", "2000"), asset("BTC", btc), asset("XRP", "2")];
        let found: Vec<_> = purchases(&assets, cash.parse().unwrap()).iter().map(wording).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn purchases_fit_the_account_and_half_of_each_can_be_sold() {
        let smaller = ["BTC for $4,000.00", "BTC for $400.00", "ETH for $40.00", "XRP for $4.00"];
        let all = [&["0.05 BTC"][..], &smaller].concat();
        check("84110.40", "10000", &all);
        check("180000", "10000", &all);
        check("180001", "10000", &smaller);
        check("84110.40", "500", &smaller[1..]);
        check("84110.40", "20", &smaller[3..]);
        check("84110.40", "4", &[]);
    }
}
