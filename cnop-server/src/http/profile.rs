//! A user's profile and password.

use std::sync::Arc;

use axum::extract::State;
use cnop_core::api::{Code, Message, PasswordChange, ProfileUpdate, ProfileUpdated, User};
use cnop_core::form::{FieldError, Form};
use cnop_core::user::Password;
use jiff::civil::Date;
use secrecy::SecretString;

use super::auth::{message, read_date_of_birth, read_typed_password, turn_to_try};
use super::body::Body;
use super::extract::{Caller, RequestOrigin};
use super::json::Json;
use super::problem::{ApiError, ApiResult};
use crate::guard::ClientNetwork;
use crate::state::App;
use crate::store::commands::{Audited, ChangePassword, Note, ProfileChange, UpdateProfile};
use crate::store::{Act, AuditDraft};

/// Shows the profile.
#[utoipa::path(
    get,
    path = "/api/v1/auth/profile",
    tag = "auth",
    responses((status = 200, description = "The profile", body = User)),
    security(("bearer_token" = [])),
)]
pub(super) async fn get_profile(State(app): State<Arc<App>>, caller: Caller) -> ApiResult<Json<User>> {
    Ok(Json(app.store.read(|view| view.user(caller.session.user))?.into()))
}

/// Changes the profile.
///
/// Fields that are absent or `null` stay as they are.
#[utoipa::path(
    put,
    path = "/api/v1/auth/profile",
    tag = "auth",
    request_body = ProfileUpdate,
    responses((status = 200, description = "The profile as it is now", body = ProfileUpdated)),
    security(("bearer_token" = [])),
)]
pub(super) async fn update_profile(
    State(app): State<Arc<App>>,
    caller: Caller,
    RequestOrigin(origin): RequestOrigin,
    body: Body,
) -> ApiResult<Json<ProfileUpdated>> {
    let change = read_change(body.form()?, app.clock.now().day())?;
    let entry = AuditDraft::of(Act::UserUpdated).about(caller.username()).from(&origin);
    let command = UpdateProfile { session: caller.session, change };
    let user = app.store.submit(Audited { command, entry }).await?.into();
    Ok(Json(ProfileUpdated { message: "Profile updated successfully".to_owned(), user }))
}

fn read_change(mut form: Form<'_>, today: Date) -> Result<ProfileChange, Vec<FieldError>> {
    let change = ProfileChange {
        email: form.optional("email"),
        first_name: form.optional("first_name"),
        last_name: form.optional("last_name"),
        phone: form.optional("phone"),
        date_of_birth: read_date_of_birth(&mut form, today),
        marketing_emails_consent: form.optional("marketing_emails_consent"),
    };
    form.finish(Some(change))
}

/// Changes the password.
///
/// Every other token of the user is revoked.
#[utoipa::path(
    put,
    path = "/api/v1/auth/password",
    tag = "auth",
    request_body = PasswordChange,
    responses((status = 200, description = "The password is changed", body = Message)),
    security(("bearer_token" = [])),
)]
pub(super) async fn change_password(
    State(app): State<Arc<App>>,
    caller: Caller,
    RequestOrigin(origin): RequestOrigin,
    body: Body,
) -> ApiResult<Json<Message>> {
    let (current, new) = read_passwords(body.form()?)?;
    let verified_hash = app.store.read(|view| view.user(caller.session.user))?.password_hash;
    let (name, network) = (caller.username().clone(), ClientNetwork::from(origin.address));
    // A stolen token must not guess faster here than a stranger at the door.
    if !turn_to_try(&app, &name, &origin).await?.verify(current, Some(verified_hash.clone())).await {
        app.guard.logins.failed_name(&name, app.clock.now());
        app.store.submit(Note(AuditDraft::of(Act::PasswordChangeFail).about(caller.username()).from(&origin))).await?;
        return Err(ApiError::new(Code::InvalidCredentials, "The current password is wrong."));
    }
    let new_hash = app.passwords.hash(network, SecretString::from(new.expose())).await?;
    let entry = AuditDraft::of(Act::PasswordChange).about(caller.username()).from(&origin);
    let command = ChangePassword { session: caller.session, verified_hash, new_hash };
    app.store.submit(Audited { command, entry }).await?;
    Ok(message("Password changed successfully"))
}

fn read_passwords(mut form: Form<'_>) -> Result<(SecretString, Password), Vec<FieldError>> {
    let current = read_typed_password(&mut form, "current_password");
    let new = form.required("new_password");
    form.finish(current.zip(new))
}
