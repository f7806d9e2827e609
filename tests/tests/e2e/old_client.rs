//! A client of the old system: only what that system knew, in the way its clients said it.

use cnop_tests::{Answer, TestServer};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::exact::{cost_up, ledger};
use crate::wire::text;

/// Speaks as the old web page and the old scripts did: it knows nothing of keys, cursors and request ids.
struct OldClient {
    server: TestServer,
    token: Option<String>,
}

impl OldClient {
    /// Sends JSON without saying that it is JSON.
    async fn post(&self, path: &str, body: &str) -> Answer {
        self.send(self.server.raw().request("POST", path).body(body.to_owned())).await
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.send(self.server.raw().request("GET", path)).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.value()
    }

    async fn send(&self, request: RequestBuilder) -> Answer {
        let request = self.token.iter().fold(request, |request, token| request.bearer_auth(token));
        self.server.raw().send(request).await
    }

    /// Registered and logged in under a name in mixed case.
    async fn start() -> Self {
        let mut client = Self { server: TestServer::start(), token: None };
        let body = r#"{"username":"OldUser_01","email":"Old.User@Example.com","password":"Abcdefgh123!",
            "first_name":"Old","last_name":"User","phone":"555-123-4567","date_of_birth":"1980-01-31",
            "marketing_emails_consent":false,"captcha":"x","terms":{"accepted":true}}"#;
        assert_eq!(client.post("/auth/register", body).await.status, 201);
        let answer = client.post("/auth/login", r#"{"username":"oldUSER_01","password":"Abcdefgh123!"}"#).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        client.token = Some(text(&answer.body, &["access_token"]));
        client
    }
}

#[tokio::test]
async fn the_old_session_of_a_trader_works_unchanged() {
    let client = OldClient::start().await;
    for (amount, after) in [("6000", "6000"), ("100.50", "6100.5"), ("\"99.500000\"", "6200")] {
        let answer = client.post("/balance/deposit", &format!(r#"{{"amount":{amount}}}"#)).await;
        assert_eq!((answer.status.as_u16(), answer.value()["success"].clone()), (201, json!(true)), "{}", answer.body);
        assert_eq!(client.get("/balance").await["current_balance"], after);
    }
    let assets = client.get("/inventory/assets?active_only=true&limit=100&skip=0").await;
    let bitcoin = &assets["data"][0];
    assert!(bitcoin["price_usd"].is_number() && bitcoin["is_active"] == true, "{bitcoin}");

    let price = bitcoin["price_usd"].as_f64().unwrap();
    let mut cash = ledger("6200");
    for price in [
        "null".to_owned(),
        price.to_string(),
        "1".to_owned(),
        format!("\"{price:.2}00\""),
        "0.30000000000000004".to_owned(),
    ] {
        let body = format!(
            r#"{{"order_type":"market_buy","asset_id":"BTC","quantity":0.01000000000,"price":{price},"expires_at":null}}"#
        );
        cash -= check_bought(&client.post("/orders", &body).await);
    }
    let answer = client.post("/orders", r#"{"order_type":"market_buy","asset_id":"btc","quantity":"0.0100"}"#).await;
    cash -= check_bought(&answer);
    assert_eq!(ledger(client.get("/balance").await["current_balance"].as_str().unwrap()), cash);

    let sale = client.post("/orders", r#"{"order_type":"market_sell","asset_id":"BTC","quantity":0.06}"#).await;
    assert_eq!(sale.value()["data"]["status"], "completed", "{}", sale.body);
    assert_eq!(client.get("/balance/asset/BTC").await["quantity"], "0");
    assert_eq!(client.get("/portfolio").await["assets"], json!([]));
    assert_eq!(client.get("/orders?limit=2&offset=5").await["has_more"], false);
    let history = client.get("/assets/BTC/transactions?limit=50&offset=0").await;
    assert_eq!(
        (history["data"][0]["transaction_type"].clone(), history["has_more"].clone()),
        (json!("SELL"), json!(false))
    );
    let moves = client.get("/balance/transactions?limit=50&offset=0&transaction_type=deposit").await;
    assert_eq!((moves["transactions"].as_array().unwrap().len(), moves["total_count"].clone()), (3, json!(3)));
}

/// Holds that it was executed at its own price, whatever price was sent, and answers the cost.
#[track_caller]
fn check_bought(answer: &Answer) -> i128 {
    assert_eq!(answer.status, 201, "{}", answer.body);
    let order = |field: &str| text(&answer.body, &["data", field]);
    assert_eq!((order("asset_id"), order("status")), ("BTC".to_owned(), "completed".to_owned()));
    assert_eq!((order("quantity"), order("order_type")), ("0.01".to_owned(), "market_buy".to_owned()));
    assert_eq!(ledger(order("total_amount")), cost_up(order("price"), order("quantity")));
    ledger(order("total_amount"))
}

#[tokio::test]
async fn the_old_account_pages_work_unchanged() {
    let client = OldClient::start().await;
    let profile = client.get("/auth/profile").await;
    assert_eq!((profile["username"].clone(), profile["phone"].clone()), (json!("olduser_01"), json!("5551234567")));
    let update = r#"{"first_name":"Older","last_name":"User","email":"old.user@example.com","phone":null,"id":17}"#;
    let answer = client.send(client.server.raw().request("PUT", "/auth/profile").body(update)).await;
    assert_eq!(answer.value()["message"], "Profile updated successfully");
    assert_eq!(answer.value()["user"]["first_name"], "Older");
    let withdrawal = client.post("/balance/withdraw", r#"{"amount":1.00}"#).await;
    let problem = withdrawal.value();
    assert_eq!((problem["status"].clone(), problem["detail"].is_string()), (json!(422), true), "{problem}");
    assert_eq!(problem["message"], problem["detail"], "older clients show the message");
    assert_eq!(client.post("/cny/claim", r#"{"phrase":" whatever "}"#).await.value()["got_red_pocket"], false);
    let insight = client.get("/insights/portfolio").await;
    assert!(insight["data"]["summary"].is_string() && insight["data"]["model"].is_string());
    let logout = client.post("/auth/logout", "{}").await;
    assert_eq!(logout.body, r#"{"message":"Logged out successfully"}"#);
    assert_eq!(client.send(client.server.raw().request("GET", "/balance")).await.status, 401);
}

#[tokio::test]
async fn python_clients_may_say_true_in_their_way() {
    let client = OldClient::start().await;
    for word in ["True", "False", "TRUE", "true", "1", "0"] {
        let assets = client.get(&format!("/inventory/assets?active_only={word}&limit=2")).await;
        assert_eq!(assets["data"].as_array().unwrap().len(), 2, "{word}");
    }
}
