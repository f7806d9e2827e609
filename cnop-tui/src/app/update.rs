//! Decides what an event changes, and what is to be done about it: keys, clicks and the palette here, what comes from
//! outside in `hear`, what becomes of tickets in `ticket`.

mod hear;
mod ticket;
mod turn;

use cnop_core::time::Timestamp;

use super::action::{Action, action_of};
use super::effect::Effect;
use super::event::{Event, Target};
use super::key::Key;
use super::layer::Layer;
use super::layer::payment::{Kind, Payment};
use super::screen::Screen;
use super::screen::asset::AssetPage;
use super::state::{State, Step, Theme};
use hear::hear;
pub(crate) use turn::Turn;

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
