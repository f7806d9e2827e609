//! Reads a request's fields, naming **every** field at fault at once.
//!
//! A handler asks for each field by name and type, then [`Form::finish`] gives either all values or all faults.
//! Types take part through [`FromField`]; most do by their `FromStr`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Display;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::asset_id::AssetId;
use crate::money::{OrderQuantity, Price, TransferAmount};

/// One field and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// The field's name on the wire.
    pub field: String,
    /// What it must be.
    pub message: String,
}

/// Why a body has no fields to ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// Not JSON, or not UTF-8.
    #[error("The body is not valid JSON.")]
    Malformed,
    /// Nothing was sent.
    #[error("A JSON object is needed as the body.")]
    Missing,
    /// JSON, but not an object.
    #[error("The body must be a JSON object.")]
    NotAnObject,
}

/// One field as it was sent.
enum Value<'a> {
    Json(&'a RawValue),
    Text(Cow<'a, str>),
}

/// The fields of one request, and the faults found in them so far.
pub struct Form<'a> {
    values: HashMap<Cow<'a, str>, Value<'a>>,
    errors: Vec<FieldError>,
}

/// A type that can be read from a field.
pub trait FromField: Sized {
    /// Reads it from the text of a string, or of a query parameter.
    ///
    /// # Errors
    /// A message for a person.
    fn from_text(text: &str) -> Result<Self, String>;

    /// Reads it from JSON; only a string will do unless the type says otherwise.
    ///
    /// # Errors
    /// A message for a person.
    fn from_json(raw: &RawValue) -> Result<Self, String> {
        let text: Cow<'_, str> = serde_json::from_str::<JsonText<'_>>(raw.get()).map_err(|_| "must be a string")?.0;
        Self::from_text(&text)
    }
}

/// A string that borrows where it has no escapes.
#[derive(Deserialize)]
struct JsonText<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Form<'a> {
    /// The fields of a JSON object.
    ///
    /// # Errors
    /// [`FormError`] where there are none.
    pub fn from_json(body: &'a [u8]) -> Result<Self, FormError> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Err(FormError::Missing);
        }
        let raw: &RawValue = serde_json::from_slice(body).map_err(|_| FormError::Malformed)?;
        if !raw.get().starts_with('{') {
            return Err(FormError::NotAnObject);
        }
        let fields: HashMap<Key<'a>, &RawValue> = serde_json::from_str(raw.get()).map_err(|_| FormError::Malformed)?;
        let values = fields.into_iter().map(|(key, raw)| (key.0, Value::Json(raw))).collect();
        Ok(Self { values, errors: Vec::new() })
    }

    /// The parameters of a query; of a repeated one the last counts.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Self {
        let values = pairs.into_iter().map(|(key, text)| (key, Value::Text(text))).collect();
        Self { values, errors: Vec::new() }
    }

    /// A field that must be there.
    pub fn required<T: FromField>(&mut self, field: &str) -> Option<T> {
        if !self.has(field) {
            self.fail(field, "is required");
        }
        self.optional(field)
    }

    /// A field that may be absent or `null`.
    pub fn optional<T: FromField>(&mut self, field: &str) -> Option<T> {
        let read = match self.values.get(field)? {
            Value::Json(raw) if raw.get() == "null" => return None,
            Value::Json(raw) => T::from_json(raw),
            Value::Text(text) => T::from_text(text),
        };
        read.map_err(|message| self.fail(field, message)).ok()
    }

    /// Whether the field was sent with a value.
    pub fn has(&self, field: &str) -> bool {
        self.values.get(field).is_some_and(|value| !matches!(value, Value::Json(raw) if raw.get() == "null"))
    }

    /// Notes a fault that involves more than the field's own type.
    pub fn fail(&mut self, field: &str, message: impl Display) {
        self.errors.push(FieldError { field: field.to_owned(), message: message.to_string() });
    }

    /// `values` if every field was good, else all faults.
    ///
    /// # Errors
    /// The faults, in the order in which the fields were asked for. At least one where `values` is `None`.
    pub fn finish<T>(self, values: Option<T>) -> Result<T, Vec<FieldError>> {
        match values {
            Some(values) if self.errors.is_empty() => Ok(values),
            _ => Err(self.errors),
        }
    }
}

/// A JSON object's key.
#[derive(PartialEq, Eq, Hash, Deserialize)]
#[serde(transparent)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// Reads through the type's `FromStr`, whose error is the message.
fn parsed<T: FromStr<Err: Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

/// Text fields: a JSON string and nothing else.
macro_rules! text_field {
    ($($name:ty),+) => {$(
        impl FromField for $name {
            fn from_text(text: &str) -> Result<Self, String> {
                parsed(text)
            }
        }
    )+};
}

/// Decimal fields: a JSON string or number, read from its text.
macro_rules! decimal_field {
    ($($name:ty),+) => {$(
        impl FromField for $name {
            fn from_text(text: &str) -> Result<Self, String> {
                parsed(text)
            }

            fn from_json(raw: &RawValue) -> Result<Self, String> {
                let text = crate::money::decimal_text(raw).ok_or("must be a number or a string")?;
                parsed(&text)
            }
        }
    )+};
}

text_field!(
    String,
    AssetId,
    crate::api::Interval,
    crate::time::Timestamp,
    crate::user::DateOfBirth,
    crate::user::Email,
    crate::user::Password,
    crate::user::PersonName,
    crate::user::Phone,
    crate::user::Username,
    crate::order::OrderType,
    crate::order::OrderStatus,
    crate::order::TransactionType
);
decimal_field!(OrderQuantity, Price, TransferAmount);

impl FromField for bool {
    /// In any case: Python writes `True` into a query.
    fn from_text(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Ok(true),
            "false" | "0" => Ok(false),
            _ => Err("must be true or false".to_owned()),
        }
    }

    fn from_json(raw: &RawValue) -> Result<Self, String> {
        serde_json::from_str(raw.get()).map_err(|_| "must be true or false".to_owned())
    }
}

impl FromField for u64 {
    fn from_text(text: &str) -> Result<Self, String> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse().ok()).flatten().ok_or_else(|| "must be a whole number".to_owned())
    }

    fn from_json(raw: &RawValue) -> Result<Self, String> {
        Self::from_text(raw.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::user::{Email, Username};

    fn faults(body: &str) -> Vec<(String, String)> {
        let mut form = Form::from_json(body.as_bytes()).unwrap();
        let username: Option<Username> = form.required("username");
        let email: Option<Email> = form.required("email");
        let consent: Option<bool> = form.optional("consent");
        let quantity: Option<OrderQuantity> = form.optional("quantity");
        let errors = form.finish(username.zip(email)).map(drop).err().unwrap_or_default();
        assert!(!errors.is_empty() || (consent.is_some() && quantity.is_some()));
        errors.into_iter().map(|error| (error.field, error.message)).collect()
    }

    #[test]
    fn every_field_at_fault_is_named_at_once() {
        let found = faults(r#"{"username": 7, "consent": "yes", "quantity": "0.0001", "unknown": {}}"#);
        let fields: Vec<_> = found.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["username", "email", "consent", "quantity"]);
        assert_eq!(found[0].1, "must be a string");
        assert_eq!(found[1].1, "is required");
    }

    #[test]
    fn numbers_keep_the_digits_they_were_sent_with() {
        assert_eq!(faults(r#"{"username":"ada_lovelace","email":"a@x.com","consent":true,"quantity":0.10000000}"#), []);
        assert_eq!(faults(r#"{"username":"ada\u005flovelace","email":"a@x.com","consent":true,"quantity":"1e2"}"#), []);
    }

    #[test]
    fn bodies_without_fields_are_told_apart() {
        let kind = |body: &[u8]| Form::from_json(body).map(drop).unwrap_err();
        assert_eq!(kind(b""), FormError::Missing);
        assert_eq!(kind(b" \n"), FormError::Missing);
        assert_eq!(kind(b"{\"a\":"), FormError::Malformed);
        assert_eq!(kind(b"{\"a\":1} x"), FormError::Malformed);
        assert_eq!(kind(b"{\"a\":\"\xff\"}"), FormError::Malformed);
        assert_eq!(kind(b"[1]"), FormError::NotAnObject);
        assert_eq!(kind(b"null"), FormError::NotAnObject);
    }
}
