//! The OpenAPI document: every route, field, header and error of the contract, for programs.
//!
//! What is one handler's own stands above the handler. What all of them share is added here by code: errors (`codes`),
//! headers and what is around them (`operation`), and the parts that these refer to (`shared`).

mod codes;
mod operation;
mod shared;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use axum::http::Method;
use cnop_core::api::{Balance, Lagged, Order, Prices, Problem, Topic};
use cnop_core::ids::IdempotencyKey;
use utoipa::OpenApi as _;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::schema::{ArrayItems, Components, Schema};
use utoipa::openapi::{InfoBuilder, LicenseBuilder, OpenApi, RefOr, Server};

const DESCRIPTION: &str = "\
Simulated trading of crypto assets, with money that is kept exactly.

**Decimals.** Amounts and quantities of an account are decimal strings, never rounded on the wire; market data are \
JSON numbers with their exact digits. Requests may send either, and digits are read from the text, never through a \
float.

**Idempotency.** Send `Idempotency-Key` with whatever moves money or places an order. The first success under a key \
is remembered for 24 hours, and the same request again gets the same answer and moves nothing. If an answer was \
lost, `POST /api/v1/idempotency-keys/{key}/settle` tells what became of the request.

**Pages.** Lists are newest first. `next_cursor` leads to the next page in constant time however deep, and is `null` \
on the last.

**Errors.** Every error is a `Problem` (RFC 9457): act on its `code`. A path that no route has is 404 \
`route_not_found`, a method that a route does not take 405 `method_not_allowed`.";

/// The routes, and the schemas that no route names in its body.
#[derive(utoipa::OpenApi)]
#[openapi(
    paths(
        super::auth::register_user,
        super::auth::log_in,
        super::auth::refresh_token,
        super::auth::log_out,
        super::profile::get_profile,
        super::profile::update_profile,
        super::profile::change_password,
        super::inventory::list_assets,
        super::inventory::get_asset,
        super::candles::list_candles,
        super::balance::get_balance,
        super::balance::deposit,
        super::balance::withdraw,
        super::balance::list_transactions,
        super::balance::get_limits,
        super::balance::get_asset_balance,
        super::orders::list_orders,
        super::orders::place_order,
        super::orders::get_order,
        super::orders::cancel_order,
        super::assets::list_asset_balances,
        super::assets::list_asset_transactions,
        super::portfolio::get_portfolio,
        super::insights::get_portfolio_insight,
        super::stream::open_stream,
        super::claim::claim_red_pocket,
        super::idempotency::settle_key,
        super::health::get_health,
        super::metrics::get_metrics,
        super::admin::ip_blocks::list_ip_blocks,
        super::admin::ip_blocks::get_ip_block,
        super::admin::ip_blocks::put_ip_block,
        super::admin::ip_blocks::delete_ip_block,
        super::admin::audit::list_audit_entries,
        super::admin::data::download_backup,
        super::admin::data::verify_accounts,
        super::admin::switches::update_asset,
        super::admin::switches::update_user,
        super::docs::get_index,
        super::docs::get_openapi,
        super::docs::get_reference,
        super::docs::list_errors,
        super::docs::get_error,
    ),
    components(schemas(Problem, Prices, Lagged, Order, Balance, Topic, IdempotencyKey)),
    tags(
        (name = "auth", description = "Users, their sessions and their profiles"),
        (name = "market", description = "Assets and their prices, for everybody"),
        (name = "balance", description = "Cash: what there is, in and out"),
        (name = "orders", description = "Orders, what they brought, and how to be sure of them"),
        (name = "portfolio", description = "What everything is worth"),
        (name = "stream", description = "Events as they happen"),
        (name = "operations", description = "For whoever runs the server"),
        (name = "docs", description = "What is here, for people and programs"),
    ),
)]
struct Routes;

/// The whole document.
pub(crate) fn document() -> OpenApi {
    let mut document = Routes::openapi();
    document.info = InfoBuilder::new()
        .title("CNOP")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .license(Some(LicenseBuilder::new().name("MIT").identifier(Some("MIT")).build()))
        .build();
    document.servers = Some(vec![Server::new("/")]);
    let components = document.components.get_or_insert_default();
    require_what_answers_always_name(components);
    shared::add(components);
    document.paths.paths.values_mut().flat_map(operations).for_each(|(described, writes)| {
        operation::complete(described, writes);
    });
    document
}

/// The document as JSON text.
pub(crate) fn json() -> String {
    document().to_json().expect("the document has string keys and finite numbers")
}

/// The ids of all operations, by route and method: what a request does, in a word.
pub(crate) struct OperationIds(HashMap<String, Vec<(Method, String)>>);

impl OperationIds {
    /// Those of the document.
    pub(crate) fn new() -> Self {
        let items = Routes::openapi().paths.paths.into_iter();
        let ids = |item: PathItem| {
            let methods = [
                (Method::GET, item.get),
                (Method::PUT, item.put),
                (Method::POST, item.post),
                (Method::DELETE, item.delete),
            ];
            methods.into_iter().filter_map(|(method, operation)| Some((method, operation?.operation_id?))).collect()
        };
        Self(items.map(|(route, item)| (route, ids(item))).collect())
    }

    /// Whether a route takes a method. One that is not described takes any.
    pub(crate) fn takes(&self, route: &str, method: &Method) -> bool {
        !self.0.contains_key(route) || self.of(route, method).is_some()
    }

    /// The operation of a route's method.
    pub(crate) fn of(&self, route: &str, method: &Method) -> Option<&str> {
        let wanted = if method == Method::HEAD { &Method::GET } else { method };
        let ids = self.0.get(route)?;
        ids.iter().find(|(method, _)| method == wanted).map(|(_, id)| id.as_str())
    }
}

/// The operations of a path, and whether each may change something.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (&mut Operation, bool)> {
    let methods = [(&mut item.get, false), (&mut item.put, true), (&mut item.post, true), (&mut item.delete, true)];
    methods.into_iter().filter_map(|(operation, writes)| Some((operation.as_mut()?, writes)))
}

/// What may lack fields: what clients send, and the few answers that leave some out.
const SPARSE: [&str; 10] = [
    "ClaimRequest",
    "Health",
    "IpBlockRequest",
    "LoginRequest",
    "OrderRequest",
    "PasswordChange",
    "Problem",
    "ProfileUpdate",
    "RegisterRequest",
    "SettleAnswer",
];

/// Answers name every field, `null` where there is nothing; derived schemas would call such fields optional.
fn require_what_answers_always_name(components: &mut Components) {
    let answers = components.schemas.iter_mut().filter(|(name, _)| !SPARSE.contains(&name.as_str()));
    answers.for_each(|(_, schema)| require_all(schema));
}

fn require_all(schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::Object(object)) => {
            object.required = object.properties.keys().cloned().collect();
            object.properties.values_mut().for_each(require_all);
        }
        RefOr::T(Schema::Array(array)) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                require_all(items);
            }
        }
        _ => {}
    }
}
