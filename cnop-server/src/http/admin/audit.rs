//! Looking through the audit trail.

use std::sync::Arc;

use axum::extract::State;
use cnop_core::api::{AuditEntry, AuditOutcome, AuditPage};
use cnop_core::form::{FieldError, Form};
use cnop_core::time::Timestamp;
use cnop_core::user::Username;

use super::Admin;
use crate::http::extract::Parameters;
use crate::http::json::Json;
use crate::http::page::read_page;
use crate::http::problem::ApiResult;
use crate::state::App;
use crate::store::{AuditFilter, AuditRecord, PageRequest};

/// Shows the audit trail.
///
/// Who did what, from where and when, newest first: acts, orders and money moves.
#[utoipa::path(
    get,
    path = "/api/v1/admin/audit",
    tag = "operations",
    params(
        ("user" = Option<Username>, Query, description = "Only about this user, or done by them"),
        ("action" = Option<String>, Query, description = "Only where the action begins so", example = "authn_login_fail"),
        ("ip" = Option<String>, Query, description = "Only from this address, or about it"),
        ("since" = Option<Timestamp>, Query, description = "Only from this moment on"),
        ("limit" = Option<u64>, Query, description = "At most so many", minimum = 1, maximum = 100),
        ("offset" = Option<u64>, Query, description = "So many entries are left out", maximum = 100_000),
        ("cursor" = Option<String>, Query, description = "The next_cursor of the page before this one"),
    ),
    responses((status = 200, description = "A page of entries", body = AuditPage)),
    security(("bearer_token" = [])),
)]
pub(in crate::http) async fn list_audit_entries(
    State(app): State<Arc<App>>,
    _: Admin,
    query: Parameters,
) -> ApiResult<Json<AuditPage>> {
    let (filter, request) = read_audit_query(query.form())?;
    // A filter may look at many rows: not on a thread that answers others.
    let store = app.store.clone();
    let look = move || store.read(|view| view.audit(&filter, request));
    let page = tokio::task::spawn_blocking(look).await.expect("reading does not panic")?;
    Ok(Json(AuditPage {
        data: page.items.iter().map(audit_entry).collect(),
        has_more: page.next.is_some(),
        next_cursor: page.next.map(|cursor| cursor.to_string()),
    }))
}

fn read_audit_query(mut form: Form<'_>) -> Result<(AuditFilter, PageRequest), Vec<FieldError>> {
    let address: Option<String> = form.optional("ip");
    let filter = AuditFilter {
        user: form.optional("user"),
        action: form.optional("action"),
        address: address.and_then(|text| text.parse().map_err(|error| form.fail("ip", error)).ok()),
        since: form.optional("since"),
    };
    let request = read_page(&mut form);
    form.finish(Some((filter, request)))
}

/// An entry as it is shown, and as it stands in the mirror.
pub(crate) fn audit_entry(record: &AuditRecord) -> AuditEntry {
    AuditEntry {
        id: record.sequence.to_string(),
        timestamp: record.sequence.time(),
        action: record.action.to_owned(),
        outcome: if record.success { AuditOutcome::Success } else { AuditOutcome::Failure },
        user: record.particulars.user.clone(),
        by: record.particulars.by.clone(),
        target: record.particulars.target.clone(),
        detail: record.particulars.detail.clone(),
        count: record.particulars.count,
        ip: record.particulars.origin.as_ref().map(|origin| origin.address.to_string()),
        request_id: record.particulars.origin.as_ref().map(|origin| origin.request_id.to_string()),
    }
}
