//! Everything that is on the screen, and how long it may stay there unchanged.

use std::collections::BTreeSet;

use cnop_core::api::Asset;
use cnop_core::asset_id::AssetId;
use cnop_core::ids::IdempotencyKey;
use cnop_core::ticket::Ticket;
use cnop_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::age::changes_at;
use super::effect::TicketNumber;
use super::event::Welcome;
use super::known::Generation;
use super::layer::Layer;
use super::link::{Link, Standing};
use super::market::Market;
use super::screen::Screens;
use super::wallet::Wallet;
use super::worth::Worth;

/// Everything.
#[derive(Debug)]
pub(crate) struct State {
    /// What is known.
    pub(crate) data: Data,
    /// What the person is doing.
    pub(crate) screens: Screens,
    /// What lies over the screen, the topmost last: it has the keys.
    pub(crate) layers: Vec<Layer>,
}

/// What was said on the command line, and does not change.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    /// The server, as it is shown.
    pub(crate) server: String,
    /// The profile, where it is not the default one.
    pub(crate) profile: Option<String>,
    /// Whether there may be colours.
    pub(crate) colour: bool,
    /// Where keys of movements come from: they are not the same twice, which no rule can see to.
    pub(crate) new_key: fn() -> IdempotencyKey,
}

/// What a person likes; kept on disk.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Preferences {
    pub(crate) theme: Theme,
    pub(crate) favourites: BTreeSet<AssetId>,
    /// Ids of actions, the one done last first: the palette's order.
    pub(crate) recent: Vec<String>,
}

/// Which colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Theme {
    #[default]
    Dark,
    Light,
}

/// What is known, and what is under way.
#[derive(Debug)]
pub(crate) struct Data {
    pub(crate) setup: Setup,
    pub(crate) preferences: Preferences,
    /// Columns and rows of the window.
    pub(crate) size: (u16, u16),
    /// Who is logged in.
    pub(crate) user: Option<Welcome>,
    pub(crate) link: Link,
    pub(crate) market: Market,
    pub(crate) wallet: Wallet,
    /// The total since the session began, for its sparkline.
    pub(crate) worth: Worth,
    /// Movements that an earlier run left in doubt, and those whose window was closed: they are settled on the side.
    pub(crate) settling: Vec<(TicketNumber, Ticket)>,
    /// One line about what just happened.
    pub(crate) notice: Option<Notice>,
    /// When facts were last asked for because they were old.
    pub(crate) facts_asked_at: Timestamp,
    /// Whether a session is looked for that another program renewed.
    pub(crate) is_recovering: bool,
    /// The last question that was asked for another user, or for none.
    pub(crate) began_after: Generation,
    last_generation: Generation,
    last_ticket: u64,
}

/// A line that stays until the next, or until it is dismissed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) kind: NoticeKind,
    pub(crate) text: String,
    pub(crate) at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoticeKind {
    Good,
    Bad,
}

/// What somebody who was handed a key or an action wants to happen next.
#[derive(Debug)]
pub(crate) enum Step {
    /// It was for them, and is done.
    Done,
    /// It was not for them.
    Ignored,
    /// The topmost layer goes.
    Close,
    /// Another layer comes on top.
    Open(Box<Layer>),
    /// The topmost layer goes, and the action is done.
    Do(super::action::Action),
    /// The page of an asset opens.
    OpenAsset(AssetId, super::screen::asset::Pane),
    /// It closes.
    CloseAsset,
}

/// A notice is taken away after so long.
const NOTICE_MS: i64 = 10 * Timestamp::SECOND_MS;

impl State {
    /// Nothing is known yet.
    pub(crate) fn new(setup: Setup, preferences: Preferences) -> Self {
        Self { data: Data::new(setup, preferences), screens: Screens::default(), layers: Vec::new() }
    }

    /// What is on the screen was seen: an order is confirmed only after its review was.
    pub(crate) fn drawn(&mut self) {
        if let Some((layer, below)) = self.layers.split_last_mut() {
            layer.drawn();
            below.iter_mut().for_each(Layer::covered);
        }
    }

    /// Movements of money of which nobody knows yet what became of them.
    pub(crate) fn in_doubt(&self) -> usize {
        self.data.settling.len() + self.layers.iter().filter(|layer| layer.is_in_doubt()).count()
    }

    /// When the screen must change although nothing happens; `None` where it may stay as it is.
    pub(crate) fn wakes_at(&self, now: Timestamp) -> Option<Timestamp> {
        let is_logged_in = self.data.user.is_some();
        let every = |millis: i64| Timestamp::from_millis((now.as_millis() / millis + 1) * millis);
        let second = self.counts_seconds(now).then(|| every(Timestamp::SECOND_MS));
        let age = self.screens.age_changes_at(&self.data, now).filter(|_| is_logged_in);
        // The clock in the footer; also the moment from which silence means something.
        let minute = is_logged_in.then(|| every(60 * Timestamp::SECOND_MS));
        let silent = self.data.link.silent_at().filter(|_| is_logged_in);
        let notice = self.data.notice.as_ref().map(|notice| notice.at.plus_millis(NOTICE_MS));
        let frame = self.shows_motion().then(|| every(100));
        let silent = silent.filter(|at| *at > now);
        let first = [second, age, minute, silent, notice, frame].into_iter().flatten().min();
        // A clock that was set forward is beyond what was to end.
        first.map(|at| at.max(now.plus_millis(1)))
    }

    /// Whether anything on the screen counts seconds, forwards or backwards.
    fn counts_seconds(&self, now: Timestamp) -> bool {
        let is_away = match self.data.standing(now) {
            Standing::Live | Standing::Stale => false,
            // Only what is known is of then.
            Standing::Connecting => self.data.market.assets.at().is_some(),
            Standing::Reconnecting(_) | Standing::Offline { .. } => true,
        };
        (is_away && self.data.user.is_some()) || self.layers.last().is_some_and(Layer::shows_age)
    }

    fn shows_motion(&self) -> bool {
        self.data.wallet.insight.is_asked() && self.screens.at == super::screen::Screen::Insights
    }
}

impl Data {
    fn new(setup: Setup, preferences: Preferences) -> Self {
        Self {
            setup,
            preferences,
            size: (80, 24),
            user: None,
            link: Link::default(),
            market: Market::default(),
            wallet: Wallet::default(),
            worth: Worth::default(),
            settling: Vec::new(),
            notice: None,
            facts_asked_at: Timestamp::EPOCH,
            is_recovering: false,
            began_after: Generation::default(),
            last_generation: Generation::default(),
            last_ticket: 0,
        }
    }

    /// How the connection is.
    pub(crate) fn standing(&self, now: Timestamp) -> Standing {
        self.link.standing(self.market.is_stale(), now)
    }

    /// Why nothing can be traded at this moment.
    pub(crate) fn trading_is_off(&self, now: Timestamp) -> Option<&'static str> {
        match self.standing(now) {
            Standing::Live => None,
            Standing::Connecting => Some("Trading is off until the server answers."),
            Standing::Stale => Some("Trading is off: the prices are too old."),
            Standing::Reconnecting(_) | Standing::Offline { .. } => Some("Trading is off: the server is away."),
        }
    }

    /// Why nothing can be sent at this moment.
    pub(crate) fn server_is_away(&self, now: Timestamp) -> Option<&'static str> {
        match self.standing(now) {
            Standing::Live | Standing::Stale => None,
            Standing::Connecting => Some("Nothing is sent until the server answers."),
            Standing::Reconnecting(_) | Standing::Offline { .. } => Some("Nothing is sent: the server is away."),
        }
    }

    /// The number of the next question.
    pub(crate) fn next_generation(&mut self) -> Generation {
        self.last_generation = Generation(self.last_generation.0 + 1);
        self.last_generation
    }

    /// The number of the next ticket.
    pub(crate) fn next_ticket(&mut self) -> TicketNumber {
        self.last_ticket += 1;
        TicketNumber(self.last_ticket)
    }

    /// Says what just happened.
    pub(crate) fn say(&mut self, kind: NoticeKind, text: impl Into<String>, now: Timestamp) {
        self.notice = Some(Notice { kind, text: text.into(), at: now });
    }

    /// Takes away what was said long ago.
    pub(crate) fn forget_old_notice(&mut self, now: Timestamp) {
        let is_over = |notice: &Notice| !(0..NOTICE_MS).contains(&(now.as_millis() - notice.at.as_millis()));
        self.notice.take_if(|notice| is_over(notice));
    }

    /// Remembers what everything comes to, where cash and holdings are of one moment.
    pub(crate) fn note_worth(&mut self) {
        let is_between = self.wallet.balance.is_asked() || self.wallet.portfolio.is_asked();
        if let Some(totals) = self.wallet.totals(&self.market).filter(|_| !is_between) {
            self.worth.note(totals.all);
        }
    }

    /// Whether prices are told as they change.
    pub(crate) fn is_live(&self, now: Timestamp) -> bool {
        self.standing(now) == Standing::Live
    }

    /// When the price of an asset will say that it is older, or that it is old at all.
    pub(crate) fn age_changes_at(&self, asset: &Asset, now: Timestamp) -> Option<Timestamp> {
        match self.old_since(asset, now) {
            Some(since) => Some(changes_at(since, now)),
            None => self.market.old_from(asset, self.is_live(now)),
        }
    }

    /// When the price of an asset was seen, where that is long ago.
    pub(crate) fn old_since(&self, asset: &Asset, now: Timestamp) -> Option<Timestamp> {
        self.market.old_since(asset, self.is_live(now), now)
    }

    /// Forgets everything of the user. What is in doubt lies on disk, and is found there when they are back.
    pub(crate) fn forget_user(&mut self) {
        self.began_after = self.last_generation;
        self.is_recovering = false;
        self.user = None;
        self.wallet = Wallet::default();
        self.worth = Worth::default();
        self.settling.clear();
    }
}
