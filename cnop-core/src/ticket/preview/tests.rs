//! What orders come to, what stands in their way, and what is worth a warning.

use super::*;
use crate::api::{Code, Order};
use crate::order::{LimitTerms, OrderStatus, OrderType};

const NOW: Timestamp = Timestamp::EPOCH;

fn quote(price: Option<&str>) -> Quote {
    Quote {
        asset_id: "ETH".parse().unwrap(),
        name: "Ethereum".to_owned(),
        price: price.map(|price| price.parse().unwrap()),
        seen_at: Some(NOW),
        stale: false,
        can_be_bought: true,
    }
}

/// Somebody with $1,000 of which $100 are held, and 3 ETH at $2,000 of which 1 is held.
fn means() -> Means {
    Means {
        cash: "1000".parse().unwrap(),
        available_cash: "900".parse().unwrap(),
        owned: "3".parse().unwrap(),
        available: "2".parse().unwrap(),
        worth: "7000".parse().unwrap(),
        last_order: None,
    }
}

fn buy(quantity: &str) -> NewOrder {
    let size = BuySize::Quantity(quantity.parse().unwrap());
    NewOrder::MarketBuy { asset_id: "ETH".parse().unwrap(), size }
}

fn spend(amount: &str) -> NewOrder {
    let size = BuySize::Amount(amount.parse().unwrap());
    NewOrder::MarketBuy { asset_id: "ETH".parse().unwrap(), size }
}

fn sell(quantity: &str) -> NewOrder {
    NewOrder::MarketSell { asset_id: "ETH".parse().unwrap(), quantity: quantity.parse().unwrap() }
}

fn terms(quantity: &str, price: &str) -> LimitTerms {
    LimitTerms {
        asset_id: "ETH".parse().unwrap(),
        quantity: quantity.parse().unwrap(),
        price: price.parse().unwrap(),
        expires_at: None,
    }
}

fn buy_at(quantity: &str, price: &str) -> NewOrder {
    NewOrder::LimitBuy(terms(quantity, price))
}

fn sell_at(quantity: &str, price: &str) -> NewOrder {
    NewOrder::LimitSell(terms(quantity, price))
}

/// Holds quantity, total, cash after and position after, `-` where there is none.
#[track_caller]
fn check_figures(order: NewOrder, price: &str, expected: [&str; 4]) {
    let figures = Preview::of(order, quote(Some(price)), &means(), NOW).figures.unwrap();
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let found = [
        figures.quantity.to_string(),
        figures.total.to_string(),
        or_dash(figures.cash_after.map(|cash| cash.to_string())),
        or_dash(figures.position_after.map(|position| position.to_string())),
    ];
    assert_eq!(found, expected.map(str::to_owned), "{order:?}");
}

#[test]
fn an_order_comes_to_what_the_ledger_would_book() {
    check_figures(buy("0.1"), "2000", ["0.1", "200", "800", "3.1"]);
    check_figures(buy("0.00100001"), "0.000012967312", ["0.00100001", "0.00000002", "999.99999998", "3.00100001"]);
    check_figures(spend("500"), "3000", ["0.16666666", "499.99998", "500.00002", "3.16666666"]);
    check_figures(sell("2"), "2000.5", ["2", "4001", "5001", "1"]);
    check_figures(buy("0.5"), "2000", ["0.5", "1000", "-", "3.5"]);
    check_figures(sell("2.5"), "2000", ["2.5", "5000", "6000", "-"]);
}

#[test]
fn without_a_price_there_are_no_figures() {
    let preview = Preview::of(buy("1"), quote(None), &means(), NOW);
    assert_eq!((preview.figures, preview.obstacle.unwrap().code()), (None, Code::PriceUnavailable));
    assert_eq!(preview.warnings, []);
}

#[track_caller]
fn check_obstacle(order: NewOrder, quote: Quote, expected: Option<(Code, &str)>) {
    let obstacle = Preview::of(order, quote, &means(), NOW).obstacle;
    let found = obstacle.map(|obstacle| (obstacle.code(), obstacle.to_string()));
    assert_eq!(found, expected.map(|(code, text)| (code, text.to_owned())), "{order:?}");
}

#[test]
fn the_first_thing_in_the_way_is_named_in_the_words_of_the_server() {
    let at = |price| quote(Some(price));
    check_obstacle(buy("0.45"), at("2000"), None);
    check_obstacle(
        buy("0.46"),
        at("2000"),
        Some((Code::InsufficientFunds, "Buying 0.46 ETH costs $920.00; $900.00 is available.")),
    );
    check_obstacle(sell("2"), at("2000"), None);
    check_obstacle(
        sell("2.00000001"),
        at("2000"),
        Some((Code::InsufficientAssets, "Selling 2.00000001 ETH is not possible; 2 ETH is available.")),
    );
    check_obstacle(
        sell("0.001"),
        at("0.000000000001"),
        Some((Code::ValidationFailed, "0.001 ETH come to less than the smallest amount of $0.00000001.")),
    );
    let no_price = Some((Code::PriceUnavailable, "There is no current price of ETH to trade at."));
    check_obstacle(buy("0.1"), Quote { stale: true, ..at("2000") }, no_price);
    check_obstacle(sell("100"), quote(None), no_price);
    let not_for_sale = "ETH cannot be bought at the moment; what is owned of it can be sold.";
    let inactive = Quote { can_be_bought: false, stale: true, ..at("2000") };
    check_obstacle(buy("100"), inactive.clone(), Some((Code::AssetNotTradable, not_for_sale)));
    check_obstacle(sell("1"), Quote { stale: false, ..inactive }, None);
}

#[track_caller]
fn check_warnings(order: NewOrder, means: &Means, expected: &[&str]) {
    let warnings = Preview::of(order, quote(Some("2000")), means, NOW).warnings;
    assert_eq!(warnings.iter().map(ToString::to_string).collect::<Vec<_>>(), expected, "{order:?}");
}

#[test]
fn what_is_large_is_worth_a_warning() {
    let rich = Means { cash: Usd::whole(50_000), available_cash: Usd::whole(50_000), ..means() };
    let rich = Means { worth: Usd::whole(56_000), ..rich };
    check_warnings(buy("5"), &rich, &[]);
    let above = "It comes to $10,000.002; a server takes orders up to $10,000.00 unless it is set otherwise.";
    check_warnings(buy("5.000001"), &rich, &[above]);
    check_warnings(sell("2"), &means(), &[]);
    let poor = Means { worth: Usd::whole(1_000), ..means() };
    check_warnings(buy("0.2499"), &poor, &[]);
    check_warnings(buy("0.25"), &poor, &["It spends 50.00% of all that you have ($1,000.00)."]);
    check_warnings(buy("0.9"), &poor, &[]);
}

fn last(order_type: OrderType, quantity: &str, total: &str) -> Means {
    let last_order = Order {
        order_id: "order_38GBM72R00000".parse().unwrap(),
        order_type,
        asset_id: "ETH".parse().unwrap(),
        quantity: quantity.parse().unwrap(),
        price: None,
        status: OrderStatus::Completed,
        total_amount: Some(total.parse().unwrap()),
        created_at: NOW,
        limit_price: None,
        executed_at: None,
        expires_at: None,
        held_amount: None,
    };
    Means { last_order: Some(last_order), ..means() }
}

#[test]
fn the_same_order_once_more_is_worth_a_warning() {
    let same = &["It is the same as your last order, order_38GBM72R00000."][..];
    check_warnings(buy("0.1"), &last(OrderType::MarketBuy, "0.1", "200"), same);
    check_warnings(sell("0.1"), &last(OrderType::MarketSell, "0.1", "200"), same);
    check_warnings(spend("200"), &last(OrderType::MarketBuy, "0.0999", "199.99999"), same);
    check_warnings(spend("200"), &last(OrderType::MarketBuy, "0.0999", "199.99"), &[]);
    check_warnings(spend("200"), &last(OrderType::MarketBuy, "0.1001", "200.01"), &[]);
    check_warnings(buy("0.1"), &last(OrderType::MarketBuy, "0.2", "400"), &[]);
    check_warnings(buy("0.1"), &last(OrderType::MarketSell, "0.1", "200"), &[]);
}

#[test]
fn an_order_of_long_ago_is_no_repetition() {
    let ten_minutes = 600_000;
    let now = NOW.plus_millis(ten_minutes);
    let warned = |at: Timestamp| {
        let means = last(OrderType::MarketBuy, "0.1", "200");
        let quote = Quote { seen_at: Some(at), ..quote(Some("2000")) };
        Preview::of(buy("0.1"), quote, &means, at).warnings.len()
    };
    assert_eq!((warned(now.plus_millis(-1)), warned(now)), (1, 0));
}

#[test]
fn a_price_has_an_age_that_is_never_negative() {
    let quote = quote(Some("2000"));
    assert_eq!(quote.age_ms(NOW.plus_millis(1_500)), Some(1_500));
    let warned = |age_ms| {
        let preview = Preview::of(buy("0.01"), quote.clone(), &means(), NOW.plus_millis(age_ms));
        preview.warnings.iter().map(Warning::code).collect::<Vec<_>>()
    };
    assert_eq!((warned(74_999), warned(75_000)), (vec![], vec!["old_price"]));
    let ahead = Quote { seen_at: Some(NOW.plus_millis(9_000)), ..quote.clone() };
    assert_eq!((ahead.age_ms(NOW), Quote { seen_at: None, ..quote }.age_ms(NOW)), (Some(0), None));
}

/// What a waiting order comes to does not depend on the price of the moment.
#[test]
fn an_order_with_a_limit_comes_to_what_it_holds() {
    for price in ["1", "1500", "999999"] {
        check_figures(buy_at("0.1", "1500"), price, ["0.1", "150", "850", "3.1"]);
        check_figures(buy_at("0.6", "1500.01"), price, ["0.6", "900.006", "-", "3.6"]);
        check_figures(sell_at("2", "2500"), price, ["2", "5000", "6000", "1"]);
        check_figures(sell_at("2.5", "2500"), price, ["2.5", "6250", "7250", "-"]);
    }
    let distance = |order, price| Preview::of(order, quote(price), &means(), NOW).distance().map(|d| d.to_string());
    assert_eq!(distance(buy_at("1", "1500"), Some("2000")).as_deref(), Some("-25.00"));
    assert_eq!(distance(sell_at("1", "2500"), Some("2000")).as_deref(), Some("25.00"));
    assert_eq!((distance(buy("1"), Some("2000")), distance(buy_at("1", "1500"), None)), (None, None));
}

#[test]
fn what_is_held_must_be_there_when_the_order_is_placed() {
    let at = || quote(Some("2000"));
    check_obstacle(buy_at("0.6", "1500"), at(), None);
    let costs = "Buying 0.61 ETH costs $915.00; $900.00 is available.";
    check_obstacle(buy_at("0.61", "1500"), at(), Some((Code::InsufficientFunds, costs)));
    let too_many = "Selling 2.1 ETH is not possible; 2 ETH is available.";
    check_obstacle(sell_at("2.1", "2500"), at(), Some((Code::InsufficientAssets, too_many)));
    let inactive = Quote { can_be_bought: false, ..at() };
    let not_for_sale = "ETH cannot be bought at the moment; what is owned of it can be sold.";
    check_obstacle(buy_at("0.1", "1500"), inactive.clone(), Some((Code::AssetNotTradable, not_for_sale)));
    check_obstacle(sell_at("1", "2500"), inactive, None);
    let no_price = "There is no current price of ETH to trade at.";
    check_obstacle(sell_at("1", "2500"), quote(None), Some((Code::PriceUnavailable, no_price)));
}

#[test]
fn an_order_that_would_not_wait_is_worth_a_warning() {
    let at_once = &["It will not wait: the price is $2,000.00 already, so it executes at once."][..];
    check_warnings(buy_at("0.1", "1999.99"), &means(), &[]);
    check_warnings(buy_at("0.1", "2000"), &means(), at_once);
    check_warnings(sell_at("1", "2000.01"), &means(), &[]);
    check_warnings(sell_at("1", "2000"), &means(), at_once);
    let last = |limit: &str| {
        let means = last(OrderType::LimitBuy, "0.1", "0");
        let last_order = means.last_order.clone().map(|order| Order { limit_price: limit.parse().ok(), ..order });
        Means { last_order, ..means }
    };
    check_warnings(buy_at("0.1", "1500"), &last("1500"), &["It is the same as your last order, order_38GBM72R00000."]);
    check_warnings(buy_at("0.1", "1500"), &last("1501"), &[]);
}
