//! What an administrator opens and closes: assets and accounts.

use std::sync::Arc;

use axum::extract::State;
use cnop_core::api::{Asset, AssetUpdate, Data, UserAccess, UserUpdate};
use cnop_core::asset_id::AssetId;
use cnop_core::user::Username;

use super::Admin;
use crate::http::body::Body;
use crate::http::extract::Segment;
use crate::http::inventory::{asset_not_found, listed_asset};
use crate::http::json::Json;
use crate::http::problem::ApiResult;
use crate::state::App;
use crate::store::AdminAct;
use crate::store::commands::{Audited, SetAssetClosed, SetDisabled};

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
pub(in crate::http) async fn update_asset(
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
    app.book.close(|| app.store.read(|view| view.closed_assets()))?;
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
pub(in crate::http) async fn update_user(
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
