//! Schemas of the words and amounts on the wire, for the server's OpenAPI document.
//!
//! They say what is really written and read: derived ones would tell how a value is kept in memory. The structs of
//! `api` derive theirs; what stands here is what these are made of.

use std::borrow::Cow;

use serde_json::json;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::openapi::{KnownFormat, RefOr, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};

use crate::api::{Code, Interval, Topic};
use crate::asset_id::AssetId;
use crate::ids::{IdempotencyKey, OrderId, TransactionId};
use crate::money::{Figure, Number, OrderQuantity, Percent, Price, Quantity, TransferAmount, Usd};
use crate::order::{
    AssetTransactionStatus, AssetTransactionType, OrderStatus, OrderType, TransactionStatus, TransactionType,
};
use crate::time::Timestamp;
use crate::user::{DateOfBirth, Email, Password, PersonName, Phone, Username};

/// A price in a request: there it may be a number too, and with a market order any that is positive.
pub(crate) enum SentPrice {}

/// A password as somebody typed it, which need not be one that could be chosen.
pub(crate) enum TypedPassword {}

/// What a number in a string may look like in a request: JSON's grammar.
const SENT_DECIMAL: &str = r"^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$";

/// Gives types their schemas.
macro_rules! schemas {
    ($($name:ident => $schema:expr;)+) => {$(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                $schema.into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )+};
}

schemas! {
    Usd => text(
        "US dollars: an exact decimal with up to 8 decimals; negative where money leaves an account.",
        r"^-?[0-9]+(\.[0-9]{1,8})?$",
        "10000.5",
    );
    Price => text(
        "US dollars for one unit of an asset: an exact decimal, more than 0, at most 1,000,000, up to 12 decimals.",
        r"^[0-9]+(\.[0-9]{1,12})?$",
        "84110.4",
    );
    Quantity => text(
        "A quantity of an asset: an exact decimal from 0 to 10^12, up to 8 decimals.",
        r"^[0-9]+(\.[0-9]{1,8})?$",
        "0.05",
    );
    Percent => text("A percentage with two decimals.", r"^-?[0-9]+\.[0-9]{2}$", "12.50");
    Figure => number("A fact of the market: a number with its exact digits, up to 28.")
        .examples([json!(56329853774.9)]);
    TransferAmount => sent(
        "US dollars, as a string or a number: more than 0, at most 1,000,000, at most 2 decimals.",
        "250.5",
        number("").exclusive_minimum(Some(0)).maximum(Some(1_000_000)),
    );
    OrderQuantity => sent(
        "A quantity to trade, as a string or a number: 0.001 to 10^12, at most 8 decimals.",
        "0.05",
        number("").minimum(Some(0.001)).maximum(Some(1_000_000_000_000_i64)),
    );
    SentPrice => sent(
        "US dollars for one unit, as a string or a number: more than 0. Of a limit order at most 1,000,000, 12 decimals.",
        "84110.4",
        number("").exclusive_minimum(Some(0)),
    );
    Timestamp => string("A moment, RFC 3339. Answers are in UTC with milliseconds and `Z`.")
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
        .examples(["2026-02-15T08:00:00.000Z"]);
    DateOfBirth => string("A date of birth; its owner is 13 to 120 years old.")
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
        .examples(["1990-12-31"]);
    AssetId => text(
        "An asset's ticker. Requests may write it in any case; answers are upper-case.",
        "^[A-Za-z0-9]{1,10}$",
        "BTC",
    );
    OrderId => text("An order's id. Ids sort by time.", "^order_[A-Za-z0-9_]{8,40}$", "order_0CPS4D3G00000");
    TransactionId => text(
        "The id of a change of a balance. Ids sort by time.",
        "^txn_[A-Za-z0-9_]{8,40}$",
        "txn_0CPS4D3G00000",
    );
    IdempotencyKey => text(
        "Chosen by the client, a new one for everything that shall happen once: visible ASCII characters.",
        "^[!-~]{1,128}$",
        "0198c5e2a7d47c1e9d0b6f3a52e8417c",
    );
    Username => text(
        "A login name. It is kept and compared in lower case.",
        "^[A-Za-z0-9_]{6,30}$",
        "ada_lovelace",
    );
    Email => string("An email address. It is kept as it was typed and compared in lower case.")
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Email)))
        .max_length(Some(254))
        .examples(["ada@example.com"]);
    PersonName => string("A first or last name: letters of any script, spaces, `'` and `-`; trimmed.")
        .min_length(Some(1))
        .max_length(Some(50))
        .examples(["Ada"]);
    Phone => text(
        "A telephone number: 10 to 15 digits, kept without its punctuation but with a leading `+`.",
        r"^ *\+?[-0-9 ./()]+$",
        "+15551234567",
    );
    Password => string(
        "A password to be: with a lower-case and an upper-case letter, a digit and one of `!@#$%^&*()-_=+`.",
    )
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
        .min_length(Some(12))
        .max_length(Some(128))
        .write_only(true);
    TypedPassword => string("A password as it was typed.")
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
        .min_length(Some(1))
        .max_length(Some(128))
        .write_only(true);
    Interval => words(
        "How long a candle lasts. Each begins at a whole multiple of its length in UTC.",
        &Interval::ALL.map(Interval::as_str),
    );
    Topic => words(
        "What a stream tells of; `orders` and `balance` are the token's user's own.",
        &all(Topic::ALL, Topic::as_str),
    );
    OrderType => words("What an order does, and when.", &all(OrderType::ALL, OrderType::as_str));
    OrderStatus => words(
        "How far an order has come. A market order is born `completed`, a limit order `queued`.",
        &all(OrderStatus::ALL, OrderStatus::as_str),
    );
    TransactionType => words(
        "Why a balance changed; `system_adjustment` is a red pocket.",
        &all(TransactionType::ALL, TransactionType::as_str),
    );
    TransactionStatus => words(
        "How far a change of a balance has come.",
        &all(TransactionStatus::ALL, TransactionStatus::as_str),
    );
    AssetTransactionType => words(
        "Which way an asset went.",
        &all(AssetTransactionType::ALL, AssetTransactionType::as_str),
    );
    AssetTransactionStatus => words(
        "How far a trade has come.",
        &all(AssetTransactionStatus::ALL, AssetTransactionStatus::as_str),
    );
    Code => string("What programs act on.").enum_values(Some(Code::ALL.iter().map(|code| json!(code))));
}

/// Composed by hand, because its schema does not contain that of `T`: that would be a string.
impl<T: ToSchema> utoipa::__dev::ComposeSchema for Number<T> {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        number(&format!("A {} as a JSON number, with its exact digits.", T::name())).examples([json!(84110.4)]).into()
    }
}

impl<T: ToSchema> ToSchema for Number<T> {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Number")
    }
}

fn string(description: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).description(Some(description))
}

/// A string of a certain form.
fn text(description: &str, pattern: &str, example: &str) -> ObjectBuilder {
    string(description).pattern(Some(pattern)).examples([example])
}

fn words(description: &str, words: &[&str]) -> ObjectBuilder {
    string(description).enum_values(Some(words.iter().copied()))
}

fn all<T: Copy>(variants: &[T], word: fn(T) -> &'static str) -> Vec<&'static str> {
    variants.iter().map(|variant| word(*variant)).collect()
}

fn number(description: &str) -> ObjectBuilder {
    let description = Some(description).filter(|text| !text.is_empty());
    ObjectBuilder::new().schema_type(Type::Number).description(description)
}

/// A decimal of a request: its text is read, whether it stands between quotes or not.
fn sent(description: &str, example: &str, number: ObjectBuilder) -> OneOfBuilder {
    let text = ObjectBuilder::new().schema_type(Type::String).pattern(Some(SENT_DECIMAL));
    OneOfBuilder::new().item(text).item(number).description(Some(description)).examples([example])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T: PartialSchema>(expected: serde_json::Value) {
        let schema = serde_json::to_value(T::schema()).unwrap();
        for (key, value) in expected.as_object().unwrap() {
            assert_eq!(&schema[key], value, "{schema}");
        }
    }

    #[test]
    fn a_schema_says_what_is_on_the_wire() {
        check::<Usd>(json!({"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]{1,8})?$"}));
        check::<Number<Price>>(json!({"type": "number"}));
        check::<Timestamp>(json!({"type": "string", "format": "date-time"}));
        check::<OrderType>(json!({"enum": ["market_buy", "market_sell", "limit_buy", "limit_sell"]}));
        check::<TransferAmount>(json!({"oneOf": [
            {"type": "string", "pattern": SENT_DECIMAL},
            {"type": "number", "exclusiveMinimum": 0, "maximum": 1_000_000},
        ]}));
    }

    #[test]
    fn the_codes_are_words_and_the_placeholder_is_none() {
        let schema = serde_json::to_value(Code::schema()).unwrap();
        let words = schema["enum"].as_array().unwrap();
        assert!(words.contains(&json!("insufficient_funds")) && !words.contains(&json!("unknown")));
        assert_eq!(words.len(), Code::ALL.len());
    }
}
