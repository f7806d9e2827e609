//! A question before something is taken away: yes only with `y`, so that no Enter too many cancels anything.

use std::collections::VecDeque;

use cnop_core::api::Order;
use cnop_core::client::ClientError;
use cnop_core::ids::OrderId;

use crate::app::action::{Action, Place, action_of};
use crate::app::effect::Effect;
use crate::app::key::Key;
use crate::app::picker::moved;
use crate::app::screen::Screen;
use crate::app::state::Step;
use crate::app::update::Turn;

/// The question, and how far what it asked for has come.
#[derive(Debug)]
pub(crate) struct Confirm {
    pub(crate) what: What,
    /// The first order of the preview that is seen.
    pub(crate) first: usize,
    pub(crate) progress: Option<Progress>,
}

/// What is taken away.
#[derive(Debug, Clone)]
pub(crate) enum What {
    /// These orders, in this order, as they were when it was asked.
    Orders(Vec<Order>),
    /// The session.
    Session,
}

/// One order after the other.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    waiting: VecDeque<OrderId>,
    pub(crate) done: usize,
    /// What was refused, and why.
    pub(crate) refused: Vec<(OrderId, String)>,
    /// Whether the server could not be asked any more: the rest was not sent.
    pub(crate) stopped: Option<String>,
}

/// Rows of the screen that are not the preview's: borders and the question.
const AROUND: u16 = 4;

impl Confirm {
    pub(crate) fn cancelling(orders: Vec<Order>) -> Self {
        Self { what: What::Orders(orders), first: 0, progress: None }
    }

    pub(crate) fn logging_out() -> Self {
        Self { what: What::Session, first: 0, progress: None }
    }

    /// Orders of the preview that fit a screen of so many rows.
    pub(crate) fn room(rows: u16) -> usize {
        usize::from(rows.saturating_sub(AROUND))
    }

    pub(crate) fn press(&mut self, key: Key, turn: &mut Turn<'_>) -> Step {
        match (action_of(key, Place::Question), &self.progress) {
            (Some(Action::Yes), None) => self.go(turn),
            (Some(Action::No), None) => Step::Close,
            (_, Some(progress)) if key == Key::Escape => {
                if !progress.is_over() {
                    turn.say_bad(format!("{} were cancelled, one more may be; the rest was not.", progress.done));
                }
                Step::Close
            }
            (_, Some(progress)) if key == Key::Enter && progress.is_over() => Step::Close,
            _ => self.scroll(key, turn),
        }
    }

    fn scroll(&mut self, key: Key, turn: &mut Turn<'_>) -> Step {
        let (What::Orders(orders), Some(action)) = (&self.what, action_of(key, Place::Screen(Screen::Orders))) else {
            return Step::Done;
        };
        let last = orders.len().saturating_sub(Self::room(turn.data.size.1));
        self.first = moved(self.first.min(last), last, action).unwrap_or(self.first);
        Step::Done
    }

    fn go(&mut self, turn: &mut Turn<'_>) -> Step {
        match &self.what {
            What::Session => {
                turn.effects.push(Effect::LogOut);
                return Step::Close;
            }
            What::Orders(orders) => {
                let waiting = orders.iter().map(|order| order.order_id).collect();
                self.progress = Some(Progress { waiting, ..Progress::default() });
                self.next(turn);
            }
        }
        Step::Done
    }

    fn next(&mut self, turn: &mut Turn<'_>) {
        let next = self.progress.as_ref().and_then(|progress| progress.waiting.front());
        if let Some(order_id) = next {
            turn.effects.push(Effect::CancelOrder(*order_id));
        }
    }

    /// One was answered. It goes on after a refusal, and stops where nobody answers.
    pub(crate) fn cancelled(
        &mut self,
        order_id: OrderId,
        result: &Result<Box<Order>, ClientError>,
        turn: &mut Turn<'_>,
    ) {
        let Some(progress) = &mut self.progress else { return };
        if progress.waiting.front() != Some(&order_id) {
            return;
        }
        progress.waiting.pop_front();
        match result {
            Ok(_) => progress.done += 1,
            // Of this order alone.
            Err(ClientError::Refused { problem, .. }) if matches!(problem.status, 404 | 409 | 422) => {
                progress.refused.push((order_id, problem.detail.clone()))
            }
            Err(error) => {
                progress.stopped = Some(error.to_string());
                progress.waiting.clear();
            }
        }
        self.next(turn);
    }
}

impl Progress {
    pub(crate) fn is_over(&self) -> bool {
        self.waiting.is_empty()
    }
}
