//! Random lives of orders that wait, with restarts between them: at every moment everything adds up.

use cnop_core::ids::Sequence;
use cnop_core::ledger::{Event, Hold};
use cnop_core::money::{OrderQuantity, Price, Quantity, Usd};
use cnop_core::order::{LimitTerms, NewOrder, Side, WhyCancelled};
use proptest::prelude::*;
use proptest::sample::Index;

use super::bench::{Bench, buy, deposit, read, sell, withdraw};
use crate::store::OrderKind;
use crate::store::view::Session;

const ASSETS: [&str; 2] = ["BTC", "ETH"];

/// One thing that happens. Quantities and prices are units.
#[derive(Debug, Clone)]
enum Step {
    Place { user: usize, side: Side, asset: usize, quantity: i128, limit: i128, life_ms: i64 },
    Meet { order: Index, event: Event },
    Cancel { order: Index },
    Market { user: usize, side: Side, asset: usize },
    Move { user: usize, amount: u32, out: bool },
    Wait(i64),
    Restart,
}

fn any_step() -> impl Strategy<Value = Step> {
    let side = || prop_oneof![Just(Side::Buy), Just(Side::Sell)];
    let price = || 5 * 10_i128.pow(14)..=5 * 10_i128.pow(15);
    let event = prop_oneof![
        3 => price().prop_map(|units| Event::Price(Price::from_units(units).unwrap())),
        1 => Just(Event::Deadline),
        1 => Just(Event::Cancel(WhyCancelled::NotTradable)),
    ];
    prop_oneof![
        4 => (0..2_usize, side(), 0..2_usize, 100_000..=50_000_000_i128, price(), 1..200_000_i64).prop_map(
            |(user, side, asset, quantity, limit, life_ms)| Step::Place { user, side, asset, quantity, limit, life_ms }
        ),
        6 => (any::<Index>(), event).prop_map(|(order, event)| Step::Meet { order, event }),
        1 => any::<Index>().prop_map(|order| Step::Cancel { order }),
        2 => (0..2_usize, side(), 0..2_usize).prop_map(|(user, side, asset)| Step::Market { user, side, asset }),
        1 => (0..2_usize, 1..2_000_u32, any::<bool>()).prop_map(|(user, amount, out)| Step::Move { user, amount, out }),
        2 => (0..60_000_i64).prop_map(Step::Wait),
        1 => Just(Step::Restart),
    ]
}

struct World {
    bench: Bench,
    users: [Session; 2],
    orders: Vec<(Session, Sequence)>,
}

impl World {
    fn new() -> Self {
        let bench = Bench::new();
        let users = [bench.funded("ada_lovelace"), bench.funded("bob_builder")];
        for user in users {
            bench.place(user, buy("BTC", "0.05"));
            bench.place(user, buy("ETH", "1"));
        }
        Self { bench, users, orders: Vec::new() }
    }

    /// Refusals are as welcome as successes: what they leave behind is looked at.
    fn take(mut self, step: &Step) -> Self {
        let bench = &self.bench;
        match *step {
            Step::Place { user, side, asset, quantity, limit, life_ms } => {
                let terms = LimitTerms {
                    asset_id: read(ASSETS[asset]),
                    quantity: OrderQuantity::from_units(quantity).unwrap(),
                    price: Price::from_units(limit).unwrap(),
                    expires_at: Some(bench.now().plus_millis(life_ms)),
                };
                let order = if side == Side::Buy { NewOrder::LimitBuy(terms) } else { NewOrder::LimitSell(terms) };
                let placed = bench.run(bench.order(self.users[user], order));
                self.orders.extend(placed.map(|record| (self.users[user], record.sequence)));
            }
            Step::Meet { order, event } => {
                if let Some((user, order)) = self.pick(order) {
                    bench.advance(user, order, event);
                }
            }
            Step::Cancel { order } => {
                if let Some((user, order)) = self.pick(order) {
                    let _ = bench.cancel(user, order);
                }
            }
            Step::Market { user, side, asset } => {
                let order = if side == Side::Buy { buy } else { sell }(ASSETS[asset], "0.03");
                let _ = bench.run(bench.order(self.users[user], order));
            }
            Step::Move { user, amount, out } => {
                let command = if out { withdraw } else { deposit }(&amount.to_string());
                let _ = bench.run(bench.money(self.users[user], command));
            }
            Step::Wait(millis) => {
                bench.step_clock(millis);
                bench.refresh_prices();
            }
            Step::Restart => self.bench = self.bench.reopened(),
        }
        self
    }

    fn pick(&self, index: Index) -> Option<(Session, Sequence)> {
        (!self.orders.is_empty()).then(|| *index.get(&self.orders))
    }

    /// Available and held are all there is, what is held is what waiting orders need, and the history is the rest.
    fn assert_sound(&self) {
        self.bench.assert_sound();
        for user in self.users {
            let account = self.bench.account(user);
            let (mut cash, mut held) = (Usd::ZERO, vec![Quantity::ZERO; ASSETS.len()]);
            for (_, order) in self.orders.iter().filter(|(owner, _)| *owner == user) {
                let record = self.bench.look(|view| view.order(user.user, *order)).unwrap();
                let OrderKind::Limit(order) = record.kind else { panic!("{record:?}") };
                match order.hold() {
                    _ if !order.is_open() => {}
                    Hold::Cash(amount) => cash = cash.checked_add(amount).unwrap(),
                    Hold::Asset(asset_id, quantity) => {
                        let asset = ASSETS.iter().position(|name| *name == asset_id.as_str()).unwrap();
                        held[asset] = held[asset].checked_add(quantity).unwrap();
                    }
                }
            }
            assert_eq!(account.state().held, cash);
            assert_eq!(account.available().checked_add(cash), Some(account.state().cash));
            for (asset, held) in ASSETS.iter().zip(held) {
                let holding = account.holding(read(asset)).unwrap();
                assert_eq!((holding.held, holding.available().checked_add(held)), (held, Some(holding.quantity)));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_happens_to_orders_every_account_adds_up(steps in prop::collection::vec(any_step(), 1..40)) {
        let mut world = World::new();
        for step in &steps {
            world = world.take(step);
            world.assert_sound();
        }
    }
}
