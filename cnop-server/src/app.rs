//! Puts the parts together and runs them until told to stop.

use std::fs;
use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use axum_server::Handle;
use cnop_core::time::Timestamp;
use cnop_core::user::Password;
use tokio::sync::Semaphore;

use crate::acceptor::Acceptor;
use crate::audit::{Mirror, Tries};
use crate::auth::{Passwords, SigningKey, Tokens};
use crate::claim::Claim;
use crate::clock::Clock;
use crate::config::{Registration, Settings};
use crate::connections::Connections;
use crate::guard::Guard;
use crate::http::{self, OperationIds};
use crate::insights::{Choice, Insights};
use crate::market::{self, Market};
use crate::matching::Matcher;
use crate::operator;
use crate::ops::Metrics;
use crate::phrases::Phrases;
use crate::state::App;
use crate::store::commands::Note;
use crate::store::{Act, AuditDraft, Role, StorageFailure, Store};
use crate::stream::{Sources, Streams};
use crate::upkeep;

/// Requests under way may take so long after the signal to stop; then their connections are closed.
const DRAIN_TIME: Duration = Duration::from_secs(10);
/// The head of a request may take so long, and a connection be idle before it; then it is closed.
const HEAD_TIME: Duration = Duration::from_secs(10);

/// The mirror of the audit trail has so long for its last lines.
const MIRROR_TIME: Duration = Duration::from_secs(2);

/// The database's file in the data folder.
pub const DATABASE_FILE: &str = "cnop.redb";
/// What only the server's user may read.
pub(crate) const SECRETS_FOLDER: &str = "secrets";
/// The key that signs tokens, among the secrets.
pub(crate) const KEY_FILE: &str = "jwt.key";
/// The log and the mirror of the audit trail.
pub(crate) const LOG_FOLDER: &str = "logs";

/// Runs a server on `listener` until `shutdown` completes: then it takes no more connections, lets requests finish,
/// commits what waits, and returns.
///
/// # Errors
/// Where the data folder cannot be used, or a part ends that the server cannot do without.
pub async fn run(
    settings: Settings,
    data_dir: PathBuf,
    clock: Clock,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    make_folders(&data_dir)?;
    let _claim = Claim::of(&data_dir)?;
    let (app, feed) = compose(&settings, &data_dir, clock).await?;
    let app = Arc::new(app);
    let mut mirror =
        Mirror::open(&data_dir.join(LOG_FOLDER)).context("the mirror of the audit trail in logs/audit.log")?;
    note(&app, AuditDraft::of(Act::Startup).saying(concat!("version ", env!("CARGO_PKG_VERSION")))).await;
    let matcher = Matcher::new(app.store.clone(), Arc::clone(&app.book), app.clock.clone());
    let mut matching = tokio::spawn(matcher.run());
    let sources = Sources::of(&app.book, &app.store);
    let mut feed = tokio::spawn(feed); // Not before the others listen: they are to see its first board.
    let streams = app.streams.clone();
    let mut telling = tokio::spawn(streams.run(sources, Arc::clone(&app.book), app.store.clone(), app.clock.clone()));
    let mut housekeeping = tokio::spawn(upkeep::run(Arc::clone(&app), retention_ms(&settings)));
    let mut mirroring = tokio::spawn(mirror.clone().run(
        app.store.clone(),
        app.clock.clone(),
        settings.guard.audit_retention_days.into(),
    ));
    let handle = Handle::<SocketAddr>::new();
    listener.set_nonblocking(true).context("preparing the listener")?;
    let service = http::router(Arc::clone(&app)).into_make_service_with_connect_info::<SocketAddr>();
    let mut server = axum_server::from_tcp(listener)?
        .acceptor(Acceptor(Arc::clone(&app)))
        .handle(handle.clone())
        .http1_only()
        .first_request_timeout(HEAD_TIME);
    server.http_builder().http1().header_read_timeout(HEAD_TIME);
    let mut server = tokio::spawn(server.serve(service));

    // Whichever comes first: the wish to stop, or the end of a part that must not end.
    let ended = tokio::select! {
        () = shutdown => Ok(()),
        reason = app.store.failed() => Err(format!("the store cannot write any more: {reason}")),
        _ = &mut feed => Err("the market feed ended".to_owned()),
        reason = &mut matching => Err(format!("the matching of orders ended: {}", reason.unwrap_or_else(|error| error.to_string()))),
        _ = &mut telling => Err("the event stream ended".to_owned()),
        _ = &mut housekeeping => Err("the housekeeping ended".to_owned()),
        _ = &mut mirroring => Err("the mirror of the audit trail ended".to_owned()),
        _ = &mut server => Err("the listener ended".to_owned()),
    };
    app.streams.close(); // They would last as long as they may.
    handle.graceful_shutdown(Some(DRAIN_TIME));
    if ended.is_ok() {
        server.await.context("the listener panicked")??;
    }
    [&feed, &housekeeping, &mirroring, &telling].iter().for_each(|part| part.abort());
    mirror.end();
    matching.abort();
    let _ = mirroring.await; // It may be in the middle of a line.
    app.candles.save(&app.store).await;
    upkeep::write_tries(&app).await;
    if ended.is_ok() {
        note(&app, AuditDraft::of(Act::Shutdown)).await;
    }
    app.store.close();
    // What is in the store and not in the file by then is written by the next start.
    let store = app.store.clone();
    let last_lines = tokio::task::spawn_blocking(move || mirror.resume().and_then(|()| mirror.catch_up(&store)));
    let _ = tokio::time::timeout(MIRROR_TIME, last_lines).await;
    ended.or_else(|reason| bail!(reason))
}

/// Writes an act of the server itself into the trail. Nothing depends on it.
async fn note(app: &App, entry: AuditDraft) {
    if let Err(error) = app.store.submit(Note(entry.clone())).await {
        tracing::warn!(%error, "an act of the server could not be audited yet");
        app.tries.put_back(String::new(), entry);
    }
}

fn retention_ms(settings: &Settings) -> i64 {
    i64::from(settings.guard.audit_retention_days) * Timestamp::DAY_MS
}

/// A part that goes on for ever.
type Running = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Opens the data folder and makes every part.
async fn compose(settings: &Settings, data_dir: &Path, clock: Clock) -> anyhow::Result<(App, Running)> {
    let secrets = data_dir.join(SECRETS_FOLDER);
    let phrases = settings.cny_phrases.as_deref().map(Phrases::read).transpose()?.unwrap_or_default();
    let store = Store::open_with_reserve(&database_of(data_dir)?, clock.clone(), settings.reserve_bytes())?;
    warn_of_want_of_room(&store, settings);
    // Only whoever has the store may make a key.
    let key = SigningKey::load(settings.jwt_secret.clone(), &secrets.join(KEY_FILE))?;
    #[cfg(unix)]
    warn_of_open_files(data_dir);
    first_admin(settings, &store).await?;
    let metrics = Arc::new(Metrics::new());
    let wanted = &settings.insights;
    let writers = Choice::of(wanted.wanted(), wanted.falls_back(), wanted.insights_per_hour, &clock)?;
    let insights = Insights::new(writers, store.clone(), clock.clone(), Arc::clone(&metrics));
    let Market { book, candles, status, feed } = market::open(&settings.market, &store, &clock, &metrics).await?;
    book.close(|| store.read(|view| view.closed_assets()))?;
    // Time does not go back, so no two processes on this store begin at the same.
    let boot = format!("{:x}", clock.now().as_millis());
    let app = App {
        guard: Guard::new(&settings.guard, store.read(|view| view.blocks())?),
        store,
        book,
        candles,
        chart_turn: Arc::new(Semaphore::new(1)),
        feed: status,
        streams: Streams::new(&boot, settings.stream_limits()),
        clock,
        tokens: Tokens::new(&key),
        passwords: Passwords::new(),
        limits: settings.limits(),
        phrases,
        insights: Arc::new(insights),
        tries: Tries::default(),
        operations: OperationIds::new(),
        request_log: settings.request_log.clone(),
        metrics,
        metrics_allow: settings.guard.metrics_allow.clone(),
        cors: http::cors(&settings.guard.cors_origins),
        connections: Connections::new(settings.guard.connection_limits()),
        operator_turn: Arc::new(Semaphore::new(1)),
        registration_open: settings.registration == Registration::Open,
    };
    Ok((app, feed))
}

/// Makes the administrator that the settings name, where nobody has that name.
async fn first_admin(settings: &Settings, store: &Store) -> anyhow::Result<()> {
    let (Some(username), Some(file)) = (&settings.admin_username, &settings.admin_password_file) else { return Ok(()) };
    let role = store.read(|view| match view.user_named(username)? {
        Some(user) => Ok::<_, StorageFailure>(Some(view.access(user)?.role)),
        None => Ok(None),
    })?;
    match role {
        Some(Role::Admin) => return Ok(()),
        Some(Role::Customer) => {
            bail!("{username} is a customer and no administrator; give another CNOP_ADMIN_USERNAME")
        }
        None => {}
    }
    let password = fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let password = password.trim_end_matches(['\r', '\n']).parse();
    let password: Password = password.map_err(|error| anyhow!("the password in {} {error}", file.display()))?;
    operator::create_user(store, username, Role::Admin, None, &password).await?;
    tracing::info!(user = %username, "made the first administrator");
    Ok(())
}

/// The database's file in a data folder, which may be new. Where one has been and is gone, none is made in its place: an
/// empty exchange would look like a healthy one.
///
/// # Errors
/// Where it is missing or empty, and something else says that it was there.
pub(crate) fn database_of(data_dir: &Path) -> anyhow::Result<PathBuf> {
    let file = data_dir.join(DATABASE_FILE);
    if fs::metadata(&file).is_ok_and(|found| found.len() > 0) {
        return Ok(file);
    }
    let left_over = |name: &str| {
        name.starts_with("cnop.redb.before-") || name == "cnop.redb.restored" || name.starts_with("cnop.format-")
    };
    let entries = fs::read_dir(data_dir).into_iter().flatten().flatten();
    let signs = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).filter(|name| left_over(name));
    // The log may have been taken away by whoever collects it.
    let written = |name: &&str| fs::metadata(data_dir.join(name)).is_ok_and(|found| found.len() > 0);
    let trail = ["logs/audit.log", "logs/.audit-position"].into_iter().find(written);
    let sign = signs.min().or_else(|| trail.map(str::to_owned));
    match sign {
        None => Ok(file),
        Some(sign) => bail!(
            "{} is missing or empty, and {sign} says that there was data: is the disk mounted? Restore a backup with \
             cnop-server restore; to begin anew, move {sign} away",
            file.display()
        ),
    }
}

/// A start that cannot write says why: the first one fails for it.
fn warn_of_want_of_room(store: &Store, settings: &Settings) {
    if let Some(free) = store.free_bytes().filter(|_| !store.has_room()) {
        tracing::warn!(
            "{} MiB of the disk are free and {} are its reserve: nothing is written until more is free, or the reserve \
             smaller (CNOP_FREE_SPACE_RESERVE_MIB)",
            free / 1024 / 1024,
            settings.reserve_bytes() / 1024 / 1024,
        );
    }
}

/// Warns of what others on this machine can look into.
#[cfg(unix)]
fn warn_of_open_files(data_dir: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let secrets = data_dir.join(SECRETS_FOLDER);
    for path in [data_dir.to_owned(), secrets.clone(), secrets.join(KEY_FILE), data_dir.join(DATABASE_FILE)] {
        let mode = fs::metadata(&path).map_or(0, |found| found.permissions().mode());
        if mode & 0o077 != 0 {
            tracing::warn!("{} is open to others on this machine; chmod go= closes it", path.display());
        }
    }
}

/// Makes the data folder and what is to be in it.
pub(crate) fn make_folders(data_dir: &Path) -> anyhow::Result<()> {
    let folders = [data_dir.to_owned(), data_dir.join(SECRETS_FOLDER), data_dir.join(LOG_FOLDER)];
    folders.iter().try_for_each(|folder| make_private(folder))
}

/// Makes a folder that only this user can look into.
pub(crate) fn make_private(folder: &Path) -> anyhow::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).with_context(|| format!("making the folder {}", folder.display()))
}
