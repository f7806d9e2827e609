//! Failed logins: the block of an address, the brake of a name, and who is meant by an address.

use cnop_core::time::Timestamp;
use cnop_tests::{Answer, DataFolder, PASSWORD, Raw, TestServer, User};

/// A try, perhaps through a proxy.
async fn log_in(raw: &Raw, client: &str, username: &str, password: &str) -> Answer {
    let body = serde_json::json!({"username": username, "password": password}).to_string();
    let request = raw.request("POST", "/auth/login").header("content-type", "application/json").body(body);
    raw.send(if client.is_empty() { request } else { request.header("x-forwarded-for", client) }).await
}

#[track_caller]
fn check(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code), "{}", answer.body);
}

/// Fails until the address is blocked.
async fn get_blocked(raw: &Raw, client: &str, username: &str) {
    for _ in 0..5 {
        check(&log_in(raw, client, username, "Wrong-Password-1").await, 401, "invalid_credentials");
    }
    check(&log_in(raw, client, username, "Wrong-Password-1").await, 403, "ip_blocked");
}

#[tokio::test]
async fn the_fifth_failed_login_blocks_the_address_and_a_good_one_clears_nothing() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let raw = server.raw();
    let try_with = async |password: &str| log_in(&raw, "", &user.username, password).await;
    for _ in 0..4 {
        check(&try_with("Wrong-Password-1").await, 401, "invalid_credentials");
    }
    check(&try_with("").await, 422, "validation_failed");
    check(&try_with(PASSWORD).await, 200, "");
    check(&log_in(&raw, "", "nobody_at_all", "Wrong-Password-1").await, 401, "invalid_credentials");
    let blocked = try_with(PASSWORD).await;
    check(&blocked, 403, "ip_blocked");
    let wait: i64 = blocked.header("retry-after").parse().unwrap();
    assert!((290..=300).contains(&wait), "{wait}");
    check(&raw.json("POST", "/auth/login", "nonsense").await, 403, "ip_blocked");
    assert_eq!(user.cash().await.to_string(), "0", "whoever is logged in goes on");
}

#[tokio::test]
async fn a_restart_frees_nobody_and_the_end_of_the_block_does() {
    let flags = ["--block-seconds", "4"];
    let server = TestServer::start_with(&flags);
    let user = User::register(&server).await;
    get_blocked(&server.raw(), "", &user.username).await;
    let server = server.kill().start_with(&flags);
    let blocked = log_in(&server.raw(), "", &user.username, PASSWORD).await;
    check(&blocked, 403, "ip_blocked");
    let until: Timestamp = blocked.value()["timestamp"].as_str().unwrap().parse().unwrap();
    loop {
        let answer = log_in(&server.raw(), "", &user.username, PASSWORD).await;
        if answer.status.as_u16() == 200 {
            break;
        }
        check(&answer, 403, "ip_blocked");
        let now: Timestamp = answer.value()["timestamp"].as_str().unwrap().parse().unwrap();
        assert!(now < until.plus_millis(5_000), "it ends");
    }
    for _ in 0..4 {
        check(&log_in(&server.raw(), "", &user.username, "Wrong-Password-1").await, 401, "invalid_credentials");
    }
}

#[tokio::test]
async fn guesses_at_once_are_no_more_than_guesses_one_by_one() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let raw = server.raw();
    let tries: Vec<_> = (0..40)
        .map(|_| {
            let (raw, username) = (raw.clone(), user.username.clone());
            tokio::spawn(async move { log_in(&raw, "", &username, "Wrong-Password-1").await.status.as_u16() })
        })
        .collect();
    let mut counts = std::collections::BTreeMap::<u16, u32>::new();
    for one in tries {
        *counts.entry(one.await.unwrap()).or_default() += 1;
    }
    assert_eq!(counts.get(&401), Some(&5), "{counts:?}");
    assert!(counts.keys().all(|status| [401, 403, 503].contains(status)), "{counts:?}");
}

#[tokio::test]
async fn a_header_of_whom_nobody_trusts_moves_no_block_and_is_warned_about_once() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let raw = server.raw();
    for client in 0..5 {
        let answer = log_in(&raw, &format!("203.0.113.{client}"), &user.username, "Wrong-Password-1").await;
        check(&answer, 401, "invalid_credentials");
    }
    check(&log_in(&raw, "203.0.113.200", &user.username, PASSWORD).await, 403, "ip_blocked");
    let log = server.log();
    assert_eq!(log.matches("--trusted-proxies 127.0.0.1").count(), 1, "{log}");
    assert!(log.contains("CNOP_TRUSTED_PROXIES"), "{log}");
}

#[tokio::test]
async fn a_trusted_proxys_clients_are_blocked_one_by_one() {
    let server = TestServer::start_with(&["--trusted-proxies", "127.0.0.0/8,10.0.0.0/8"]);
    let users = [User::register(&server).await, User::register(&server).await];
    let raw = server.raw();
    get_blocked(&raw, "203.0.113.7", &users[0].username).await;
    check(&log_in(&raw, "203.0.113.8", &users[0].username, PASSWORD).await, 200, "");
    check(&log_in(&raw, "::ffff:203.0.113.7", &users[0].username, PASSWORD).await, 403, "ip_blocked");
    check(&log_in(&raw, "198.51.100.9, 203.0.113.7, 10.1.1.1", &users[0].username, PASSWORD).await, 403, "ip_blocked");
    get_blocked(&raw, "2001:db8:0:7::1", &users[1].username).await;
    check(&log_in(&raw, "2001:db8:0:7::ffff", &users[1].username, PASSWORD).await, 403, "ip_blocked");
    check(&log_in(&raw, "2001:db8:0:8::1", &users[1].username, PASSWORD).await, 200, "");
}

#[tokio::test]
async fn a_mapped_address_is_the_address() {
    let server = TestServer::start_with(&["--listen", "[::]:0"]);
    let port = server.url().rsplit(':').next().unwrap();
    let username = cnop_tests::fresh_username();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let post = async |host: &str, path: &str, body: String| {
        let url = format!("http://{host}:{port}/api/v1{path}");
        let request = http.post(url).header("content-type", "application/json").body(body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let body = serde_json::to_string(&cnop_tests::registration(&username)).unwrap();
    assert_eq!(post("127.0.0.1", "/auth/register", body).await.0, 201);
    let login = |password: &str| serde_json::json!({"username": username, "password": password}).to_string();
    for _ in 0..5 {
        assert_eq!(post("127.0.0.1", "/auth/login", login("Wrong-Password-1")).await.0, 401);
    }
    let (status, text) = post("127.0.0.1", "/auth/login", login(PASSWORD)).await;
    assert_eq!(status, 403, "{text}");
    assert_eq!(post("[::1]", "/auth/login", login(PASSWORD)).await.0, 200, "that is another address");
}

#[tokio::test]
async fn a_name_that_is_guessed_at_from_everywhere_is_slowed_down_whether_it_exists_or_not() {
    let server = TestServer::start_with(&["--trusted-proxies", "127.0.0.1"]);
    let user = User::register(&server).await;
    let raw = server.raw();
    for name in [user.username.as_str(), "nobody_at_all"] {
        for client in 0..10 {
            let answer = log_in(&raw, &format!("203.0.113.{client}"), name, "Wrong-Password-1").await;
            check(&answer, 401, "invalid_credentials");
        }
        let slowed = log_in(&raw, "203.0.113.99", name, PASSWORD).await;
        check(&slowed, 429, "rate_limited");
        let wait: u32 = slowed.header("retry-after").parse().unwrap();
        assert!((1..=5).contains(&wait), "{wait}");
    }
    // Its owner gets in all the same, if a little later.
    loop {
        let answer = log_in(&raw, "203.0.113.99", &user.username, PASSWORD).await;
        if answer.status.as_u16() == 200 {
            break;
        }
        check(&answer, 429, "rate_limited");
    }
}

#[tokio::test]
async fn guesses_of_one_name_at_once_from_everywhere_are_no_more_than_one_by_one() {
    let server = TestServer::start_with(&["--trusted-proxies", "127.0.0.1"]);
    let user = User::register(&server).await;
    let raw = server.raw();
    let tries: Vec<_> = (0..60)
        .map(|client| {
            let (raw, username) = (raw.clone(), user.username.clone());
            let client = format!("203.0.113.{client}");
            tokio::spawn(async move { log_in(&raw, &client, &username, "Wrong-Password-1").await.status.as_u16() })
        })
        .collect();
    check_guesses(tries).await;
}

/// Of all at once ten were looked at, and one for each pause of five seconds that they took.
async fn check_guesses(guesses: Vec<tokio::task::JoinHandle<u16>>) {
    let mut answered = std::collections::BTreeMap::<u16, u32>::new();
    for guess in guesses {
        *answered.entry(guess.await.unwrap()).or_default() += 1;
    }
    assert!((10..=13).contains(&answered[&401]), "{answered:?}");
    assert!(answered.keys().all(|status| [401, 429, 503].contains(status)), "{answered:?}");
}

#[tokio::test]
async fn a_stolen_token_guesses_no_faster_than_a_stranger() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let raw = user.raw(&server);
    let guess = async |current: &str| {
        let body = serde_json::json!({"current_password": current, "new_password": "Another-Horse-8"}).to_string();
        raw.json("PUT", "/auth/password", body).await
    };
    for number in 0..10 {
        check(&guess(&format!("Wrong-Password-{number}")).await, 401, "invalid_credentials");
    }
    let slowed = guess(PASSWORD).await;
    check(&slowed, 429, "rate_limited");
    assert!((1..=5).contains(&slowed.header("retry-after").parse::<u32>().unwrap()));
}

#[tokio::test]
async fn guesses_of_a_stolen_token_at_once_are_no_more_than_one_by_one() {
    let server = TestServer::start_with(&["--trusted-proxies", "127.0.0.1"]);
    let user = User::register(&server).await;
    let guesses: Vec<_> = (0..60)
        .map(|client| {
            let body =
                serde_json::json!({"current_password": "Wrong-Password-1", "new_password": PASSWORD}).to_string();
            let request = user.raw(&server).request("PUT", "/auth/password").body(body);
            let request = request.header("content-type", "application/json");
            let request = request.header("x-forwarded-for", format!("203.0.113.{client}"));
            let raw = server.raw();
            tokio::spawn(async move { raw.send(request).await.status.as_u16() })
        })
        .collect();
    check_guesses(guesses).await;
}

#[tokio::test]
async fn an_administrator_blocks_and_frees_addresses() {
    let server = DataFolder::new().with_admin("root_admin").start_with(&["--trusted-proxies", "127.0.0.1"]);
    let user = User::register(&server).await;
    let admin = User::log_in(&server, "root_admin").await;
    let raw = server.raw();
    let block = admin.client.block_ip("203.0.113.7", &cnop_core::api::IpBlockRequest::default()).await.unwrap();
    assert_eq!((block.network.as_str(), block.blocked_by.as_deref()), ("203.0.113.7", Some("root_admin")));
    check(&log_in(&raw, "203.0.113.7", &user.username, PASSWORD).await, 403, "ip_blocked");
    get_blocked(&raw, "203.0.113.8", &user.username).await;
    let listed = admin.client.ip_blocks().await.unwrap();
    assert_eq!(listed.iter().map(|block| block.ip.as_str()).collect::<Vec<_>>(), ["203.0.113.7", "203.0.113.8"]);
    assert_eq!(listed[1].reason, "5 failed logins");

    let folder = server.kill();
    let server = folder.start_with(&["--trusted-proxies", "127.0.0.1"]);
    let (admin, raw) = (admin.on(&server), server.raw());
    assert_eq!(admin.client.ip_blocks().await.unwrap(), listed, "a restart frees nobody");
    for ip in ["203.0.113.7", "203.0.113.8"] {
        admin.client.unblock_ip(ip).await.unwrap();
        check(&log_in(&raw, ip, &user.username, PASSWORD).await, 200, "");
    }
    let gone = admin.raw(&server).json("DELETE", "/admin/ip-blocks/203.0.113.7", "").await;
    check(&gone, 404, "ip_block_not_found");
    let server = server.kill().start();
    assert_eq!(admin.on(&server).client.ip_blocks().await.unwrap(), []);
}
