//! Batches, a full queue, callers that hang up, and the ways in which a writer ends.

use std::sync::mpsc;
use std::time::Duration;

use super::*;
use crate::store::Store;
use crate::store::commands::tests::bench::{Bench, Queued, block_on, deposit, queue, reason, withdraw};
use crate::store::commands::{Decided, PruneKeys};
use crate::store::space::Source;
use crate::store::view::Session;

/// A command that keeps the writer busy until it is told to go on, so that what comes after it waits in one batch.
struct Gate {
    entered: mpsc::Sender<()>,
    open: mpsc::Receiver<()>,
}

impl Command for Gate {
    type Answer = ();

    fn decide<S: Source>(&self, _: &Snapshot<'_, S>, _: Stamp) -> Decided<()> {
        self.entered.send(()).unwrap();
        self.open.recv().unwrap();
        Ok((Changes::none(), ()))
    }
}

/// Keeps the store's writer busy until the sender is used.
fn hold(store: &Store) -> (Queued<'_, ()>, mpsc::Sender<()>) {
    let ((entered, is_in), (opener, open)) = (mpsc::channel(), mpsc::channel());
    let held = queue(store.submit(Gate { entered, open }));
    is_in.recv().unwrap();
    (held, opener)
}

/// A command that ends the writer.
enum Broken {
    Row,
    Bug,
}

impl Command for Broken {
    type Answer = ();

    fn decide<S: Source>(&self, _: &Snapshot<'_, S>, _: Stamp) -> Decided<()> {
        match self {
            Self::Row => Err(StorageFailure::Missing("a row of the test").into()),
            Self::Bug => panic!("a bug of the test"),
        }
    }
}

fn move_money<'a>(bench: &'a Bench, user: Session, command: cnop_core::ledger::Command) -> Queued<'a, ()> {
    let command = bench.money(user, command);
    queue(async { bench.store.submit(command).await.map(drop) })
}

/// The answers in words.
fn outcomes(queued: Vec<Queued<'_, ()>>) -> Vec<String> {
    let outcome = |answer: Result<(), SubmitError>| answer.map_or_else(|error| reason(&error), |()| "done".to_owned());
    queued.into_iter().map(|running| outcome(block_on(running))).collect()
}

#[test]
fn a_full_queue_is_told_at_once_and_takes_again_later() {
    let bench = Bench::new();
    let (held, open) = hold(&bench.store);
    let waiting: Vec<_> = (0..QUEUE_LENGTH).map(|_| queue(bench.store.submit(PruneKeys))).collect();
    let refused = block_on(bench.store.submit(PruneKeys)); // The writer is still held.
    assert_eq!(reason(&refused.unwrap_err()), "Overloaded");

    open.send(()).unwrap();
    block_on(held).unwrap();
    assert!(waiting.into_iter().all(|running| block_on(running).is_ok()));
    bench.run(PruneKeys).unwrap();
}

#[test]
fn a_refusal_in_a_batch_leaves_its_neighbours_alone() {
    let bench = Bench::new();
    let (ada, bob) = (bench.register("ada_lovelace"), bench.register("bob_builder"));
    let (_held, open) = hold(&bench.store);
    let batch = vec![
        move_money(&bench, ada, deposit("100")),
        move_money(&bench, bob, withdraw("1")),
        move_money(&bench, ada, withdraw("80")),
        move_money(&bench, ada, withdraw("80")),
        move_money(&bench, bob, deposit("5")),
        move_money(&bench, ada, withdraw("20")),
    ];
    open.send(()).unwrap();
    let expected = ["done", "InsufficientFunds", "done", "InsufficientFunds", "done", "done"];
    assert_eq!(outcomes(batch), expected);
    assert_eq!([bench.cash(ada), bench.cash(bob)], ["0", "5"]);
    bench.assert_sound();
}

#[test]
fn what_a_caller_hung_up_on_is_committed() {
    let bench = Bench::new();
    let ada = bench.register("ada_lovelace");
    let (held, open) = hold(&bench.store);
    drop(move_money(&bench, ada, deposit("100")));
    drop(held);
    open.send(()).unwrap();
    bench.run(PruneKeys).unwrap(); // Its turn comes after.
    assert_eq!(bench.cash(ada), "100");
    assert_eq!(bench.reopened().cash(ada), "100");
}

#[test]
fn closing_commits_what_waits_and_takes_no_more() {
    let bench = Bench::new();
    let ada = bench.register("ada_lovelace");
    let (held, open) = hold(&bench.store);
    let waiting: Vec<_> = (0..600).map(|_| move_money(&bench, ada, deposit("1"))).collect();
    std::thread::scope(|scope| {
        scope.spawn(|| bench.store.close());
        while bench.store.is_writable() {
            std::thread::yield_now();
        }
        assert_eq!(reason(&bench.run(PruneKeys).unwrap_err()), "Closing");
        open.send(()).unwrap();
    });
    block_on(held).unwrap();
    assert!(waiting.into_iter().all(|running| block_on(running).is_ok()));
    bench.store.close(); // Again is fine.
    assert_eq!(reason(&bench.run(PruneKeys).unwrap_err()), "Closing");
    let bench = bench.reopened();
    assert_eq!(bench.cash(ada), "600");
    bench.assert_sound();
}

/// Breaks the writer in the middle of a batch; answers why it says that it ended.
fn ended_by(broken: Broken) -> String {
    let bench = Bench::new();
    let ada = bench.register("ada_lovelace");
    let before = bench.dump();
    let (held, open) = hold(&bench.store);
    let mut batch = vec![move_money(&bench, ada, deposit("1"))];
    batch.push(queue(bench.store.submit(broken)));
    batch.push(move_money(&bench, ada, deposit("1")));
    open.send(()).unwrap();
    block_on(held).unwrap();
    assert_eq!(outcomes(batch), ["Lost"; 3]);
    let told = async { tokio::time::timeout(Duration::from_secs(30), bench.store.failed()).await };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let reason_given = runtime.block_on(told).expect("the end of the writer is told");
    assert!(!bench.store.is_writable());
    assert_eq!(reason(&bench.run(PruneKeys).unwrap_err()), "Unavailable");
    assert_eq!(bench.dump(), before, "nothing of the batch is written");
    bench.reopened().assert_sound();
    reason_given
}

#[test]
fn a_row_that_cannot_be_read_fails_its_own_command_alone() {
    let bench = Bench::new();
    let ada = bench.register("ada_lovelace");
    let (held, open) = hold(&bench.store);
    let mut batch = vec![move_money(&bench, ada, deposit("1"))];
    batch.push(queue(bench.store.submit(Broken::Row)));
    batch.push(move_money(&bench, ada, deposit("1")));
    open.send(()).unwrap();
    block_on(held).unwrap();
    let outcomes = outcomes(batch);
    assert!(outcomes[1].starts_with("Unreadable"), "{outcomes:?}");
    assert_eq!([&outcomes[0], &outcomes[2]], ["done", "done"]);
    assert!(bench.store.is_writable());
    assert_eq!(bench.cash(ada), "2");
}

#[test]
fn a_panic_ends_the_writer_and_says_so() {
    assert_eq!(ended_by(Broken::Bug), "the writer panicked");
}
