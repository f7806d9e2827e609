//! A question before something is taken away: yes only with `y`, so that no Enter too many cancels anything.

use std::collections::VecDeque;

use cnop_core::api::Order;
use cnop_core::client::ClientError;
use cnop_core::ids::OrderId;

use crate::app::effect::Effect;
use crate::app::key::Key;
use crate::app::state::Step;
use crate::app::update::Turn;

/// The question, and how far what it asked for has come.
#[derive(Debug)]
pub(crate) struct Confirm {
    pub(crate) what: What,
    pub(crate) progress: Option<Progress>,
}

/// What is taken away.
#[derive(Debug, Clone)]
pub(crate) enum What {
    /// These orders, in this order.
    Orders(Vec<OrderId>),
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

impl Confirm {
    pub(crate) fn cancelling(orders: Vec<OrderId>) -> Self {
        Self { what: What::Orders(orders), progress: None }
    }

    pub(crate) fn logging_out() -> Self {
        Self { what: What::Session, progress: None }
    }

    pub(crate) fn press(&mut self, key: Key, turn: &mut Turn<'_>) -> Step {
        match (key, &self.progress) {
            (Key::Char('y'), None) => self.go(turn),
            (Key::Escape | Key::Char('n'), None) | (Key::Escape, Some(_)) => Step::Close,
            (Key::Enter, Some(progress)) if progress.is_over() => Step::Close,
            _ => Step::Done,
        }
    }

    fn go(&mut self, turn: &mut Turn<'_>) -> Step {
        match &self.what {
            What::Session => {
                turn.effects.push(Effect::LogOut);
                return Step::Close;
            }
            What::Orders(orders) => {
                self.progress = Some(Progress { waiting: orders.iter().copied().collect(), ..Progress::default() });
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
            Err(ClientError::Refused { problem, .. }) => progress.refused.push((order_id, problem.detail.clone())),
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
