//! What administrators do over the API.

use std::sync::Arc;

use axum::body::Body as StreamBody;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use bytes::BytesMut;
use cnop_core::api::{
    Asset, AssetUpdate, AuditEntry, AuditOutcome, AuditPage, Code, Data, IpBlock, IpBlockRequest, Message, UserAccess,
    UserUpdate, VerifyFinding, VerifyReport,
};
use cnop_core::asset_id::AssetId;
use cnop_core::form::{FieldError, Form};
use cnop_core::time::Timestamp;
use cnop_core::user::{Role, Username};

use tokio::io::AsyncReadExt;

use super::auth::message;
use super::body::Body;
use super::extract::{Caller, Parameters, RequestOrigin, Segment};
use super::inventory::{asset_not_found, listed_asset};
use super::json::Json;
use super::page::read_page;
use super::problem::{ApiError, ApiResult};
use crate::guard::ClientNetwork;
use crate::state::App;
use crate::store::commands::{Audited, EndBlock, KeepBlock, Note, SetAssetClosed, SetDisabled};
use crate::store::{
    Act, AdminAct, AuditDraft, AuditFilter, AuditRecord, Block, Copied, Origin, PageRequest, Report, SubmitError,
};

/// The longest block.
const MAX_BLOCK_SECONDS: u64 = 365 * 86_400;
/// Of a file at a time.
const PIECE_BYTES: usize = 64 * 1024;
/// The longest reason of one.
const MAX_REASON_CHARS: usize = 200;

/// An administrator with a request.
pub(super) struct Admin {
    username: Username,
    origin: Origin,
}

impl Admin {
    /// What stands in the trail once they have done it.
    pub(super) fn did(&self, act: AdminAct) -> AuditDraft {
        AuditDraft::of(Act::Admin(act)).by(&self.username).from(&self.origin)
    }
}

impl FromRequestParts<Arc<App>> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let RequestOrigin(origin) = RequestOrigin::from_request_parts(parts, app).await?;
        let username = caller.username().clone();
        if caller.role == Role::Admin {
            return Ok(Self { username, origin });
        }
        let tried = format!("{} {}", parts.method, parts.uri.path());
        let entry = AuditDraft::of(Act::AuthorizationFail).about(&username).from(&origin).saying(tried);
        app.tries.count(&username, entry);
        Err(ApiError::new(Code::PermissionDenied, "Only an administrator may do this."))
    }
}

/// Lists every address that may not log in.
///
/// An address is blocked by failed logins, or by an administrator.
#[utoipa::path(
    get,
    path = "/api/v1/admin/ip-blocks",
    tag = "operations",
    responses((status = 200, description = "Every block, by address", body = Data<Vec<IpBlock>>)),
    security(("bearer_token" = [])),
)]
pub(super) async fn list_ip_blocks(State(app): State<Arc<App>>, _: Admin) -> Json<Data<Vec<IpBlock>>> {
    let blocks = app.guard.logins.blocks(app.clock.now());
    Json(Data { data: blocks.into_iter().map(ip_block).collect() })
}

/// Shows the block of an address.
///
/// Of IPv6 a /64 is one.
#[utoipa::path(
    get,
    path = "/api/v1/admin/ip-blocks/{ip}",
    tag = "operations",
    params(("ip" = String, Path, description = "The address; of IPv6 any of its /64", example = "203.0.113.7")),
    responses((status = 200, description = "The block", body = Data<IpBlock>)),
    security(("bearer_token" = [])),
)]
pub(super) async fn get_ip_block(
    State(app): State<Arc<App>>,
    _: Admin,
    segment: Segment,
) -> ApiResult<Json<Data<IpBlock>>> {
    let network = read_network(&segment)?;
    let block = app.guard.logins.block_of(network, app.clock.now()).ok_or_else(|| not_blocked(network))?;
    Ok(Json(Data { data: ip_block((network, block)) }))
}

/// Keeps an address from logging in.
///
/// Sessions that are open go on. An earlier block is replaced; the body may be empty.
#[utoipa::path(
    put,
    path = "/api/v1/admin/ip-blocks/{ip}",
    tag = "operations",
    params(("ip" = String, Path, description = "The address; of IPv6 any of its /64", example = "203.0.113.7")),
    request_body = IpBlockRequest,
    responses((status = 200, description = "The block", body = Data<IpBlock>)),
    security(("bearer_token" = [])),
)]
pub(super) async fn put_ip_block(
    State(app): State<Arc<App>>,
    admin: Admin,
    segment: Segment,
    body: Body,
) -> ApiResult<Json<Data<IpBlock>>> {
    let network = segment.0.parse::<ClientNetwork>();
    let mut form = body.form_or_empty()?;
    let network = network.map_err(|error| form.fail("ip", error)).ok();
    let (network, seconds, reason) = read_block(form, network)?;
    let now = app.clock.now();
    let length_ms = seconds.map_or(app.guard.logins.block_ms(), |seconds| seconds as i64 * Timestamp::SECOND_MS);
    let block = Block { since: now, until: now.plus_millis(length_ms), reason, by: Some(admin.username.to_string()) };
    let entry = admin.did(AdminAct::AddressBlocked).to(network).saying(&block.reason);
    app.store.submit(Audited { command: KeepBlock { network, block: block.clone() }, entry }).await?;
    app.guard.logins.block(network, block.clone(), now);
    Ok(Json(Data { data: ip_block((network, block)) }))
}

fn read_block(
    mut form: Form<'_>,
    network: Option<ClientNetwork>,
) -> Result<(ClientNetwork, Option<u64>, String), Vec<FieldError>> {
    let seconds: Option<u64> = form.optional("seconds");
    if seconds.is_some_and(|seconds| !(1..=MAX_BLOCK_SECONDS).contains(&seconds)) {
        form.fail("seconds", format_args!("must be 1 to {MAX_BLOCK_SECONDS}"));
    }
    let reason: String = form.optional("reason").unwrap_or_else(|| "by an administrator".to_owned());
    if reason.chars().count() > MAX_REASON_CHARS || reason.chars().any(char::is_control) {
        form.fail("reason", format_args!("must be at most {MAX_REASON_CHARS} characters on one line"));
    }
    form.finish(network.map(|network| (network, seconds, reason)))
}

/// Lets an address log in again.
///
/// Its failed logins are forgotten.
#[utoipa::path(
    delete,
    path = "/api/v1/admin/ip-blocks/{ip}",
    tag = "operations",
    params(("ip" = String, Path, description = "The address; of IPv6 any of its /64", example = "203.0.113.7")),
    responses((status = 200, description = "The block is ended", body = Message)),
    security(("bearer_token" = [])),
)]
pub(super) async fn delete_ip_block(
    State(app): State<Arc<App>>,
    admin: Admin,
    segment: Segment,
) -> ApiResult<Json<Message>> {
    let network = read_network(&segment)?;
    let now = app.clock.now();
    app.guard.logins.block_of(network, now).ok_or_else(|| not_blocked(network))?;
    let entry = admin.did(AdminAct::AddressUnblocked).to(network);
    app.store.submit(Audited { command: EndBlock { network }, entry }).await?;
    app.guard.logins.unblock(network, now);
    Ok(message("Address unblocked successfully"))
}

fn read_network(segment: &Segment) -> ApiResult<ClientNetwork> {
    segment.0.parse().map_err(|error| ApiError::field("ip", error))
}

fn not_blocked(network: ClientNetwork) -> ApiError {
    let detail = format!("{network} is not blocked. GET /api/v1/admin/ip-blocks lists all that are.");
    ApiError::new(Code::IpBlockNotFound, detail)
}

fn ip_block((network, block): (ClientNetwork, Block)) -> IpBlock {
    IpBlock {
        ip: network.address().to_string(),
        network: network.to_string(),
        reason: block.reason,
        blocked_at: block.since,
        blocked_until: block.until,
        blocked_by: block.by,
    }
}

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
pub(super) async fn list_audit_entries(
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
        user: record.user.clone(),
        by: record.by.clone(),
        target: record.target.clone(),
        detail: record.detail.clone(),
        count: record.count,
        ip: record.origin.as_ref().map(|origin| origin.address.to_string()),
        request_id: record.origin.as_ref().map(|origin| origin.request_id.to_string()),
    }
}

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
pub(super) async fn verify_accounts(State(app): State<Arc<App>>, admin: Admin) -> ApiResult<Json<Data<VerifyReport>>> {
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
pub(super) async fn download_backup(State(app): State<Arc<App>>, admin: Admin) -> ApiResult<Response> {
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
fn file_body(file: tokio::fs::File) -> StreamBody {
    StreamBody::from_stream(futures_util::stream::try_unfold(file, async |mut file| {
        let mut piece = BytesMut::with_capacity(PIECE_BYTES);
        let length = file.read_buf(&mut piece).await?;
        Ok::<_, std::io::Error>((length > 0).then(|| (piece.freeze(), file)))
    }))
}

/// Closes an asset for purchases, or opens it again.
///
/// It can be sold all the while. Waiting purchases of a closed one are cancelled.
#[utoipa::path(
    put,
    path = "/api/v1/admin/assets/{asset_id}",
    tag = "operations",
    params(("asset_id" = AssetId, Path, description = "Which asset")),
    request_body = AssetUpdate,
    responses((status = 200, description = "The asset as it is now", body = Data<Asset>)),
    security(("bearer_token" = [])),
)]
pub(super) async fn update_asset(
    State(app): State<Arc<App>>,
    admin: Admin,
    segment: Segment,
    body: Body,
) -> ApiResult<Json<Data<Asset>>> {
    let asset_id = segment.asset_id()?;
    let mut form = body.form()?;
    let is_active = form.required("is_active");
    let is_active = form.finish(is_active)?;
    app.book.board().get(asset_id).ok_or_else(|| asset_not_found(asset_id))?;
    let act = if is_active { AdminAct::AssetEnabled } else { AdminAct::AssetDisabled };
    let by = (!is_active).then(|| admin.username.clone());
    app.store.submit(Audited { command: SetAssetClosed { asset_id, by }, entry: admin.did(act).to(asset_id) }).await?;
    app.book.close(app.store.read(|view| view.closed_assets())?);
    let board = app.book.board();
    let listing = board.get(asset_id).ok_or_else(|| asset_not_found(asset_id))?;
    Ok(Json(Data { data: listed_asset(listing, &app.book, app.clock.now()) }))
}

/// Shuts an account, or opens it again.
///
/// The sessions of a shut one end for good. Nobody shuts their own.
#[utoipa::path(
    put,
    path = "/api/v1/admin/users/{username}",
    tag = "operations",
    params(("username" = Username, Path, description = "Whose account")),
    request_body = UserUpdate,
    responses((status = 200, description = "What the user may do now", body = Data<UserAccess>)),
    security(("bearer_token" = [])),
)]
pub(super) async fn update_user(
    State(app): State<Arc<App>>,
    admin: Admin,
    segment: Segment,
    body: Body,
) -> ApiResult<Json<Data<UserAccess>>> {
    let username = segment.0.parse::<Username>();
    let mut form = body.form()?;
    let username = username.map_err(|error| form.fail("username", error)).ok();
    if username.as_ref() == Some(&admin.username) {
        form.fail("username", "must be another user's: nobody shuts their own account");
    }
    let disabled: Option<bool> = form.required("disabled");
    let (username, disabled) = form.finish(username.zip(disabled))?;
    let act = if disabled { AdminAct::UserDisabled } else { AdminAct::UserEnabled };
    let entry = admin.did(act).about(&username);
    app.store.submit(Audited { command: SetDisabled { username: username.clone(), disabled }, entry }).await?;
    let access = app.store.read(|view| {
        let user = view.user_named(&username)?.ok_or(crate::store::StorageFailure::Missing("the user"))?;
        view.access(user)
    })?;
    let (role, disabled) = (access.role.into(), access.disabled);
    Ok(Json(Data { data: UserAccess { username, role, disabled } }))
}
