//! What belongs to the user: cash, holdings, orders and the rest, kept live between answers by prices and events.

use cnop_core::api::{AssetBalance, Balance, Insight, Limits, Order, Portfolio, PortfolioAsset, Transaction, User};
use cnop_core::asset_id::AssetId;
use cnop_core::ids::OrderId;
use cnop_core::money::{Figure, Percent, Quantity, Usd};
use cnop_core::order::OrderStatus;
use cnop_core::time::Timestamp;

use super::known::Known;
use super::market::Market;

/// Orders that are kept at hand, whatever became of them.
pub(crate) const RECENT: usize = 20;

/// Everything known of the user.
#[derive(Debug, Default)]
pub(crate) struct Wallet {
    pub(crate) balance: Known<Balance>,
    pub(crate) portfolio: Known<Portfolio>,
    /// Whether something changed since the portfolio was last asked for.
    pub(crate) is_outdated: bool,
    pub(crate) holdings: Known<Vec<AssetBalance>>,
    pub(crate) open_orders: Known<Vec<Order>>,
    /// The newest orders, whatever became of them.
    pub(crate) recent: Known<Vec<Order>>,
    /// As many of all orders as were looked at, or of those of one asset.
    pub(crate) orders: Known<Pages<Order>>,
    /// Which asset's orders those are; `None` for all.
    pub(crate) orders_of: Option<AssetId>,
    pub(crate) transactions: Known<Pages<Transaction>>,
    pub(crate) limits: Known<Limits>,
    pub(crate) insight: Known<Insight>,
    pub(crate) profile: Known<User>,
}

/// Pages of a list, one after the other.
#[derive(Debug, Clone)]
pub(crate) struct Pages<T> {
    pub(crate) items: Vec<T>,
    /// Where the next page begins; `None` where there is none.
    pub(crate) next: Option<String>,
}

impl<T: Clone> Pages<T> {
    /// The same behind the pages before it, if there are any.
    pub(crate) fn behind(self, earlier: Option<&Self>) -> Self {
        let items = earlier.map(|pages| pages.items.clone()).unwrap_or_default();
        Self { items: items.into_iter().chain(self.items).collect(), next: self.next }
    }
}

/// What one holding comes to at the prices of now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) asset_id: AssetId,
    pub(crate) quantity: Quantity,
    pub(crate) average_cost: Option<Usd>,
    /// `None` without a price.
    pub(crate) value: Option<Usd>,
    pub(crate) gain: Option<Usd>,
    pub(crate) gain_percent: Option<Percent>,
    pub(crate) day_change: Option<Usd>,
    pub(crate) share: Option<Percent>,
    pub(crate) stale: bool,
}

/// What everything comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) cash: Usd,
    pub(crate) assets: Usd,
    pub(crate) all: Usd,
    pub(crate) gain: Usd,
    pub(crate) day_change: Usd,
}

impl Wallet {
    /// Every holding, valued anew.
    pub(crate) fn positions(&self, market: &Market) -> Vec<Position> {
        let Some(portfolio) = self.portfolio.get() else { return Vec::new() };
        let mut positions: Vec<_> = portfolio.assets.iter().map(|asset| position(asset, market)).collect();
        if let Some(all) = self.cash().and_then(|cash| sum(&positions).checked_add(cash)) {
            positions
                .iter_mut()
                .for_each(|position| position.share = position.value.and_then(|value| value.percent_of(all)));
        }
        positions
    }

    /// What everything comes to; `None` before it is known.
    pub(crate) fn totals(&self, market: &Market) -> Option<Totals> {
        let (positions, cash) = (self.positions(market), self.cash()?);
        self.portfolio.get()?;
        let assets = sum(&positions);
        let add = |figure: fn(&Position) -> Option<Usd>| {
            positions.iter().filter_map(figure).try_fold(Usd::ZERO, Usd::checked_add)
        };
        Some(Totals {
            cash,
            assets,
            all: assets.checked_add(cash)?,
            gain: add(|position| position.gain)?,
            day_change: add(|position| position.day_change)?,
        })
    }

    /// When the oldest price of what is owned was seen, where that is long ago: the values are as old.
    pub(crate) fn priced_at(&self, market: &Market, is_live: bool, now: Timestamp) -> Option<Timestamp> {
        let owned = self.portfolio.get().into_iter().flat_map(|portfolio| &portfolio.assets);
        owned.filter_map(|owned| market.old_since(market.asset(owned.asset_id)?, is_live, now)).min()
    }

    /// An order, as it is now as far as it is known.
    pub(crate) fn order(&self, order_id: OrderId) -> Option<&Order> {
        let open = self.open_orders.get().into_iter().flatten();
        let pages = self.orders.get().into_iter().flat_map(|pages| &pages.items);
        open.chain(pages).chain(self.recent.get().into_iter().flatten()).find(|order| order.order_id == order_id)
    }

    fn cash(&self) -> Option<Usd> {
        self.balance.get().map(|balance| balance.current_balance)
    }

    /// Takes in an order as it is now.
    pub(crate) fn tell_order(&mut self, order: &Order) {
        if let Some(open) = self.open_orders.get_mut() {
            let known = open.iter().position(|known| known.order_id == order.order_id);
            match (known, order.status) {
                (Some(at), OrderStatus::Queued) => open[at] = order.clone(),
                (Some(at), _) => drop(open.remove(at)),
                (None, OrderStatus::Queued) => open.insert(0, order.clone()),
                (None, _) => {}
            }
        }
        if let Some(recent) = self.recent.get_mut() {
            put(recent, order);
            recent.truncate(RECENT);
        }
        if let Some(pages) = self.orders.get_mut()
            && self.orders_of.is_none_or(|asset_id| asset_id == order.asset_id)
        {
            put(&mut pages.items, order);
        }
    }
}

/// In its place: where it stood, else by its age. One that is older than all of them belongs to a later page.
fn put(orders: &mut Vec<Order>, order: &Order) {
    if let Some(known) = orders.iter_mut().find(|known| known.order_id == order.order_id) {
        *known = order.clone();
        return;
    }
    let place = orders.iter().position(|known| known.created_at <= order.created_at);
    if let Some(place) = place.or(orders.is_empty().then_some(0)) {
        orders.insert(place, order.clone());
    }
}

fn sum(positions: &[Position]) -> Usd {
    let values = positions.iter().filter_map(|position| position.value);
    values.fold(Usd::ZERO, |sum, value| sum.checked_add(value).unwrap_or(sum))
}

/// What a value was won or lost within a day in which its price changed by so many percent, to the cent. The price of a
/// day ago goes on as that of now does: only the market knows both.
fn within_a_day(value: Usd, percent: Figure) -> Option<Usd> {
    // The market tells percents with 4 decimals.
    const ONE: i128 = 1_000_000;
    let millionths = (percent.to_f64() * 1e4).round() as i128;
    let then = value.units().checked_mul(ONE)?.checked_div(ONE + millionths)?;
    let cent = 10_i128.pow(Usd::DECIMALS - 2);
    Usd::from_units((value.units() - then) / cent * cent).ok()
}

/// The basis is what the server's value and gain leave between them: it does not move with prices.
fn position(asset: &PortfolioAsset, market: &Market) -> Position {
    let then = asset.market_value;
    let basis = then.and_then(|value| value.checked_sub(asset.unrealized_pnl?));
    let price = market.price(asset.asset_id).or(asset.current_price);
    let value = price.map(|price| price.value_rounded_down(asset.quantity));
    let gain = value.and_then(|value| value.checked_sub(basis?));
    let moved = value.and_then(|value| value.checked_sub(then?));
    let percent = market.asset(asset.asset_id).and_then(|asset| asset.price_change_percentage_24h);
    let day_change = value.zip(percent).and_then(|(value, percent)| within_a_day(value, percent));
    Position {
        asset_id: asset.asset_id,
        quantity: asset.quantity,
        average_cost: asset.average_cost,
        value,
        gain,
        gain_percent: gain.and_then(|gain| gain.percent_of(basis?)),
        day_change: day_change.or_else(|| moved.and_then(|moved| asset.day_change?.checked_add(moved))),
        share: None,
        stale: market.asset(asset.asset_id).map_or(asset.stale, |asset| asset.stale),
    }
}
