//! Paging: every paged route gives everything once, newest first, by offset and by cursor, and knows its last page.

use cnop_core::client::{OrderFilter, Page, PageStart, TransactionFilter};
use cnop_tests::{Raw, TestServer, User};

use crate::problem::check_refused;
use crate::wire::{list, part, text};

/// A paged route: its path, where its entries stand, and what tells them apart.
struct Route {
    path: &'static str,
    entries: &'static str,
    id: &'static str,
}

const ROUTES: [Route; 6] = [
    Route { path: "/orders?", entries: "data", id: "order_id" },
    Route { path: "/orders?asset_id=ETH&", entries: "data", id: "order_id" },
    Route { path: "/orders?order_type=market_sell&status=completed&", entries: "data", id: "order_id" },
    Route { path: "/balance/transactions?", entries: "transactions", id: "transaction_id" },
    Route {
        path: "/balance/transactions?transaction_type=order_payment&",
        entries: "transactions",
        id: "transaction_id",
    },
    Route { path: "/assets/ETH/transactions?", entries: "data", id: "order_id" },
];

impl Route {
    async fn page(&self, raw: &Raw, query: &str) -> (Vec<String>, Option<String>) {
        let answer = raw.get(&format!("{}{query}", self.path)).await;
        assert_eq!(answer.status, 200, "{}{query}: {}", self.path, answer.body);
        let entries = list(&answer.body, &[self.entries]);
        let next = part(&answer.body, &["next_cursor"]);
        if self.entries == "data" {
            let has_more = part(&answer.body, &["has_more"]);
            assert_eq!(has_more == "true", next != "null", "both say whether there is more: {}", answer.body);
        }
        let next = (next != "null").then(|| text(&answer.body, &["next_cursor"]));
        (entries.iter().map(|entry| text(entry, &[self.id])).collect(), next)
    }

    /// Every page from the first to the one that says it is the last.
    async fn walk(&self, raw: &Raw, limit: usize, by_cursor: bool) -> Vec<String> {
        let mut seen = Vec::new();
        let mut query = format!("limit={limit}");
        loop {
            let (entries, next) = self.page(raw, &query).await;
            assert!(entries.len() == limit || next.is_none(), "only the last page may be short");
            seen.extend(entries);
            let Some(cursor) = next else { return seen };
            assert!(cursor.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)), "URL-safe");
            query = if by_cursor {
                format!("limit={limit}&cursor={cursor}")
            } else {
                format!("limit={limit}&offset={}", seen.len())
            };
        }
    }
}

/// Four buys and two sells of ETH, a buy and a sell of SOL, and three moves of cash.
async fn busy_user(server: &TestServer) -> User {
    let user = User::funded(server, 5_000).await;
    for (asset_id, buys, sells) in [("ETH", 4, 2), ("SOL", 1, 1)] {
        for _ in 0..buys {
            user.buy(asset_id, "0.1").await;
        }
        for _ in 0..sells {
            user.sell(asset_id, "0.05").await;
        }
    }
    user.withdraw(10).await;
    user.deposit(20).await;
    user
}

#[tokio::test]
async fn pages_of_every_size_give_everything_once_and_newest_first() {
    let server = TestServer::start();
    let raw = busy_user(&server).await.raw(&server);
    for (route, count) in ROUTES.iter().zip([8, 6, 3, 11, 5, 6]) {
        let (whole, next) = route.page(&raw, "").await;
        assert_eq!((whole.len(), next), (count, None), "{}", route.path);
        assert!(whole.is_sorted_by(|a, b| a > b), "ids sort by time: {whole:?}");
        for limit in [1, 2, 3, count - 1, count, count + 1, 100] {
            for by_cursor in [false, true] {
                assert_eq!(route.walk(&raw, limit, by_cursor).await, whole, "{} by {limit}", route.path);
            }
        }
    }
}

#[tokio::test]
async fn a_page_beyond_the_end_is_empty_and_the_last() {
    let server = TestServer::start();
    let raw = busy_user(&server).await.raw(&server);
    for (route, count) in ROUTES.iter().zip([8, 6, 3, 11, 5, 6]) {
        for query in [format!("offset={count}"), "offset=100000&limit=1".to_owned()] {
            assert_eq!(route.page(&raw, &query).await, (Vec::new(), None), "{}{query}", route.path);
        }
        let (last, next) = route.page(&raw, &format!("offset={}&limit=1", count - 1)).await;
        assert_eq!((last.len(), next), (1, None), "{}", route.path);
    }
    let all = raw.get("/balance/transactions?offset=5&limit=2").await;
    assert_eq!(part(&all.body, &["total_count"]), "11", "it counts what is on no page, too");
}

#[tokio::test]
async fn a_page_has_fifty_entries_unless_told_and_a_hundred_at_most() {
    let server = TestServer::start();
    let user = User::funded(&server, 5_000).await;
    for _ in 0..101 {
        user.buy("ETH", "0.001").await;
    }
    let raw = user.raw(&server);
    for route in ROUTES.iter().filter(|route| !route.path.contains("market_sell")) {
        for (query, expected) in [("", 50), ("limit=100", 100), ("limit=50&offset=50", 50)] {
            let (entries, next) = route.page(&raw, query).await;
            assert_eq!((entries.len(), next.is_some()), (expected, true), "{}{query}", route.path);
        }
    }
    let answer = raw.get("/balance/transactions").await;
    assert_eq!(part(&answer.body, &["total_count"]), "102");
}

#[tokio::test]
async fn a_cursor_goes_on_where_it_was_given_out_whatever_came_since() {
    let server = TestServer::start();
    let user = busy_user(&server).await;
    let raw = user.raw(&server);
    for route in &ROUTES {
        let (whole, _) = route.page(&raw, "").await;
        let (_, cursor) = route.page(&raw, "limit=2").await;
        user.buy("ETH", "0.01").await;
        user.sell("ETH", "0.01").await;
        let (rest, _) = route.page(&raw, &format!("cursor={}", cursor.unwrap())).await;
        assert_eq!(rest, whole[2..], "{}", route.path);
    }
}

#[tokio::test]
async fn a_page_that_nobody_can_ask_for_is_refused() {
    let server = TestServer::start();
    let raw = busy_user(&server).await.raw(&server);
    for route in &ROUTES {
        let (_, cursor) = route.page(&raw, "limit=1").await;
        let with_offset = format!("cursor={}&offset=0", cursor.unwrap());
        let rows: [(&str, &[&str]); 15] = [
            ("limit=0", &["limit"]),
            ("limit=101", &["limit"]),
            ("limit=-1", &["limit"]),
            ("limit=ten", &["limit"]),
            ("limit=1e1", &["limit"]),
            ("limit=", &["limit"]),
            ("offset=100001", &["offset"]),
            ("offset=-1", &["offset"]),
            ("offset=18446744073709551616", &["offset"]),
            ("cursor=", &["cursor"]),
            ("cursor=%00%FF", &["cursor"]),
            ("cursor=0000000000000-99999999999999999999", &["cursor"]),
            ("cursor=VVVVVVVVVVVVU-100001", &["cursor"]),
            (&with_offset, &["cursor"]),
            ("limit=0&offset=x&cursor=%2F", &["limit", "offset", "cursor", "cursor"]),
        ];
        for (query, fields) in rows {
            let answer = raw.get(&format!("{}{query}", route.path)).await;
            check_refused(&answer, 422, "validation_failed", fields);
        }
        let (whole, _) = route.page(&raw, "").await;
        let ignored = route.page(&raw, "page=3&sort=asc&%F0%9F%A7%A7=%00&&=&limit=100").await;
        assert_eq!(ignored, (whole, None), "unknown parameters are ignored");
    }
}

#[tokio::test]
async fn the_client_walks_by_cursor_and_by_offset() {
    let server = TestServer::start();
    let user = busy_user(&server).await;
    let third = |start| Page { limit: Some(3), start };
    let first = user.client.orders(&OrderFilter::default(), &third(PageStart::Newest)).await.unwrap();
    assert!(first.has_more);
    let by_cursor = third(PageStart::Cursor(first.next_cursor.unwrap()));
    let second = user.client.orders(&OrderFilter::default(), &by_cursor).await.unwrap();
    let by_offset = user.client.orders(&OrderFilter::default(), &third(PageStart::Offset(3))).await.unwrap();
    assert_eq!(second, by_offset);

    let filter = TransactionFilter::default();
    let page = user.client.transactions(&filter, &third(PageStart::Offset(9))).await.unwrap();
    assert_eq!((page.transactions.len(), page.total_count, page.next_cursor), (2, 11, None));
    let trades = user.client.asset_transactions("ETH".parse().unwrap(), &third(PageStart::Offset(3))).await.unwrap();
    assert_eq!((trades.data.len(), trades.has_more, trades.next_cursor), (3, false, None));
}
