//! Cash: balance, moves, history and limits.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use cnop_core::api::{
    AssetBalanceNumbers, Balance, Code, DailyLimitState, Limits, MoneyMoved, Transaction, TransactionPage,
    TransferRequest,
};
use cnop_core::asset_id::AssetId;
use cnop_core::form::{FieldError, Form};
use cnop_core::ids::{OrderId, TransactionId};
use cnop_core::ledger::{Account, Command, Entry};
use cnop_core::money::{Number, TransferAmount, Usd};
use cnop_core::order::{Side, TransactionStatus, TransactionType};
use cnop_core::time::Timestamp;

use super::assets::asset_balance;
use super::body::Body;
use super::extract::{Caller, KeyHeader, Parameters, RequestOrigin, Segment};
use super::idempotency::{answer_once, rendered};
use super::json::Json;
use super::page::read_page;
use super::problem::{ApiError, ApiResult};
use crate::state::App;
use crate::store::commands::{MoveMoney, Once};
use crate::store::{PageRequest, TransactionRecord};

/// Shows the cash of the account.
///
/// current = available + held; what is held belongs to waiting orders and can be neither withdrawn nor spent again.
#[utoipa::path(
    get,
    path = "/api/v1/balance",
    tag = "balance",
    responses((status = 200, description = "The balance", body = Balance)),
    security(("bearer_token" = [])),
)]
pub(super) async fn get_balance(State(app): State<Arc<App>>, caller: Caller) -> ApiResult<Json<Balance>> {
    let account = app.store.read(|view| view.account(caller.session.user))?;
    Ok(Json(balance(&account)))
}

fn balance(account: &Account) -> Balance {
    let state = account.state();
    Balance {
        current_balance: state.cash,
        available_balance: account.available(),
        held_balance: state.held,
        updated_at: state.updated_at,
    }
}

/// Pays money in.
///
/// At most so much a UTC day as `GET /balance/limits` says.
#[utoipa::path(
    post,
    path = "/api/v1/balance/deposit",
    tag = "balance",
    request_body = TransferRequest,
    responses((status = 201, description = "The money is in the account", body = MoneyMoved)),
    security(("bearer_token" = [])),
)]
pub(super) async fn deposit(
    State(app): State<Arc<App>>,
    caller: Caller,
    from: RequestOrigin,
    key: KeyHeader,
    body: Body,
) -> ApiResult<Response> {
    move_money(&app, caller, from, &key, &body, "/balance/deposit", Command::Deposit).await
}

/// Pays money out.
///
/// At most what is available, and so much a UTC day as `GET /balance/limits` says.
#[utoipa::path(
    post,
    path = "/api/v1/balance/withdraw",
    tag = "balance",
    request_body = TransferRequest,
    responses((status = 201, description = "The money has left the account", body = MoneyMoved)),
    security(("bearer_token" = [])),
)]
pub(super) async fn withdraw(
    State(app): State<Arc<App>>,
    caller: Caller,
    from: RequestOrigin,
    key: KeyHeader,
    body: Body,
) -> ApiResult<Response> {
    move_money(&app, caller, from, &key, &body, "/balance/withdraw", Command::Withdraw).await
}

async fn move_money(
    app: &App,
    Caller { session, .. }: Caller,
    RequestOrigin(origin): RequestOrigin,
    key: &KeyHeader,
    body: &Body,
    route: &str,
    command: fn(TransferAmount) -> Command,
) -> ApiResult<Response> {
    let mut form = body.form()?;
    let guard = key.guard(&mut form, route, body);
    let amount = form.required("amount");
    let amount = form.finish(amount)?;
    let command = MoveMoney { session, command: command(amount), limits: app.limits, origin };
    answer_once(app, Once { session, guard, command, render: render_moved }).await
}

fn render_moved(record: &TransactionRecord) -> (u16, Vec<u8>) {
    let what = match &record.entry {
        Entry::Withdrawal(amount) => format!("Successfully withdrew {}", amount.dollars()),
        entry => format!("Successfully deposited {}", entry.cash_change().dollars()),
    };
    rendered(&MoneyMoved {
        success: true,
        message: what,
        transaction_id: TransactionId::new(record.sequence),
        timestamp: record.sequence.time(),
    })
}

/// Lists the changes of the balance.
///
/// Newest first. A hold is no transaction.
#[utoipa::path(
    get,
    path = "/api/v1/balance/transactions",
    tag = "balance",
    params(
        ("transaction_type" = Option<TransactionType>, Query, description = "Only those of this type"),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 100, description = "How many to answer at most"),
        (
            "offset" = Option<u64>, Query, maximum = 100_000,
            description = "How many to pass over; not together with `cursor`"
        ),
        (
            "cursor" = Option<String>, Query,
            description = "`next_cursor` of the page before; not together with `offset`"
        ),
    ),
    responses((status = 200, description = "A page of changes, newest first", body = TransactionPage)),
    security(("bearer_token" = [])),
)]
pub(super) async fn list_transactions(
    State(app): State<Arc<App>>,
    caller: Caller,
    query: Parameters,
) -> ApiResult<Json<TransactionPage>> {
    let (kind, request) = read_transaction_query(query.form())?;
    let user = caller.session.user;
    app.store.read(|view| {
        let counts = view.account(user)?.state().counts;
        let page = view.transactions(user, kind, request)?;
        Ok(Json(TransactionPage {
            transactions: page.items.iter().map(transaction).collect(),
            total_count: kind.map_or(counts.total(), |kind| counts.of(kind)),
            next_cursor: page.next.map(|cursor| cursor.to_string()),
        }))
    })
}

fn read_transaction_query(mut form: Form<'_>) -> Result<(Option<TransactionType>, PageRequest), Vec<FieldError>> {
    let kind = form.optional("transaction_type");
    let request = read_page(&mut form);
    form.finish(Some((kind, request)))
}

fn transaction(record: &TransactionRecord) -> Transaction {
    Transaction {
        transaction_id: TransactionId::new(record.sequence),
        transaction_type: record.entry.transaction_type(),
        amount: record.entry.cash_change(),
        status: TransactionStatus::Completed,
        created_at: record.sequence.time(),
        description: description(&record.entry),
        reference_id: record.order.map(|order| OrderId::new(order).to_string()),
        balance_after: record.balance_after,
    }
}

fn description(entry: &Entry) -> String {
    match entry {
        Entry::Deposit(_) => "Deposit".to_owned(),
        Entry::Withdrawal(_) => "Withdrawal".to_owned(),
        Entry::RedPocket(_) => "Red pocket".to_owned(),
        Entry::Trade(trade) => {
            let verb = match trade.side {
                Side::Buy => "Bought",
                Side::Sell => "Sold",
            };
            format!("{verb} {} {} at {}", trade.quantity, trade.asset_id, trade.price.dollars())
        }
    }
}

/// Shows the day's limits and what is left of them.
///
/// Days are UTC days.
#[utoipa::path(
    get,
    path = "/api/v1/balance/limits",
    tag = "balance",
    responses((status = 200, description = "The limits", body = Limits)),
    security(("bearer_token" = [])),
)]
pub(super) async fn get_limits(State(app): State<Arc<App>>, caller: Caller) -> ApiResult<Json<Limits>> {
    let now = app.clock.now();
    let account = app.store.read(|view| view.account(caller.session.user))?;
    let used = account.totals_on(now.day());
    Ok(Json(Limits {
        deposit: daily_limit(app.limits.daily_deposit, used.deposited, now),
        withdraw: daily_limit(app.limits.daily_withdrawal, used.withdrawn, now),
    }))
}

fn daily_limit(limit: Usd, used: Usd, now: Timestamp) -> DailyLimitState {
    // A limit lowered since the morning may be exceeded already.
    let remaining = limit.checked_sub(used).unwrap_or_default().max(Usd::ZERO);
    DailyLimitState { limit, used, remaining, resets_at: now.next_day() }
}

/// Shows one holding.
///
/// Price and value are JSON numbers here, and nowhere else in an account.
#[utoipa::path(
    get,
    path = "/api/v1/balance/asset/{asset_id}",
    tag = "balance",
    params(
        ("asset_id" = AssetId, Path, description = "The asset's ticker, in any case"),
    ),
    responses((status = 200, description = "The holding", body = AssetBalanceNumbers)),
    security(("bearer_token" = [])),
)]
pub(super) async fn get_asset_balance(
    State(app): State<Arc<App>>,
    caller: Caller,
    segment: Segment,
) -> ApiResult<Json<AssetBalanceNumbers>> {
    let asset_id = segment.asset_id()?;
    let account = app.store.read(|view| view.account(caller.session.user))?;
    let holding = account
        .holding(asset_id)
        .ok_or_else(|| ApiError::new(Code::AssetBalanceNotFound, format!("This account has never held {asset_id}.")))?;
    let balance = asset_balance(asset_id, holding, &app.book.board());
    Ok(Json(AssetBalanceNumbers {
        asset_id,
        asset_name: balance.asset_name,
        quantity: balance.quantity,
        current_price: balance.current_price.map(Number),
        total_value: balance.total_value.map(Number),
        created_at: balance.created_at,
        updated_at: balance.updated_at,
    }))
}
