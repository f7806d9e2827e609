//! How requests travel, against a server of prepared answers.

use std::any::Any;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use secrecy::SecretString;

use super::stub::{Stub, answer};
use super::*;
use crate::api::{Code, LoginRequest, TokenAnswer};
use crate::ids::IdempotencyKey;
use crate::order::OrderStatus;
use crate::time::Timestamp;

const BALANCE: &str =
    r#"{"current_balance":"1","available_balance":"1","held_balance":"0","updated_at":"2026-02-15T08:00:00.000Z"}"#;
const MOVED: &str =
    r#"{"success":true,"message":"ok","transaction_id":"txn_0000000000000","timestamp":"2026-02-15T08:00:00.000Z"}"#;
const ORDERS: &str = r#"{"data":[],"has_more":false,"next_cursor":null}"#;

fn client(origin: &Origin) -> Client {
    Client::new(origin.clone(), ClientOptions::default()).unwrap()
}

fn with_token(origin: &Origin) -> Client {
    let answer = TokenAnswer { access_token: "t0ken".into(), token_type: "bearer".into(), expires_in: 60 };
    let session = Session::new("ada_lovelace".parse().unwrap(), origin.clone(), answer, Timestamp::EPOCH);
    client(origin).with_session(&session).unwrap()
}

fn problem(status: u16, code: &str) -> String {
    format!(
        r#"{{"type":"/docs/errors/{code}","title":"T","status":{status},"detail":"D","instance":"/api/v1/balance",
            "code":"{code}","message":"D","timestamp":"2026-02-15T08:00:00.000Z","trace_id":"1"}}"#
    )
}

/// An address at which nobody listens.
fn nowhere() -> Origin {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap()).parse().unwrap()
}

#[tokio::test]
async fn a_read_carries_the_token_and_a_well_formed_query() {
    let stub = Stub::answering(vec![answer("200 OK", "", ORDERS)]);
    let filter = OrderFilter {
        asset_id: Some("btc".parse().unwrap()),
        status: Some(OrderStatus::Completed),
        ..OrderFilter::default()
    };
    let page = Page { limit: Some(5), start: PageStart::Cursor("a&b=c d".into()) };
    with_token(&stub.origin).orders(&filter, &page).await.unwrap();
    let request = &stub.requests()[0];
    let target = "GET /api/v1/orders?asset_id=BTC&status=completed&limit=5&cursor=a%26b%3Dc+d HTTP/1.1\r\n";
    assert!(request.starts_with(target), "{request}");
    assert!(request.contains("authorization: Bearer t0ken\r\n"), "{request}");
    assert!(request.contains("user-agent: cnop-core/"), "{request}");
}

#[tokio::test]
async fn an_id_cannot_leave_its_place_in_the_path() {
    let stub = Stub::answering(vec![answer("404 Not Found", "", &problem(404, "order_not_found"))]);
    with_token(&stub.origin).order("../../health?x=1#y").await.unwrap_err();
    let request = &stub.requests()[0];
    assert!(request.starts_with("GET /api/v1/orders/..%2F..%2Fhealth%3Fx=1%23y HTTP/1.1"), "{request}");
}

#[tokio::test]
async fn public_routes_get_no_token() {
    let body = r#"{"data":[],"total_count":0,"active_count":0}"#;
    let stub = Stub::answering(vec![answer("200 OK", "", body)]);
    with_token(&stub.origin).assets(true, 50).await.unwrap();
    let request = &stub.requests()[0];
    assert!(!request.contains("authorization"), "{request}");
}

#[tokio::test]
async fn a_write_carries_its_key_and_tells_a_replay() {
    let stub = Stub::answering(vec![
        answer("201 Created", "", MOVED),
        answer("201 Created", "idempotency-replayed: true\r\n", MOVED),
    ]);
    let (client, key) = (with_token(&stub.origin), IdempotencyKey::generate());
    let amount = "12.50".parse().unwrap();
    assert!(!client.deposit(amount, &key).await.unwrap().replayed);
    assert!(client.deposit(amount, &key).await.unwrap().replayed);
    for request in stub.requests() {
        assert!(request.contains(&format!("idempotency-key: {key}\r\n")), "{request}");
        assert!(request.ends_with(r#"{"amount":"12.5"}"#), "{request}");
    }
}

#[tokio::test]
async fn a_refusal_keeps_its_code_and_its_patience() {
    let body = problem(429, "rate_limited");
    let stub = Stub::answering(vec![answer("429 Too Many Requests", "retry-after: 7\r\n", &body)]);
    let error = client(&stub.origin).balance().await.unwrap_err();
    let ClientError::Refused { problem, retry_after } = error else { panic!("{error:?}") };
    assert_eq!((problem.code, problem.status, retry_after), (Code::RateLimited, 429, Some(7)));
    assert_eq!(stub.requests().len(), 1);
}

#[tokio::test]
async fn what_is_no_problem_document_is_unexpected() {
    for (status, body, expected) in [
        ("502 Bad Gateway", "<h1>nginx</h1>", "<h1>nginx</h1>"),
        ("404 Not Found", "", "an empty body"),
        ("302 Found", "", "a redirect, which is not followed"),
        ("200 OK", "{}", "cannot be read: missing field `current_balance` at line 1 column 2"),
    ] {
        let stub = Stub::answering(vec![answer(status, "location: http://127.0.0.1:1/\r\n", body)]);
        let error = client(&stub.origin).balance().await.unwrap_err();
        let ClientError::UnexpectedAnswer { text, .. } = error else { panic!("{error:?}") };
        assert_eq!(text, expected);
    }
}

#[tokio::test]
async fn an_endless_answer_is_cut_short() {
    let stub = Stub::answering(vec![answer("200 OK", "", &" ".repeat(9 << 20))]);
    let error = client(&stub.origin).balance().await.unwrap_err();
    assert!(matches!(error, ClientError::UnexpectedAnswer { status: 200, .. }), "{error:?}");
}

#[tokio::test]
async fn a_read_is_sent_again_until_it_is_answered() {
    let busy = answer("503 Service Unavailable", "retry-after: 0\r\n", &problem(503, "overloaded"));
    let stub = Stub::answering(vec![String::new(), busy, answer("200 OK", "", BALANCE)]);
    client(&stub.origin).balance().await.unwrap();
    assert_eq!(stub.requests().len(), 3);
}

#[tokio::test]
async fn a_read_is_given_up_after_three_tries() {
    let stub = Stub::answering(vec![String::new(); 3]);
    let error = client(&stub.origin).balance().await.unwrap_err();
    assert!(matches!(error, ClientError::NoAnswer { .. }), "{error:?}");
    assert_eq!(stub.requests().len(), 3);
}

#[tokio::test]
async fn a_write_is_sent_once_even_if_the_answer_is_lost() {
    let stub = Stub::answering(vec![String::new()]);
    let client = with_token(&stub.origin);
    let error = client.deposit("1".parse().unwrap(), &IdempotencyKey::generate()).await.unwrap_err();
    assert!(matches!(error, ClientError::NoAnswer { .. }), "{error:?}");
    assert_eq!(stub.requests().len(), 1);
}

#[tokio::test]
async fn nothing_is_sent_where_nobody_listens() {
    let error = client(&nowhere()).health().await.unwrap_err();
    assert!(matches!(error, ClientError::Unreachable { .. }), "{error:?}");
}

#[tokio::test]
async fn secrets_do_not_travel_in_clear_text() {
    // A documentation address (RFC 5737): nothing answers there, and nothing is sent.
    let origin: Origin = "http://192.0.2.1:8080".parse().unwrap();
    let login = LoginRequest { username: "ada_lovelace".into(), password: SecretString::from("x") };
    let error = client(&origin).login(&login).await.unwrap_err();
    assert!(matches!(error, ClientError::InsecureTransport { .. }), "{error:?}");
    let error = with_token(&origin).balance().await.unwrap_err();
    assert!(matches!(error, ClientError::InsecureTransport { .. }), "{error:?}");
}

#[tokio::test]
async fn a_degraded_server_still_says_how_it_is() {
    let body = r#"{"status":"degraded","service":"cnop-server","version":"0.1.0",
        "checks":{"database":"healthy","market":"stopped","insights":"healthy"}}"#;
    let stub = Stub::answering(vec![answer("503 Service Unavailable", "", body)]);
    assert_eq!(client(&stub.origin).health().await.unwrap().status, "degraded");
}

/// Keeps the numbers of waits that began and that ended.
#[derive(Default)]
struct Count(Arc<[AtomicU32; 2]>);

struct Ends(Arc<[AtomicU32; 2]>);

impl Watcher for Count {
    fn begins(&self) -> Box<dyn Any + Send + Sync> {
        self.0[0].fetch_add(1, Ordering::Relaxed);
        Box::new(Ends(Arc::clone(&self.0)))
    }
}

impl Drop for Ends {
    fn drop(&mut self) {
        self.0[1].fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn a_watcher_hears_of_one_wait_however_often_a_read_is_tried() {
    let stub = Stub::answering(vec![String::new(), answer("200 OK", "", BALANCE), answer("200 OK", "", BALANCE)]);
    let count = Arc::<[AtomicU32; 2]>::default();
    let watched = with_token(&stub.origin).watched(Arc::new(Count(Arc::clone(&count))));
    let counted = || [count[0].load(Ordering::Relaxed), count[1].load(Ordering::Relaxed)];
    {
        let mut waiting = std::pin::pin!(watched.balance());
        assert!(poll_once(waiting.as_mut()).await, "there is no answer yet");
        assert_eq!(counted(), [1, 0]);
        waiting.await.unwrap();
    }
    assert_eq!(counted(), [1, 1]);
    watched.unwatched().balance().await.unwrap();
    assert_eq!(counted(), [1, 1]);
    assert_eq!(stub.requests().len(), 3);
}

#[tokio::test]
async fn a_wait_that_is_given_up_has_ended() {
    let count = Arc::<[AtomicU32; 2]>::default();
    let watched = client(&nowhere()).watched(Arc::new(Count(Arc::clone(&count))));
    assert!(poll_once(std::pin::pin!(watched.health())).await, "there is no answer yet");
    assert_eq!([count[0].load(Ordering::Relaxed), count[1].load(Ordering::Relaxed)], [1, 1]);
}

/// Whether a future still waits after one poll.
async fn poll_once<T>(mut future: std::pin::Pin<&mut impl Future<Output = T>>) -> bool {
    std::future::poll_fn(|context| std::task::Poll::Ready(future.as_mut().poll(context).is_pending())).await
}
