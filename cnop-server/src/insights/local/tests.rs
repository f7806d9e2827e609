//! Portfolios and, word for word, what is said of them.

use cnop_core::order::Side;

use super::property_tests::made_up_in;
use super::summarize;
use crate::insights::facts::{Facts, HoldingFacts, OrderFacts};
use crate::insights::testing::{account, holding, order};

#[track_caller]
fn check(facts: Facts, expected: &str) {
    let facts = facts.added_up();
    assert_eq!(summarize(&facts), expected);
    assert_eq!(made_up_in(&facts, expected), None, "every figure follows from the facts");
}

fn bitcoin(price: &str, before: &str) -> HoldingFacts {
    holding("BTC Bitcoin", "0.1", "84110.4", price, Some(before))
}

fn a_sale_12_days_ago() -> OrderFacts {
    order(Side::Sell, "BTC", "0.1", "8411.04", "2026-02-03T09:00:00Z")
}

#[test]
fn an_empty_portfolio_is_told_how_to_begin() {
    const HOW: &str = "Deposit some US dollars and buy an asset to begin, and this summary will follow your figures.";
    check(account("0").aged(0), &format!("Welcome: your account was opened today and is still empty. {HOW}"));
    check(account("0").aged(1), &format!("Your account is 1 day old and still empty. {HOW}"));
    check(
        account("0").traded(0, a_sale_12_days_ago()),
        &format!(
            "Your portfolio is empty again; the latest order was a sale of 0.1 BTC for $8,411.04 12 days ago. {HOW}"
        ),
    );
}

#[test]
fn cash_alone_is_named_and_how_long_nothing_happened() {
    check(
        account("10000").aged(0),
        "Your portfolio is $10,000.00 in cash, with no assets yet. \
         No order has been executed since you opened your account today.",
    );
    check(
        account("9999.999").traded(0, a_sale_12_days_ago()),
        "Your portfolio is $10,000.00, all of it in cash, so prices do not move it. No order has been executed in the \
         last 7 days; the latest was a sale of 0.1 BTC for $8,411.04 12 days ago.",
    );
}

#[test]
fn a_first_purchase_is_an_only_asset() {
    let bought = order(Side::Buy, "BTC", "0.1", "8411.04", "2026-02-15T07:00:00Z");
    check(
        account("1588.96").aged(0).with([bitcoin("84110.4", "82000")]).traded(1, bought),
        "Your portfolio is worth $10,000.00, of which $1,588.96 (15.9%) is cash. \
         Bitcoin (BTC) is your only asset, at 84.1% of the total, and alone drives the result. \
         Against the prices of 24 hours ago, BTC is up $211.04 (+2.6%). \
         1 order has been executed since you opened your account today: a purchase of 0.1 BTC for $8,411.04.",
    );
}

#[test]
fn what_today_saw_is_told_once() {
    let sold = order(Side::Sell, "BTC", "0.05", "4210.2", "2026-02-15T07:59:00Z");
    let half = holding("BTC Bitcoin", "0.05", "84110.4", "84204", Some("85000"));
    check(
        account("5799.16").aged(0).with([half]).traded(2, sold),
        "Your portfolio is worth $10,009.36, and most of that, $5,799.16 (57.9%), is cash. \
         Bitcoin (BTC) is your only asset, at 42.1% of the total, and alone drives the result. \
         Against the prices of 24 hours ago, BTC is down $39.80 (-0.9%). 2 orders have been executed since you opened \
         your account today, the latest being a sale of 0.05 BTC for $4,210.20.",
    );
}

#[test]
fn all_in_one_asset_and_idle_says_what_it_cost() {
    check(
        account("0").with([bitcoin("90000", "90000")]).traded(0, a_sale_12_days_ago()),
        "Your portfolio is worth $9,000.00, none of it in cash. \
         All of it is in Bitcoin (BTC), which alone drives the result. \
         Your 0.1 BTC, bought at $84,110.40 on average, is up $588.96 (+7.0%). No order has been executed in the last \
         7 days; the latest was a sale of 0.1 BTC for $8,411.04 12 days ago.",
    );
}

#[test]
fn a_spread_portfolio_names_leader_and_laggard() {
    let holdings = [
        holding("ETH Ethereum", "1", "2500", "2800", Some("2720")),
        holding("SOL Solana", "15", "160", "150", Some("151")),
        holding("XRP XRP", "1000", "2", "2", Some("2.01")),
    ];
    let bought = order(Side::Buy, "XRP", "1000", "2000", "2026-02-12T07:00:00Z");
    check(
        account("950").with(holdings).traded(2, bought),
        "Your portfolio is worth $8,000.00, of which $950.00 (11.9%) is cash. \
         Against the prices of 24 hours ago, your assets are up $55.00, led by ETH with $80.00 (+2.9%). \
         Against what you paid, your assets are up $150.00: ETH leads, up $300.00 (+12.0%), and SOL trails, \
         down $150.00 (-6.2%). \
         2 orders have been executed in the last 7 days, the latest 3 days ago: a purchase of 1000 XRP for $2,000.00.",
    );
}

#[test]
fn a_heavy_stablecoin_is_not_said_to_drive_the_result() {
    let holdings = [
        holding("USDT Tether", "6000", "1", "1", Some("1")),
        holding("DOGE Dogecoin", "5000", "0.2", "0.18", Some("0.22")),
    ];
    check(
        account("100").with(holdings),
        "Your portfolio is worth $7,000.00, of which only $100.00 (1.4%) is cash. Tether (USDT) makes up 85.7% of the \
         total but moved less in dollars than DOGE over 24 hours. Against the prices of 24 hours ago, your assets are \
         down $200.00, all of it from DOGE (-18.2%). \
         Against what you paid, DOGE trails, down $100.00 (-10.0%), and no asset is up.",
    );
}

#[test]
fn mostly_cash_and_busy_reports_the_pace() {
    let holdings = [
        holding("BTC Bitcoin", "0.01", "90000", "84000", Some("84000")),
        holding("SHIB Shiba Inu", "1000000", "0.00001297", "0.00001297", Some("0.00001297")),
    ];
    let sold = order(Side::Sell, "SHIB", "500000.5", "6.485", "2026-02-14T23:59:59Z");
    check(
        account("9000").with(holdings).traded(43, sold),
        "Your portfolio is worth $9,852.97, and most of that, $9,000.00 (91.3%), is cash. \
         Bitcoin (BTC) is 8.5% of the total and 98.5% of the assets, and drives the result. \
         43 orders have been executed in the last 7 days, about 6 a day, the latest yesterday: \
         a sale of 500000.5 SHIB for $6.48.",
    );
}

#[test]
fn a_loss_against_the_day_is_told_from_it() {
    let holdings = [
        holding("ETH Ethereum", "1", "3000", "2800", Some("2900")),
        holding("SOL Solana", "18", "160", "150", Some("143")),
        holding("BNB BNB", "2", "700", "600", None),
    ];
    check(
        account("0").with(holdings),
        "Your portfolio is worth $6,700.00, none of it in cash. \
         Your money is spread over 3 assets, led by Ethereum (ETH) at 41.8% of the total. \
         Against the prices of 24 hours ago, those of your assets with a known change are up $26.00, led by SOL with \
         $126.00 (+4.9%). \
         All 3 assets stand below what you paid, down $580.00 in all, and ETH trails, down $200.00 (-6.7%).",
    );
}

#[test]
fn a_day_may_go_against_its_largest_mover_or_cancel_out() {
    let three = |xrp_before| {
        [
            holding("ETH Ethereum", "1", "2800", "2800", Some("2900")),
            holding("SOL Solana", "18", "150", "150", Some("147")),
            holding("XRP XRP", "1000", "2", "2", Some(xrp_before)),
        ]
    };
    let text = |facts: Facts| summarize(&facts.added_up());
    let against = text(account("0").with(three("1.93")));
    assert!(
        against.contains("your assets are up $24.00, despite the largest mover ETH, which is down $100.00 (-3.4%)."),
        "{against}"
    );
    let cancelled = text(account("0").with(three("1.954")));
    assert!(
        cancelled.contains("your assets are unchanged in sum, with ETH down $100.00 (-3.4%) and the rest against it."),
        "{cancelled}"
    );
}

#[test]
fn old_and_missing_prices_are_owned_up_to() {
    let stale = |holding: HoldingFacts| HoldingFacts { stale: true, ..holding };
    let holdings = [
        stale(holding("ETH Ethereum", "1", "2800", "2800", Some("2700"))),
        stale(holding("SOL Solana", "10", "280", "280", Some("280"))),
    ];
    let unpriced = vec!["PI".parse().unwrap()];
    check(
        Facts { unpriced: unpriced.clone(), ..account("5600").with(holdings) },
        "Your portfolio is worth $11,200.00, of which $5,600.00 (50.0%) is cash. \
         Your money is spread over 2 assets, led by Ethereum (ETH) at 25.0% of the total. \
         Against the prices of 24 hours ago, your assets are up $100.00, all of it from ETH (+3.7%). \
         Read these figures with care: the prices of ETH and SOL are old, and PI is left out for want of a price.",
    );
    check(
        Facts { unpriced, ..account("0") },
        "Nothing in your portfolio can be valued at the moment, and there is no cash. \
         No order has been executed since you opened your account 40 days ago. \
         Read these figures with care: PI is left out for want of a price.",
    );
}

#[test]
fn a_quiet_portfolio_is_two_sentences() {
    let dust = holding("BTC Bitcoin", "0.001", "0.1", "0.1", None);
    check(
        account("0").with([dust]),
        "Your portfolio is worth less than $0.01, none of it in cash. \
         All of it is in Bitcoin (BTC), which alone drives the result.",
    );
    let [btc, worthless] = [
        holding("BTC Bitcoin", "0.1", "84000", "84000", Some("84000")),
        holding("SHIB Shiba Inu", "0.00000001", "0.1", "0.00001297", None),
    ];
    check(
        account("8400").aged(3).with([btc]),
        "Your portfolio is worth $16,800.00, of which $8,400.00 (50.0%) is cash. \
         Bitcoin (BTC) is your only asset, at 50.0% of the total, and alone drives the result.",
    );
    check(
        account("0").with([worthless]),
        "Your portfolio is worth $0.00, none of it in cash. \
         No order has been executed since you opened your account 40 days ago.",
    );
}
