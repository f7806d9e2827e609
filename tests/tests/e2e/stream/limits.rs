//! How many streams there may be.

use cnop_tests::TestServer;

use super::*;
use crate::problem::check_refused;

/// Opens a stream as soon as another was noticed to be gone.
async fn open_in_time(raw: &Raw, query: &str) {
    let freed = async {
        while raw.request("GET", &format!("/stream{query}")).send().await.unwrap().status() == 429 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, freed).await.expect("a place becomes free");
}

#[tokio::test]
async fn a_user_has_eight_and_a_place_is_free_again_when_one_ends() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let raw = user.raw(&server);
    let mut feeds = Vec::new();
    for _ in 0..8 {
        feeds.push(Feed::open(&raw, "?topics=orders", None).await);
    }
    let refused = raw.get("/stream?topics=balance").await;
    check_refused(&refused, 429, "rate_limited", &[]);
    assert!(refused.body.contains("8 event streams") && refused.header("retry-after") == "1", "{}", refused.body);
    // Others, and what is public, are not concerned.
    let other = User::register(&server).await;
    Feed::open(&other.raw(&server), "?topics=orders", None).await;
    Feed::open(&raw, "?topics=prices", None).await;
    feeds.pop();
    open_in_time(&raw, "?topics=balance").await;
}

#[tokio::test]
async fn an_address_has_as_many_as_the_operator_allows() {
    let server = TestServer::start_with(&["--streams-per-ip", "2", "--streams-per-user", "0"]);
    let user = User::register(&server).await;
    let (first, _second) =
        (Feed::open(&user.raw(&server), "?topics=orders", None).await, Feed::open(&server.raw(), "", None).await);
    let refused = server.raw().get("/stream").await;
    check_refused(&refused, 429, "rate_limited", &[]);
    assert!(refused.body.contains("address has 2 event streams"), "{}", refused.body);
    drop(first);
    open_in_time(&server.raw(), "").await;
}
