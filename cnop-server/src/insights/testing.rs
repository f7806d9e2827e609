//! Portfolios for tests.

use cnop_core::money::{Percent, Price, Quantity, Usd};
use cnop_core::order::Side;
use cnop_core::time::Timestamp;

use super::facts::{Facts, HoldingFacts, OrderFacts};

pub(super) fn now() -> Timestamp {
    "2026-02-15T08:00:00Z".parse().unwrap()
}

/// An account of 40 days with `cash` and nothing else.
pub(super) fn account(cash: &str) -> Facts {
    Facts {
        cash: cash.parse().unwrap(),
        total_value: Usd::ZERO,
        account_age_days: 40,
        holdings: Vec::new(),
        unpriced: Vec::new(),
        recent_orders: Vec::new(),
        orders_last_7_days: 0,
        now: now(),
    }
}

/// `quantity` bought at `cost` a unit, worth `price` now and `before` a day ago.
pub(super) fn holding(named: &str, quantity: &str, cost: &str, price: &str, before: Option<&str>) -> HoldingFacts {
    let (asset_id, name) = named.split_once(' ').unwrap();
    let quantity: Quantity = quantity.parse().unwrap();
    let value_at = |price: &str| price.parse::<Price>().unwrap().value_rounded_down(quantity);
    let gained_since = |then: Usd| value_at(price).checked_sub(then).unwrap();
    let day_change = before.map(|before| gained_since(value_at(before)));
    HoldingFacts {
        asset_id: asset_id.parse().unwrap(),
        name: name.to_owned(),
        quantity,
        value: value_at(price),
        share: Percent::default(),
        price: price.parse().unwrap(),
        average_cost: cost.parse().unwrap(),
        unrealized_pnl: gained_since(value_at(cost)),
        change_24h: day_change.and_then(|change| change.percent_of(value_at(before?))),
        change_7d: None,
        day_change,
        stale: false,
    }
}

pub(super) fn order(side: Side, asset_id: &str, quantity: &str, total: &str, when: &str) -> OrderFacts {
    OrderFacts {
        side,
        asset_id: asset_id.parse().unwrap(),
        quantity: quantity.parse().unwrap(),
        total: total.parse().unwrap(),
        when: when.parse().unwrap(),
    }
}

impl Facts {
    pub(super) fn aged(self, account_age_days: u32) -> Self {
        Self { account_age_days, ..self }
    }

    pub(super) fn with(mut self, holdings: impl IntoIterator<Item = HoldingFacts>) -> Self {
        self.holdings.extend(holdings);
        self
    }

    pub(super) fn traded(self, orders_last_7_days: usize, latest: OrderFacts) -> Self {
        Self { orders_last_7_days, recent_orders: vec![latest], ..self }
    }

    /// With the total and the shares that follow from the rest.
    pub(super) fn added_up(mut self) -> Self {
        self.total_value = self.cash.checked_add(self.assets_value().unwrap()).unwrap();
        for holding in &mut self.holdings {
            holding.share = holding.value.percent_of(self.total_value).unwrap_or_default();
        }
        self
    }
}
