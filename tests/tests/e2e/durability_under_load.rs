//! Ends while many write: by `kill -9`, by SIGTERM, by Ctrl+C.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use cnop_core::api::SettleOutcome;
use cnop_core::ids::IdempotencyKey;
use cnop_core::order::OrderType;
use cnop_tests::{TestServer, User};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

use crate::wire::text;

const USERS: usize = 4;
const WRITERS_A_USER: usize = 6;
/// The server ends once so many orders were acknowledged.
const ACKNOWLEDGED: usize = 150;

/// What one writer saw until the server was gone.
struct Seen {
    user: usize,
    acknowledged: Vec<String>,
    /// The request that got no answer.
    unanswered: IdempotencyKey,
}

/// Buys a little again and again until no answer comes.
async fn write(number: usize, user: User, tell: UnboundedSender<()>) -> Seen {
    let order = User::order(OrderType::MarketBuy, "SHIB", "1.5");
    let mut acknowledged = Vec::new();
    loop {
        let key = IdempotencyKey::generate();
        match user.client.place_order(&order, &key).await {
            Ok(done) => acknowledged.push(done.answer.order_id.to_string()),
            Err(_) => return Seen { user: number, acknowledged, unanswered: key },
        }
        let _ = tell.send(()); // Nobody counts any more once the server is told to end.
    }
}

async fn busy(server: &TestServer) -> (Vec<User>, Vec<JoinHandle<Seen>>) {
    let mut users = Vec::new();
    for _ in 0..USERS {
        users.push(User::funded(server, 1_000).await);
    }
    let (tell, mut told) = unbounded_channel();
    let mut writers = Vec::new();
    for (number, user) in users.iter().enumerate() {
        let start = || tokio::spawn(write(number, user.clone(), tell.clone()));
        writers.extend(std::iter::repeat_with(start).take(WRITERS_A_USER));
    }
    for _ in 0..ACKNOWLEDGED {
        told.recv().await.unwrap();
    }
    (users, writers)
}

/// Holds that a restarted server has every acknowledged order, none twice, and of the others what settling says.
async fn check_after(server: &TestServer, users: &[User], writers: Vec<JoinHandle<Seen>>) {
    let mut expected = vec![BTreeSet::new(); users.len()];
    for writer in writers {
        let seen = writer.await.unwrap();
        let orders = &mut expected[seen.user];
        seen.acknowledged.into_iter().for_each(|id| assert!(orders.insert(id), "an id is given once"));
        let settled = users[seen.user].on(server).client.settle(&seen.unanswered).await.unwrap();
        if settled.outcome == SettleOutcome::Done {
            let answer = settled.answer.unwrap();
            assert!(orders.insert(text(answer.get(), &["data", "order_id"])), "it was not acknowledged");
        }
    }
    assert!(expected.iter().map(BTreeSet::len).sum::<usize>() >= ACKNOWLEDGED);
    for (user, expected) in users.iter().zip(expected) {
        let orders = user.on(server).all_orders().await;
        let found: Vec<_> = orders.iter().map(|order| order.order_id.to_string()).collect();
        assert_eq!(found.iter().cloned().collect::<BTreeSet<_>>(), expected);
        assert_eq!(found.len(), expected.len(), "none is there twice");
    }
}

#[tokio::test]
async fn a_kill_among_many_writers_loses_and_doubles_nothing() {
    let server = TestServer::start();
    let (users, writers) = busy(&server).await;
    let folder = server.kill();
    let server = folder.start();
    check_after(&server, &users, writers).await;
    server.kill().assert_sound();
}

#[tokio::test]
async fn a_stop_among_many_writers_is_clean_and_quick() {
    let server = TestServer::start();
    let (users, writers) = busy(&server).await;
    let idle = server.raw();
    assert_eq!(idle.get("//health").await.status, 200, "this connection stays open");
    let begun = Instant::now();
    let (status, folder) = tokio::task::spawn_blocking(|| server.stop()).await.unwrap();
    assert_eq!(status.code(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(8), "neither busy nor idle connections hold it up");
    let server = folder.start();
    check_after(&server, &users, writers).await;
    server.kill().assert_sound();
}

#[tokio::test]
async fn ctrl_c_stops_as_cleanly() {
    let server = TestServer::start();
    let (users, writers) = busy(&server).await;
    let (status, folder) = tokio::task::spawn_blocking(|| server.interrupt()).await.unwrap();
    assert_eq!(status.code(), Some(0));
    let server = folder.start();
    check_after(&server, &users, writers).await;
    let (status, folder) = server.interrupt();
    assert_eq!(status.code(), Some(0), "without anybody connected, too");
    folder.assert_sound();
}
