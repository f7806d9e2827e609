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
use super::extract::{Caller, RequestOrigin, client_of};
use super::json::Json;
use super::problem::{ApiError, ApiResult};
use crate::auth::Turn;
use crate::guard::{BlockChange, Client, ClientNetwork};
use crate::ops::REQUEST;
use crate::state::App;
use crate::store::commands::{
    Audited, EndSession, KeepBlock, Note, OpenSession, Register, RenewSession, TOKEN_LIFE_MS,
};
use crate::store::{self, Act, AuditDraft, Origin, Profile, Refused, StorageFailure, SubmitError, UserNumber};

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
    FreeToRegister { origin, client }: FreeToRegister,
    body: Body,
) -> ApiResult<(StatusCode, Json<Message>)> {
    let now = app.clock.now();
    let (profile, password) = read_registration(body.form()?, now.day())?;
    app.guard.admit_registration(client, now, true)?; // Also for whoever only looks which names there are.
    refuse_taken(&app, &profile)?;
    let password_hash = app.passwords.hash(origin.address.into(), SecretString::from(password.expose())).await?;
    let entry = AuditDraft::of(Act::UserCreated).about(&profile.username).from(&origin);
    let command = Register { profile, password_hash, role: store::Role::Customer };
    app.store.submit(Audited { command, entry }).await?;
    Ok((StatusCode::CREATED, message("User registered successfully")))
}

/// Stands before the body: who is not taken in is told so before anything they sent is looked at.
pub(super) struct FreeToRegister {
    origin: Origin,
    client: Client,
}

impl FromRequestParts<Arc<App>> for FreeToRegister {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let RequestOrigin(origin) = RequestOrigin::from_request_parts(parts, app).await?;
        let client = client_of(parts);
        app.guard.admit_registration(client, app.clock.now(), false)?;
        let detail = "This server takes no new users. Ask its operator for an account.";
        app.registration_open
            .then_some(Self { origin, client })
            .ok_or_else(|| ApiError::new(Code::RegistrationClosed, detail))
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
pub(super) async fn log_in(
    State(app): State<Arc<App>>,
    FreeToLogIn(origin): FreeToLogIn,
    body: Body,
) -> ApiResult<Json<TokenAnswer>> {
    let (username, password) = read_login(body.form()?)?;
    // A task of its own: whoever hangs up has tried a password all the same.
    let attempt = Attempt { app, origin, username };
    let id = attempt.origin.request_id.clone();
    tokio::spawn(REQUEST.scope(id, attempt.run(password))).await.expect("an attempt does not panic")
}

/// Stands before the body: a blocked address is told so before any work.
pub(super) struct FreeToLogIn(Origin);

impl FromRequestParts<Arc<App>> for FreeToLogIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let RequestOrigin(origin) = RequestOrigin::from_request_parts(parts, app).await?;
        admit(app, &origin)?;
        Ok(Self(origin))
    }
}

/// Refuses a blocked address, and counts the try.
fn admit(app: &App, origin: &Origin) -> ApiResult<()> {
    let (network, now) = (ClientNetwork::from(origin.address), app.clock.now());
    app.guard.logins.admit(network, now).map_err(|not_now| {
        app.tries.count(network, AuditDraft::of(Act::LoginFailMax).from(origin).saying("the address is blocked"));
        ApiError::not_now(not_now, now)
    })
}

/// Somebody who says who they are.
struct Attempt {
    app: Arc<App>,
    origin: Origin,
    username: Username,
}

impl Attempt {
    async fn run(self, password: SecretString) -> ApiResult<Json<TokenAnswer>> {
        let app = &self.app;
        let turn = turn_to_try(app, &self.username, &self.origin).await?;
        admit(app, &self.origin)?; // Others may have failed while this one waited.
        let known = find_user(app, &self.username)?;
        let hash = known.as_ref().map(|(_, hash)| hash.clone());
        let right = turn.verify(password, hash).await;
        admit(app, &self.origin)?; // Or while it was hashed: then nobody learns whether it was right.
        let Some((user, verified_hash)) = known.filter(|_| right) else { return Err(self.fail().await) };
        let entry = AuditDraft::of(Act::LoginSuccess).about(&self.username).from(&self.origin);
        let opened = app.store.submit(Audited { command: OpenSession { user, verified_hash }, entry }).await;
        if let Err(SubmitError::Refused(refused)) = &opened {
            self.note(AuditDraft::of(Act::LoginFail).saying(refused.to_string())).await;
        }
        let grant = opened?;
        Ok(token(app, grant.token, &self.username, grant.role, grant.token.time()))
    }

    /// Counts a wrong password; the one that was too many blocks the address.
    async fn fail(&self) -> ApiError {
        let network = ClientNetwork::from(self.origin.address);
        let block = self.app.guard.logins.failed(network, &self.username, self.app.clock.now());
        self.note(AuditDraft::of(Act::LoginFail)).await;
        if let Some(BlockChange { network, block }) = block {
            let lock = AuditDraft::of(Act::LoginLock).about(&self.username).from(&self.origin).to(network);
            let entry = lock.saying(format!("{}, until {}", block.reason, block.until));
            tracing::warn!(%network, until = %block.until, "an address is blocked after failed logins");
            let command = KeepBlock { network, block };
            let kept = self.app.store.submit(Audited { command, entry: entry.clone() }).await;
            if let Err(error) = kept {
                tracing::error!(%error, "a block could not be kept yet; it holds all the same");
                self.app.guard.logins.keep_later();
                self.app.tries.put_back(network.to_string(), entry);
            }
        }
        wrong_credentials()
    }

    /// Writes an act of this attempt into the trail. The answer does not depend on it.
    async fn note(&self, entry: AuditDraft) {
        let entry = entry.about(&self.username).from(&self.origin);
        if let Err(error) = self.app.store.submit(Note(entry.clone())).await {
            tracing::warn!(%error, user = %self.username, "a login could not be audited yet");
            self.app.tries.put_back(format!("{} {}", self.origin.address, self.username), entry);
        }
    }
}

/// Waits for a turn at trying a password for a name. Others may fail meanwhile: a name that is slowed down by then is held
/// off all the same, so that guesses at once are no more than guesses one by one.
pub(super) async fn turn_to_try(app: &App, name: &Username, origin: &Origin) -> ApiResult<Turn> {
    admit_name(app, name, origin)?;
    let slowed = app.guard.logins.is_slowed(name, app.clock.now());
    let turn = app.passwords.turn(origin.address.into()).await?;
    if !slowed && app.guard.logins.is_slowed(name, app.clock.now()) {
        admit_name(app, name, origin)?;
    }
    Ok(turn)
}

/// Holds off a name that is being guessed at, whether it exists or not.
fn admit_name(app: &App, name: &Username, origin: &Origin) -> ApiResult<()> {
    let now = app.clock.now();
    app.guard.logins.admit_name(name, now).map_err(|not_now| {
        let entry = AuditDraft::of(Act::RateLimitExceeded).about(name).from(origin);
        app.tries.count(name, entry.saying("too many failed logins for this name"));
        ApiError::not_now(not_now, now)
    })
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
pub(super) async fn refresh_token(
    State(app): State<Arc<App>>,
    caller: Caller,
    RequestOrigin(origin): RequestOrigin,
) -> ApiResult<Json<TokenAnswer>> {
    let login = Timestamp::from_millis(caller.token.claims.auth_time.saturating_mul(Timestamp::SECOND_MS));
    if app.clock.now() > login.plus_millis(SESSION_LIFE_MS) {
        return Err(ApiError::new(Code::TokenExpired, "The login is more than 24 hours ago. Log in again."));
    }
    let entry = AuditDraft::of(Act::SessionRenewed).about(caller.username()).from(&origin);
    let grant = app.store.submit(Audited { command: RenewSession { session: caller.session }, entry }).await?;
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
pub(super) async fn log_out(
    State(app): State<Arc<App>>,
    caller: Caller,
    RequestOrigin(origin): RequestOrigin,
) -> ApiResult<Json<Message>> {
    let entry = AuditDraft::of(Act::TokenRevoked).about(caller.username()).from(&origin).saying("logout");
    app.store.submit(Audited { command: EndSession { session: caller.session }, entry }).await?;
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
