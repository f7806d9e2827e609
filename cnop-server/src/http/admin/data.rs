//! The data as a whole: verified, and copied.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use bytes::BytesMut;
use cnop_core::api::{Code, Data, VerifyFinding, VerifyReport};
use tokio::io::AsyncReadExt;

use super::Admin;
use crate::http::json::Json;
use crate::http::problem::{ApiError, ApiResult};
use crate::state::App;
use crate::store::commands::Note;
use crate::store::{AdminAct, Copied, Report, SubmitError};

/// Of a file at a time.
const PIECE_BYTES: usize = 64 * 1024;

/// Recomputes every account from its history.
///
/// Whatever does not add up is a finding.
#[utoipa::path(
    get,
    path = "/api/v1/admin/verify",
    tag = "operations",
    responses((status = 200, description = "What was found", body = Data<VerifyReport>)),
    security(("bearer_token" = [])),
)]
pub(in crate::http) async fn verify_accounts(
    State(app): State<Arc<App>>,
    admin: Admin,
) -> ApiResult<Json<Data<VerifyReport>>> {
    let turn = Arc::clone(&app.operator_turn).try_acquire_owned().map_err(|_| ApiError::overloaded())?;
    let store = app.store.clone();
    let verifying = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        store.verify()
    });
    let Report { users, entries, findings } = verifying.await.expect("verifying does not panic")?;
    let entry = admin.did(AdminAct::Verify).saying(format!("{} findings", findings.len()));
    match app.store.submit(Note(entry)).await {
        // Whoever looks after a full disk must be able to look.
        Err(SubmitError::NoRoom) => tracing::warn!("a verification could not be audited: the disk is full"),
        noted => noted?,
    }
    let findings = findings.into_iter().map(|finding| VerifyFinding { username: finding.username, what: finding.what });
    Ok(Json(Data { data: VerifyReport { users, entries, findings: findings.collect() } }))
}

/// Copies everything.
///
/// The data as it is at one moment, verified before it is sent. Nobody waits for it.
#[utoipa::path(
    post,
    path = "/api/v1/admin/backup",
    tag = "operations",
    responses((status = 200, description = "The copy, a database file", content_type = "application/octet-stream")),
    security(("bearer_token" = [])),
)]
pub(in crate::http) async fn download_backup(State(app): State<Arc<App>>, admin: Admin) -> ApiResult<Response> {
    let turn = Arc::clone(&app.operator_turn).try_acquire_owned().map_err(|_| ApiError::overloaded())?;
    let store = app.store.clone();
    let copying = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        store.backup_to_send()
    });
    let Copied { file, bytes, report } = copying.await.expect("copying does not panic")?;
    if !report.findings.is_empty() {
        tracing::error!(findings = report.findings.len(), "the data does not add up, and no backup of it was sent");
        let detail = "The data does not add up, so no backup was sent. GET /api/v1/admin/verify says what is wrong.";
        return Err(ApiError::new(Code::InternalError, detail));
    }
    let entry = admin.did(AdminAct::Backup).saying(format!("{bytes} bytes, {} accounts", report.users));
    app.store.submit(Note(entry)).await?;
    let time = app.clock.now().to_string().replace([':', '-'], "");
    let name = format!("attachment; filename=\"cnop-{}.redb\"", time.split('.').next().unwrap_or_default());
    let mut response = Response::new(file_body(file.into()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_LENGTH, bytes.into());
    headers.extend(HeaderValue::from_str(&name).ok().map(|name| (header::CONTENT_DISPOSITION, name)));
    Ok(response)
}

/// A file, a piece at a time, as fast as the reader takes it.
fn file_body(file: tokio::fs::File) -> Body {
    Body::from_stream(futures_util::stream::try_unfold(file, async |mut file| {
        let mut piece = BytesMut::with_capacity(PIECE_BYTES);
        let length = file.read_buf(&mut piece).await?;
        Ok::<_, std::io::Error>((length > 0).then(|| (piece.freeze(), file)))
    }))
}
