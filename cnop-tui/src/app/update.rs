//! Decides what an event changes, and what is to be done about it.

use cnop_core::asset_id::AssetId;
use cnop_core::client::ClientError;
use cnop_core::ticket::{self, Ticket};
use cnop_core::time::Timestamp;

use super::action::{Action, action_of};
use super::effect::{Ask, Effect, Question, TicketNumber};
use super::event::{Answer, Event, SignInFailure, Target, Welcome};
use super::key::Key;
use super::known::Generation;
use super::layer::{self, Layer};
use super::link::Link;
use super::screen::Screen;
use super::state::{Data, NoticeKind, State, Step, Theme};
use super::wallet::Pages;

/// What a rule works with: what is known, what is to be done, and the moment.
pub(crate) struct Turn<'a> {
    pub(crate) data: &'a mut Data,
    pub(crate) effects: &'a mut Vec<Effect>,
    pub(crate) now: Timestamp,
}

impl Turn<'_> {
    /// Asks the server; the answer to an older question of the kind no longer counts.
    pub(crate) fn ask(&mut self, question: Question) {
        let generation = self.data.next_generation();
        let (market, wallet) = (&mut self.data.market, &mut self.data.wallet);
        match &question {
            Question::Assets => market.assets.ask(generation),
            // Whose page it is keeps these itself: `screen::asset`.
            Question::Asset(_) | Question::Candles(..) => {}
            Question::Fills(_) => wallet.fills.ask(generation),
            Question::Balance => wallet.balance.ask(generation),
            Question::Holdings => wallet.holdings.ask(generation),
            Question::Portfolio => wallet.portfolio.ask(generation),
            Question::OpenOrders => wallet.open_orders.ask(generation),
            Question::Orders(_) => wallet.orders.ask(generation),
            Question::Transactions(_) => wallet.transactions.ask(generation),
            Question::Limits => wallet.limits.ask(generation),
            Question::Insight { .. } => wallet.insight.ask(generation),
            Question::Profile => wallet.profile.ask(generation),
        }
        self.effects.push(Effect::Ask(Ask { generation, question }));
    }

    /// Everything that changes when money moves.
    pub(crate) fn ask_for_wallet(&mut self) {
        for question in [Question::Balance, Question::Portfolio, Question::Holdings, Question::OpenOrders] {
            self.ask(question);
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

/// Lets `event` happen at `now`.
pub(crate) fn update(state: &mut State, event: Event, now: Timestamp) -> Vec<Effect> {
    let mut effects = Vec::new();
    state.data.forget_old_notice(now);
    match event {
        Event::Key(key) => press(state, key, &mut effects, now),
        Event::Paste(text) => paste(state, &text),
        Event::Click(target) => click(state, target, &mut effects, now),
        Event::Wheel(rows) => wheel(state, rows, &mut effects, now),
        Event::Resize(columns, rows) => state.size = (columns, rows),
        Event::Wake => {}
        other => hear(state, other, &mut effects, now),
    }
    effects
}

fn press(state: &mut State, key: Key, effects: &mut Vec<Effect>, now: Timestamp) {
    let always = match key {
        Key::Ctrl('c') => Some(Effect::Quit),
        Key::Ctrl('z') => Some(Effect::Suspend),
        Key::Ctrl('l') => Some(Effect::Redraw),
        _ => None,
    };
    if let Some(effect) = always {
        return effects.push(effect);
    }
    let mut turn = Turn { data: &mut state.data, effects, now };
    let step = match state.layers.last_mut() {
        Some(layer) => layer.press(key, &mut turn),
        None if state.screens.is_typing() => state.screens.type_key(key, &mut turn),
        None => match action_of(key, state.screens.place()) {
            Some(action) => return perform(state, action, effects, now),
            None => Step::Ignored,
        },
    };
    take(state, step, effects, now);
}

fn paste(state: &mut State, text: &str) {
    match state.layers.last_mut() {
        Some(layer) => layer.paste(text),
        None if state.screens.is_typing() => state.screens.market.paste(text),
        None => {}
    }
}

fn click(state: &mut State, target: Target, effects: &mut Vec<Effect>, now: Timestamp) {
    let mut turn = Turn { data: &mut state.data, effects, now };
    match (target, state.layers.last_mut()) {
        (target, Some(layer)) => {
            let step = layer.click(target, &mut turn);
            take(state, step, effects, now);
        }
        (Target::Screen(screen), None) => perform(state, Action::Go(screen), effects, now),
        (Target::Action(action), None) => perform(state, action, effects, now),
        (Target::Row(row), None) => state.screens.choose(row, turn.data),
        (Target::Field(_), None) => {}
    }
}

fn wheel(state: &mut State, rows: i32, effects: &mut Vec<Effect>, now: Timestamp) {
    let key = if rows < 0 { Key::Up } else { Key::Down };
    if state.screens.is_typing() && state.layers.is_empty() {
        return;
    }
    (0..rows.unsigned_abs()).for_each(|_| press(state, key, effects, now));
}

/// Does what a key, a click or the palette asks for, where no layer has the keys.
pub(crate) fn perform(state: &mut State, action: Action, effects: &mut Vec<Effect>, now: Timestamp) {
    let mut turn = Turn { data: &mut state.data, effects, now };
    let step = match action {
        Action::Quit => return effects.push(Effect::Quit),
        Action::Suspend => return effects.push(Effect::Suspend),
        Action::Redraw => return effects.push(Effect::Redraw),
        Action::Go(screen) => return go(state, screen, effects, now),
        Action::NextScreen => return go(state, state.screens.at.further(1), effects, now),
        Action::PreviousScreen => return go(state, state.screens.at.further(Screen::ALL.len() - 1), effects, now),
        Action::Theme => {
            let theme = &mut turn.data.preferences.theme;
            *theme = if *theme == Theme::Dark { Theme::Light } else { Theme::Dark };
            turn.save();
            Step::Done
        }
        Action::Help => Step::Open(Box::new(Layer::help())),
        Action::Palette => Step::Open(Box::new(Layer::palette(state.screens.place()))),
        Action::Pocket => Step::Open(Box::new(Layer::pocket())),
        Action::Buy | Action::Sell => match state.screens.chosen_asset(&turn) {
            Some(asset_id) => Layer::ticket(action, asset_id, &mut turn),
            None => Step::Ignored,
        },
        Action::Refresh => {
            turn.effects.push(Effect::Reconnect);
            turn.ask(Question::Assets);
            turn.ask_for_wallet();
            state.screens.enter(&mut turn);
            // A screen may have more to ask.
            state.screens.act(action, &mut turn)
        }
        other => state.screens.act(other, &mut turn),
    };
    take(state, step, effects, now);
}

fn go(state: &mut State, screen: Screen, effects: &mut Vec<Effect>, now: Timestamp) {
    state.screens.asset = None;
    state.screens.at = screen;
    state.screens.enter(&mut Turn { data: &mut state.data, effects, now });
}

/// Does what somebody who had the keys wants next.
fn take(state: &mut State, step: Step, effects: &mut Vec<Effect>, now: Timestamp) {
    match step {
        Step::Done | Step::Ignored => {}
        Step::Close => {
            if let Some(layer) = state.layers.pop() {
                layer.leave(&mut state.data);
            }
        }
        Step::Open(layer) => state.layers.push(*layer),
        Step::Do(action) => {
            state.layers.pop();
            perform(state, action, effects, now);
        }
        Step::OpenAsset(asset_id) => {
            state.screens.asset = Some(super::screen::asset::AssetPage::of(asset_id));
            state.screens.enter(&mut Turn { data: &mut state.data, effects, now });
        }
        Step::CloseAsset => state.screens.asset = None,
    }
}

/// What comes from outside.
fn hear(state: &mut State, event: Event, effects: &mut Vec<Effect>, now: Timestamp) {
    let is_logged_in = state.data.user.is_some();
    let mut turn = Turn { data: &mut state.data, effects, now };
    match event {
        Event::Answered(generation, answer) => {
            if let Some(failure) = over(&answer) {
                return session_ended(state, failure.clone(), effects, now);
            }
            answered(state, generation, answer, now);
        }
        Event::Session(Ok(welcome)) => welcomed(state, welcome, effects, now),
        Event::Session(Err(SignInFailure::Client(failure))) if is_logged_in => {
            session_ended(state, failure, effects, now);
        }
        Event::Session(Err(failure)) => layer::log_in_failed(&mut state.layers, &failure),
        Event::Registered(result) => layer::registered(&mut state.layers, result, &mut turn),
        Event::LoggedOut => {
            state.data.forget_user();
            state.data.link = Link::default();
            state.layers = vec![Layer::log_in()];
        }
        Event::ProfileUpdated(generation, result) => {
            layer::profile_updated(&mut state.layers, generation, result, &mut turn)
        }
        Event::PasswordChanged(generation, result) => {
            layer::password_changed(&mut state.layers, generation, result, &mut turn)
        }
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
            turn.ask_for_wallet();
        }
        Event::Connected => {
            turn.data.link = Link::Up;
            turn.ask(Question::Assets);
            turn.ask_for_wallet();
            state.screens.enter(&mut turn);
        }
        Event::Reconnecting(after, reason) => turn.data.link.broke(after, reason, now),
        Event::Prices(prices) => {
            turn.data.market.tell(&prices);
            layer::refresh(&mut state.layers, &mut turn);
            turn.data.note_worth();
        }
        Event::Order(order) => {
            turn.data.wallet.tell_order(&order);
            for question in [Question::Portfolio, Question::Holdings] {
                turn.ask(question);
            }
        }
        Event::Balance(balance) => turn.data.wallet.balance.set(balance, now),
        Event::Lagged => {
            turn.ask(Question::Assets);
            turn.ask_for_wallet();
            state.screens.enter(&mut turn);
        }
        Event::NotSaved(reason) => turn.say_bad(reason),
        Event::Key(_) | Event::Paste(_) | Event::Click(_) | Event::Wheel(_) | Event::Resize(..) | Event::Wake => {}
    }
}

fn welcomed(state: &mut State, welcome: Welcome, effects: &mut Vec<Effect>, now: Timestamp) {
    let is_new = state.data.user.as_ref().is_none_or(|user| user.username != welcome.username);
    if is_new {
        state.data.forget_user();
    }
    state.data.user = Some(welcome);
    state.layers.retain(|layer| !matches!(layer, Layer::LogIn(_)));
    state.screens.enter(&mut Turn { data: &mut state.data, effects, now });
}

/// Asks for the password over what is seen: it is all there again afterwards.
fn session_ended(state: &mut State, reason: ClientError, effects: &mut Vec<Effect>, now: Timestamp) {
    let _ = (effects, now);
    if state.layers.iter().any(|layer| matches!(layer, Layer::LogIn(_))) {
        return;
    }
    let username = state.data.user.as_ref().map(|user| user.username.clone());
    state.layers.push(Layer::log_in_again(username, &reason));
}

/// Why the session is over, if that is what an answer says.
fn over(answer: &Answer) -> Option<&ClientError> {
    answer.failure().filter(|failure| failure.ends_the_session())
}

fn answered(state: &mut State, generation: Generation, answer: Answer, now: Timestamp) {
    let Data { market, wallet, .. } = &mut state.data;
    match answer {
        Answer::Assets(answer) => market.take(generation, answer, now),
        Answer::Asset(asset_id, answer) => {
            if let Some(page) = state.screens.asset.as_mut().filter(|page| page.asset_id == asset_id) {
                page.detail.take(generation, answer, now);
            }
        }
        Answer::Candles(asset_id, interval, answer) => {
            let page =
                state.screens.asset.as_mut().filter(|page| page.asset_id == asset_id && page.interval == interval);
            if let Some(page) = page {
                page.candles.take(generation, answer.map(|list| list.data), now);
            }
        }
        Answer::Fills(asset_id, answer) => {
            if state.screens.asset.as_ref().is_some_and(|page| page.asset_id == asset_id) {
                wallet.fills.take(generation, answer, now);
            }
        }
        Answer::Balance(answer) => {
            wallet.balance.take(generation, answer, now);
        }
        Answer::Holdings(answer) => {
            wallet.holdings.take(generation, answer, now);
        }
        Answer::Portfolio(answer) => {
            wallet.portfolio.take(generation, answer, now);
        }
        Answer::OpenOrders(answer) => {
            wallet.open_orders.take(generation, answer, now);
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
}

/// Something happened to a ticket: in its window, or aside once that is closed.
fn ticket_event(
    state: &mut State,
    number: TicketNumber,
    event: ticket::Event,
    effects: &mut Vec<Effect>,
    now: Timestamp,
) {
    let mut turn = Turn { data: &mut state.data, effects, now };
    let window = state.layers.iter_mut().find(|layer| layer.holds_ticket(number));
    match window {
        Some(layer) => layer.ticket_event(event, &mut turn),
        None => happen_aside(&mut turn, number, event),
    }
    turn.ask_for_wallet();
}

/// Lets something happen to a ticket without a window, and says how it ended.
fn happen_aside(turn: &mut Turn<'_>, number: TicketNumber, event: ticket::Event) {
    let now = turn.now;
    let Some(place) = turn.data.settling.iter().position(|(known, _)| *known == number) else { return };
    let ticket = &mut turn.data.settling[place].1;
    // What comes out of turn changes nothing, and there is nobody to tell.
    let effect = ticket.on(event, now).ok().flatten();
    let intent = Box::new(ticket.intent().clone());
    let ended = match ticket.stage() {
        ticket::Stage::Accepted(_) => Some((NoticeKind::Good, "was done")),
        ticket::Stage::NotPlaced(_) => Some((NoticeKind::Bad, "was not done, and will not be")),
        ticket::Stage::Refused(_) => Some((NoticeKind::Bad, "was refused")),
        _ => None,
    };
    if let Some(effect) = effect {
        turn.effects.push(Effect::Ticket { number, effect, intent });
    }
    if let Some((kind, what)) = ended {
        let (_, ticket) = turn.data.settling.remove(place);
        turn.data.say(kind, format!("The {} {what}.", ticket.intent().movement), now);
    }
}
