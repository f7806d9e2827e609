//! Answers come late, twice and in another order.

use cnop_core::api::Balance;
use proptest::prelude::*;

use super::lost;
use crate::app::Effect;
use crate::app::Event;
use crate::app::effect::{Ask, Question};
use crate::app::event::Answer;
use crate::app::known::Generation;
use crate::testing::Desk;

fn balance(dollars: u64) -> Balance {
    let json = format!(
        r#"{{"current_balance":"{dollars}","available_balance":"{dollars}","held_balance":"0",
        "updated_at":"2026-02-15T08:00:00Z"}}"#
    );
    serde_json::from_str(&json).unwrap()
}

/// Asks for the balance so many times, and tells which questions those are.
fn ask(desk: &mut Desk, times: usize) -> Vec<Generation> {
    for _ in 0..times {
        desk.press("5");
        desk.press("1");
    }
    let asked = desk.effects.iter().filter_map(|effect| match effect {
        Effect::Ask(Ask { generation, question: Question::Balance }) => Some(*generation),
        _ => None,
    });
    asked.collect()
}

proptest! {
    /// In whatever order, however often they come: the newest question's answer holds.
    #[test]
    fn the_newest_questions_answer_holds(order in Just((0..6_usize).collect::<Vec<_>>()).prop_shuffle(), failing in 0..6_usize) {
        let mut desk = Desk::open();
        let asked = ask(&mut desk, 6);
        prop_assert_eq!(asked.len(), 6);
        for place in order.iter().chain(&order) {
            let answer = if *place == failing { Err(lost()) } else { Ok(balance(*place as u64 + 1)) };
            desk.happen(Event::Answered(asked[*place], Answer::Balance(answer)));
        }
        let known = &desk.state.data.wallet.balance;
        if failing == 5 {
            prop_assert!(known.failure().is_some(), "the newest failed, and that is said");
            prop_assert_eq!(known.get().unwrap().current_balance, balance(10_000).current_balance, "what was known stays");
        } else {
            prop_assert_eq!(known.get().unwrap().current_balance, balance(6).current_balance);
        }
    }
}

/// What the stream tells is newer than what was asked before it.
#[test]
fn an_event_goes_before_an_answer_that_was_on_its_way() {
    let mut desk = Desk::open();
    let asked = ask(&mut desk, 1);
    desk.happen(Event::Balance(balance(5)));
    desk.happen(Event::Answered(asked[0], Answer::Balance(Ok(balance(7)))));
    assert_eq!(desk.state.data.wallet.balance.get().unwrap().current_balance, balance(5).current_balance);

    // Of a list only a part is told: the answer counts, and is asked for once more.
    desk.effects.clear();
    desk.press("4");
    desk.happen(Event::Order(Box::new(crate::testing::order("cancelled"))));
    let lists = |desk: &Desk| {
        let lists = desk.effects.iter().filter(|effect| {
            matches!(effect, Effect::Ask(Ask { question: Question::OpenOrders | Question::Orders { .. }, .. }))
        });
        lists.count()
    };
    assert_eq!(lists(&desk), 2);
    desk.answer();
    assert_eq!(lists(&desk), 2, "asked once more");
    desk.answer();
    assert_eq!(lists(&desk), 0);
}

/// A page that was left has no use for answers; one that was opened since takes only its own.
#[test]
fn an_answer_for_another_asset_changes_nothing() {
    let mut desk = Desk::open();
    desk.press("2<Enter>");
    let late: Vec<_> = std::mem::take(&mut desk.effects);
    desk.press("<Esc>j<Enter>");
    desk.effects.clear();
    desk.effects.extend(late);
    desk.answer();
    let page = desk.state.screens.asset.as_ref().unwrap();
    assert_eq!(page.asset_id.as_str(), "ETH");
    assert!(page.candles.get().is_none() && page.detail.get().is_none() && page.fills.get().is_none());
}

/// Of a burst of orders the portfolio is asked for once, and once more when that is answered.
#[test]
fn a_burst_of_orders_asks_for_the_portfolio_twice() {
    let mut desk = Desk::open();
    for _ in 0..50 {
        desk.happen(Event::Order(Box::new(crate::testing::order("completed"))));
    }
    let asked = |desk: &Desk| {
        let questions = desk
            .effects
            .iter()
            .filter(|effect| matches!(effect, Effect::Ask(Ask { question: Question::Portfolio, .. })));
        questions.count()
    };
    assert_eq!(asked(&desk), 1);
    desk.answer();
    assert_eq!(asked(&desk), 1, "what came since");
    desk.answer();
    assert_eq!(asked(&desk), 0);
}

#[test]
fn an_insight_is_asked_for_again_after_a_while() {
    let mut desk = Desk::open();
    let asked = |desk: &mut Desk, keys: &str| -> Vec<bool> {
        desk.effects.clear();
        desk.press(keys);
        let insights = desk.effects.iter().filter_map(|effect| match effect {
            Effect::Ask(Ask { question: Question::Insight { refresh }, .. }) => Some(*refresh),
            _ => None,
        });
        let asked: Vec<_> = insights.collect();
        desk.answer();
        asked
    };
    assert_eq!(asked(&mut desk, "6"), [false]);
    assert_eq!(asked(&mut desk, "1"), [false; 0]);
    assert_eq!(asked(&mut desk, "6"), [false; 0], "it was heard just now");
    assert_eq!(asked(&mut desk, "r"), [true]);
    assert_eq!(asked(&mut desk, "1"), [false; 0]);
    desk.now = desk.now.plus_millis(60_000);
    assert_eq!(asked(&mut desk, "6"), [false]);
}
