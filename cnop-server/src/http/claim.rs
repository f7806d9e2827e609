//! The Chinese-New-Year red pocket.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use cnop_core::api::{ClaimAnswer, ClaimRequest};
use cnop_core::ledger::{Command, Entry, RedPocket};

use super::body::Body;
use super::extract::{Caller, KeyHeader, RequestOrigin};
use super::idempotency::{answer_once, rendered};
use super::problem::ApiResult;
use crate::state::App;
use crate::store::TransactionRecord;
use crate::store::commands::{Audited, MoveMoney, Once};
use crate::store::{Act, AuditDraft};

/// Opens the red pocket of the day.
///
/// One a user and UTC day. A phrase of the list opens a big one, any other a small one.
#[utoipa::path(
    post,
    path = "/api/v1/cny/claim",
    tag = "balance",
    request_body = ClaimRequest,
    responses((status = 201, description = "What was in it, now in the account", body = ClaimAnswer)),
    security(("bearer_token" = [])),
)]
pub(super) async fn claim_red_pocket(
    State(app): State<Arc<App>>,
    caller: Caller,
    RequestOrigin(origin): RequestOrigin,
    key: KeyHeader,
    body: Body,
) -> ApiResult<Response> {
    let mut form = body.form()?;
    let guard = key.guard(&mut form, "/cny/claim", &body);
    let phrase: Option<String> = form.required("phrase");
    let pocket = app.phrases.open(&form.finish(phrase)?);
    let session = caller.session;
    let entry = AuditDraft::of(Act::RedPocketClaimed).about(caller.username()).from(&origin);
    let entry = entry.saying(pocket.amount.to_string());
    let command = MoveMoney { session, command: Command::Claim(pocket), limits: app.limits, origin };
    let command = Audited { command, entry };
    answer_once(&app, Once { session, guard, command, render: render_claim }).await
}

fn render_claim(record: &TransactionRecord) -> (u16, Vec<u8>) {
    let big = matches!(record.entry, Entry::RedPocket(RedPocket { big: true, .. }));
    let amount = record.entry.cash_change();
    let wish =
        if big { "恭喜發財! You found the big red pocket" } else { "新年快樂! A small red pocket for you" };
    rendered(&ClaimAnswer {
        success: true,
        message: format!("{wish}: {}", amount.dollars()),
        amount,
        got_red_pocket: big,
        timestamp: record.sequence.time(),
    })
}
