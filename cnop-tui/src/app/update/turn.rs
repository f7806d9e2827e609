//! What a rule works with, and what it may ask for.

use cnop_core::asset_id::AssetId;
use cnop_core::time::Timestamp;

use crate::app::effect::{Ask, Effect, Question};
use crate::app::known::Known;
use crate::app::state::{Data, NoticeKind};

/// What a rule works with: what is known, what is to be done, and the moment.
pub(crate) struct Turn<'a> {
    pub(crate) data: &'a mut Data,
    pub(crate) effects: &'a mut Vec<Effect>,
    pub(crate) now: Timestamp,
}

impl Turn<'_> {
    /// Asks the server; the answer to an older question of the kind no longer counts. What only a page shows, the page
    /// asks for itself: [`Turn::ask_for`].
    pub(crate) fn ask(&mut self, question: Question) {
        let generation = self.data.next_generation();
        let (market, wallet) = (&mut self.data.market, &mut self.data.wallet);
        match &question {
            Question::Asset(_) | Question::Candles(..) | Question::Fills(..) => {}
            Question::Assets => market.assets.ask(generation),
            Question::Balance => wallet.balance.ask(generation),
            Question::Holdings => wallet.holdings.ask(generation),
            Question::Portfolio => wallet.portfolio.ask(generation),
            Question::OpenOrders => wallet.open_orders.ask(generation),
            Question::Recent => wallet.recent.ask(generation),
            Question::Orders { .. } => wallet.orders.ask(generation),
            Question::Transactions(_) => wallet.transactions.ask(generation),
            Question::Limits => wallet.limits.ask(generation),
            Question::Insight { .. } => wallet.insight.ask(generation),
            Question::Profile => wallet.profile.ask(generation),
        }
        self.effects.push(Effect::Ask(Ask { generation, question }));
    }

    /// Asks for something that is kept in `known`.
    pub(crate) fn ask_for<T>(&mut self, known: &mut Known<T>, question: Question) {
        let generation = self.data.next_generation();
        known.ask(generation);
        self.effects.push(Effect::Ask(Ask { generation, question }));
    }

    /// Everything that the stream keeps live from then on.
    pub(crate) fn ask_for_everything(&mut self) {
        self.ask(Question::Assets);
        self.ask_for_wallet();
    }

    /// Everything that changes when money moves.
    pub(crate) fn ask_for_wallet(&mut self) {
        for question in [Question::Balance, Question::OpenOrders, Question::Recent] {
            self.ask(question);
        }
        self.ask_for_holdings();
    }

    /// What is owned. Of many changes at once, the last answer counts: meanwhile nothing more is asked.
    pub(crate) fn ask_for_holdings(&mut self) {
        if self.data.wallet.portfolio.is_asked() {
            self.data.wallet.is_outdated = true;
            return;
        }
        self.data.wallet.is_outdated = false;
        self.ask(Question::Portfolio);
        self.ask(Question::Holdings);
    }

    /// Caps, volumes and ranks are not told by the stream, nor that a price was seen anew and is the same.
    pub(crate) fn keep_facts_fresh(&mut self) {
        let assets = &self.data.market.assets;
        let is_old = assets.at().is_some_and(|at| self.now.as_millis() - at.as_millis() >= FACTS_MS);
        let asked_ms = self.now.as_millis() - self.data.facts_asked_at.as_millis();
        if is_old && !(0..FACTS_MS).contains(&asked_ms) && !assets.is_asked() && self.data.is_live(self.now) {
            self.data.facts_asked_at = self.now;
            self.ask(Question::Assets);
            self.ask_for_holdings();
        }
    }

    pub(crate) fn say_good(&mut self, text: impl Into<String>) {
        self.data.say(NoticeKind::Good, text, self.now);
    }

    pub(crate) fn say_bad(&mut self, text: impl Into<String>) {
        self.data.say(NoticeKind::Bad, text, self.now);
    }

    /// Marks an asset as a favourite, or no longer.
    pub(crate) fn toggle_favourite(&mut self, asset_id: AssetId) {
        let favourites = &mut self.data.preferences.favourites;
        if !favourites.remove(&asset_id) {
            favourites.insert(asset_id);
        }
        self.save();
    }

    /// Keeps what the person likes.
    pub(crate) fn save(&mut self) {
        self.effects.push(Effect::Save(self.data.preferences.clone()));
    }
}

/// Facts about all assets are asked for as often, with the minute of the clock.
const FACTS_MS: i64 = 50 * Timestamp::SECOND_MS;
