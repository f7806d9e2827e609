//! JSON that is written as text, for answers of many fields: what the derived form spends on looking for characters to
//! escape, where there can be none, took half of such a request's time.

use cnop_core::short_text::{ShortText, ToShortText};

/// A name with its colon, and a string or `null`.
pub(super) fn push_optional(json: &mut String, name: &str, value: Option<ShortText>) {
    json.push_str(name);
    push_string(json, value.as_deref());
}

/// The text of a value that may be unknown.
pub(super) fn short<T: ToShortText>(value: Option<T>) -> Option<ShortText> {
    value.map(|value| value.short_text())
}

/// A string, or `null`. It has no characters that JSON escapes.
pub(super) fn push_string(json: &mut String, value: Option<&str>) {
    let Some(value) = value else { return json.push_str("null") };
    json.push('"');
    json.push_str(value);
    json.push('"');
}
