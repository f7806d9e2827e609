//! Answers of a server on which Ada owns some BTC, has orders of every kind, and has paid in and out.

use cnop_core::api::Interval;
use cnop_core::client::ClientError;
use serde::de::DeserializeOwned;

use crate::app::effect::Question;
use crate::app::event::{Answer, AssetAnswer};

/// What it answers.
pub(crate) fn answer_to(question: &Question) -> Answer {
    match question {
        Question::Assets => Answer::Assets(Ok(read(&assets()))),
        Question::Asset(id) => Answer::OfAsset(*id, AssetAnswer::Detail(Ok(Box::new(read(&detail(id.as_str())))))),
        Question::Candles(id, interval) => {
            Answer::OfAsset(*id, AssetAnswer::Candles(*interval, Ok(read(&candles(*interval)))))
        }
        Question::Fills(id, after) => {
            Answer::OfAsset(*id, AssetAnswer::Fills(after.clone(), Ok(read(&fills(id.as_str())))))
        }
        Question::Balance => Answer::Balance(Ok(read(BALANCE))),
        Question::Holdings => Answer::Holdings(Ok(read(HOLDINGS))),
        Question::Portfolio => Answer::Portfolio(Ok(read(PORTFOLIO))),
        Question::OpenOrders => Answer::OpenOrders(Ok(vec![read(&waiting())])),
        Question::Recent => Answer::Recent(Ok(orders().iter().map(|order| read(order)).collect())),
        Question::Orders { after, .. } => Answer::Orders(
            after.clone(),
            Ok(read(&format!(r#"{{"data":[{}],"has_more":false,"next_cursor":null}}"#, orders().join(",")))),
        ),
        Question::Transactions(after) => Answer::Transactions(after.clone(), Ok(read(TRANSACTIONS))),
        Question::Limits => Answer::Limits(Ok(read(LIMITS))),
        Question::Insight { .. } => Answer::Insight(Ok(read(INSIGHT))),
        Question::Profile => Answer::Profile(Ok(read(PROFILE))),
    }
}

/// The same with a name of wide characters, a mark that turns the direction of writing, and an order to clear the screen.
pub(crate) fn hostile(question: &Question) -> Answer {
    match question {
        Question::Assets => Answer::Assets(Ok(read(&assets().replace("\"Neo\"", "\"小蚁\u{202e} NEO\\u001b[2J\\n\"")))),
        other => answer_to(other),
    }
}

/// As large as it gets: 250 assets, all of them owned, and 100 orders.
pub(crate) fn large(question: &Question) -> Answer {
    let ids = || (0..250).map(|number| format!("A{number}"));
    let join = |items: Vec<String>| items.join(",");
    match question {
        Question::Assets => {
            let one = assets();
            let all: cnop_core::api::AssetList = read(&one);
            let template = serde_json::to_string(&all.data[0]).expect("it was read from JSON");
            let data = ids().map(|id| template.replace("\"BTC\"", &format!("\"{id}\"")));
            Answer::Assets(Ok(read(&format!(
                r#"{{"data":[{}],"total_count":250,"active_count":250}}"#,
                join(data.collect())
            ))))
        }
        Question::Portfolio => {
            let (_, rest) = PORTFOLIO.split_once("[").expect("it has a list");
            let (one, rest) = rest.split_once("]").expect("it ends");
            let data = ids().map(|id| one.replace("BTC", &id));
            Answer::Portfolio(Ok(read(&format!(r#"{{"assets":[{}]{rest}"#, join(data.collect())))))
        }
        Question::Recent => Answer::Recent(Ok((0..20).map(|_| read(&waiting())).collect())),
        Question::OpenOrders => Answer::OpenOrders(Ok((0..100).map(|_| read(&waiting())).collect())),
        other => answer_to(other),
    }
}

/// The same for somebody who owns nothing and has done nothing yet.
pub(crate) fn empty(question: &Question) -> Answer {
    const NO_PAGE: &str = r#"{"data":[],"has_more":false,"next_cursor":null}"#;
    match question {
        Question::Fills(id, after) => Answer::OfAsset(*id, AssetAnswer::Fills(after.clone(), Ok(read(NO_PAGE)))),
        Question::Balance => {
            Answer::Balance(Ok(read(&BALANCE.replace("10000", "0").replace("7000", "0").replace("3000", "0"))))
        }
        Question::Holdings => Answer::Holdings(Ok(Vec::new())),
        Question::Portfolio => Answer::Portfolio(Ok(read(
            r#"{"assets":[],"cash_balance":"0","total_value":"0","total_unrealized_pnl":"0","day_change":"0",
            "as_of":"2026-02-15T08:00:00Z"}"#,
        ))),
        Question::OpenOrders => Answer::OpenOrders(Ok(Vec::new())),
        Question::Recent => Answer::Recent(Ok(Vec::new())),
        Question::Orders { after, .. } => Answer::Orders(after.clone(), Ok(read(NO_PAGE))),
        Question::Transactions(after) => {
            Answer::Transactions(after.clone(), Ok(read(r#"{"transactions":[],"total_count":0,"next_cursor":null}"#)))
        }
        other => answer_to(other),
    }
}

/// The server fails at everything.
pub(crate) fn failing(question: &Question) -> Answer {
    let json = r#"{"type":"","title":"Internal Server Error","status":500,"detail":"Something went wrong here.",
        "instance":"","code":"internal_error","message":"","errors":[],"timestamp":"2026-02-15T08:00:00Z","trace_id":""}"#;
    let failure = ClientError::Refused { problem: Box::new(read(json)), retry_after: None };
    match question {
        Question::Assets => Answer::Assets(Err(failure)),
        Question::Asset(id) => Answer::OfAsset(*id, AssetAnswer::Detail(Err(failure))),
        Question::Candles(id, interval) => Answer::OfAsset(*id, AssetAnswer::Candles(*interval, Err(failure))),
        Question::Fills(id, after) => Answer::OfAsset(*id, AssetAnswer::Fills(after.clone(), Err(failure))),
        Question::Balance => Answer::Balance(Err(failure)),
        Question::Holdings => Answer::Holdings(Err(failure)),
        Question::Portfolio => Answer::Portfolio(Err(failure)),
        Question::OpenOrders => Answer::OpenOrders(Err(failure)),
        Question::Recent => Answer::Recent(Err(failure)),
        Question::Orders { after, .. } => Answer::Orders(after.clone(), Err(failure)),
        Question::Transactions(after) => Answer::Transactions(after.clone(), Err(failure)),
        Question::Limits => Answer::Limits(Err(failure)),
        Question::Insight { .. } => Answer::Insight(Err(failure)),
        Question::Profile => Answer::Profile(Err(failure)),
    }
}

fn read<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"))
}

fn assets() -> String {
    let asset = |id: &str, name: &str, rank: u32, price: &str, change: &str| {
        format!(
            r#"{{"asset_id":"{id}","name":"{name}","description":"","category":"coin","price_usd":{price},
            "is_active":true,"symbol":"{id}","image":null,"market_cap_rank":{rank},
            "price_change_percentage_24h":{change},"market_cap":1664389000000,"total_volume_24h":56329853774,
            "price_updated_at":"2026-02-15T08:00:00Z","stale":false}}"#
        )
    };
    let data = [
        asset("BTC", "Bitcoin", 1, "84110.4", "1.25"),
        asset("ETH", "Ethereum", 2, "2100.5", "-2.5"),
        asset("SHIB", "Shiba Inu", 3, "0.000012967312", "0"),
        asset("NEO", "Neo", 4, "5.25", "-12.5"),
    ];
    format!(r#"{{"data":[{}],"total_count":4,"active_count":4}}"#, data.join(","))
}

fn detail(id: &str) -> String {
    format!(
        r#"{{"asset_id":"{id}","name":"Bitcoin","description":"","category":"coin","price_usd":84110.4,
        "is_active":true,"symbol":"{id}","image":null,"market_cap_rank":1,"price_change_percentage_24h":1.25,
        "market_cap":1664389000000,"total_volume_24h":56329853774,"price_updated_at":"2026-02-15T08:00:00Z",
        "stale":false,"availability_status":"available","high_24h":85200,"low_24h":82950.5,"price_change_24h":1040.2,
        "price_change_percentage_7d":3.1,"price_change_percentage_30d":-4.5,"market_cap_change_24h":null,
        "market_cap_change_percentage_24h":null,"total_volume":null,
        "circulating_supply":19830000,"total_supply":19830000,"max_supply":21000000,"ath":126080,
        "ath_change_percentage":-33.3,"ath_date":"2025-10-06T18:57:42.558Z","atl":67.81,
        "atl_change_percentage":123940.1,"atl_date":"2013-07-06T00:00:00Z","last_updated":"2026-02-15T08:00:00Z"}}"#
    )
}

/// A hundred of them up to the one that is under way, as a wave.
fn candles(interval: Interval) -> String {
    let now: cnop_core::time::Timestamp = "2026-02-15T08:00:00Z".parse().expect("it is one");
    let length = interval.as_millis();
    let last = now.as_millis().div_euclid(length) * length;
    let data = (0..100_i64).map(|number| {
        let time = cnop_core::time::Timestamp::from_millis(last - (99 - number) * length);
        let wave = |number: i64| 84_000 + (number % 17 - 8) * 90 - (number % 7) * 40;
        let (open, close) = (wave(number), wave(number + 1));
        let (high, low) = (open.max(close) + 60, open.min(close) - 45);
        let volume = 1_000_000 + (number % 11) * 250_000;
        format!(r#"{{"time":"{time}","open":{open},"high":{high},"low":{low},"close":{close},"volume":{volume}}}"#)
    });
    format!(r#"{{"data":[{}],"interval":"{interval}"}}"#, data.collect::<Vec<_>>().join(","))
}

fn fills(id: &str) -> String {
    let fill = |side: &str, quantity: &str, price: &str, time: &str, total: &str, order: &str| {
        format!(
            r#"{{"asset_id":"{id}","transaction_type":"{side}","quantity":"{quantity}","price":"{price}",
            "status":"COMPLETED","timestamp":"{time}","order_id":"{order}","total_amount":"{total}"}}"#
        )
    };
    let data = [
        fill("BUY", "0.03", "80500", "2026-02-15T06:10:00Z", "2415", "order_38GDQCCES0020"),
        fill("SELL", "0.01", "83000", "2026-02-14T22:00:00Z", "830", "order_38GDQCCES0030"),
        fill("BUY", "0.03", "79500", "2026-02-14T10:30:00Z", "2385", "order_38GDQCCES0040"),
    ];
    format!(r#"{{"data":[{}],"has_more":false,"next_cursor":null}}"#, data.join(","))
}

const BALANCE: &str = r#"{"current_balance":"10000","available_balance":"7000","held_balance":"3000",
    "updated_at":"2026-02-15T07:00:00Z"}"#;

const HOLDINGS: &str = r#"[{"asset_id":"BTC","asset_name":"Bitcoin","quantity":"0.05","held_quantity":"0",
    "current_price":"84110.4","total_value":"4205.52","created_at":"2026-02-14T10:30:00Z",
    "updated_at":"2026-02-15T06:10:00Z"}]"#;

const PORTFOLIO: &str = r#"{"assets":[{"asset_id":"BTC","quantity":"0.05","current_price":"84110.4",
    "market_value":"4205.52","percentage":"29.60","average_cost":"80000","unrealized_pnl":"205.52",
    "unrealized_pnl_percentage":"5.14","day_change":"51.92","stale":false}],"cash_balance":"10000",
    "total_value":"14205.52","total_unrealized_pnl":"205.52","day_change":"51.92","as_of":"2026-02-15T08:00:00Z"}"#;

/// An order to buy at a limit.
fn waiting() -> String {
    order("order_38GDQCCES0000", "limit_buy", "queued", Some("60000"), None)
}

fn orders() -> Vec<String> {
    vec![
        waiting(),
        order("order_38GDQCCES0010", "limit_sell", "cancelled", Some("99000"), None),
        order("order_38GDQCCES0020", "market_buy", "completed", None, Some("80500")),
        order("order_38GDQCCES0030", "market_sell", "completed", None, Some("83000")),
        order("order_38GDQCCES0050", "limit_buy", "expired", Some("70000"), None),
        order("order_38GDQCCES0060", "limit_buy", "failed", Some("75000"), None),
    ]
}

fn order(id: &str, kind: &str, status: &str, limit: Option<&str>, price: Option<&str>) -> String {
    let text = |text: Option<&str>| text.map_or_else(|| "null".to_owned(), |text| format!("\"{text}\""));
    let total = price.map(|price| format!("{}", price.parse::<f64>().expect("it is one") * 0.05));
    let executed = price.map(|_| "2026-02-15T06:10:00Z");
    let held = (status == "queued").then_some("3000");
    let expires = limit.map(|_| "2026-03-15T08:00:00Z");
    format!(
        r#"{{"order_id":"{id}","order_type":"{kind}","asset_id":"BTC","quantity":"0.05","price":{},
        "status":"{status}","total_amount":{},"created_at":"2026-02-15T06:10:00Z","limit_price":{},
        "executed_at":{},"expires_at":{},"held_amount":{}}}"#,
        text(price),
        text(total.as_deref()),
        text(limit),
        text(executed),
        text(expires),
        text(held),
    )
}

const TRANSACTIONS: &str = r#"{"transactions":[
    {"transaction_id":"txn_38GDQCCES0050","transaction_type":"withdraw","amount":"-250","status":"completed",
     "created_at":"2026-02-15T07:00:00Z","description":"Withdrawal","reference_id":null,"balance_after":"10000"},
    {"transaction_id":"txn_38GDQCCES0040","transaction_type":"order_payment","amount":"-2415","status":"completed",
     "created_at":"2026-02-15T06:10:00Z","description":"Bought 0.03 BTC","reference_id":"order_38GDQCCES0020",
     "balance_after":"10250"},
    {"transaction_id":"txn_38GDQCCES0030","transaction_type":"order_sale","amount":"830","status":"completed",
     "created_at":"2026-02-14T22:00:00Z","description":"Sold 0.01 BTC","reference_id":"order_38GDQCCES0030",
     "balance_after":"12665"},
    {"transaction_id":"txn_38GDQCCES0010","transaction_type":"deposit","amount":"10000","status":"completed",
     "created_at":"2026-02-14T09:00:00Z","description":"Deposit","reference_id":null,"balance_after":"14220"}],
    "total_count":4,"next_cursor":null}"#;

const LIMITS: &str = r#"{"deposit":{"limit":"10000","used":"2500","remaining":"7500","resets_at":"2026-02-16T00:00:00Z"},
    "withdraw":{"limit":"5000","used":"250","remaining":"4750","resets_at":"2026-02-16T00:00:00Z"}}"#;

const INSIGHT: &str = r#"{"summary":"Your portfolio is worth $14,205.52, of which 70% is cash.\nBTC gained 1.25% within a day; it is your only holding.",
    "generated_at":"2026-02-15T07:57:00Z","model":"local"}"#;

const PROFILE: &str = r#"{"user_id":"user_38GDQCCES0000","username":"ada_lovelace","email":"ada@example.com",
    "first_name":"Ada","last_name":"Lovelace","phone":null,"date_of_birth":"1990-12-10",
    "marketing_emails_consent":false,"created_at":"2026-02-14T08:59:00Z","updated_at":"2026-02-14T08:59:00Z"}"#;
