//! The rules of waiting orders as tables, and what holds for every sequence of events.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::asset_id::AssetId;
use crate::ledger::{Command, Effects, decide};
use crate::money::{OrderQuantity, Quantity};
use crate::order::{BuySize, LimitTerms, OrderStatus, Seen};

const NOON: i64 = 1_771_156_800_000; // 2026-02-15T12:00:00Z
const HOUR_MS: i64 = 3_600_000;

fn limits() -> Limits {
    Limits {
        daily_deposit: Usd::whole(10_000),
        daily_withdrawal: Usd::whole(5_000),
        max_order_value: Usd::whole(10_000),
    }
}

fn noon() -> Timestamp {
    Timestamp::from_millis(NOON)
}

fn read<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn btc() -> AssetId {
    read("BTC")
}

fn at(millis: i64) -> Sequence {
    Sequence::first_of(noon().plus_millis(millis))
}

fn order(side: Side, quantity: &str, limit: &str) -> LimitOrder {
    let terms = LimitTerms {
        asset_id: btc(),
        quantity: read(quantity),
        price: read(limit),
        expires_at: Some(noon().plus_millis(HOUR_MS)),
    };
    LimitOrder::new(side, &terms, Seen { price: read("50000"), at: noon() }, noon())
}

/// 9,000 USD of deposits, 0.1 BTC bought at 50,000, and so 4,000 USD of cash.
fn funded() -> Account {
    let mut account = Account::opened(noon());
    let buy = Command::Buy { asset_id: btc(), size: BuySize::Quantity(read("0.1")), price: read("50000") };
    for command in [Command::Deposit(read("9000")), buy] {
        account = decide(&account, command, noon(), &limits()).unwrap().account;
    }
    account
}

fn placed(account: &Account, order: &LimitOrder) -> Account {
    place(account, order, 0, noon(), &limits()).unwrap()
}

fn price(text: &str) -> Event {
    Event::Price(read(text))
}

/// Holds available cash, held cash, available BTC and held BTC.
#[track_caller]
fn assert_figures(account: &Account, expected: [&str; 4]) {
    let holding = account.holding(btc()).unwrap();
    let figures = [
        account.available().to_string(),
        account.state().held.to_string(),
        holding.available().to_string(),
        holding.held.to_string(),
    ];
    assert_eq!(figures, expected.map(str::to_owned));
}

#[test]
fn a_purchase_holds_its_cost_rounded_up_and_a_sale_its_quantity() {
    let account = placed(&funded(), &order(Side::Buy, "0.00300001", "33333.333333333333"));
    assert_figures(&account, ["3899.99966666", "100.00033334", "0.1", "0"]);
    let account = placed(&account, &order(Side::Sell, "0.04", "60000"));
    assert_figures(&account, ["3899.99966666", "100.00033334", "0.06", "0.04"]);
    assert_eq!(account.state().cash, Usd::whole(4_000));
    assert_eq!(account.state().counts, funded().state().counts, "a hold is no entry");
}

#[test]
fn an_order_executes_at_the_price_it_meets_and_gives_back_the_rest() {
    let buy = order(Side::Buy, "0.05", "60000");
    let account = placed(&funded(), &buy);
    assert_figures(&account, ["1000", "3000", "0.1", "0"]);
    assert_eq!(meet(&account, &buy, price("60000.000000000001"), at(1)).unwrap(), None);
    let ended = meet(&account, &buy, price("59000"), at(1)).unwrap().unwrap();
    assert_figures(&ended.account, ["1050", "0", "0.15", "0"]);
    let state = LimitState::Completed { at: at(1), price: read("59000"), total: Usd::whole(2_950) };
    assert_eq!((ended.order.state, ended.trade.unwrap().total), (state, Usd::whole(2_950)));

    let sell = order(Side::Sell, "0.1", "60000");
    let account = placed(&funded(), &sell);
    assert_eq!(meet(&account, &sell, price("59999.999999999999"), at(1)).unwrap(), None);
    let ended = meet(&account, &sell, price("61000.5"), at(1)).unwrap().unwrap();
    assert_figures(&ended.account, ["10100.05", "0", "0", "0"]);
    assert_eq!(meet(&account, &sell, price("60000"), at(1)).unwrap().unwrap().trade.unwrap().total, Usd::whole(6_000));
}

#[test]
fn what_is_cancelled_or_over_gives_everything_back() {
    for (side, event) in [
        (Side::Buy, Event::Cancel(WhyCancelled::ByOwner)),
        (Side::Sell, Event::Cancel(WhyCancelled::NotTradable)),
        (Side::Buy, Event::Deadline),
        (Side::Sell, Event::Deadline),
    ] {
        let order = order(side, "0.01", "60000");
        let ended = meet(&placed(&funded(), &order), &order, event, at(HOUR_MS)).unwrap().unwrap();
        assert_figures(&ended.account, ["4000", "0", "0.1", "0"]);
        assert_eq!(ended.trade, None);
    }
}

#[test]
fn nothing_is_executed_from_its_last_moment_on() {
    let buy = order(Side::Buy, "0.01", "60000");
    let account = placed(&funded(), &buy);
    let status =
        |event, millis| meet(&account, &buy, event, at(millis)).unwrap().map(|ended| ended.order.state.status());
    assert_eq!(status(price("50000"), HOUR_MS - 1), Some(OrderStatus::Completed));
    assert_eq!(status(price("50000"), HOUR_MS), Some(OrderStatus::Expired));
    assert_eq!(status(price("70000"), HOUR_MS), Some(OrderStatus::Expired));
    assert_eq!(status(Event::Deadline, HOUR_MS - 1), None);
    assert_eq!(status(Event::Deadline, HOUR_MS), Some(OrderStatus::Expired));
}

#[test]
fn a_trade_that_the_account_cannot_take_fails_and_gives_everything_back() {
    let mut state = funded().state().clone();
    state.holdings.get_mut(&btc()).unwrap().quantity = read("1000000000000");
    let full = Account::restore(state).unwrap();
    let buy = order(Side::Buy, "0.01", "60000");
    let ended = meet(&placed(&full, &buy), &buy, price("50000"), at(1)).unwrap().unwrap();
    assert_eq!((ended.order.state, ended.trade), (LimitState::Failed { at: at(1) }, None));
    assert_figures(&ended.account, ["4000", "0", "1000000000000", "0"]);
}

#[test]
fn an_order_ends_once() {
    let buy = order(Side::Buy, "0.01", "60000");
    let account = placed(&funded(), &buy);
    let events = [price("50000"), Event::Cancel(WhyCancelled::ByOwner), Event::Deadline];
    for first in events {
        let ended = meet(&account, &buy, first, at(HOUR_MS)).unwrap().unwrap();
        for second in events {
            assert_eq!(meet(&ended.account, &ended.order, second, at(HOUR_MS + 1)).unwrap(), None);
        }
    }
}

#[track_caller]
fn refuses(account: &Account, order: &LimitOrder, open: usize, expected: &str) {
    let refused = place(account, order, open, noon(), &limits()).expect_err("should be refused");
    assert_eq!(refused.to_string(), expected);
}

#[test]
fn every_refusal_says_what_is_wrong_and_what_is_there() {
    let account = funded();
    refuses(&account, &order(Side::Buy, "0.1", "60000"), 0, "Buying 0.1 BTC costs $6,000.00; $4,000.00 is available.");
    refuses(
        &account,
        &order(Side::Sell, "0.11", "60000"),
        0,
        "Selling 0.11 BTC is not possible; 0.1 BTC is available.",
    );
    let dear = "An order may be worth at most $10,000.00; 0.1 BTC come to $10,000.10.";
    for side in [Side::Buy, Side::Sell] {
        refuses(&account, &order(side, "0.1", "100001"), 200, dear);
        refuses(
            &account,
            &order(side, "0.1", "60000"),
            200,
            "At most 200 orders may wait at a time, and so many do. Cancel one, or wait until one is executed.",
        );
    }
    assert!(place(&account, &order(Side::Sell, "0.1", "100000"), 199, noon(), &limits()).is_ok());
    refuses(
        &account,
        &order(Side::Sell, "0.001", "0.000000000001"),
        0,
        "0.001 BTC come to less than the smallest amount of $0.00000001.",
    );
    let nothing = Account::opened(noon());
    refuses(
        &nothing,
        &order(Side::Sell, "0.001", "60000"),
        0,
        "Selling 0.001 BTC is not possible; 0 BTC is available.",
    );
}

#[test]
fn an_order_that_names_no_end_waits_for_30_days() {
    let terms = LimitTerms { asset_id: btc(), quantity: read("1"), price: read("1"), expires_at: None };
    let order = LimitOrder::new(Side::Buy, &terms, Seen { price: read("1"), at: noon() }, noon());
    assert_eq!(order.expires_at.to_string(), "2026-03-17T12:00:00.000Z");
}

/// What is done to an account with many orders.
#[derive(Debug, Clone)]
enum Step {
    Place {
        side: Side,
        asset: &'static str,
        quantity: i128,
        limit: i128,
        life_ms: i64,
    },
    /// Everything that waits meets this price at the same moment, in order.
    Tick {
        asset: &'static str,
        price: i128,
    },
    Cancel(prop::sample::Index),
    Sweep,
    Move(Command),
}

fn any_step() -> impl Strategy<Value = Step> {
    let asset = || prop_oneof![Just("BTC"), Just("ETH")];
    let side = prop_oneof![Just(Side::Buy), Just(Side::Sell)];
    let price = || 10_i128.pow(14)..=2 * 10_i128.pow(14);
    let quantity = || 100_000_i128..=500_000_000_i128;
    let amount = (1_u64..=9_000).prop_map(|whole| read(&whole.to_string()));
    prop_oneof![
        4 => (side, asset(), quantity(), price(), 1_i64..50_000_000)
            .prop_map(|(side, asset, quantity, limit, life_ms)| Step::Place { side, asset, quantity, limit, life_ms }),
        3 => (asset(), price()).prop_map(|(asset, price)| Step::Tick { asset, price }),
        1 => any::<prop::sample::Index>().prop_map(Step::Cancel),
        1 => Just(Step::Sweep),
        1 => amount.prop_map(|amount| Step::Move(Command::Deposit(amount))),
        1 => (asset(), quantity(), price()).prop_map(|(asset, quantity, price)| Step::Move(Command::Buy {
            asset_id: read(asset),
            size: BuySize::Quantity(OrderQuantity::from_units(quantity).unwrap()),
            price: Price::from_units(price).unwrap(),
        })),
        1 => (asset(), quantity(), price()).prop_map(|(asset, quantity, price)| Step::Move(Command::Sell {
            asset_id: read(asset),
            quantity: OrderQuantity::from_units(quantity).unwrap(),
            price: Price::from_units(price).unwrap(),
        })),
    ]
}

/// An account, every order ever placed on it, and every entry.
struct World {
    account: Account,
    orders: Vec<LimitOrder>,
    entries: Vec<Entry>,
    now: Sequence,
}

impl World {
    fn take(&mut self, step: Step, pause_ms: i64) {
        self.now = self.now.next_at(self.now.time().plus_millis(pause_ms));
        let now = self.now.time();
        match step {
            Step::Place { side, asset, quantity, limit, life_ms } => {
                let terms = LimitTerms {
                    asset_id: read(asset),
                    quantity: OrderQuantity::from_units(quantity).unwrap(),
                    price: Price::from_units(limit).unwrap(),
                    expires_at: Some(now.plus_millis(life_ms)),
                };
                let order = LimitOrder::new(side, &terms, Seen { price: terms.price, at: now }, now);
                if let Ok(account) = place(&self.account, &order, 0, now, &limits()) {
                    assert_eq!(account.state().cash, self.account.state().cash);
                    self.account = account;
                    self.orders.push(order);
                }
            }
            Step::Tick { asset, price } => {
                let price = Price::from_units(price).unwrap();
                for number in 0..self.orders.len() {
                    if self.orders[number].asset_id.as_str() == asset {
                        self.meet(number, Event::Price(price));
                    }
                }
            }
            Step::Cancel(_) if self.orders.is_empty() => {}
            Step::Cancel(index) => {
                self.meet(index.index(self.orders.len()), Event::Cancel(WhyCancelled::ByOwner));
            }
            Step::Sweep => (0..self.orders.len()).for_each(|number| self.meet(number, Event::Deadline)),
            Step::Move(command) => {
                if let Ok(Effects { account, entry }) = decide(&self.account, command, now, &limits()) {
                    self.account = account;
                    self.entries.push(entry);
                }
            }
        }
    }

    fn meet(&mut self, number: usize, event: Event) {
        self.now = self.now.next_at(self.now.time());
        let before = self.orders[number].clone();
        let Some(Ended { account, order, trade }) = meet(&self.account, &before, event, self.now).unwrap() else {
            return;
        };
        assert!(before.is_open() && !order.is_open());
        assert_eq!(order.state.ended_at(), Some(self.now));
        assert_eq!(trade.is_some(), matches!(order.state, LimitState::Completed { .. }));
        if let Some(trade) = trade {
            assert!(order.takes(trade.price) && !order.is_over(self.now.time()));
            assert_eq!(trade.total, trade.expected_total());
            self.entries.push(Entry::Trade(trade));
        }
        self.account = account;
        self.orders[number] = order;
    }

    fn assert_sound(&self) {
        let (mut cash, mut held_cash) = (0, 0);
        let (mut owned, mut held) = (BTreeMap::new(), BTreeMap::new());
        for entry in &self.entries {
            cash += entry.cash_change().units();
            if let Entry::Trade(Trade { side, asset_id, quantity, .. }) = entry {
                let sign = if *side == Side::Buy { 1 } else { -1 };
                *owned.entry(*asset_id).or_insert(0) += sign * quantity.units();
            }
        }
        for order in self.orders.iter().filter(|order| order.is_open()) {
            match order.hold() {
                Hold::Cash(amount) => held_cash += amount.units(),
                Hold::Asset(asset_id, quantity) => *held.entry(asset_id).or_insert(0) += quantity.units(),
            }
        }
        let state = self.account.state();
        assert_eq!((state.cash.units(), state.held.units()), (cash, held_cash));
        assert_eq!(self.account.available().units(), cash - held_cash);
        assert!(cash - held_cash >= 0 && held_cash >= 0);
        for (asset_id, holding) in &state.holdings {
            let of = |figures: &BTreeMap<AssetId, i128>| figures.get(asset_id).copied().unwrap_or_default();
            assert_eq!((holding.quantity.units(), holding.held.units()), (of(&owned), of(&held)));
            assert!(holding.held <= holding.quantity && holding.available() >= Quantity::ZERO);
        }
        assert!(Account::restore(state.clone()).is_ok());
    }
}

proptest! {
    #[test]
    fn what_is_held_is_what_open_orders_need_and_what_is_owned_is_the_history(
        steps in prop::collection::vec((any_step(), 0_i64..10_000_000), 1..80),
    ) {
        let mut world =
            World { account: Account::opened(noon()), orders: vec![], entries: vec![], now: Sequence::first_of(noon()) };
        world.take(Step::Move(Command::Deposit(read("10000"))), 0);
        for (step, pause_ms) in steps {
            world.take(step, pause_ms);
            world.assert_sound();
        }
        world.orders.iter().enumerate().map(|(number, _)| number).collect::<Vec<_>>().into_iter()
            .for_each(|number| world.meet(number, Event::Cancel(WhyCancelled::ByOwner)));
        world.assert_sound();
        prop_assert_eq!(world.account.available(), world.account.state().cash);
    }
}
