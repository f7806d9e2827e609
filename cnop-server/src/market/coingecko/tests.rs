//! Answers in, boards out.

use serde_json::{Value, json};

use super::*;

fn now() -> Timestamp {
    "2026-11-24T08:00:00Z".parse().unwrap()
}

fn coingecko(before: Vec<Listing>) -> Coingecko {
    let service = Service::new("http://127.0.0.1:1", None).unwrap();
    Coingecko::new(service, Duration::from_secs(60), before).unwrap()
}

fn coin(id: &str, symbol: &str, rank: u32, price: Value) -> Value {
    json!({
        "id": id, "symbol": symbol, "name": id, "current_price": price, "market_cap_rank": rank,
        "total_volume": null, "last_updated": "2026-11-24T07:59:30Z",
    })
}

/// The board after an answer.
fn after(coingecko: &mut Coingecko, coins: Value) -> Result<String, Trouble> {
    let coins = read_answer(&coins.to_string())?;
    coingecko.board = coingecko.merged(coins, now());
    let listed = coingecko.board.listings().iter();
    let text = |listing: &Listing| {
        let facts = &listing.facts;
        format!("{} {} {}", facts.asset_id, facts.name, listing.quote.as_ref().unwrap().price)
    };
    Ok(listed.map(text).collect::<Vec<_>>().join(", "))
}

#[test]
fn the_higher_rank_wins_a_ticker_and_what_has_none_is_left_out() {
    let mut market = coingecko(Vec::new());
    let answer = json!([
        coin("copycat", "abc", 9, json!(2)),
        coin("abc-coin", "ABC", 3, json!(1.5)),
        coin("wrapped", "w-abc", 4, json!(1)),
        coin("dead", "dead", 5, Value::Null),
        coin("zero", "zero", 6, json!(0)),
        coin("gold-bar", "bar", 7, json!(1_000_001)),
        coin("dust", "dust", 8, json!(1.2345e-10)),
        coin("speck", "speck", 10, json!(1e-13)),
    ]);
    assert_eq!(after(&mut market, answer).unwrap(), "ABC abc-coin 1.5, DUST dust 0.000000000123");
    assert_eq!(market.left_out, Some(6));
}

#[test]
fn a_ticker_stays_with_the_coin_that_had_it_first() {
    let mut market = coingecko(Vec::new());
    after(&mut market, json!([coin("old", "abc", 200, json!(1)), coin("btc", "btc", 1, json!(5))])).unwrap();
    let grown = json!([coin("new", "abc", 2, json!(900)), coin("old", "abc", 201, json!(1.1))]);
    assert_eq!(after(&mut market, grown).unwrap(), "ABC old 1.1, BTC btc 5");
    let fallen_out = json!([coin("new", "abc", 2, json!(900)), coin("btc", "btc", 1, json!(6))]);
    assert_eq!(after(&mut market, fallen_out).unwrap(), "BTC btc 6, ABC old 1.1", "listed, and getting old");
    let mut restarted = coingecko(market.board.listings().to_vec());
    assert_eq!(after(&mut restarted, json!([coin("new", "abc", 2, json!(900))])).unwrap(), "BTC btc 6, ABC old 1.1");
}

#[test]
fn figures_keep_their_digits_and_what_is_unknown_is_none() {
    let mut shiba = coin("Shiba Inu", "shib", 22, json!(1.231e-5));
    for (field, value) in [
        ("circulating_supply", json!(589_253_592_357_366.4)),
        ("max_supply", Value::Null),
        ("atl", json!(4.6962e-11)),
        ("atl_date", json!("2020-12-11T05:57:22.476Z")),
        ("price_change_percentage_24h", json!(-50)),
        ("price_change_percentage_30d_in_currency", json!(23.1)),
        ("low_24h", json!(1.1e-5)),
        ("high_24h", json!(2.5e-5)),
        ("total_volume", json!(490_059_079)),
    ] {
        shiba[field] = value;
    }
    let mut market = coingecko(Vec::new());
    after(&mut market, json!([shiba])).unwrap();
    let Listing { facts, quote: Some(quote), .. } = &market.board.listings()[0] else { panic!("no quote") };
    assert_eq!((quote.price.to_string().as_str(), quote.at), ("0.00001231", now()));
    assert_eq!(quote.day_ago.unwrap().to_string(), "0.00002462");
    assert_eq!((quote.week_ago, quote.month_ago.unwrap().to_string().as_str()), (None, "0.00001"));
    assert_eq!(quote.volume_24h.unwrap().to_string(), "490059079");
    assert_eq!(facts.category, "meme", "known by ticker and name");
    assert_eq!(facts.circulating_supply.unwrap().to_string(), "589253592357366.4");
    assert_eq!(facts.max_supply, None);
    assert_eq!(facts.all_time_low.unwrap().0.to_string(), "0.000000000046962");
    assert_eq!(facts.all_time_high, None);
}

#[test]
fn a_coin_that_stopped_is_as_old_as_it_is() {
    let mut stopped = coin("stopped", "stop", 2, json!(1));
    stopped["last_updated"] = json!("2026-11-24T06:59:30Z");
    let mut market = coingecko(Vec::new());
    after(&mut market, json!([coin("btc", "btc", 1, json!(5)), stopped])).unwrap();
    let at = |place: usize| market.board.listings()[place].quote.as_ref().unwrap().at;
    assert_eq!((at(0), at(1)), (now(), now().plus_millis(-3_600_000)));
}

#[test]
fn a_coin_of_the_future_makes_no_other_old() {
    let mut ahead = coin("ahead", "ahead", 2, json!(1));
    ahead["last_updated"] = json!("2099-01-01T00:00:00Z");
    let mut market = coingecko(Vec::new());
    after(&mut market, json!([coin("btc", "btc", 1, json!(5)), ahead])).unwrap();
    let quotes = market.board.listings().iter().map(|listing| listing.quote.as_ref().unwrap().at);
    assert_eq!(quotes.collect::<Vec<_>>(), [now(), now()]);
}

#[track_caller]
fn check_refused(text: &str, expected: &str) {
    let refused = read_answer(text).map(|coins| coins.len()).unwrap_err();
    assert!(refused.reason.contains(expected), "{refused}");
    assert!(refused.reason.len() < 300 && !refused.reason.contains('\n'), "{refused}");
}

#[test]
fn a_bad_answer_is_refused_whole() {
    let good = coin("btc", "btc", 1, json!(5));
    let broken = |field: &str, value: Option<Value>| {
        let mut bad = coin("eth", "eth", 2, json!(6));
        match value {
            Some(value) => bad[field] = value,
            None => drop(bad.as_object_mut().unwrap().remove(field)),
        }
        json!([good, bad]).to_string()
    };
    for field in ["id", "symbol", "name", "current_price", "market_cap_rank", "total_volume"] {
        check_refused(&broken(field, None), &format!("missing field `{field}`"));
    }
    check_refused(&broken("current_price", Some(json!(-1e-9))), "negative price, of \"eth\"");
    check_refused(&broken("current_price", Some(json!("cheap"))), "not a list of coins");
    check_refused(&broken("symbol", Some(json!(7))), "not a list of coins");
    check_refused("[]", "no coins");
    check_refused("", "not a list of coins");
    check_refused("<html>\n<h1>It works!</h1>", "it begins \"<html>\\n<h1>It works!</h1>\"");
    check_refused("{\"status\":{\"error_code\":429}}", "not a list of coins");
    check_refused(&format!("[{}", "[".repeat(100_000)), "not a list of coins");
}

/// The real answer lies beside the project and is not part of it.
#[test]
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn the_recorded_answer_is_read_whole() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/coingecko-coins-markets.json");
    let Ok(text) = std::fs::read_to_string(file) else {
        eprintln!("SKIPPED: there is no {file}");
        return;
    };
    let mut market = coingecko(Vec::new());
    let board = market.merged(read_answer(&text).unwrap(), now());
    assert_eq!((board.listings().len(), market.left_out), (30, Some(0)));
    assert!(board.listings().iter().all(|listing| listing.quote.as_ref().is_some_and(|quote| quote.at == now())));
}
