//! The demo's trades: what they cost, to the last digit.

use cnop_core::api::{Asset, Order};
use cnop_core::asset_id::AssetId;
use cnop_core::client::{OrderFilter, Page};
use cnop_core::ids::IdempotencyKey;
use cnop_core::money::{OrderQuantity, Price, Usd};
use cnop_core::order::{BuySize, NewOrder, OrderStatus};

use super::Demo;
use super::check::{ensure, ensure_equal, ensure_some};
use crate::commands::trade;
use crate::failure::Failure;
use crate::format::{self, or_unknown};

/// What is bought if the market has it.
const FAVOURITE: &str = "BTC";

/// How many prices are shown.
const SHOWN: usize = 5;

/// How much is bought where it fits the account, else for how much.
const QUANTITY: &str = "0.05";
const AMOUNT: &str = "4000";

/// A price may rise before the order arrives: only so much of the account is planned with.
const PLANNED: Usd = Usd::whole(9_000);

impl Demo<'_> {
    pub(super) async fn prices(&mut self) -> Result<Asset, Failure> {
        self.narrator.step("Look at the prices")?;
        self.narrator.calls("GET", "/inventory/assets")?;
        let assets = self.client.assets(true, 50).await?.data;
        for asset in assets.iter().take(SHOWN) {
            let price = or_unknown(asset.price_usd, format::market_price);
            let change = or_unknown(asset.price_change_percentage_24h, format::change);
            self.narrator.came_back(&format!("{} {price}, {change} in 24 hours", asset.asset_id))?;
        }
        let priced = || assets.iter().filter(|asset| asset.price_usd.is_some());
        let favourite = priced().find(|asset| asset.asset_id.as_str() == FAVOURITE).or_else(|| priced().next());
        ensure_some("an asset with a price", favourite.cloned())
    }

    pub(super) async fn buy(&mut self, asset: &Asset) -> Result<(), Failure> {
        let size = size_of_purchase(asset.price_usd.map(|price| price.0));
        let what = match size {
            BuySize::Quantity(quantity) => format!("{quantity} {}", asset.asset_id),
            BuySize::Amount(amount) => format!("{} for {}", asset.asset_id, format::usd(amount.get())),
        };
        self.narrator.step(&format!("Buy {what}"))?;
        let order = self.place(NewOrder::MarketBuy { asset_id: asset.asset_id, size }).await?;
        let (price, total) = execution(&order)?;
        ensure_equal("the cost", &format::usd(total), &format::usd(price.cost_rounded_up(order.quantity)))?;
        self.owned = order.quantity;
        self.placed.push(order);
        let cash = ensure_some("a balance within the range", self.cash.checked_sub(total))?;
        self.expect_cash(cash, "exactly what was there less the cost").await
    }

    pub(super) async fn sell(&mut self, asset_id: AssetId) -> Result<(), Failure> {
        let half = OrderQuantity::from_units(self.owned.units() / 2);
        let quantity = half.map_err(|_| Failure::Contradiction(format!("{} is too little to sell", self.owned)))?;
        self.narrator.step(&format!("Sell {quantity} {asset_id} of it"))?;
        let order = self.place(NewOrder::MarketSell { asset_id, quantity }).await?;
        let (price, total) = execution(&order)?;
        ensure_equal("the proceeds", &format::usd(total), &format::usd(price.value_rounded_down(order.quantity)))?;
        self.owned = ensure_some("what is left", self.owned.checked_sub(order.quantity))?;
        self.placed.push(order);
        let cash = ensure_some("a balance within the range", self.cash.checked_add(total))?;
        self.expect_cash(cash, "exactly what was there and the proceeds").await
    }

    async fn place(&mut self, order: NewOrder) -> Result<Order, Failure> {
        self.narrator.calls("POST", "/orders")?;
        let placed = self.client.place_order(&trade::request(&order), &IdempotencyKey::generate()).await?.answer;
        self.narrator.came_back(&trade::describe(&placed))?;
        ensure_equal("the order's status", &placed.status, &OrderStatus::Completed)?;
        Ok(placed)
    }

    pub(super) async fn orders(&mut self) -> Result<(), Failure> {
        self.narrator.step("List the orders")?;
        self.narrator.calls("GET", "/orders")?;
        let page = self.client.orders(&OrderFilter::default(), &Page::default()).await?;
        for order in &page.data {
            let id = order.order_id;
            self.narrator.came_back(&format!("{id} {} {} {}", order.order_type, order.quantity, order.asset_id))?;
        }
        let newest_first = page.data.iter().eq(self.placed.iter().rev());
        ensure(newest_first && !page.has_more, || "the list is not the two orders as they were answered".to_owned())?;
        self.narrator.came_back("both as they were answered, the newest first")
    }
}

/// The favourite quantity where it surely fits, else as much as an amount pays for.
fn size_of_purchase(price: Option<Price>) -> BuySize {
    let quantity: OrderQuantity = QUANTITY.parse().expect("a quantity within the range");
    match price {
        Some(price) if price.cost_rounded_up(quantity.get()) <= PLANNED => BuySize::Quantity(quantity),
        _ => BuySize::Amount(AMOUNT.parse().expect("an amount within the range")),
    }
}

fn execution(order: &Order) -> Result<(Price, Usd), Failure> {
    Ok((ensure_some("the order's price", order.price)?, ensure_some("the order's total", order.total_amount)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_purchase_fits_the_account() {
        let size = |text: &str| size_of_purchase(Some(text.parse().unwrap()));
        assert_eq!(size("84110.40"), BuySize::Quantity("0.05".parse().unwrap()));
        assert_eq!(size("180000"), BuySize::Quantity("0.05".parse().unwrap()));
        assert_eq!(size("180001"), BuySize::Amount("4000".parse().unwrap()));
    }
}
