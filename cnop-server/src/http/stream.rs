//! The event stream's route. What is sent on it is decided in `crate::stream`.

use std::str::FromStr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use cnop_core::api::Topic;
use cnop_core::asset_id::AssetId;
use cnop_core::form::{FieldError, Form};

use super::extract::{Caller, Parameters, RequestOrigin};
use super::inventory::asset_not_found;
use super::problem::ApiResult;
use crate::state::App;
use crate::stream::{Assets, EventId, Own, Wanted};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Asks nginx and those like it to pass each event on at once.
const UNBUFFERED: HeaderName = HeaderName::from_static("x-accel-buffering");
/// More assets than any market lists are a mistake.
const MAX_ASSETS: usize = 1_000;
/// So many faults of one list are named.
const MAX_NAMED: usize = 10;

/// Tells of prices, orders and the balance as they change.
///
/// Server-Sent Events: `prices` (schema `Prices`; first everything asked for, then what changed), `order`
/// (`Order`), `balance` (`Balance`) and `lagged` (`Lagged`: events are missing, fetch orders, balance and portfolio
/// anew).
///
/// `orders` and `balance` need the token and carry only its user's events; prices alone need none. A comment comes
/// every 15 seconds. The stream ends when its token expires or is revoked.
#[utoipa::path(
    get,
    path = "/api/v1/stream",
    tag = "stream",
    params(
        (
            "topics" = Option<Vec<Topic>>, Query, style = Form, explode = false,
            description = "What to tell of, with commas between"
        ),
        (
            "assets" = Option<Vec<AssetId>>, Query, style = Form, explode = false, max_items = 1000,
            description = "Whose prices to tell, with commas between; all, if left out"
        ),
    ),
    responses((
        status = 200,
        description = "Events, for as long as the stream may last",
        body = String,
        content_type = "text/event-stream",
    )),
    security((), ("bearer_token" = [])),
)]
pub(super) async fn open_stream(
    State(app): State<Arc<App>>,
    caller: ApiResult<Caller>,
    RequestOrigin(origin): RequestOrigin,
    query: Parameters,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let caller = if asks_for_private(query.form()) { Some(caller?) } else { None };
    let (topics, assets) = read_query(query.form())?;
    let assets = match assets.as_slice() {
        [] => Assets::All,
        assets => Assets::Only(assets.into()),
    };
    if let Assets::Only(assets) = &assets {
        let board = app.book.board();
        assets.iter().try_for_each(|id| board.get(*id).map(drop).ok_or_else(|| asset_not_found(*id)))?;
    }
    let wants = |topic| topics.contains(&topic);
    let reader = app.streams.open(Wanted {
        address: origin.address,
        prices: wants(Topic::Prices).then_some(assets),
        own: caller.map(|Caller { session, token, .. }| Own {
            session,
            token,
            orders: wants(Topic::Orders),
            balance: wants(Topic::Balance),
        }),
        after: last_event_id(&headers),
    })?;
    let kind = HeaderValue::from_static("text/event-stream");
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (UNBUFFERED, HeaderValue::from_static("no")),
    ];
    Ok((headers, Body::new(reader)).into_response())
}

/// Whether a token is needed, which is asked for before the fields are at fault.
fn asks_for_private(mut form: Form<'_>) -> bool {
    let topics: Option<String> = form.optional("topics");
    topics.is_some_and(|topics| words(&topics).any(|word| word.parse().is_ok_and(Topic::is_private)))
}

fn read_query(mut form: Form<'_>) -> Result<(Vec<Topic>, Vec<AssetId>), Vec<FieldError>> {
    let mut topics = read_list(&mut form, "topics");
    if topics.is_empty() {
        topics.push(Topic::Prices);
    }
    let mut assets: Vec<AssetId> = read_list(&mut form, "assets");
    if assets.len() > MAX_ASSETS {
        form.fail("assets", format_args!("must be at most {MAX_ASSETS}"));
    }
    assets.sort_unstable();
    assets.dedup();
    form.finish(Some((topics, assets)))
}

/// The items of a list with commas between them; each that is none is a fault.
fn read_list<T: FromStr<Err: std::fmt::Display>>(form: &mut Form<'_>, field: &str) -> Vec<T> {
    let list: String = form.optional(field).unwrap_or_default();
    let (good, bad): (Vec<_>, Vec<_>) =
        words(&list).map(|word| (word, word.parse())).partition(|(_, item)| item.is_ok());
    for (word, fault) in bad.into_iter().take(MAX_NAMED) {
        if let Err(fault) = fault {
            form.fail(field, format_args!("{word:.20}: {fault}"));
        }
    }
    good.into_iter().filter_map(|(_, item)| item.ok()).collect()
}

fn words(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|word| !word.is_empty())
}

/// Where the reader was. An id that this server cannot have given out is as good as a forgotten one.
fn last_event_id(headers: &HeaderMap) -> Option<EventId> {
    let text = headers.get(LAST_EVENT_ID)?.to_str().unwrap_or_default();
    (!text.is_empty()).then(|| text.parse().unwrap_or_else(|_| EventId::unknown()))
}
