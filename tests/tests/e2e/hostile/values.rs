//! Values that nobody should send: JSON as text, so that it can be wrong, huge or doubled, and bytes that are no JSON.

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

/// Names that mean something somewhere.
const NAMES: [&str; 16] = [
    "amount",
    "order_type",
    "asset_id",
    "quantity",
    "price",
    "amount_usd",
    "expires_at",
    "phrase",
    "username",
    "email",
    "password",
    "first_name",
    "phone",
    "date_of_birth",
    "current_password",
    "new_password",
];

/// Text in JSON that is no amount, no quantity and no phrase of any kind.
const NO_AMOUNTS: [&str; 34] = [
    "null",
    "true",
    "{}",
    "[]",
    "[1]",
    r#"{"amount":1}"#,
    "0",
    "-0.0",
    "-1",
    "-1e3",
    "0.0001",
    "1e-400",
    "1e400",
    "1e7",
    "1000000000001",
    "123456789012345678901234567890123456789012345678901234567890",
    r#""""#,
    r#"" 5""#,
    r#""5 ""#,
    r#""+5""#,
    r#""1_000""#,
    r#""1,000""#,
    r#""0x10""#,
    r#""NaN""#,
    r#""-Infinity""#,
    r#""١٢""#,
    r#""１２""#,
    r#""5.""#,
    r#"".5""#,
    r#""1e""#,
    r#""1e5e5""#,
    r#""--1""#,
    r#""\u0000""#,
    r#""\ud800""#,
];

/// A JSON value as text.
pub(super) fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        select(&NO_AMOUNTS[..]).prop_map(str::to_owned),
        "-?[0-9]{1,60}(\\.[0-9]{1,60})?([eE][+-]?[0-9]{1,12})?",
        any::<String>().prop_map(|text| serde_json::to_string(&text).expect("text is JSON")),
        "\\PC{0,60}".prop_map(|text| serde_json::to_string(&text).expect("text is JSON")),
    ];
    leaf.prop_recursive(6, 48, 6, |inner| {
        let object = prop::collection::vec((name(), inner.clone()), 0..6).prop_map(object);
        prop_oneof![prop::collection::vec(inner, 0..6).prop_map(|values| format!("[{}]", values.join(","))), object]
    })
}

/// A JSON object as text; names may stand in it twice.
pub(super) fn json_object() -> impl Strategy<Value = String> {
    prop::collection::vec((name(), json()), 0..8).prop_map(object)
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![3 => select(&NAMES[..]).prop_map(str::to_owned), 1 => "\\PC{0,12}"]
}

fn object(fields: Vec<(String, String)>) -> String {
    let quoted = |name: String| serde_json::to_string(&name).expect("text is JSON");
    let fields: Vec<_> = fields.into_iter().map(|(name, value)| format!("{}:{value}", quoted(name))).collect();
    format!("{{{}}}", fields.join(","))
}

/// Bodies that cannot be read: bytes, torn and deep JSON, more than is taken.
pub(super) fn unreadable() -> impl Strategy<Value = Vec<u8>> {
    let bytes = prop::collection::vec(any::<u8>(), 0..400).prop_map(|mut bytes| {
        bytes.insert(0, 0xff);
        bytes
    });
    let torn = (json_object(), 0.0..1.0).prop_map(|(text, share)| {
        let end = (text.len() as f64 * share) as usize;
        text.as_bytes()[..end.min(text.len() - 1)].to_vec()
    });
    let deep = (select(&["[", "{\"amount\":", "[{\"phrase\":["][..]), 1_000..10_000_usize)
        .prop_map(|(opening, depth)| opening.repeat(depth).into_bytes());
    let large =
        (65_500..200_000_usize).prop_map(|length| format!("{{\"amount\":1,{}", " ".repeat(length)).into_bytes());
    let strange = select(&["\u{feff}{}", "{}\u{0}", "{\"a\":1}x", "{'amount':1}", "amount=1", "{\"\\u00\":1}"][..]);
    prop_oneof![8 => bytes, 8 => torn, 2 => deep, 1 => large, 2 => strange.prop_map(|text| text.as_bytes().to_vec())]
}

/// Bodies of a route that moves money, each wrong in at least one way.
pub(super) fn wrong_money(path: &str) -> BoxedStrategy<Vec<u8>> {
    let no_amount = || select(&NO_AMOUNTS[..]).prop_map(str::to_owned);
    let wrong = match path {
        "/orders" => wrong_order().boxed(),
        "/cny/claim" => select(&["null", "7", "true", "[]", "{}", "\"\\ud800\""][..])
            .prop_map(|phrase| format!(r#"{{"phrase":{phrase}}}"#))
            .boxed(),
        _ => (no_amount(), json()).prop_map(|(amount, more)| format!(r#"{{"more":{more},"amount":{amount}}}"#)).boxed(),
    };
    Union::new([wrong.prop_map(String::into_bytes).boxed(), unreadable().boxed()]).boxed()
}

/// Right in all fields but one.
fn wrong_order() -> impl Strategy<Value = String> {
    let wrong = select(&NO_AMOUNTS[..]);
    let kind = select(&["market_buy", "market_sell"][..]);
    (0..4_usize, kind, wrong).prop_map(|(place, kind, wrong)| {
        let mut fields = [format!("\"{kind}\""), "\"BTC\"".to_owned(), "\"0.001\"".to_owned(), "1".to_owned()];
        // A missing price is right, and so is any that is positive.
        fields[place] = if place == 3 { "-1".to_owned() } else { wrong.to_owned() };
        if place == 2 && wrong == "1e7" {
            fields[place] = "0".to_owned();
        }
        let [kind, asset_id, quantity, price] = fields;
        format!(r#"{{"order_type":{kind},"asset_id":{asset_id},"quantity":{quantity},"price":{price}}}"#)
    })
}
