//! What was committed, told to whoever listens: the event stream, the matcher.
//!
//! News are sent after the commit that they speak of and in its order, a commit at a time. Nobody waits for a listener:
//! one that falls behind is told that it missed some, and looks at the store anew.

use std::sync::Arc;

use cnop_core::ledger::Account;
use cnop_core::money::Usd;
use cnop_core::time::Timestamp;
use tokio::sync::{broadcast, watch};

use super::key::UserNumber;
use super::order_record::OrderRecord;

/// Commits that a listener may be behind: a second or so of the busiest writing.
const KEPT_COMMITS: usize = 1_024;

/// Something that happened to a user.
#[derive(Debug, Clone)]
pub(crate) struct News {
    /// To whom.
    pub(crate) user: UserNumber,
    /// What.
    pub(crate) what: What,
}

/// What happened.
#[derive(Debug, Clone)]
pub(crate) enum What {
    /// An order was placed, executed, cancelled, or ran out of time: as it is now.
    Order(OrderRecord),
    /// Cash, or what is held of it, changed.
    Balance(Cash),
}

/// A user's cash after a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cash {
    /// All of it.
    pub(crate) current: Usd,
    /// What open orders have set aside.
    pub(crate) held: Usd,
    /// When it changed.
    pub(crate) updated_at: Timestamp,
}

impl From<&Account> for Cash {
    fn from(account: &Account) -> Self {
        let state = account.state();
        Self { current: state.cash, held: state.held, updated_at: state.updated_at }
    }
}

/// The news of one commit.
pub(crate) type Bulletin = Arc<[News]>;

/// Where the writer tells them.
#[derive(Debug, Clone)]
pub(super) struct Newsroom {
    bulletins: broadcast::Sender<Bulletin>,
    audited: Arc<watch::Sender<()>>,
}

impl Newsroom {
    pub(super) fn new() -> Self {
        Self { bulletins: broadcast::Sender::new(KEPT_COMMITS), audited: Arc::new(watch::Sender::new(())) }
    }

    /// Tells that the audit trail has grown.
    pub(super) fn tell_audited(&self) {
        self.audited.send_replace(());
    }

    /// Is changed by every commit that lets the audit trail grow.
    pub(super) fn audited(&self) -> watch::Receiver<()> {
        self.audited.subscribe()
    }

    /// Tells what one commit did.
    pub(super) fn tell(&self, news: Vec<News>) {
        if !news.is_empty() {
            let _ = self.bulletins.send(news.into()); // Nobody may be listening.
        }
    }

    /// Everything committed from now on.
    pub(super) fn listen(&self) -> broadcast::Receiver<Bulletin> {
        self.bulletins.subscribe()
    }
}
