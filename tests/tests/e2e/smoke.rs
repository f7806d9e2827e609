//! The shortest way through everything.

use cnop_core::ids::IdempotencyKey;
use cnop_core::order::OrderType;
use cnop_tests::{TestServer, User};

#[tokio::test]
async fn what_was_bought_is_in_the_portfolio_and_the_books_add_up() {
    let server = TestServer::start();
    let user = User::funded(&server, 10_000).await;
    let order = User::order(OrderType::MarketBuy, "ETH", "2");
    let done = user.client.place_order(&order, &IdempotencyKey::generate()).await.unwrap();
    let portfolio = user.client.portfolio().await.unwrap();
    assert_eq!(portfolio.assets[0].quantity, done.answer.quantity);
    assert_eq!(portfolio.cash_balance.checked_add(done.answer.total_amount.unwrap()), Some("10000".parse().unwrap()));
    let (status, folder) = server.stop();
    assert!(status.success());
    folder.assert_sound();
}
