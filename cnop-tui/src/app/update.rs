//! Decides what an event changes, and what is to be done about it.

use cnop_core::asset_id::AssetId;
use cnop_core::client::ClientError;
use cnop_core::ticket::{self, Ticket};
use cnop_core::time::Timestamp;

use super::action::{Action, action_of};
use super::effect::{Ask, Effect, Question, TicketNumber};
use super::event::{Answer, Event, SignInFailure, Target, Welcome};
use super::key::Key;
use super::known::{Generation, Known};
use super::layer::payment::{Kind, Payment};
use super::layer::{self, Layer};
use super::link::Link;
use super::screen::asset::AssetPage;
use super::screen::{Screen, Screens};
use super::state::{Data, NoticeKind, State, Step, Theme};
use super::wallet::Pages;

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
    fn keep_facts_fresh(&mut self) {
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

/// Lets `event` happen at `now`.
pub(crate) fn update(state: &mut State, event: Event, now: Timestamp) -> Vec<Effect> {
    let mut effects = Vec::new();
    state.data.forget_old_notice(now);
    match event {
        Event::Key(key) => press(state, key, &mut effects, now),
        Event::Paste(text) => paste(state, &text),
        Event::Click(target) => click(state, target, &mut effects, now),
        Event::Wheel(rows) => wheel(state, rows, &mut effects, now),
        Event::Resize(columns, rows) => state.data.size = (columns, rows),
        Event::Wake => Turn { data: &mut state.data, effects: &mut effects, now }.keep_facts_fresh(),
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
        Some(layer) => {
            let is_typing = layer.form().is_some();
            match key {
                Key::Char('q') if !is_typing => return effects.push(Effect::Quit),
                Key::Char('?') if !is_typing && !matches!(layer, Layer::Help(_)) => Step::Open(Box::new(Layer::help())),
                _ => layer.press(key, &mut turn),
            }
        }
        // What is no letter may be a key of the screen all the same, such as Ctrl+P.
        None if state.screens.is_typing() => match state.screens.type_key(key, &mut turn) {
            Step::Ignored => match action_of(key, state.screens.place()) {
                Some(action) => return perform(state, action, effects, now),
                None => Step::Ignored,
            },
            step => step,
        },
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
        Action::Palette => {
            let asset = state.screens.chosen_asset(&turn);
            Step::Open(Box::new(Layer::palette(state.screens.place(), asset)))
        }
        Action::Pocket => Payment::open(Kind::Pocket, &mut turn),
        Action::Buy | Action::Sell => match state.screens.chosen_asset(&turn) {
            Some(asset_id) => Layer::ticket(action, asset_id, &mut turn),
            None => Step::Ignored,
        },
        Action::Refresh => {
            turn.effects.push(Effect::Reconnect);
            turn.ask_for_everything();
            state.screens.enter(&mut turn);
            // A screen may have more to ask.
            state.screens.act(action, &mut turn)
        }
        other => match state.screens.act(other, &mut turn) {
            Step::Ignored if other == Action::Back && state.screens.go_back() => {
                state.screens.enter(&mut turn);
                Step::Done
            }
            step => step,
        },
    };
    take(state, step, effects, now);
}

fn go(state: &mut State, screen: Screen, effects: &mut Vec<Effect>, now: Timestamp) {
    state.screens.go(screen);
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
        Step::OpenAsset(asset_id, pane) => {
            state.screens.asset = Some(AssetPage::of(asset_id, pane));
            state.screens.enter(&mut Turn { data: &mut state.data, effects, now });
        }
        Step::CloseAsset => state.screens.asset = None,
    }
}

/// What comes from outside.
fn hear(state: &mut State, event: Event, effects: &mut Vec<Effect>, now: Timestamp) {
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

/// Something happened to a ticket: in its window, or aside once that is closed.
fn ticket_event(
    state: &mut State,
    number: TicketNumber,
    event: ticket::Event,
    effects: &mut Vec<Effect>,
    now: Timestamp,
) {
    let mut turn = Turn { data: &mut state.data, effects, now };
    let may_have_moved = matches!(event, ticket::Event::Answered(_) | ticket::Event::Settled(_));
    let window = state.layers.iter_mut().find_map(|layer| layer.holds_ticket(number).then_some(layer));
    match window {
        Some(layer) => layer.ticket_event(event, &mut turn),
        None => happen_aside(&mut turn, number, event),
    }
    if may_have_moved {
        turn.ask_for_wallet();
    }
}

/// The server is there again: what is unknown is asked about. To a ticket that is not, it does nothing.
fn ask_what_became(layers: &mut [Layer], turn: &mut Turn<'_>) {
    layers.iter_mut().for_each(|layer| layer.ticket_event(ticket::Event::Asked, turn));
    let aside: Vec<_> = turn.data.settling.iter().map(|(number, _)| *number).collect();
    aside.into_iter().for_each(|number| happen_aside(turn, number, ticket::Event::Asked));
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
        ticket::Stage::Accepted(_) => Some((NoticeKind::Good, "was done".to_owned())),
        ticket::Stage::NotPlaced(_) => Some((NoticeKind::Bad, "was not done, and will not be".to_owned())),
        ticket::Stage::Refused(failure) => Some((NoticeKind::Bad, format!("was refused: {failure}"))),
        ticket::Stage::Unknown(ticket::Doubt::TooOld) => {
            Some((NoticeKind::Bad, "is too old to find out what became of it: look through your orders".to_owned()))
        }
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
