//! Answers as they travel: exactly which fields, each of which kind, and numbers with their digits.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// Holds that a JSON object has exactly the fields of `expected`, written `name:kind name:kind …`.
/// The kinds are `null`, `bool`, `number` (plain digits), `amount` (a decimal string), `time`, `text`, `object`, `list`.
#[track_caller]
pub(crate) fn check_fields(json: &str, expected: &str) {
    let fields: BTreeMap<String, &RawValue> = parsed(json);
    let found: Vec<_> = fields.iter().map(|(name, raw)| format!("{name}:{}", kind(raw.get()))).collect();
    let mut expected: Vec<_> = expected.split_whitespace().map(str::to_owned).collect();
    expected.sort();
    assert_eq!(found, expected, "{json}");
}

/// The text of what stands under `path`, each step a field's name or a place in a list.
#[track_caller]
pub(crate) fn part<'a>(json: &'a str, path: &[&str]) -> &'a str {
    path.iter().fold(json, |json, step| match step.parse::<usize>() {
        Ok(place) => parsed::<Vec<&RawValue>>(json)[place].get(),
        Err(_) => match parsed::<BTreeMap<String, &RawValue>>(json).get(*step) {
            Some(raw) => raw.get(),
            None => panic!("there is no {step} in {json}"),
        },
    })
}

/// The elements of a list under `path`.
#[track_caller]
pub(crate) fn list<'a>(json: &'a str, path: &[&str]) -> Vec<&'a str> {
    parsed::<Vec<&RawValue>>(part(json, path)).into_iter().map(RawValue::get).collect()
}

/// The text of a string, or the digits of a number, under `path`.
#[track_caller]
pub(crate) fn text(json: &str, path: &[&str]) -> String {
    let raw = part(json, path);
    if raw.starts_with('"') { parsed(raw) } else { raw.to_owned() }
}

#[track_caller]
fn parsed<'a, T: serde::Deserialize<'a>>(json: &'a str) -> T {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"))
}

fn kind(json: &str) -> &'static str {
    match json.as_bytes()[0] {
        b'n' => "null",
        b't' | b'f' => "bool",
        b'{' => "object",
        b'[' => "list",
        b'"' => kind_of_text(&parsed::<String>(json)),
        _ if is_plain_decimal(json) => "number",
        _ => "number with an exponent",
    }
}

/// What a string is: `amount`, `time` or `text`.
pub(crate) fn kind_of_text(text: &str) -> &'static str {
    if is_plain_decimal(text) {
        "amount"
    } else if is_time(text) {
        "time"
    } else {
        "text"
    }
}

fn is_plain_decimal(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    digits(whole) && digits(fraction)
}

/// `2026-02-15T08:00:00.000Z`
fn is_time(text: &str) -> bool {
    let shape = "dddd-dd-ddTdd:dd:dd.dddZ";
    let fits = |(byte, place): (u8, u8)| if place == b'd' { byte.is_ascii_digit() } else { byte == place };
    text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(fits)
}
