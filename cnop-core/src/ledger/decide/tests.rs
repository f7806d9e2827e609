//! The rules as tables, and what holds for every sequence of commands.

use proptest::prelude::*;

use super::*;
use crate::ledger::AccountState;

const NOON: i64 = 1_771_156_800_000; // 2026-02-15T12:00:00Z

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

fn btc() -> AssetId {
    "BTC".parse().unwrap()
}

fn read<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn buy_of(quantity: &str, price: &str) -> Command {
    Command::Buy { asset_id: btc(), size: BuySize::Quantity(read(quantity)), price: read(price) }
}

fn buy_for(amount: &str, price: &str) -> Command {
    Command::Buy { asset_id: btc(), size: BuySize::Amount(read(amount)), price: read(price) }
}

fn sell_of(quantity: &str, price: &str) -> Command {
    Command::Sell { asset_id: btc(), quantity: read(quantity), price: read(price) }
}

fn pocket() -> Command {
    Command::Claim(RedPocket { amount: read("8.88"), big: false })
}

/// An account with 9,000 USD of today's deposits, 0.1 BTC bought at 50,000, and so 4,000 USD of cash.
fn funded() -> Account {
    let mut account = Account::opened(noon());
    for command in [Command::Deposit(read("9000")), buy_of("0.1", "50000")] {
        account = decide(&account, command, noon(), &limits()).unwrap().account;
    }
    account
}

/// The same with 3,500 USD and 0.04 BTC held for open orders.
fn with_holds() -> Account {
    let mut state: AccountState = funded().state().clone();
    state.held = Usd::whole(3_500);
    state.holdings.get_mut(&btc()).unwrap().held = read("0.04");
    Account::restore(state).unwrap()
}

#[track_caller]
fn refuses(account: &Account, command: Command, expected: &str) {
    let refused = decide(account, command, noon(), &limits()).expect_err("should be refused");
    assert_eq!(refused.to_string(), expected);
}

#[test]
fn every_refusal_says_what_is_wrong_and_what_is_there() {
    let resets = "2026-02-16T00:00:00.000Z";
    let account = funded();
    refuses(
        &account,
        Command::Deposit(read("1000.01")),
        &format!(
            "The daily deposit limit is $10,000.00; $9,000.00 of it is used, $1,000.00 is left until it resets at {resets}."
        ),
    );
    refuses(&account, Command::Withdraw(read("4000.01")), "The withdrawal needs $4,000.01; $4,000.00 is available.");
    refuses(&account, buy_of("0.1", "84110.4"), "Buying 0.1 BTC costs $8,411.04; $4,000.00 is available.");
    refuses(
        &account,
        buy_of("0.2", "84110.4"),
        "An order may be worth at most $10,000.00; 0.2 BTC come to $16,822.08.",
    );
    refuses(&account, sell_of("0.2", "40000"), "Selling 0.2 BTC is not possible; 0.1 BTC is available.");
}

#[test]
fn a_purchase_or_sale_of_nothing_is_refused() {
    let rich = funded();
    refuses(
        &rich,
        sell_of("0.001", "0.000000000001"),
        "0.001 BTC come to less than the smallest amount of $0.00000001.",
    );
}

#[test]
fn what_is_held_can_be_neither_spent_nor_sold_nor_withdrawn() {
    let account = with_holds();
    refuses(&account, Command::Withdraw(read("500.01")), "The withdrawal needs $500.01; $500.00 is available.");
    refuses(&account, buy_of("0.011", "50000"), "Buying 0.011 BTC costs $550.00; $500.00 is available.");
    refuses(&account, sell_of("0.061", "50000"), "Selling 0.061 BTC is not possible; 0.06 BTC is available.");
    assert!(decide(&account, sell_of("0.06", "50000"), noon(), &limits()).is_ok());
}

#[test]
fn funds_come_before_the_daily_limit_of_a_withdrawal() {
    let mut account = Account::opened(noon());
    account = decide(&account, Command::Deposit(read("10000")), noon(), &limits()).unwrap().account;
    let refused = |amount: &str| decide(&account, Command::Withdraw(read(amount)), noon(), &limits()).unwrap_err();
    assert!(matches!(refused("10000.01"), Refused::InsufficientFunds { .. }));
    assert!(matches!(refused("5000.01"), Refused::DailyLimitExceeded { which: DailyLimit::Withdrawal, .. }));
}

#[test]
fn order_value_comes_before_funds_and_assets() {
    let empty = Account::opened(noon());
    for command in [buy_of("1", "10000.01"), sell_of("1", "10000.01")] {
        assert!(matches!(decide(&empty, command, noon(), &limits()), Err(Refused::OrderValueExceeded { .. })));
    }
    assert!(matches!(decide(&empty, buy_of("1", "10000"), noon(), &limits()), Err(Refused::InsufficientFunds { .. })));
}

#[test]
fn limits_and_claims_are_whole_again_on_the_next_day() {
    let account = decide(&funded(), pocket(), noon(), &limits()).unwrap().account;
    refuses(
        &account,
        pocket(),
        "Today's red pocket is already claimed; the next one waits from 2026-02-16T00:00:00.000Z on.",
    );
    let tomorrow = noon().next_day();
    assert!(decide(&account, pocket(), tomorrow, &limits()).is_ok());
    let after = decide(&account, Command::Deposit(read("10000")), tomorrow, &limits()).unwrap().account;
    assert_eq!(after.totals_on(tomorrow.day()).deposited, Usd::whole(10_000));
}

#[test]
fn red_pockets_do_not_count_against_the_deposit_limit() {
    let account = decide(&funded(), pocket(), noon(), &limits()).unwrap().account;
    assert!(decide(&account, Command::Deposit(read("1000")), noon(), &limits()).is_ok());
}

#[test]
fn a_purchase_by_amount_never_costs_more_than_the_amount() {
    let effects = decide(&funded(), buy_for("100", "84110.4"), noon(), &limits()).unwrap();
    let Entry::Trade(trade) = effects.entry else { panic!("not a trade") };
    assert_eq!(trade.quantity, read("0.00118891"));
    assert!(trade.total <= Usd::whole(100));
    let smallest = decide(&funded(), buy_for("0.01", "1000000"), noon(), &limits()).unwrap().entry;
    assert!(matches!(smallest, Entry::Trade(trade) if trade.quantity == read("0.00000001")));
}

#[test]
fn a_partial_sale_takes_its_share_of_the_basis_rounded_down() {
    let mut account = Account::opened(noon());
    for command in [Command::Deposit(read("100")), buy_of("0.003", "3333.333333333333")] {
        account = decide(&account, command, noon(), &limits()).unwrap().account;
    }
    let basis = |account: &Account| account.holding(btc()).unwrap().basis;
    assert_eq!(basis(&account), read("10"));
    account = decide(&account, sell_of("0.001", "4000"), noon(), &limits()).unwrap().account;
    assert_eq!(basis(&account), read("6.66666667"));
    assert_eq!(account.holding(btc()).unwrap().average_cost(), Some(read("3333.333335")));
    account = decide(&account, sell_of("0.002", "4000"), noon(), &limits()).unwrap().account;
    assert_eq!(basis(&account), Usd::ZERO);
    assert_eq!(account.holding(btc()).unwrap().quantity, Quantity::ZERO);
}

#[test]
fn a_balance_beyond_the_largest_possible_is_refused() {
    let mut state = Account::opened(noon()).state().clone();
    state.cash = Usd::whole(9_999_999_999);
    let account = Account::restore(state).unwrap();
    assert_eq!(decide(&account, Command::Deposit(read("2")), noon(), &limits()), Err(Refused::TooLarge));
}

fn any_command() -> impl Strategy<Value = Command> {
    let asset = prop_oneof![Just("BTC"), Just("ETH"), Just("SHIB")].prop_map(read::<AssetId>);
    let price = (1_i128..=10_i128.pow(17)).prop_map(|units| Price::from_units(units).unwrap());
    let quantity = (100_000_i128..=10_i128.pow(12)).prop_map(|units| OrderQuantity::from_units(units).unwrap());
    let amount =
        (1_u64..=1_200_000).prop_map(|cents| read::<TransferAmount>(&format!("{}.{:02}", cents / 100, cents % 100)));
    let size = prop_oneof![quantity.clone().prop_map(BuySize::Quantity), amount.clone().prop_map(BuySize::Amount)];
    prop_oneof![
        amount.clone().prop_map(Command::Deposit),
        amount.prop_map(Command::Withdraw),
        Just(pocket()),
        (asset.clone(), size, price.clone()).prop_map(|(asset_id, size, price)| Command::Buy { asset_id, size, price }),
        (asset, quantity, price).prop_map(|(asset_id, quantity, price)| Command::Sell { asset_id, quantity, price }),
    ]
}

proptest! {
    #[test]
    fn no_sequence_of_commands_creates_or_destroys_money_or_assets(
        steps in prop::collection::vec((any_command(), 0_i64..20_000_000), 1..60),
    ) {
        let mut account = Account::opened(noon());
        let (mut cash, mut bought) = (0_i128, std::collections::BTreeMap::<AssetId, i128>::new());
        let mut history = Vec::new();
        let mut now = noon();
        for (command, pause) in steps {
            now = now.plus_millis(pause);
            let before = account.clone();
            let Ok(Effects { account: after, entry }) = decide(&account, command, now, &limits()) else { continue };
            cash += entry.cash_change().units();
            if let Entry::Trade(trade) = &entry {
                prop_assert_eq!(trade.total, trade.expected_total());
                prop_assert!(trade.total <= limits().max_order_value);
                let sign = if trade.side == Side::Buy { 1 } else { -1 };
                *bought.entry(trade.asset_id).or_default() += sign * trade.quantity.units();
            }
            prop_assert_eq!(before.state().counts.total() + 1, after.state().counts.total());
            account = after;
            history.push((entry, now));

            prop_assert_eq!(account.state().cash.units(), cash);
            prop_assert!(cash >= 0);
            for (asset_id, holding) in &account.state().holdings {
                prop_assert_eq!(holding.quantity.units(), bought[asset_id]);
                prop_assert!(holding.basis >= Usd::ZERO);
                prop_assert!(holding.quantity > Quantity::ZERO || holding.basis == Usd::ZERO);
            }
            let today = account.totals_on(now.day());
            prop_assert!(today.deposited <= limits().daily_deposit && today.withdrawn <= limits().daily_withdrawal);
        }
        let mut replayed = Account::opened(noon());
        for (entry, at) in &history {
            replayed.post(entry, *at).unwrap();
        }
        prop_assert_eq!(replayed, account);
    }
}
