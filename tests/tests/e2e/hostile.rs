//! Whatever is sent: no 5xx, no hang, no panic, and money moves only where a request says so in full.

mod conservation;
mod requests;
mod sockets;
mod values;

use std::sync::Arc;
use std::time::Duration;

use cnop_tests::{Answer, Raw, TestServer, User};

use crate::problem::check_shape;
use requests::{Hostile, Speaker, requests};

/// Other seeds are other requests; one is enough for every run to be the same.
const SEED: u8 = 7;
const REQUESTS: usize = 3_000;
const CONNECTIONS: usize = 16;
/// Longer than any answer takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn no_request_gets_a_5xx_or_moves_money_that_is_not_its_own() {
    let server = TestServer::start();
    let victim = User::funded(&server, 5_000).await;
    victim.buy("BTC", "0.01").await;
    victim.buy("ETH", "0.5").await;
    let before = wealth(&victim.raw(&server)).await;

    let waiting = Arc::new(std::sync::Mutex::new(requests(SEED, REQUESTS)));
    let senders: Vec<_> = (0..CONNECTIONS)
        .map(|_| tokio::spawn(send_all(server.raw(), victim.token.clone(), Arc::clone(&waiting))))
        .collect();
    for sender in senders {
        sender.await.unwrap();
    }
    assert_eq!(wealth(&victim.raw(&server)).await, before);
    assert_eq!(server.client().health().await.unwrap().status, "healthy");
    assert!(!server.log().contains("panicked"), "{}", server.log());
    let (status, folder) = server.stop();
    assert!(status.success());
    folder.assert_sound();
}

/// Everything that is the victim's, without prices, which move.
async fn wealth(raw: &Raw) -> Vec<String> {
    let mut wealth = Vec::new();
    for path in ["/balance", "/balance/transactions", "/orders", "/assets/BTC/transactions"] {
        wealth.push(raw.get(path).await.body);
    }
    for asset_id in ["BTC", "ETH"] {
        let balance = raw.get(&format!("/balance/asset/{asset_id}")).await;
        wealth.push(crate::wire::text(&balance.body, &["quantity"]));
    }
    wealth
}

/// Takes requests off the heap until none is left.
async fn send_all(raw: Raw, token: String, waiting: Arc<std::sync::Mutex<Vec<Hostile>>>) {
    let next = || waiting.lock().unwrap().pop();
    while let Some(hostile) = next() {
        let answer = send(&raw, &token, &hostile).await;
        check(&hostile, &answer);
    }
}

async fn send(raw: &Raw, token: &str, hostile: &Hostile) -> Answer {
    let raw = match hostile.speaker {
        Speaker::Anyone => raw.clone(),
        Speaker::Victim => raw.with_token(token),
        Speaker::Forger => raw.with_token(&format!("{token}x")),
    };
    let mut request = raw.request(&hostile.method, &hostile.path).timeout(PATIENCE).body(hostile.body.clone());
    for (name, value) in &hostile.headers {
        request = request.header(*name, value.as_slice());
    }
    raw.send(request).await
}

#[track_caller]
fn check(hostile: &Hostile, answer: &Answer) {
    let status = answer.status.as_u16();
    assert!(status < 500, "{status}: {hostile:?}: {}", answer.body);
    let refused = answer.status.is_client_error();
    if refused && hostile.method != "HEAD" && !answer.body.is_empty() {
        check_shape(answer);
    }
    let money = ["/balance/deposit", "/balance/withdraw", "/cny/claim"];
    let path = hostile.path.split('?').next().unwrap_or_default();
    if hostile.method == "POST" && (money.contains(&path) || path == "/orders") {
        assert!(refused, "{status}: {hostile:?}: {}", answer.body);
    }
}
