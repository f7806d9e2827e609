//! Contract section 6: the portfolio recomputed from its parts, what is said of it, and the red pocket.

use cnop_core::api::{Code, Order, Portfolio, PortfolioAsset};
use cnop_core::client::ClientError;
use cnop_core::ids::IdempotencyKey;
use cnop_tests::{TestServer, User};

use crate::exact::{half_even, ledger, percent, units, value_down};
use crate::problem::check_refused;
use crate::wire::{check_fields, list, part, text};

const PORTFOLIO: &str = "assets:list cash_balance:amount total_value:amount total_unrealized_pnl:amount \
                         day_change:amount as_of:time";
const ASSET: &str = "asset_id:text quantity:amount current_price:amount market_value:amount percentage:amount \
                     average_cost:amount unrealized_pnl:amount unrealized_pnl_percentage:amount day_change:amount \
                     stale:bool";

#[tokio::test]
async fn an_empty_portfolio_is_empty() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let answer = user.raw(&server).get("/portfolio").await;
    check_fields(&answer.body, PORTFOLIO);
    assert_eq!(part(&answer.body, &["assets"]), "[]");
    for field in ["cash_balance", "total_value", "total_unrealized_pnl", "day_change"] {
        assert_eq!(part(&answer.body, &[field]), "\"0\"");
    }
    let insight = user.client.insight(false).await.unwrap();
    assert_eq!(insight.model, "local-analyst");
    check_sentences(&insight.summary);
}

#[tokio::test]
async fn every_figure_of_the_portfolio_follows_from_its_parts() {
    let server = TestServer::start();
    let user = User::funded(&server, 9_000).await;
    let mut bases = Vec::new();
    for (asset_id, buys, sells) in [
        ("ETH", &["1.5", "0.33333333"][..], &["0.7", "0.11111111"][..]),
        ("SHIB", &["1234567.12345678", "0.001"], &["7.00000001"]),
        ("BTC", &["0.01234567"], &[]),
        ("SOL", &["2"], &["2"]),
    ] {
        bases.push((asset_id, trade(&user, asset_id, buys, sells).await));
    }
    let raw = user.raw(&server).get("/portfolio").await.body;
    check_fields(&raw, PORTFOLIO);
    list(&raw, &["assets"]).iter().for_each(|asset| check_fields(asset, ASSET));

    let portfolio = user.client.portfolio().await.unwrap();
    let values: Vec<i128> = portfolio.assets.iter().map(|asset| ledger(asset.market_value.unwrap())).collect();
    assert!(values.is_sorted_by(|a, b| a >= b), "the most valuable first");
    assert_eq!(portfolio.assets.len(), 3, "what is sold is left out");
    assert_eq!(portfolio.cash_balance, user.cash().await);
    assert_eq!(ledger(portfolio.total_value), ledger(portfolio.cash_balance) + values.iter().sum::<i128>());
    for asset in &portfolio.assets {
        let (_, basis) = bases.iter().find(|(id, _)| *id == asset.asset_id.as_str()).unwrap();
        check_asset(asset, *basis, &portfolio);
    }
    let sum = |figure: fn(&PortfolioAsset) -> i128| portfolio.assets.iter().map(figure).sum::<i128>();
    assert_eq!(ledger(portfolio.total_unrealized_pnl), sum(|asset| ledger(asset.unrealized_pnl.unwrap())));
    assert_eq!(ledger(portfolio.day_change), sum(|asset| ledger(asset.day_change.unwrap())));
}

/// Buys and sells, and answers the basis that is left: a sale removes its share, rounded down.
async fn trade(user: &User, asset_id: &str, buys: &[&str], sells: &[&str]) -> i128 {
    let (mut basis, mut owned) = (0, 0);
    let cost = |order: Order| (ledger(order.total_amount.unwrap()), ledger(order.quantity));
    for quantity in buys {
        let (total, quantity) = cost(user.buy(asset_id, quantity).await);
        (basis, owned) = (basis + total, owned + quantity);
    }
    for quantity in sells {
        let (_, quantity) = cost(user.sell(asset_id, quantity).await);
        (basis, owned) = (basis - basis * quantity / owned, owned - quantity);
    }
    basis
}

#[track_caller]
fn check_asset(asset: &PortfolioAsset, basis: i128, portfolio: &Portfolio) {
    let (quantity, value) = (ledger(asset.quantity), ledger(asset.market_value.unwrap()));
    assert_eq!(value, value_down(asset.current_price.unwrap(), asset.quantity), "{asset:?}");
    assert_eq!(asset.percentage.unwrap().to_string(), percent(value, ledger(portfolio.total_value)), "{asset:?}");
    assert_eq!(ledger(asset.average_cost.unwrap()), half_even(basis * 100_000_000, quantity), "{asset:?}");
    assert_eq!(ledger(asset.unrealized_pnl.unwrap()), value - basis, "{asset:?}");
    assert_eq!(asset.unrealized_pnl_percentage.unwrap().to_string(), percent(value - basis, basis), "{asset:?}");
    assert!(!asset.stale);
}

#[tokio::test]
async fn the_day_change_is_against_the_price_of_a_day_ago() {
    let server = TestServer::start();
    let user = User::funded(&server, 9_000).await;
    user.buy("ETH", "2.5").await;
    // Prices move each second: look at both until they are of one tick.
    let (asset, detail) = loop {
        let portfolio = user.client.portfolio().await.unwrap();
        let detail = user.client.asset("ETH".parse().unwrap()).await.unwrap();
        if portfolio.assets[0].current_price == detail.price_usd.map(|price| price.0) {
            break (portfolio.assets[0].clone(), detail);
        }
    };
    let price = units(&asset.current_price.unwrap().to_string(), 12);
    let day_ago = price - units(&detail.price_change_24h.unwrap().to_string(), 12);
    let value_then = day_ago * ledger(asset.quantity) / 1_000_000_000_000;
    assert_eq!(ledger(asset.day_change.unwrap()), ledger(asset.market_value.unwrap()) - value_then);
}

#[tokio::test]
async fn an_insight_speaks_of_this_portfolio() {
    let server = TestServer::start();
    let user = User::funded(&server, 9_000).await;
    user.buy("BTC", "0.1").await;
    user.buy("SOL", "1").await;
    let answer = user.raw(&server).get("/insights/portfolio").await;
    check_fields(&answer.body, "data:object");
    check_fields(part(&answer.body, &["data"]), "summary:text generated_at:time model:text");
    assert_eq!(text(&answer.body, &["data", "model"]), "local-analyst");
    let summary = text(&answer.body, &["data", "summary"]);
    check_sentences(&summary);
    assert!(summary.contains("Bitcoin") || summary.contains("BTC"), "{summary}");
    let cash = user.client.insight(true).await.unwrap();
    check_sentences(&cash.summary);
}

#[track_caller]
fn check_sentences(summary: &str) {
    let sentences = summary.split_inclusive(['.', '!', '?']).filter(|part| part.ends_with(['.', '!', '?']));
    // A decimal point stands between digits; the end of a sentence does not.
    let ends = sentences.zip(summary.split_inclusive(['.', '!', '?']).skip(1).chain([" "]));
    let count = ends.filter(|(_, next)| next.starts_with(' ')).count();
    assert!((2..=4).contains(&count), "{count} sentences: {summary}");
}

#[tokio::test]
async fn one_red_pocket_a_day_and_a_big_one_for_a_listed_phrase() {
    let phrases = tempfile::NamedTempFile::new().unwrap();
    let list = r#"{"secret_words":["恭喜發財","Happy New Year"],"amounts":[888,"88.88"]}"#;
    std::fs::write(phrases.path(), list).unwrap();
    let server = TestServer::start_with(&["--cny-phrases", phrases.path().to_str().unwrap()]);
    for (phrase, amount, big) in [
        (" 恭喜發財\\n", "888", true),
        ("Happy New Year", "88.88", true),
        ("happy new year", "8.88", false),
        ("", "8.88", false),
    ] {
        let user = User::register(&server).await;
        let raw = user.raw(&server);
        let claim = format!(r#"{{"phrase":"{phrase}"}}"#);
        let answer = raw.json("POST", "/cny/claim", claim.as_str()).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        check_fields(&answer.body, "success:bool message:text amount:amount got_red_pocket:bool timestamp:time");
        let field = |name: &str| text(&answer.body, &[name]);
        assert_eq!((field("success"), field("amount")), ("true".to_owned(), amount.to_owned()));
        assert_eq!(field("got_red_pocket"), big.to_string(), "{phrase}");
        check_refused(&raw.json("POST", "/cny/claim", claim).await, 422, "already_claimed_today", &[]);
        let again = user.client.claim("another", &IdempotencyKey::generate()).await.unwrap_err();
        let ClientError::Refused { problem, .. } = again else { panic!("{again:?}") };
        assert_eq!(problem.code, Code::AlreadyClaimedToday);
        assert_eq!(user.cash().await.to_string(), amount);
    }
}
