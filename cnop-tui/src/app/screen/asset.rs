//! The page of one asset: its chart, its facts, what the user owns and did of it.

use cnop_core::api::{AssetDetail, AssetTransaction, Candle, Interval, Order, Prices};
use cnop_core::asset_id::AssetId;
use cnop_core::ids::OrderId;
use cnop_core::money::Price;
use cnop_core::order::OrderStatus;
use cnop_core::time::Timestamp;

use crate::app::action::Action;
use crate::app::effect::Question;
use crate::app::event::AssetAnswer;
use crate::app::known::{Generation, Known};
use crate::app::picker::Picker;
use crate::app::state::Step;
use crate::app::update::Turn;
use crate::app::wallet::Pages;

/// The page.
#[derive(Debug)]
pub(crate) struct AssetPage {
    pub(crate) asset_id: AssetId,
    pub(crate) interval: Interval,
    /// What the middle of the page shows.
    pub(crate) pane: Pane,
    pub(crate) picker: Picker<OrderId>,
    pub(crate) detail: Known<Box<AssetDetail>>,
    pub(crate) candles: Known<Vec<Candle>>,
    /// What the user traded of it, the newest first.
    pub(crate) fills: Known<Pages<AssetTransaction>>,
    /// When candles were asked for because the market went beyond those that are known.
    asked_beyond: Option<Timestamp>,
}

/// The next candle is asked for at most so often.
const ASK_AGAIN_MS: i64 = 5 * Timestamp::SECOND_MS;

/// The middle of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pane {
    Chart,
    Fills,
}

impl AssetPage {
    pub(crate) fn of(asset_id: AssetId, pane: Pane) -> Self {
        Self {
            asset_id,
            interval: Interval::H1,
            pane,
            picker: Picker::default(),
            detail: Known::default(),
            candles: Known::default(),
            fills: Known::default(),
            asked_beyond: None,
        }
    }

    pub(crate) fn act(&mut self, action: Action, turn: &mut Turn<'_>) -> Step {
        let keys = self.keys();
        if self.pane == Pane::Fills && self.picker.act(action, &keys) {
            self.ask_for_more(&keys, turn);
            return Step::Done;
        }
        match action {
            Action::Back => return Step::CloseAsset,
            Action::Fills => self.pane = if self.pane == Pane::Chart { Pane::Fills } else { Pane::Chart },
            Action::Left => self.change_interval(-1, turn),
            Action::Right => self.change_interval(1, turn),
            Action::Favourite => turn.toggle_favourite(self.asset_id),
            _ => return Step::Ignored,
        }
        Step::Done
    }

    /// The trades by their orders.
    pub(crate) fn keys(&self) -> Vec<OrderId> {
        self.fills.get().into_iter().flat_map(|pages| &pages.items).map(|fill| fill.order_id).collect()
    }

    fn change_interval(&mut self, by: isize, turn: &mut Turn<'_>) {
        let at = Interval::ALL.iter().position(|interval| *interval == self.interval).unwrap_or_default();
        let Some(interval) = at.checked_add_signed(by).and_then(|at| Interval::ALL.get(at)) else { return };
        self.interval = *interval;
        self.candles.clear();
        self.asked_beyond = None;
        self.ask_candles(turn);
    }

    pub(crate) fn enter(&mut self, turn: &mut Turn<'_>) {
        turn.ask_for(&mut self.detail, Question::Asset(self.asset_id));
        turn.ask_for(&mut self.fills, Question::Fills(self.asset_id, None));
        self.ask_candles(turn);
    }

    fn ask_candles(&mut self, turn: &mut Turn<'_>) {
        turn.ask_for(&mut self.candles, Question::Candles(self.asset_id, self.interval));
    }

    /// The next page of trades is asked for when the last row is reached.
    fn ask_for_more(&mut self, keys: &[OrderId], turn: &mut Turn<'_>) {
        let next = self.fills.get().and_then(|pages| pages.next.clone()).filter(|_| !self.fills.is_asked());
        if self.picker.row(keys) == keys.len().checked_sub(1) && next.is_some() {
            turn.ask_for(&mut self.fills, Question::Fills(self.asset_id, next));
        }
    }

    /// Takes an answer to what it asked.
    pub(crate) fn take(&mut self, generation: Generation, answer: AssetAnswer, now: Timestamp) {
        match answer {
            AssetAnswer::Detail(answer) => drop(self.detail.take(generation, answer, now)),
            AssetAnswer::Candles(interval, answer) if interval == self.interval => {
                self.candles.take(generation, answer.map(|list| list.data), now);
            }
            AssetAnswer::Candles(..) => {}
            AssetAnswer::Fills(after, answer) => {
                let answer = answer.map(|page| Pages { items: page.data, next: page.next_cursor });
                let answer = answer.map(|page| page.behind(after.and(self.fills.get())));
                self.fills.take(generation, answer, now);
            }
        }
    }

    /// The newest candle goes with the market; once it is over, the server is asked for the next.
    pub(crate) fn tell(&mut self, prices: &Prices, turn: &mut Turn<'_>) {
        let own = prices.prices.iter().find(|update| update.asset_id == self.asset_id && !update.stale);
        let Some(price) = own.and_then(|update| update.price_usd) else { return };
        let length = self.interval.as_millis();
        let Some(last) = self.candles.get_mut().and_then(|candles| candles.last_mut()) else { return };
        match (prices.time.as_millis() - last.time.as_millis()).div_euclid(length) {
            0 => stretch(last, price.0),
            // It may not be there yet, or the question may be lost: it is asked again, but not with every tick.
            1.. if self.asked_beyond.is_none_or(|at| turn.now.as_millis() - at.as_millis() >= ASK_AGAIN_MS) => {
                self.asked_beyond = Some(turn.now);
                self.ask_candles(turn);
            }
            _ => {}
        }
    }

    /// An order of the user changed: a trade of this asset may be among those that are shown.
    pub(crate) fn tell_order(&mut self, order: &Order, turn: &mut Turn<'_>) {
        if order.asset_id == self.asset_id && order.status == OrderStatus::Completed {
            turn.ask_for(&mut self.fills, Question::Fills(self.asset_id, None));
        }
    }
}

/// Takes a price into a candle that is not over yet.
fn stretch(candle: &mut Candle, price: Price) {
    candle.close.0 = price;
    candle.high.0 = candle.high.0.max(price);
    candle.low.0 = candle.low.0.min(price);
}
