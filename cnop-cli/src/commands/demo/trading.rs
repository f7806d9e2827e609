//! The demo's trades: what they cost, to the last digit.

use cnop_core::api::{Asset, Code, Order};
use cnop_core::asset_id::AssetId;
use cnop_core::client::{ClientError, OrderFilter, Page};
use cnop_core::ids::IdempotencyKey;
use cnop_core::money::{OrderQuantity, Price, Usd};
use cnop_core::order::{NewOrder, OrderStatus};

use super::Demo;
use super::check::{ensure, ensure_equal, ensure_some, refused_with};
use super::purchase::{purchases, wording};
use crate::failure::Failure;
use crate::format::{self, or_unknown};
use crate::moves;

/// How many prices are shown.
const SHOWN: usize = 5;

impl Demo<'_> {
    /// What can be bought, the largest first.
    pub(super) async fn prices(&mut self) -> Result<Vec<Asset>, Failure> {
        self.narrator.step("Look at the prices")?;
        self.narrator.calls("GET", "/inventory/assets")?;
        let assets = self.client.assets(true, 50).await?.data;
        for asset in assets.iter().take(SHOWN) {
            let price = or_unknown(asset.price_usd, format::market_price);
            let change = or_unknown(asset.price_change_percentage_24h, format::change);
            self.narrator.came_back(&format!("{} {price}, {change} in 24 hours", asset.asset_id))?;
        }
        Ok(assets)
    }

    /// Buys what fits, and says which asset that was.
    pub(super) async fn buy(&mut self, assets: &[Asset]) -> Result<AssetId, Failure> {
        let mut purchases = purchases(assets, self.cash).into_iter();
        let mut purchase = ensure_some("an asset that the account can pay for", purchases.next())?;
        self.narrator.step(&format!("Buy {}", wording(&purchase)))?;
        loop {
            match self.send(&purchase, OrderStatus::Completed).await {
                Err(Failure::Client(error)) if is_too_large(&error) => {
                    self.narrator.came_back(&format!("refused: {error}"))?;
                    purchase = purchases.next().ok_or(error)?;
                    self.narrator.came_back(&format!("so something smaller: {}", wording(&purchase)))?;
                }
                placed => return self.bought(placed?).await,
            }
        }
    }

    async fn bought(&mut self, order: Order) -> Result<AssetId, Failure> {
        let (price, total) = execution(&order)?;
        ensure_equal("the cost", &format::usd(total), &format::usd(price.cost_rounded_up(order.quantity)))?;
        let asset_id = order.asset_id;
        self.owned = order.quantity;
        self.placed.push(order);
        let cash = ensure_some("a balance within the range", self.cash.checked_sub(total))?;
        self.expect_cash(cash, "exactly what was there less the cost").await?;
        Ok(asset_id)
    }

    pub(super) async fn sell(&mut self, asset_id: AssetId) -> Result<(), Failure> {
        let half = OrderQuantity::from_units(self.owned.units() / 2);
        let quantity = half.map_err(|_| Failure::Contradiction(format!("{} is too little to sell", self.owned)))?;
        self.narrator.step(&format!("Sell {quantity} {asset_id} of it"))?;
        let order = self.send(&NewOrder::MarketSell { asset_id, quantity }, OrderStatus::Completed).await?;
        let (price, total) = execution(&order)?;
        ensure_equal("the proceeds", &format::usd(total), &format::usd(price.value_rounded_down(order.quantity)))?;
        self.owned = ensure_some("what is left", self.owned.checked_sub(order.quantity))?;
        self.placed.push(order);
        let cash = ensure_some("a balance within the range", self.cash.checked_add(total))?;
        self.expect_cash(cash, "exactly what was there and the proceeds").await
    }

    /// Places an order, which must be in this state then.
    pub(super) async fn send(&mut self, order: &NewOrder, status: OrderStatus) -> Result<Order, Failure> {
        self.narrator.calls("POST", "/orders")?;
        let placed = self.client.place_order(&order.into(), &IdempotencyKey::generate()).await?.answer;
        self.narrator.came_back(&moves::describe(&placed))?;
        ensure_equal("the order's status", &placed.status, &status)?;
        Ok(placed)
    }

    pub(super) async fn orders(&mut self) -> Result<(), Failure> {
        self.narrator.step("List the orders")?;
        self.narrator.calls("GET", "/orders")?;
        let page = self.client.orders(&OrderFilter::default(), &Page::default()).await?;
        for order in &page.data {
            let id = order.order_id;
            let Order { order_type, quantity, asset_id, status, .. } = order;
            self.narrator.came_back(&format!("{id} {order_type} {quantity} {asset_id} {status}"))?;
        }
        let newest_first = page.data.iter().eq(self.placed.iter().rev());
        ensure(newest_first && !page.has_more, || "the list is not the orders as they were answered".to_owned())?;
        self.narrator.came_back("all as they were answered, the newest first")
    }
}

/// A smaller order may pass where the server's limit is a low one, or the price has risen.
fn is_too_large(error: &ClientError) -> bool {
    refused_with(error, &[Code::OrderValueExceeded, Code::InsufficientFunds])
}

fn execution(order: &Order) -> Result<(Price, Usd), Failure> {
    Ok((ensure_some("the order's price", order.price)?, ensure_some("the order's total", order.total_amount)?))
}
