//! The parts of the document that operations refer to: headers, header parameters and the security scheme.

use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{Components, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Header, HeaderBuilder, Ref, RefOr, Required};

pub(super) const REQUEST_ID: &str = "X-Request-ID";
pub(super) const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
pub(super) const LAST_EVENT_ID: &str = "Last-Event-ID";
pub(super) const IDEMPOTENCY_REPLAYED: &str = "Idempotency-Replayed";
pub(super) const RETRY_AFTER: &str = "Retry-After";
pub(super) const WWW_AUTHENTICATE: &str = "WWW-Authenticate";
pub(super) const RATE_LIMIT: [&str; 3] = ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"];

/// Visible ASCII, as much as an id that a client makes may be.
const CLIENT_ID: &str = "^[!-~]{1,128}$";

/// A header of a response, by reference.
pub(super) fn header(name: &str) -> RefOr<Header> {
    RefOr::Ref(Ref::new(format!("#/components/headers/{name}")))
}

/// Adds what `#/components` is referred to for.
pub(super) fn add(components: &mut Components) {
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("The `access_token` of `POST /api/v1/auth/login`, good for an hour."))
        .build();
    components.add_security_scheme("bearer_token", SecurityScheme::Http(bearer));
    for (name, description, schema) in headers() {
        let header = HeaderBuilder::new().description(Some(description)).schema(Some(schema)).build();
        components.headers.insert(name.to_owned(), RefOr::T(header));
    }
    for (name, description, schema) in parameters() {
        components.parameters.insert(name.to_owned(), RefOr::T(header_parameter(name, description, schema)));
    }
}

/// A name, what it means, and what it looks like.
type Part = (&'static str, &'static str, RefOr<Schema>);

fn headers() -> [Part; 7] {
    let [limit, remaining, reset] = RATE_LIMIT;
    [
        (REQUEST_ID, "Names this request, in the server's log too: the caller's id or a new one", client_id()),
        (limit, "How many requests a minute the address has", whole(0)),
        (remaining, "How many of them are left now", whole(0)),
        (reset, "When all of them are back, in Unix seconds", whole(0)),
        (RETRY_AFTER, "Seconds to wait before trying again", whole(1)),
        (WWW_AUTHENTICATE, "How to prove who one is: always `Bearer`", word("Bearer")),
        (IDEMPOTENCY_REPLAYED, "There, and `true`, where the answer is the one that was remembered", word("true")),
    ]
}

fn parameters() -> [Part; 3] {
    let key = RefOr::Ref(Ref::from_schema_name("IdempotencyKey"));
    let text = ObjectBuilder::new().schema_type(Type::String).into();
    [
        (
            REQUEST_ID,
            "A name for this request; without one, or with one that may not be used, it gets a new one",
            client_id(),
        ),
        (IDEMPOTENCY_KEY, "Makes the request happen once: the same one again gets the same answer", key),
        (
            LAST_EVENT_ID,
            "The `id` of the last event that was read: the stream goes on behind it, or begins with `lagged`",
            text,
        ),
    ]
}

fn header_parameter(name: &str, description: &str, schema: RefOr<Schema>) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}

fn client_id() -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).pattern(Some(CLIENT_ID)).into()
}

/// A whole number from `least`.
fn whole(least: u32) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(least)).into()
}

fn word(word: &str) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some([word])).into()
}
