//! Streams that are not opened.

use cnop_tests::{TestServer, User};

use crate::problem::check_refused;

#[tokio::test]
async fn what_is_private_needs_a_token_before_anything_else_is_looked_at() {
    let server = TestServer::start();
    for query in ["topics=orders", "topics=balance", "topics=prices,balance", "topics=orders,nonsense&assets=!"] {
        let answer = server.raw().get(&format!("/stream?{query}")).await;
        check_refused(&answer, 401, "authentication_required", &[]);
        let answer = server.raw().with_token("x.y.z").get(&format!("/stream?{query}")).await;
        check_refused(&answer, 401, "token_invalid", &[]);
    }
    let user = User::register(&server).await;
    user.client.logout().await.unwrap();
    check_refused(&user.raw(&server).get("/stream?topics=orders").await, 401, "token_revoked", &[]);
}

#[tokio::test]
async fn every_fault_is_named() {
    let server = TestServer::start();
    let answer = server.raw().get("/stream?topics=price,prices,news&assets=BTC,B-C,ELEVENCHARS").await;
    check_refused(&answer, 422, "validation_failed", &["topics", "topics", "assets", "assets"]);
    for word in ["price:", "news:", "B-C:", "ELEVENCHARS:"] {
        assert!(answer.body.contains(word), "{word} {}", answer.body);
    }
    let many = vec!["?"; 1_000].join(",");
    let answer = server.raw().get(&format!("/stream?assets={many}")).await;
    check_refused(&answer, 422, "validation_failed", &["assets"; 10]);
}

#[tokio::test]
async fn an_asset_that_is_not_listed_is_not_found() {
    let server = TestServer::start();
    check_refused(&server.raw().get("/stream?assets=BTC,NONE").await, 404, "asset_not_found", &[]);
    check_refused(&server.raw().json("POST", "/stream", "{}").await, 405, "method_not_allowed", &[]);
}
