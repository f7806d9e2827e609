//! Puts the parts together and runs them until told to stop.

use std::fs;
use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use axum_server::Handle;
use tokio::sync::Semaphore;

use crate::acceptor::Acceptor;
use crate::auth::{Passwords, SigningKey, Tokens};
use crate::clock::Clock;
use crate::config::{Registration, Settings};
use crate::http;
use crate::market::{self, Market};
use crate::matching::Matcher;
use crate::phrases::Phrases;
use crate::state::App;
use crate::store::Store;
use crate::store::commands::PruneKeys;
use crate::stream::{Sources, Streams};

/// Requests under way may take so long after the signal to stop; then their connections are closed.
const DRAIN_TIME: Duration = Duration::from_secs(10);
/// A connection that says nothing for so long is closed.
const FIRST_REQUEST_TIME: Duration = Duration::from_secs(10);
/// A connection may be idle, or take over the head of its next request, for so long.
const IDLE_TIME: Duration = Duration::from_secs(60);
/// How often keys whose time is over are forgotten.
const PRUNE_EVERY: Duration = Duration::from_secs(60);

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
    let matcher = Matcher::new(app.store.clone(), Arc::clone(&app.book), app.clock.clone());
    let mut matching = tokio::spawn(matcher.run());
    let sources = Sources::of(&app.book, &app.store);
    let mut feed = tokio::spawn(feed); // Not before the others listen: they are to see its first board.
    let streams = app.streams.clone();
    let mut telling = tokio::spawn(streams.run(sources, Arc::clone(&app.book), app.store.clone(), app.clock.clone()));
    let mut pruning = tokio::spawn(prune(app.store.clone()));
    let handle = Handle::<SocketAddr>::new();
    listener.set_nonblocking(true).context("preparing the listener")?;
    let service = http::router(Arc::clone(&app)).into_make_service_with_connect_info::<SocketAddr>();
    let mut server = axum_server::from_tcp(listener)?
        .acceptor(Acceptor)
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
        reason = &mut matching => Err(format!("the matching of orders ended: {}", reason.unwrap_or_else(|error| error.to_string()))),
        _ = &mut telling => Err("the event stream ended".to_owned()),
        _ = &mut pruning => Err("the pruning of old keys ended".to_owned()),
        _ = &mut server => Err("the listener ended".to_owned()),
    };
    app.streams.close(); // They would last as long as they may.
    handle.graceful_shutdown(Some(DRAIN_TIME));
    if ended.is_ok() {
        server.await.context("the listener panicked")??;
    }
    feed.abort();
    matching.abort();
    telling.abort();
    pruning.abort();
    app.candles.save(&app.store).await;
    app.store.close();
    ended.or_else(|reason| bail!(reason))
}

/// A part that goes on for ever.
type Running = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Opens the data folder and makes every part.
async fn compose(settings: &Settings, data_dir: &Path, clock: Clock) -> anyhow::Result<(App, Running)> {
    let secrets = data_dir.join("secrets");
    make_private(data_dir).and_then(|()| make_private(&secrets)).context("making the data folder")?;
    let phrases = settings.cny_phrases.as_deref().map(Phrases::read).transpose()?.unwrap_or_default();
    let store = Store::open(&data_dir.join(DATABASE_FILE), clock.clone())?;
    // Only whoever has the store may make a key.
    let key = SigningKey::load(settings.jwt_secret.clone(), &secrets.join("jwt.key"))?;
    let Market { book, candles, status, feed } = market::open(&settings.market, &store, &clock).await?;
    // Time does not go back, so no two processes on this store begin at the same.
    let boot = format!("{:x}", clock.now().as_millis());
    let app = App {
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
