//! The data as a whole: verified, and copied.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use bytes::BytesMut;
use cnop_core::api::{Code, Data, VerifyFinding, VerifyReport};
use tokio::io::AsyncReadExt;
use tokio::sync::OwnedSemaphorePermit;

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
    // The turn goes along, also where nobody waits any more; and it lasts until the copy, which has no name by then, is sent.
    let copying = tokio::task::spawn_blocking(move || (store.backup_to_send(), turn));
    let (copied, turn) = copying.await.expect("copying does not panic");
    let Copied { file, bytes, report } = copied?;
    if !report.findings.is_empty() {
        tracing::error!(findings = report.findings.len(), "the data does not add up, and no backup of it was sent");
        let detail = "The data does not add up, so no backup was sent. GET /api/v1/admin/verify says what is wrong.";
        return Err(ApiError::new(Code::InternalError, detail));
    }
    let entry = admin.did(AdminAct::Backup).saying(format!("{bytes} bytes, {} accounts", report.users));
    app.store.submit(Note(entry)).await?;
    let time = app.clock.now().to_string().replace([':', '-'], "");
    let name = format!("attachment; filename=\"cnop-{}.redb\"", time.split('.').next().unwrap_or_default());
    let mut response = Response::new(file_body(file.into(), turn));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_LENGTH, bytes.into());
    headers.extend(HeaderValue::from_str(&name).ok().map(|name| (header::CONTENT_DISPOSITION, name)));
    Ok(response)
}

/// A file, a piece at a time, as fast as the reader takes it.
fn file_body(file: tokio::fs::File, turn: OwnedSemaphorePermit) -> Body {
    Body::from_stream(futures_util::stream::try_unfold((file, turn), async |(mut file, turn)| {
        let mut piece = BytesMut::with_capacity(PIECE_BYTES);
        let length = file.read_buf(&mut piece).await?;
        Ok::<_, std::io::Error>((length > 0).then(|| (piece.freeze(), (file, turn))))
    }))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures_util::StreamExt;
    use tokio::sync::Semaphore;

    use super::*;

    #[tokio::test]
    async fn the_turn_lasts_until_the_last_piece_is_sent() {
        let turns = Arc::new(Semaphore::new(1));
        let file = tempfile::tempfile().unwrap();
        file.set_len(2 * PIECE_BYTES as u64 + 1).unwrap();
        let body = file_body(file.into(), Arc::clone(&turns).try_acquire_owned().unwrap());
        let mut stream = body.into_data_stream();
        let mut pieces = 0;
        while let Some(piece) = stream.next().await {
            assert!(!piece.unwrap().is_empty());
            assert_eq!(turns.available_permits(), 0);
            pieces += 1;
        }
        assert!(pieces >= 3);
        assert_eq!(turns.available_permits(), 1);
    }
}
