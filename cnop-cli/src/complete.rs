//! What a shell is told when somebody presses Tab: commands and options by clap, ids and names from here.
//!
//! The script of `cnop completions` runs `cnop` again with [`VARIABLE`] set. Whatever goes wrong then stays unsaid: a
//! message would land in the middle of the line that is being typed. For the same reason nothing is asked or renewed.

use std::env;
use std::ffi::{OsStr, OsString};
use std::time::Duration;

use clap::{Command, CommandFactory, FromArgMatches};
use clap_complete::env::Shells;
use clap_complete::{CompleteEnv, CompletionCandidate};
use cnop_core::api::{AssetBalance, Interval, Order};
use cnop_core::asset_id::AssetId;
use cnop_core::client::{Client, OrderFilter, Page};
use cnop_core::money::Quantity;
use cnop_core::order::{OrderStatus, OrderType, TransactionType};
use cnop_core::session::SessionStore;
use tokio::runtime::Builder;

use crate::cli::{Cli, GlobalArgs};
use crate::context;
use crate::settings::{self, Key, Name, Settings};
use crate::text::one_line;

/// Names the shell that asks.
const VARIABLE: &str = "CNOP_COMPLETE";

/// Whoever pressed Tab waits for it.
const PATIENCE: Duration = Duration::from_millis(800);

/// As many assets as the server lists at once.
const MOST_ASSETS: u32 = 250;

/// Older orders are looked for in `cnop orders`.
const MOST_ORDERS: u32 = 50;

/// Answers a shell that asks for completions and ends; returns where a person runs the program.
pub(crate) fn answer_a_shell() {
    CompleteEnv::with_factory(Cli::command).var(VARIABLE).complete();
}

/// What makes a shell ask.
pub(crate) fn script(shell: &str) -> String {
    let shells = Shells::builtins();
    let completer = shells.completer(shell).expect("every shell on offer is known");
    let mut script = Vec::new();
    completer.write_registration(VARIABLE, "cnop", "cnop", "cnop", &mut script).expect("memory takes what is written");
    String::from_utf8(script).expect("scripts are UTF-8")
}

/// Every asset that begins with what was typed.
pub(crate) fn assets(typed: &OsStr) -> Vec<CompletionCandidate> {
    ask(&of_line(), async |client| {
        let assets = client.assets(false, MOST_ASSETS).await.ok()?;
        Some(assets.data.iter().filter_map(|asset| ticker(typed, asset.asset_id, &asset.name)).collect())
    })
}

/// The same of those that are owned; of all where nobody is logged in.
pub(crate) fn holdings(typed: &OsStr) -> Vec<CompletionCandidate> {
    let held = ask_for_user(&of_line(), async |client| {
        let holdings = client.asset_balances().await.ok()?;
        let held = holdings.iter().filter(|holding| holding.quantity > Quantity::ZERO);
        let about = |holding: &AssetBalance| format!("{} owned", holding.quantity);
        Some(held.filter_map(|holding| ticker(typed, holding.asset_id, about(holding))).collect())
    });
    if held.is_empty() { assets(typed) } else { held }
}

/// An id, if it begins with what was typed, and in its case: shells drop what does not continue the line.
fn ticker(typed: &OsStr, id: AssetId, about: impl AsRef<str>) -> Option<CompletionCandidate> {
    let typed = typed.to_str()?;
    let lower = typed.bytes().any(|byte| byte.is_ascii_lowercase());
    let id = if lower { id.as_str().to_ascii_lowercase() } else { id.to_string() };
    id.starts_with(typed).then(|| candidate(id, about))
}

/// The newest orders.
pub(crate) fn orders() -> Vec<CompletionCandidate> {
    orders_of(OrderFilter::default())
}

fn order(order: &Order) -> CompletionCandidate {
    let Order { order_type, quantity, asset_id, status, limit_price, .. } = order;
    let at = limit_price.map(|limit| format!(" at {limit}")).unwrap_or_default();
    candidate(order.order_id, format!("{order_type} {quantity} {asset_id}{at}, {status}"))
}

/// The newest orders that wait.
pub(crate) fn queued_orders() -> Vec<CompletionCandidate> {
    orders_of(OrderFilter { status: Some(OrderStatus::Queued), ..OrderFilter::default() })
}

fn orders_of(filter: OrderFilter) -> Vec<CompletionCandidate> {
    ask_for_user(&of_line(), async |client| {
        let page = Page { limit: Some(MOST_ORDERS), ..Page::default() };
        let orders = client.orders(&filter, &page).await.ok()?;
        Some(orders.data.iter().map(order).collect())
    })
}

/// Every profile with a session or a part of the configuration file.
pub(crate) fn profiles() -> Vec<CompletionCandidate> {
    let sessions = SessionStore::of_user().map(|store| store.profiles()).unwrap_or_default();
    let mut names: Vec<_> = sessions.iter().map(ToString::to_string).collect();
    names.extend(keys_of_file().filter_map(|key| key.section).map(|profile| profile.to_string()));
    names.sort();
    names.dedup();
    words(names)
}

/// Every key for everybody, and for each profile that has some already.
pub(crate) fn keys() -> Vec<CompletionCandidate> {
    let for_all = Name::ALL.map(|name| name.as_str().to_owned());
    words(for_all.into_iter().chain(keys_of_file().map(|key| key.to_string()).filter(|key| key.contains('.'))))
}

/// Every key that the file sets.
pub(crate) fn keys_that_are_set() -> Vec<CompletionCandidate> {
    words(keys_of_file().map(|key| key.to_string()))
}

/// Every type of order.
pub(crate) fn order_types() -> Vec<CompletionCandidate> {
    words(OrderType::ALL)
}

/// Every length of a candle.
pub(crate) fn intervals() -> Vec<CompletionCandidate> {
    words(Interval::ALL)
}

/// Every state of an order.
pub(crate) fn order_statuses() -> Vec<CompletionCandidate> {
    words(OrderStatus::ALL)
}

/// Every type of transaction.
pub(crate) fn transaction_types() -> Vec<CompletionCandidate> {
    words(TransactionType::ALL)
}

fn keys_of_file() -> impl Iterator<Item = Key> {
    let entries = of_line().file.and_then(|file| file.entries().ok()).unwrap_or_default();
    entries.into_iter().filter_map(|entry| Key::of(&entry).ok())
}

fn words(words: impl IntoIterator<Item = impl ToString>) -> Vec<CompletionCandidate> {
    words.into_iter().map(|word| CompletionCandidate::new(word.to_string())).collect()
}

fn candidate(id: impl ToString, about: impl AsRef<str>) -> CompletionCandidate {
    CompletionCandidate::new(id.to_string()).help(Some(one_line(about.as_ref()).into()))
}

/// What holds for the line that is being typed, as far as it can be read.
fn of_line() -> Settings {
    // Before `--` stand the shell's own words, behind it the line with its `cnop`.
    let line = env::args_os().skip_while(|word| word != "--").skip(1);
    settings::of_user(&global(Cli::command(), line))
}

fn global(command: Command, line: impl Iterator<Item = OsString>) -> GlobalArgs {
    let matches = command.ignore_errors(true).try_get_matches_from(line);
    matches.ok().and_then(|matches| GlobalArgs::from_arg_matches(&matches).ok()).unwrap_or_default()
}

/// What `question` finds at the server, if it is quick; nothing otherwise.
fn ask(
    settings: &Settings,
    question: impl AsyncFnOnce(&Client) -> Option<Vec<CompletionCandidate>>,
) -> Vec<CompletionCandidate> {
    let client = settings.checked().ok().and_then(|()| context::client(settings).ok());
    client.and_then(|client| answer(&client, question)).unwrap_or_default()
}

/// The same for the user of the profile's session. One that has to be renewed first finds nothing.
fn ask_for_user(
    settings: &Settings,
    question: impl AsyncFnOnce(&Client) -> Option<Vec<CompletionCandidate>>,
) -> Vec<CompletionCandidate> {
    let session = SessionStore::of_user().and_then(|store| store.load(&settings.profile.value, &settings.server.value));
    let Ok(Some(session)) = session else { return Vec::new() };
    ask(settings, async |client| {
        let client = client.with_session(&session).ok()?;
        question(&client).await
    })
}

fn answer<T>(client: &Client, question: impl AsyncFnOnce(&Client) -> Option<T>) -> Option<T> {
    let runtime = Builder::new_current_thread().enable_all().build().ok()?;
    runtime.block_on(async { tokio::time::timeout(PATIENCE, question(client)).await.ok().flatten() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_and_the_profile_of_a_half_typed_line_are_read() {
        let read = |line: &str| {
            let global = global(Cli::command(), line.split(' ').map(OsString::from));
            let server = global.server.map_or_else(|| "-".to_owned(), |server| server.to_string());
            (server, global.profile.map_or_else(|| "-".to_owned(), |profile| profile.to_string()))
        };
        let found = |server: &str, profile: &str| (server.to_owned(), profile.to_owned());
        assert_eq!(read("cnop asset "), found("-", "-"));
        assert_eq!(read("cnop --server http://x.example asset "), found("http://x.example", "-"));
        assert_eq!(read("cnop asset --server http://x.example --profile work B"), found("http://x.example", "work"));
        assert_eq!(read("cnop orders show --profile work ord"), found("-", "work"));
        assert_eq!(read("cnop buy --profile work BTC --us"), found("-", "work"));
        assert_eq!(read("cnop asset --server htt"), found("-", "-"));
        assert_eq!(read("cnop"), found("-", "-"));
    }
}
