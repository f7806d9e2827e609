//! Puts the parts together and runs them until told to stop.

use std::fs;
use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use axum_server::Handle;
use axum_server::accept::NoDelayAcceptor;

use crate::auth::{Passwords, SigningKey, Tokens};
use crate::clock::Clock;
use crate::config::{Registration, Settings};
use crate::http;
use crate::market::{Feed, PriceBook, TICK, catalog};
use crate::phrases::Phrases;
use crate::state::App;
use crate::store::Store;
use crate::store::commands::{ChooseMarket, PruneKeys};

/// Requests under way may take so long after the signal to stop; then their connections are closed.
const DRAIN_TIME: Duration = Duration::from_secs(10);
/// A connection that says nothing for so long is closed.
const FIRST_REQUEST_TIME: Duration = Duration::from_secs(10);
/// A connection may be idle, or take over the head of its next request, for so long.
const IDLE_TIME: Duration = Duration::from_secs(60);
/// How often keys whose time is over are forgotten.
const PRUNE_EVERY: Duration = Duration::from_secs(60);
/// A price may be traded on for ten ticks.
const MAX_PRICE_AGE_TICKS: i64 = 10;

/// The database's file in the data folder.
pub const DATABASE_FILE: &str = "cnop.redb";

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
    let (app, feed) = compose(&settings, &data_dir, clock).await?;
    let app = Arc::new(app);
    let mut feed = tokio::spawn(feed.run(Arc::clone(&app.book), app.clock.clone()));
    let mut pruning = tokio::spawn(prune(app.store.clone()));
    let handle = Handle::<SocketAddr>::new();
    listener.set_nonblocking(true).context("preparing the listener")?;
    let service = http::router(Arc::clone(&app)).into_make_service_with_connect_info::<SocketAddr>();
    let mut server = axum_server::from_tcp(listener)?
        .acceptor(NoDelayAcceptor::new())
        .handle(handle.clone())
        .http1_only()
        .first_request_timeout(FIRST_REQUEST_TIME);
    server.http_builder().http1().header_read_timeout(IDLE_TIME);
    let mut server = tokio::spawn(server.serve(service));

    // Whichever comes first: the wish to stop, or the end of a part that must not end.
    let ended = tokio::select! {
        () = shutdown => Ok(()),
        reason = app.store.failed() => Err(format!("the store cannot write any more: {reason}")),
        _ = &mut feed => Err("the market feed ended".to_owned()),
        _ = &mut pruning => Err("the pruning of old keys ended".to_owned()),
        _ = &mut server => Err("the listener ended".to_owned()),
    };
    handle.graceful_shutdown(Some(DRAIN_TIME));
    if ended.is_ok() {
        server.await.context("the listener panicked")??;
    }
    feed.abort();
    pruning.abort();
    app.store.close();
    ended.or_else(|reason| bail!(reason))
}

/// Opens the data folder and makes every part.
async fn compose(settings: &Settings, data_dir: &Path, clock: Clock) -> anyhow::Result<(App, Feed)> {
    let secrets = data_dir.join("secrets");
    make_private(data_dir).and_then(|()| make_private(&secrets)).context("making the data folder")?;
    let phrases = settings.cny_phrases.as_deref().map(Phrases::read).transpose()?.unwrap_or_default();
    let store = Store::open(&data_dir.join(DATABASE_FILE), clock.clone())?;
    // Only whoever has the store may make a key.
    let key = SigningKey::load(settings.jwt_secret.clone(), &secrets.join("jwt.key"))?;
    let seed = store.submit(ChooseMarket { seed: settings.market_seed }).await?;
    let feed = Feed::new(catalog()?, seed, clock.now());
    let max_age_ms = MAX_PRICE_AGE_TICKS * TICK.as_millis() as i64;
    let app = App {
        store,
        book: Arc::new(PriceBook::new(feed.board(), max_age_ms)),
        clock,
        tokens: Tokens::new(&key),
        passwords: Passwords::new(),
        limits: settings.limits(),
        phrases,
        registration_open: settings.registration == Registration::Open,
    };
    Ok((app, feed))
}

/// Makes a folder that only this user can look into.
fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Forgets old idempotency keys, a few at a time, for ever. The caller aborts it.
async fn prune(store: Store) {
    let mut rounds = tokio::time::interval(PRUNE_EVERY);
    loop {
        rounds.tick().await;
        while store.submit(PruneKeys).await.is_ok_and(|pruned| pruned > 0) {}
    }
}
