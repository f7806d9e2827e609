//! Cash: what there is, what may still move today, and its history.

use cnop_core::ids::TransactionId;

use crate::app::action::Action;
use crate::app::effect::Question;
use crate::app::layer::payment::{Kind, Payment};
use crate::app::picker::Picker;
use crate::app::state::{Data, Step};
use crate::app::update::Turn;

#[derive(Debug, Default)]
pub(crate) struct AccountScreen {
    pub(crate) picker: Picker<TransactionId>,
}

impl AccountScreen {
    /// The rows by their ids.
    pub(crate) fn keys(data: &Data) -> Vec<TransactionId> {
        let pages = data.wallet.transactions.get();
        pages.into_iter().flat_map(|pages| &pages.items).map(|entry| entry.transaction_id).collect()
    }

    pub(crate) fn act(&mut self, action: Action, turn: &mut Turn<'_>) -> Step {
        let keys = Self::keys(turn.data);
        if self.picker.act(action, &keys) {
            self.ask_for_more(&keys, turn);
            return Step::Done;
        }
        match action {
            Action::Deposit => Payment::open(Kind::Deposit, turn),
            Action::Withdraw => Payment::open(Kind::Withdrawal, turn),
            _ => Step::Ignored,
        }
    }

    /// The next page is asked for when the last row is reached.
    fn ask_for_more(&self, keys: &[TransactionId], turn: &mut Turn<'_>) {
        let known = &turn.data.wallet.transactions;
        let next = known.get().and_then(|pages| pages.next.clone()).filter(|_| !known.is_asked());
        if self.picker.row(keys) == keys.len().checked_sub(1) && next.is_some() {
            turn.ask(Question::Transactions(next));
        }
    }

    pub(crate) fn enter(&mut self, turn: &mut Turn<'_>) {
        for question in [Question::Balance, Question::Limits, Question::Transactions(None)] {
            turn.ask(question);
        }
    }
}
