//! Every turn a ticket may take, and that no sequence of events sends twice or loses a doubt.

use proptest::prelude::*;

use super::*;
use crate::api::{Code, MoneyMoved, Problem};
use crate::ticket::intent::tests::intent;

const NOW: Timestamp = Timestamp::EPOCH;

fn receipt() -> Receipt {
    let json = r#"{"success":true,"message":"ok","transaction_id":"txn_0000000000000","timestamp":"2026-02-15T08:00:00.000Z"}"#;
    Receipt::Moved(serde_json::from_str::<MoneyMoved>(json).unwrap())
}

fn refused(status: u16, code: Code) -> ClientError {
    let text = String::new;
    let problem = Problem {
        kind: text(),
        title: text(),
        status,
        detail: text(),
        instance: text(),
        code,
        message: text(),
        errors: Vec::new(),
        timestamp: NOW,
        trace_id: text(),
    };
    ClientError::Refused { problem: Box::new(problem), retry_after: None }
}

fn lost() -> ClientError {
    ClientError::NoAnswer { origin: "http://127.0.0.1:1".parse().unwrap(), reason: String::new() }
}

fn unreachable() -> ClientError {
    ClientError::Unreachable { origin: "http://127.0.0.1:1".parse().unwrap(), reason: String::new() }
}

fn done(replayed: bool) -> Event {
    Event::Answered(Ok(Done { answer: receipt(), replayed }))
}

/// The stage in a word.
fn word(stage: &Stage) -> &'static str {
    match stage {
        Stage::Draft => "draft",
        Stage::Review(_) => "review",
        Stage::Keeping => "keeping",
        Stage::Submitting { .. } => "submitting",
        Stage::Settling(_) => "settling",
        Stage::Unknown(_) => "unknown",
        Stage::Accepted(_) => "accepted",
        Stage::Refused(_) => "refused",
        Stage::NotPlaced(_) => "not placed",
    }
}

/// Lets events happen to a new ticket, and holds which stage and which effect the last of them leads to.
#[track_caller]
fn check(events: impl IntoIterator<Item = Event>, stage: &str, effect: Option<Effect>) -> Ticket {
    let mut ticket = Ticket::open(Intent { created_at: NOW, ..intent("5") });
    let mut last = None;
    for event in events {
        last = ticket.on(event.clone(), NOW).unwrap_or_else(|_| panic!("{event:?} in {:?}", ticket.stage));
    }
    assert_eq!((word(ticket.stage()), last), (stage, effect));
    ticket
}

const SENT: [Event; 2] = [Event::Confirmed, Event::Kept { again: false }];
const SENT_AGAIN: [Event; 2] = [Event::Confirmed, Event::Kept { again: true }];

fn then(start: [Event; 2], rest: impl IntoIterator<Item = Event>) -> Vec<Event> {
    start.into_iter().chain(rest).collect()
}

#[test]
fn it_is_on_disk_before_it_is_sent() {
    check([Event::Confirmed], "keeping", Some(Effect::Keep));
    check(SENT, "submitting", Some(Effect::Send));
    check([Event::Confirmed, Event::NotKept], "draft", None);
}

#[test]
fn an_answer_ends_it() {
    let by = |ticket: &Ticket| match ticket.stage() {
        Stage::Accepted(acceptance) => acceptance.by,
        stage => panic!("{stage:?}"),
    };
    assert_eq!(by(&check(then(SENT, [done(false)]), "accepted", Some(Effect::Forget))), Answered::Directly);
    assert_eq!(by(&check(then(SENT, [done(true)]), "accepted", Some(Effect::Forget))), Answered::Replayed);
    for error in [refused(422, Code::InsufficientFunds), refused(409, Code::IdempotencyKeyVoid), unreachable()] {
        check(then(SENT, [Event::Answered(Err(error))]), "refused", Some(Effect::Forget));
    }
}

#[test]
fn a_lost_answer_is_asked_for() {
    for error in [lost(), refused(500, Code::InternalError), refused(503, Code::Overloaded)] {
        let events = then(SENT, [Event::Answered(Err(error))]);
        check(events.clone(), "settling", Some(Effect::Settle));
        let and = |event| [events.clone(), vec![event]].concat();
        check(and(Event::Settled(Ok(Settlement::Done(Some(Box::new(receipt())))))), "accepted", Some(Effect::Forget));
        check(and(Event::Settled(Ok(Settlement::Done(None)))), "accepted", Some(Effect::Forget));
        check(and(Event::Settled(Ok(Settlement::Void))), "not placed", Some(Effect::Forget));
        check(and(Event::Settled(Err(unreachable()))), "unknown", None);
    }
}

/// The first try may have been done, or may still arrive.
#[test]
fn a_refusal_of_what_may_have_been_sent_before_is_settled() {
    for error in [refused(429, Code::RateLimited), refused(422, Code::InsufficientFunds), unreachable()] {
        check(then(SENT_AGAIN, [Event::Answered(Err(error))]), "settling", Some(Effect::Settle));
    }
    check(then(SENT_AGAIN, [done(true)]), "accepted", Some(Effect::Forget));
}

#[test]
fn who_gives_up_leaves_a_doubt_that_can_be_settled_later() {
    let given_up = then(SENT, [Event::GivenUp]);
    check(given_up.clone(), "unknown", None);
    check([given_up.clone(), vec![Event::Asked]].concat(), "settling", Some(Effect::Settle));
    check([given_up.clone(), vec![Event::Asked, Event::GivenUp]].concat(), "unknown", None);
    check([given_up, vec![done(false)]].concat(), "accepted", Some(Effect::Forget));
}

#[test]
fn what_was_left_behind_is_asked_for_and_never_sent() {
    let mut ticket = Ticket::left_behind(Intent { created_at: NOW, ..intent("5") });
    assert_eq!(ticket.on(Event::Confirmed, NOW), Err(OutOfTurn));
    assert_eq!(ticket.on(Event::Asked, NOW), Ok(Some(Effect::Settle)));
    assert_eq!(ticket.on(Event::Settled(Ok(Settlement::Void)), NOW), Ok(Some(Effect::Forget)));
    assert_eq!(word(ticket.stage()), "not placed");
}

#[test]
fn a_server_that_may_have_forgotten_is_believed_only_what_it_remembers() {
    let late = NOW.plus_millis(Intent::SETTLED_WITHIN_MS);
    let settled = |settlement| {
        let mut ticket = Ticket::left_behind(Intent { created_at: NOW, ..intent("5") });
        ticket.on(Event::Asked, late).unwrap();
        let effect = ticket.on(Event::Settled(Ok(settlement)), late).unwrap();
        (word(ticket.stage()), effect)
    };
    assert_eq!(settled(Settlement::Void), ("unknown", None));
    assert_eq!(settled(Settlement::Done(None)), ("accepted", Some(Effect::Forget)));
}

#[test]
fn what_is_wanted_changes_until_it_is_confirmed_and_not_after() {
    let other = Movement::Withdrawal("7".parse().unwrap());
    let mut ticket = check([Event::Changed(other.clone())], "draft", None);
    assert_eq!(ticket.intent().movement, other);
    ticket.on(Event::Confirmed, NOW).unwrap();
    let before = ticket.intent().clone();
    for event in [Event::Changed(Movement::Deposit("1".parse().unwrap())), Event::Confirmed] {
        assert_eq!(ticket.on(event, NOW), Err(OutOfTurn));
    }
    ticket.on(Event::Kept { again: false }, NOW).unwrap();
    assert_eq!(ticket.on(Event::Confirmed, NOW), Err(OutOfTurn), "a second yes sends nothing");
    assert_eq!((ticket.intent(), word(ticket.stage())), (&before, "submitting"));
}

fn any_event() -> impl Strategy<Value = Event> {
    let any_error = prop_oneof![
        Just(lost()),
        Just(unreachable()),
        Just(refused(422, Code::InsufficientFunds)),
        Just(refused(503, Code::Overloaded)),
        Just(refused(409, Code::IdempotencyKeyVoid)),
    ];
    prop_oneof![
        1 => Just(Event::Changed(Movement::Deposit("7".parse().unwrap()))),
        3 => Just(Event::Confirmed),
        3 => any::<bool>().prop_map(|again| Event::Kept { again }),
        1 => Just(Event::NotKept),
        1 => any::<bool>().prop_map(done),
        3 => any_error.clone().prop_map(|error| Event::Answered(Err(error))),
        1 => Just(Event::Settled(Ok(Settlement::Void))),
        1 => Just(Event::Settled(Ok(Settlement::Done(Some(Box::new(receipt())))))),
        2 => any_error.prop_map(|error| Event::Settled(Err(error))),
        1 => Just(Event::GivenUp),
        2 => Just(Event::Asked),
    ]
}

proptest! {
    #[test]
    fn nothing_is_sent_twice_and_no_doubt_is_without_its_key(events in prop::collection::vec(any_event(), 0..40)) {
        let opened = Intent { created_at: NOW, ..intent("5") };
        let mut ticket = Ticket::open(opened.clone());
        let (mut sent, mut on_disk) = (Vec::new(), false);
        for event in events {
            let kept = matches!(event, Event::Kept { .. });
            let Ok(effect) = ticket.on(event, NOW) else { continue };
            on_disk |= kept;
            match effect {
                Some(Effect::Send) => sent.push((ticket.intent().clone(), on_disk)),
                Some(Effect::Forget) => on_disk = false,
                Some(Effect::Keep | Effect::Settle) | None => {}
            }
            prop_assert!(sent.len() <= 1, "sent twice");
            prop_assert!(sent.iter().all(|(_, was_on_disk)| *was_on_disk), "sent before it was on disk");
            prop_assert_eq!(&ticket.intent().key, &opened.key);
            if let Some((intent, _)) = sent.first() {
                prop_assert_eq!(ticket.intent(), intent, "changed after it was sent");
            }
            let doubtful = matches!(ticket.stage(), Stage::Submitting { .. } | Stage::Settling(_) | Stage::Unknown(_));
            prop_assert_eq!(doubtful, on_disk, "on disk exactly while in doubt: {:?}", ticket.stage());
        }
    }
}
