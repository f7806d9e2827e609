//! What comes from outside: sessions, answers, what the stream tells.

use cnop_core::client::ClientError;
use cnop_core::ticket::{self, Ticket};
use cnop_core::time::Timestamp;

use super::Turn;
use super::ticket::{ask_what_became, happen_aside, ticket_event};
use crate::app::effect::{Effect, Question};
use crate::app::event::{Answer, Event, SignInFailure, Welcome};
use crate::app::known::Generation;
use crate::app::layer::{self, Layer};
use crate::app::link::Link;
use crate::app::screen::Screens;
use crate::app::state::{Data, State};
use crate::app::wallet::Pages;

/// Takes it in.
pub(super) fn hear(state: &mut State, event: Event, effects: &mut Vec<Effect>, now: Timestamp) {
    if let Some(failure) = over(&event) {
        recover(state, failure.clone(), effects);
    }
    let mut turn = Turn { data: &mut state.data, effects, now };
    match event {
        Event::Answered(generation, answer) => answered(state, generation, answer, effects, now),
        Event::Session(Ok(welcome)) => welcomed(state, welcome),
        Event::Session(Err(failure)) => not_signed_in(state, &failure),
        Event::LoggedOut => {
            state.data.forget_user();
            state.data.link = Link::default();
            state.screens = Screens::default();
            state.layers = vec![Layer::log_in()];
        }
        Event::Submitted(generation, result) => layer::submitted(&mut state.layers, generation, result, &mut turn),
        Event::Ticket(number, event) => ticket_event(state, number, event, effects, now),
        Event::NotKept(number, reason) => layer::not_kept(&mut state.layers, number, &reason, &mut turn),
        Event::LeftBehind(intents) => intents.into_iter().for_each(|intent| {
            let number = turn.data.next_ticket();
            turn.data.settling.push((number, Ticket::left_behind(intent)));
            happen_aside(&mut turn, number, ticket::Event::Asked);
        }),
        Event::OrderCancelled(order_id, result) => {
            if let Ok(order) = &result {
                turn.data.wallet.tell_order(order);
            }
            layer::order_cancelled(&mut state.layers, order_id, &result, &mut turn);
            turn.ask(Question::Balance);
            turn.ask_for_holdings();
        }
        Event::Connected => {
            turn.data.link.connected();
            turn.ask_for_everything();
            turn.effects.push(Effect::FindLeft);
            state.screens.enter(&mut turn);
            ask_what_became(&mut state.layers, &mut turn);
        }
        Event::Reconnecting(after, reason) => {
            if turn.data.link.broke(after, now) {
                turn.say_bad(reason.to_string());
            }
        }
        Event::Prices(prices) => {
            turn.data.link.heard(now);
            turn.data.market.tell(&prices);
            if let Some(page) = &mut state.screens.asset {
                page.tell(&prices, &mut turn);
            }
            layer::refresh(&mut state.layers, &mut turn);
            turn.data.note_worth();
        }
        Event::Alive => turn.data.link.alive(now),
        Event::Order(order) => {
            turn.data.wallet.tell_order(&order);
            turn.ask_for_holdings();
            state.screens.tell_order(&order, &mut turn);
        }
        Event::Balance(balance) => {
            turn.data.wallet.balance.tell(balance, now);
            layer::refresh(&mut state.layers, &mut turn);
            state.screens.tell_balance(&mut turn);
        }
        Event::Lagged => {
            turn.ask_for_everything();
            state.screens.enter(&mut turn);
        }
        Event::NotDone(reason) => turn.say_bad(reason),
        // It is looked for above.
        Event::SessionOver(_) => turn.data.link.closed(),
        // Those are not from outside.
        Event::Key(_) | Event::Paste(_) | Event::Click(_) | Event::Wheel(_) | Event::Resize(..) | Event::Wake => {}
    }
}

/// What another user left on the screen is not this one's; of the same one, everything goes on where it was.
fn welcomed(state: &mut State, welcome: Welcome) {
    let is_another = state.data.user.as_ref().is_none_or(|user| user.username != welcome.username);
    if is_another {
        state.data.forget_user();
        state.screens = Screens::default();
        state.layers.clear();
    }
    state.data.user = Some(welcome);
    state.data.is_recovering = false;
    state.layers.retain(|layer| !matches!(layer, Layer::LogIn(_)));
}

/// Logging in did not work; or a session is over, and the password is asked for over what is seen.
fn not_signed_in(state: &mut State, failure: &SignInFailure) {
    state.data.is_recovering = false;
    if state.layers.iter().any(|layer| matches!(layer, Layer::LogIn(_))) {
        return layer::log_in_failed(&mut state.layers, failure);
    }
    let username = state.data.user.as_ref().map(|user| user.username.clone());
    state.layers.push(Layer::log_in_again(username, failure.to_string()));
}

/// Another program may have renewed the session meanwhile, which ends ours: that is looked for, once, before anybody is
/// asked for a password.
fn recover(state: &mut State, failure: ClientError, effects: &mut Vec<Effect>) {
    let is_asked = state.layers.iter().any(|layer| matches!(layer, Layer::LogIn(_)));
    if !is_asked && !state.data.is_recovering && state.data.user.is_some() {
        state.data.is_recovering = true;
        effects.push(Effect::Recover(failure));
    }
}

/// Why the session is over, if that is what an event says.
fn over(event: &Event) -> Option<&ClientError> {
    let failure = match event {
        Event::SessionOver(failure) => return Some(failure),
        Event::Answered(_, answer) => answer.failure(),
        Event::Submitted(_, result) => result.as_ref().err(),
        Event::OrderCancelled(_, result) => result.as_ref().err(),
        Event::Ticket(_, ticket::Event::Answered(answer)) => answer.as_ref().err(),
        Event::Ticket(_, ticket::Event::Settled(answer)) => answer.as_ref().err(),
        _ => None,
    };
    failure.filter(|failure| failure.ends_the_session())
}

/// Takes the answer to a question to where it belongs.
fn answered(state: &mut State, generation: Generation, answer: Answer, effects: &mut Vec<Effect>, now: Timestamp) {
    let Data { market, wallet, .. } = &mut state.data;
    match answer {
        Answer::Assets(answer) => market.take(generation, answer, now),
        Answer::OfAsset(asset_id, answer) => {
            if let Some(page) = state.screens.asset.as_mut().filter(|page| page.asset_id == asset_id) {
                page.take(generation, answer, now);
            }
            return;
        }
        Answer::Balance(answer) => {
            wallet.balance.take(generation, answer, now);
        }
        Answer::Holdings(answer) => {
            wallet.holdings.take(generation, answer, now);
        }
        Answer::Portfolio(answer) => {
            answer.iter().for_each(|portfolio| market.set_clock(portfolio.as_of, now));
            wallet.portfolio.take(generation, answer, now);
        }
        Answer::OpenOrders(answer) => {
            wallet.open_orders.take(generation, answer, now);
        }
        Answer::Recent(answer) => {
            wallet.recent.take(generation, answer, now);
        }
        Answer::Orders(after, answer) => {
            let answer = answer.map(|page| Pages { items: page.data, next: page.next_cursor });
            let answer = answer.map(|page| page.behind(after.and(wallet.orders.get())));
            wallet.orders.take(generation, answer, now);
        }
        Answer::Transactions(after, answer) => {
            let answer = answer.map(|page| Pages { items: page.transactions, next: page.next_cursor });
            let answer = answer.map(|page| page.behind(after.and(wallet.transactions.get())));
            wallet.transactions.take(generation, answer, now);
        }
        Answer::Limits(answer) => {
            wallet.limits.take(generation, answer, now);
        }
        Answer::Insight(answer) => {
            wallet.insight.take(generation, answer, now);
        }
        Answer::Profile(answer) => {
            wallet.profile.take(generation, answer, now);
        }
    }
    state.data.note_worth();
    let mut turn = Turn { data: &mut state.data, effects, now };
    layer::refresh(&mut state.layers, &mut turn);
    ask_once_more(&mut turn);
}

/// What changed since it was asked for is asked for again: the answer may be of before.
fn ask_once_more(turn: &mut Turn<'_>) {
    let wallet = &turn.data.wallet;
    let asset = wallet.orders_of;
    let overtaken = [
        (wallet.open_orders.was_overtaken(), Question::OpenOrders),
        (wallet.recent.was_overtaken(), Question::Recent),
        (wallet.orders.was_overtaken(), Question::Orders { asset, after: None }),
    ];
    let holdings = wallet.is_outdated && !wallet.portfolio.is_asked();
    overtaken.into_iter().filter(|(is_overtaken, _)| *is_overtaken).for_each(|(_, question)| turn.ask(question));
    if holdings {
        turn.ask_for_holdings();
    }
}
