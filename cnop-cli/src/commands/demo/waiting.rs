//! The demo's orders with a limit: one that waits and is cancelled, and one whose price stands already.

use std::time::Duration;

use cnop_core::api::Order;
use cnop_core::asset_id::AssetId;
use cnop_core::money::{OrderQuantity, Price, Usd};
use cnop_core::order::{LimitTerms, NewOrder, OrderStatus};

use super::Demo;
use super::check::{ensure, ensure_equal, ensure_some};
use super::purchase::wording;
use crate::failure::Failure;
use crate::format;
use crate::moves;

/// The least that can be bought: it fits whatever is left of the account.
const LEAST: &str = "0.001";

/// Half the price: no market falls so far within a walk.
const FAR_HUNDREDTHS: i128 = 50;

/// A tenth above the price: no market rises so far within a walk.
const NEAR_HUNDREDTHS: i128 = 110;

/// An order whose price stands is executed in the next batch, which takes milliseconds; a busy machine takes longer.
const LOOKS: u32 = 100;
const PAUSE: Duration = Duration::from_millis(100);

impl Demo<'_> {
    /// Sets money aside for a price that will not come, and takes it back.
    pub(super) async fn wait_in_vain(&mut self, asset_id: AssetId) -> Result<(), Failure> {
        let order = self.limit_buy(asset_id, FAR_HUNDREDTHS)?;
        self.narrator.step(&format!("Wait for a better price: buy {}", wording(&order)))?;
        let terms = order.limit().expect("it has a limit");
        let held = terms.price.cost_rounded_up(terms.quantity.get());
        let placed = self.send(&order, OrderStatus::Queued).await?;
        self.expect_held(held, "the rest is set aside for the order").await?;
        self.narrator.calls("DELETE", "/orders/{order_id}")?;
        let cancelled = self.client.cancel_order(&placed.order_id.to_string()).await?;
        ensure_equal("the order's status", &cancelled.status, &OrderStatus::Cancelled)?;
        self.narrator.came_back(&moves::describe(&cancelled))?;
        self.placed.push(cancelled);
        self.expect_held(Usd::ZERO, "all of it again").await
    }

    /// Buys at a limit that the price meets already: at the price, which is better than asked.
    pub(super) async fn buy_within_limit(&mut self, asset_id: AssetId) -> Result<(), Failure> {
        let order = self.limit_buy(asset_id, NEAR_HUNDREDTHS)?;
        self.narrator.step(&format!("Buy within a limit that stands: {}", wording(&order)))?;
        let limit = order.limit().expect("it has a limit").price;
        let placed = self.send(&order, OrderStatus::Queued).await?;
        let executed = self.executed(&placed).await?;
        let price = ensure_some("the order's price", executed.price)?;
        let total = ensure_some("the order's total", executed.total_amount)?;
        ensure(price <= limit, || format!("{} is worse than asked", format::price(price)))?;
        ensure_equal("the cost", &format::usd(total), &format::usd(price.cost_rounded_up(executed.quantity)))?;
        self.owned = ensure_some("a quantity within the range", self.owned.checked_add(executed.quantity))?;
        self.placed.push(executed);
        let cash = ensure_some("a balance within the range", self.cash.checked_sub(total))?;
        self.expect_cash(cash, "exactly what was there less the cost").await
    }

    /// The price of the first purchase, moved.
    fn limit_buy(&self, asset_id: AssetId, hundredths: i128) -> Result<NewOrder, Failure> {
        let price = ensure_some("the price of the purchase", self.placed.first().and_then(|order| order.price))?;
        let price = Price::from_units(price.units() * hundredths / 100);
        let price = price.map_err(|error| Failure::Contradiction(format!("the limit {error}")))?;
        let quantity: OrderQuantity = LEAST.parse().expect("the least is enough");
        Ok(NewOrder::LimitBuy(LimitTerms { asset_id, quantity, price, expires_at: None }))
    }

    /// Looks at the order until it waits no more.
    async fn executed(&mut self, placed: &Order) -> Result<Order, Failure> {
        self.narrator.calls("GET", "/orders/{order_id}")?;
        let id = placed.order_id.to_string();
        for _ in 0..LOOKS {
            let order = self.client.order(&id).await?;
            if order.status != OrderStatus::Queued {
                self.narrator.came_back(&moves::describe(&order))?;
                ensure_equal("the order's status", &order.status, &OrderStatus::Completed)?;
                return Ok(order);
            }
            tokio::time::sleep(PAUSE).await;
        }
        Err(Failure::Contradiction("the order waits, though its price stands".to_owned()))
    }

    /// Reads the balance, of which `expected` must be held.
    async fn expect_held(&mut self, expected: Usd, why: &str) -> Result<(), Failure> {
        self.narrator.calls("GET", "/balance")?;
        let balance = self.client.balance().await?;
        let [held, all] = [balance.held_balance, balance.current_balance].map(format::usd);
        ensure_equal("what is held", &held, &format::usd(expected))?;
        ensure_equal("the balance", &all, &format::usd(self.cash))?;
        let free = self.cash.checked_sub(expected).unwrap_or_default();
        ensure_equal("what is free", &format::usd(balance.available_balance), &format::usd(free))?;
        self.narrator.came_back(&format!("{all}, {} of it free: {why}", format::usd(free)))
    }
}
