//! What is written into the log of what happens.

use cnop_core::ticket::{self, Settlement};

use crate::app::Event;
use crate::app::event::SignInFailure;

/// Writes down what somebody would want to know of an event afterwards. Never what was typed, nor prices.
pub(super) fn note(event: &Event) {
    match event {
        Event::Session(Ok(welcome)) => {
            tracing::info!(username = %welcome.username, until = %welcome.expires_at, "logged in");
        }
        Event::Session(Err(SignInFailure::Client(failure))) => tracing::warn!("not logged in: {failure}"),
        Event::Session(Err(SignInFailure::Disk(failure))) => tracing::error!("not logged in: {failure}"),
        Event::SessionOver(failure) => tracing::warn!("the session is over: {failure}"),
        Event::LoggedOut => tracing::info!("nobody is logged in"),
        Event::Connected => tracing::info!("connected"),
        Event::Reconnecting(after, reason) => tracing::warn!("the connection broke, next try in {after:.1?}: {reason}"),
        Event::Lagged => tracing::warn!("events were missed; everything is asked for anew"),
        Event::Answered(_, answer) => {
            if let Some(failure) = answer.failure() {
                tracing::warn!("a question was not answered: {failure}");
            }
        }
        Event::Ticket(number, event) => tracing::info!(ticket = number.0, "{}", of_ticket(event)),
        Event::NotKept(number, reason) => tracing::error!(ticket = number.0, "not kept, so not sent: {reason}"),
        Event::LeftBehind(intents) => intents.iter().for_each(|intent| {
            tracing::info!(key = %intent.key, "a {} was left in doubt", intent.movement);
        }),
        Event::OrderCancelled(order_id, Ok(_)) => tracing::info!(order = %order_id, "cancelled"),
        Event::OrderCancelled(order_id, Err(failure)) => tracing::warn!(order = %order_id, "not cancelled: {failure}"),
        Event::NotDone(reason) => tracing::error!("{reason}"),
        _ => {}
    }
}

fn of_ticket(event: &ticket::Event) -> String {
    match event {
        ticket::Event::Kept { again } => format!("kept on disk{}", if *again { ", again" } else { "" }),
        ticket::Event::Answered(Ok(_)) => "done".to_owned(),
        ticket::Event::Answered(Err(failure)) => format!("not answered with success: {failure}"),
        ticket::Event::Settled(Ok(Settlement::Done(_))) => "settled: it was done".to_owned(),
        ticket::Event::Settled(Ok(Settlement::Void)) => "settled: it was not done, and will not be".to_owned(),
        ticket::Event::Settled(Err(failure)) => format!("not settled yet: {failure}"),
        other => format!("{other:?}"),
    }
}
