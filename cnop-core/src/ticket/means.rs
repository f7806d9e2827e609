//! What an account has to trade with.

use crate::api::{AssetBalance, Balance, Order};
use crate::asset_id::AssetId;
use crate::money::{Quantity, Usd};

/// What stands behind an order of one asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Means {
    /// All cash, held or not.
    pub cash: Usd,
    /// What of it can be spent.
    pub available_cash: Usd,
    /// All of the asset that is owned.
    pub owned: Quantity,
    /// What of it can be sold.
    pub available: Quantity,
    /// Cash and every asset of which the price is known.
    pub worth: Usd,
    /// The order before this one, of whatever asset.
    pub last_order: Option<Order>,
}

impl Means {
    /// From what the server answers about the account.
    pub fn of(asset_id: AssetId, balance: &Balance, assets: &[AssetBalance], last_order: Option<Order>) -> Self {
        let asset = assets.iter().find(|asset| asset.asset_id == asset_id);
        let owned = asset.map_or(Quantity::ZERO, |asset| asset.quantity);
        let held = asset.map_or(Quantity::ZERO, |asset| asset.held_quantity);
        let values = assets.iter().filter_map(|asset| asset.total_value);
        let worth = values.fold(balance.current_balance, |sum, value| sum.checked_add(value).unwrap_or(sum));
        Self {
            cash: balance.current_balance,
            available_cash: balance.available_balance,
            owned,
            available: owned.checked_sub(held).unwrap_or_default(),
            worth,
            last_order,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    fn asset(id: &str, quantity: &str, held: &str, value: Option<&str>) -> AssetBalance {
        AssetBalance {
            asset_id: id.parse().unwrap(),
            asset_name: id.to_owned(),
            quantity: quantity.parse().unwrap(),
            held_quantity: held.parse().unwrap(),
            current_price: None,
            total_value: value.map(|value| value.parse().unwrap()),
            created_at: Timestamp::EPOCH,
            updated_at: Timestamp::EPOCH,
        }
    }

    #[test]
    fn what_is_held_is_owned_and_not_available() {
        let balance = Balance {
            current_balance: "100".parse().unwrap(),
            available_balance: "60".parse().unwrap(),
            held_balance: "40".parse().unwrap(),
            updated_at: Timestamp::EPOCH,
        };
        let assets =
            [asset("ETH", "2", "0.5", Some("4000")), asset("BTC", "1", "0", Some("80000")), asset("X", "1", "0", None)];
        let means = |id: &str| Means::of(id.parse().unwrap(), &balance, &assets, None);
        let eth = means("ETH");
        assert_eq!((eth.cash, eth.available_cash), ("100".parse().unwrap(), "60".parse().unwrap()));
        assert_eq!((eth.owned, eth.available), ("2".parse().unwrap(), "1.5".parse().unwrap()));
        assert_eq!(eth.worth, "84100".parse().unwrap(), "an asset without a price is left out");
        assert_eq!(means("SOL").owned, Quantity::ZERO);
    }
}
