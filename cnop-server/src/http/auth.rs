//! Registering, logging in and out.

use std::sync::Arc;

use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use cnop_core::api::{Code, LoginRequest, Message, RegisterRequest, TokenAnswer};
use cnop_core::form::{FieldError, Form};
use cnop_core::ids::Sequence;
use cnop_core::time::Timestamp;
use cnop_core::user::{DateOfBirth, Password, Role, Username};
use jiff::civil::Date;
use secrecy::SecretString;

use super::body::Body;
use super::extract::Caller;
use super::json::Json;
use super::problem::{ApiError, ApiResult};
use crate::state::App;
use crate::store::commands::{EndSession, OpenSession, Register, RenewSession, TOKEN_LIFE_MS};
use crate::store::{Profile, Refused, StorageFailure, UserNumber};

/// A session can be refreshed until so long after its login.
const SESSION_LIFE_MS: i64 = Timestamp::DAY_MS;
/// The longest text that is hashed.
const MAX_PASSWORD_CHARS: usize = 128;

/// Registers a user.
///
/// Usernames and email addresses are taken once, compared in lower case.
#[utoipa::path(
    post,
    path = "/api/v1/auth/register",
    tag = "auth",
    request_body = RegisterRequest,
    responses((status = 201, description = "The user is registered", body = Message)),
)]
pub(super) async fn register_user(
    State(app): State<Arc<App>>,
    _: RegistrationOpen,
    body: Body,
) -> ApiResult<(StatusCode, Json<Message>)> {
    let (profile, password) = read_registration(body.form()?, app.clock.now().day())?;
    refuse_taken(&app, &profile)?;
    let password_hash = app.passwords.hash(SecretString::from(password.expose())).await?;
    app.store.submit(Register { profile, password_hash }).await?;
    Ok((StatusCode::CREATED, message("User registered successfully")))
}

/// Stands before the body: who is not taken in is told so before anything they sent is looked at.
pub(super) struct RegistrationOpen;

impl FromRequestParts<Arc<App>> for RegistrationOpen {
    type Rejection = ApiError;

    async fn from_request_parts(_: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let detail = "This server takes no new users. Ask its operator for an account.";
        app.registration_open.then_some(Self).ok_or_else(|| ApiError::new(Code::RegistrationClosed, detail))
    }
}

fn read_registration(mut form: Form<'_>, today: Date) -> Result<(Profile, Password), Vec<FieldError>> {
    let username = form.required("username");
    let email = form.required("email");
    let password = form.required("password");
    let first_name = form.required("first_name");
    let last_name = form.required("last_name");
    let phone = form.optional("phone");
    let date_of_birth = read_date_of_birth(&mut form, today);
    let marketing_emails_consent = form.optional("marketing_emails_consent").unwrap_or(false);
    let profile = || {
        let (username, email, first_name, last_name) = (username?, email?, first_name?, last_name?);
        Some(Profile { username, email, first_name, last_name, phone, date_of_birth, marketing_emails_consent })
    };
    form.finish(profile().zip(password))
}

/// A date of birth whose owner is of age on `today`.
pub(super) fn read_date_of_birth(form: &mut Form<'_>, today: Date) -> Option<DateOfBirth> {
    let date: DateOfBirth = form.optional("date_of_birth")?;
    date.checked_on(today).map_err(|error| form.fail("date_of_birth", error)).ok()
}

/// Saves hashing a password in vain. The writer decides: two may pass here at once.
fn refuse_taken(app: &App, profile: &Profile) -> ApiResult<()> {
    app.store.read(|view| match view.user_named(&profile.username)? {
        Some(_) => Err(Refused::UsernameTaken.into()),
        None => Ok(()),
    })
}

/// Logs in.
///
/// Gives a token of an hour. A name that nobody has and a wrong password get the same answer, so that nobody can
/// list the users.
#[utoipa::path(
    post,
    path = "/api/v1/auth/login",
    tag = "auth",
    request_body = LoginRequest,
    responses((status = 200, description = "A token and its life", body = TokenAnswer)),
)]
pub(super) async fn log_in(State(app): State<Arc<App>>, body: Body) -> ApiResult<Json<TokenAnswer>> {
    let (username, password) = read_login(body.form()?)?;
    let known = find_user(&app, &username)?;
    let hash = known.as_ref().map(|(_, hash)| hash.clone());
    let right = app.passwords.verify(password, hash).await?;
    let Some((user, verified_hash)) = known.filter(|_| right) else { return Err(wrong_credentials()) };
    let grant = app.store.submit(OpenSession { user, verified_hash }).await?;
    Ok(token(&app, grant.token, &username, grant.role, grant.token.time()))
}

/// The user of a name, and the hash of their password.
fn find_user(app: &App, username: &Username) -> Result<Option<(UserNumber, String)>, StorageFailure> {
    app.store.read(|view| {
        let user = view.user_named(username)?;
        user.map(|user| Ok((user, view.user(user)?.password_hash))).transpose()
    })
}

fn read_login(mut form: Form<'_>) -> Result<(Username, SecretString), Vec<FieldError>> {
    let username = form.required("username");
    let password = read_typed_password(&mut form, "password");
    form.finish(username.zip(password))
}

/// A password as somebody typed it: whether it is right is not for its shape to say.
pub(super) fn read_typed_password(form: &mut Form<'_>, field: &str) -> Option<SecretString> {
    let text: String = form.required(field)?;
    if !(1..=MAX_PASSWORD_CHARS).contains(&text.chars().count()) {
        form.fail(field, "must be 1 to 128 characters long");
    }
    Some(text.into())
}

/// The same answer whether the user exists or not, so that nobody can list the users.
fn wrong_credentials() -> ApiError {
    ApiError::new(Code::InvalidCredentials, "The username or the password is wrong.")
}

/// Exchanges the token for a new one.
///
/// The old one is revoked. A session can be refreshed until 24 hours after its login.
#[utoipa::path(
    post,
    path = "/api/v1/auth/refresh",
    tag = "auth",
    responses((status = 200, description = "The new token and its life", body = TokenAnswer)),
    security(("bearer_token" = [])),
)]
pub(super) async fn refresh_token(State(app): State<Arc<App>>, caller: Caller) -> ApiResult<Json<TokenAnswer>> {
    let login = Timestamp::from_millis(caller.token.claims.auth_time.saturating_mul(Timestamp::SECOND_MS));
    if app.clock.now() > login.plus_millis(SESSION_LIFE_MS) {
        return Err(ApiError::new(Code::TokenExpired, "The login is more than 24 hours ago. Log in again."));
    }
    let grant = app.store.submit(RenewSession { session: caller.session }).await?;
    Ok(token(&app, grant.token, caller.username(), grant.role, login))
}

/// Logs out.
///
/// The token stops working at once and for good. No body is needed.
#[utoipa::path(
    post,
    path = "/api/v1/auth/logout",
    tag = "auth",
    responses((status = 200, description = "The token is revoked", body = Message)),
    security(("bearer_token" = [])),
)]
pub(super) async fn log_out(State(app): State<Arc<App>>, caller: Caller) -> ApiResult<Json<Message>> {
    app.store.submit(EndSession { session: caller.session }).await?;
    Ok(message("Logged out successfully"))
}

fn token(app: &App, id: Sequence, username: &Username, role: Role, login: Timestamp) -> Json<TokenAnswer> {
    Json(TokenAnswer {
        access_token: app.tokens.sign(id, username, role, login),
        token_type: "bearer".to_owned(),
        expires_in: (TOKEN_LIFE_MS / Timestamp::SECOND_MS) as u64,
    })
}

/// A sentence as an answer.
pub(super) fn message(text: &str) -> Json<Message> {
    Json(Message { message: text.to_owned() })
}
