//! The audit trail: every act leaves its entry, and the mirror has them all.

use std::collections::BTreeMap;

use cnop_core::api::{AuditEntry, AuditOutcome, OrderRequest};
use cnop_core::client::{AuditFilter, Page, PageStart};
use cnop_core::ids::IdempotencyKey;
use cnop_core::order::OrderType;
use cnop_tests::{Answer, Cli, DataFolder, PASSWORD, Raw, TestServer, User, until};

const FLAGS: [&str; 4] = ["--trusted-proxies", "127.0.0.1", "--block-seconds", "600"];

fn server() -> TestServer {
    DataFolder::new().with_admin("root_admin").start_with(&FLAGS)
}

/// The whole trail, newest first.
async fn trail(admin: &User, filter: &AuditFilter) -> Vec<AuditEntry> {
    let (mut entries, mut start) = (Vec::new(), PageStart::Newest);
    loop {
        let page = admin.client.audit(filter, &Page { limit: Some(7), start }).await.unwrap();
        entries.extend(page.data);
        match page.next_cursor {
            Some(cursor) => start = PageStart::Cursor(cursor),
            None => return entries,
        }
    }
}

/// A request with an id and a client of its own.
async fn act(raw: &Raw, id: &str, method: &str, path: &str, body: &str) -> Answer {
    let request = raw.request(method, path).header("x-request-id", id).header("x-forwarded-for", "203.0.113.7");
    raw.send(request.header("content-type", "application/json").body(body.to_owned())).await
}

#[track_caller]
fn done(answer: &Answer) {
    assert!(answer.status.is_success(), "{} {}", answer.path, answer.body);
}

#[tokio::test]
async fn every_act_leaves_its_entry() {
    let server = server();
    let admin = User::log_in(&server, "root_admin").await;
    let name = cnop_tests::fresh_username();
    let stranger = server.raw();
    let login = |password: &str| serde_json::json!({"username": name, "password": password}).to_string();

    let registration = serde_json::to_string(&cnop_tests::registration(&name)).unwrap();
    done(&act(&stranger, "act-register", "POST", "/auth/register", &registration).await);
    done(&act(&stranger, "act-login", "POST", "/auth/login", &login(PASSWORD)).await);
    act(&stranger, "act-bad-login", "POST", "/auth/login", &login("Wrong-Password-1")).await;
    let user = User::log_in(&server, &name).await;
    let raw = user.raw(&server);
    done(&act(&raw, "act-profile", "PUT", "/auth/profile", r#"{"first_name": "Augusta"}"#).await);
    let change = |current: &str| serde_json::json!({"current_password": current, "new_password": PASSWORD}).to_string();
    act(&raw, "act-bad-password", "PUT", "/auth/password", &change("Wrong-Password-1")).await;
    done(&act(&raw, "act-password", "PUT", "/auth/password", &change(PASSWORD)).await);
    done(&act(&raw, "act-claim", "POST", "/cny/claim", r#"{"phrase": "hello"}"#).await);
    done(&act(&raw, "act-deposit", "POST", "/balance/deposit", r#"{"amount": 9000}"#).await);
    done(&act(&raw, "act-withdraw", "POST", "/balance/withdraw", r#"{"amount": 10}"#).await);
    let order = r#"{"order_type": "market_buy", "asset_id": "BTC", "quantity": "0.01"}"#;
    done(&act(&raw, "act-order", "POST", "/orders", order).await);
    let limit = r#"{"order_type": "limit_buy", "asset_id": "BTC", "quantity": "0.01", "price": "1"}"#;
    let placed = act(&raw, "act-limit", "POST", "/orders", limit).await;
    let order_id = placed.value()["data"]["order_id"].as_str().unwrap().to_owned();
    done(&act(&raw, "act-cancel", "DELETE", &format!("/orders/{order_id}"), "").await);
    act(&raw, "act-forbidden", "GET", "/admin/audit", "").await;
    let refreshed = act(&raw, "act-refresh", "POST", "/auth/refresh", "").await;
    let renewed = server.raw().with_token(refreshed.value()["access_token"].as_str().unwrap());
    done(&act(&renewed, "act-logout", "POST", "/auth/logout", "").await);
    for number in 0..4 {
        act(&stranger, &format!("act-fail-{number}"), "POST", "/auth/login", &login("Wrong-Password-1")).await;
    }
    for _ in 0..3 {
        let blocked = act(&stranger, "act-blocked", "POST", "/auth/login", &login(PASSWORD)).await;
        assert_eq!(blocked.code(), "ip_blocked");
    }
    let operate = admin.raw(&server);
    done(&act(&operate, "adm-unblock", "DELETE", "/admin/ip-blocks/203.0.113.7", "").await);
    done(&act(&operate, "adm-block", "PUT", "/admin/ip-blocks/203.0.113.9", r#"{"reason": "scanner"}"#).await);
    done(&act(&operate, "adm-asset-off", "PUT", "/admin/assets/DOGE", r#"{"is_active": false}"#).await);
    done(&act(&operate, "adm-asset-on", "PUT", "/admin/assets/DOGE", r#"{"is_active": true}"#).await);
    done(&act(&operate, "adm-user-off", "PUT", &format!("/admin/users/{name}"), r#"{"disabled": true}"#).await);
    done(&act(&operate, "adm-user-on", "PUT", &format!("/admin/users/{name}"), r#"{"disabled": false}"#).await);
    done(&act(&operate, "adm-verify", "GET", "/admin/verify", "").await);
    let backup = operate.request("POST", "/admin/backup").header("x-request-id", "adm-backup");
    let backup = backup.header("x-forwarded-for", "203.0.113.7").send().await.unwrap();
    assert!(backup.status().is_success() && !backup.bytes().await.unwrap().is_empty());

    // What is counted is written down once a minute, and at the end.
    let (status, folder) = server.stop();
    assert!(status.success());
    let server = folder.start_with(&FLAGS);
    let admin = admin.on(&server);
    let entries = trail(&admin, &AuditFilter::default()).await;
    let by_request: BTreeMap<_, _> =
        entries.iter().rev().filter_map(|entry| Some((entry.request_id.clone()?, entry.clone()))).collect();
    for (request, action, outcome, by_admin) in [
        ("act-register", "user_created", AuditOutcome::Success, false),
        ("act-login", "authn_login_success", AuditOutcome::Success, false),
        ("act-bad-login", "authn_login_fail", AuditOutcome::Failure, false),
        ("act-profile", "user_updated", AuditOutcome::Success, false),
        ("act-bad-password", "authn_password_change_fail", AuditOutcome::Failure, false),
        ("act-password", "authn_password_change", AuditOutcome::Success, false),
        ("act-claim", "red_pocket_claimed", AuditOutcome::Success, false),
        ("act-deposit", "deposit", AuditOutcome::Success, false),
        ("act-withdraw", "withdrawal", AuditOutcome::Success, false),
        ("act-order", "order_executed", AuditOutcome::Success, false),
        ("act-limit", "order_placed", AuditOutcome::Success, false),
        ("act-cancel", "order_cancelled", AuditOutcome::Success, false),
        ("act-forbidden", "authz_fail", AuditOutcome::Failure, false),
        ("act-refresh", "session_renewed", AuditOutcome::Success, false),
        ("act-logout", "authn_token_revoked", AuditOutcome::Success, false),
        ("act-fail-0", "authn_login_fail", AuditOutcome::Failure, false),
        ("act-fail-3", "authn_login_lock", AuditOutcome::Success, false),
        ("act-blocked", "authn_login_fail_max", AuditOutcome::Failure, false),
        ("adm-unblock", "authz_admin_ip_unblocked", AuditOutcome::Success, true),
        ("adm-block", "authz_admin_ip_blocked", AuditOutcome::Success, true),
        ("adm-asset-off", "authz_admin_asset_disabled", AuditOutcome::Success, true),
        ("adm-asset-on", "authz_admin_asset_enabled", AuditOutcome::Success, true),
        ("adm-user-off", "authz_admin_user_disabled", AuditOutcome::Success, true),
        ("adm-user-on", "authz_admin_user_enabled", AuditOutcome::Success, true),
        ("adm-verify", "authz_admin_verify", AuditOutcome::Success, true),
        ("adm-backup", "authz_admin_backup", AuditOutcome::Success, true),
    ] {
        let entry = by_request.get(request).unwrap_or_else(|| panic!("{request} left no entry"));
        assert_eq!((entry.action.as_str(), entry.outcome), (action, outcome), "{request}");
        assert_eq!(entry.ip.as_deref(), Some("203.0.113.7"), "{request} says where it came from");
        assert_eq!(entry.by.as_deref(), by_admin.then_some("root_admin"), "{request}");
        let about_user = !by_admin || request.starts_with("adm-user");
        assert_eq!(entry.user.as_deref() == Some(&name), about_user && request != "act-blocked", "{request} says who");
    }
    assert_eq!(by_request["act-blocked"].count, 3, "tries from a blocked address are one entry");
    let fails = entries.iter().filter(|entry| entry.action == "authn_login_fail").count();
    assert_eq!(fails, 5);
    let bounds: Vec<_> =
        entries.iter().filter(|entry| entry.action.starts_with("sys_")).map(|entry| entry.action.as_str()).collect();
    assert_eq!(bounds, ["sys_startup", "sys_shutdown", "sys_startup"]);
    assert!(
        entries.iter().any(|entry| entry.action == "authz_admin_created" && entry.by.as_deref() == Some("operator"))
    );
}

#[tokio::test]
async fn what_an_operator_does_leaves_its_entry_too() {
    let folder = DataFolder::new().with_admin("root_admin");
    let backup = folder.path().join("backup.redb").display().to_string();
    for (arguments, input) in [
        (&["admin", "create", "ada_lovelace", "--role", "customer"][..], PASSWORD),
        (&["admin", "reset-password", "ada_lovelace"], PASSWORD),
        (&["rotate-key"], ""),
        (&["backup", &backup], ""),
        (&["restore", &backup, "--force"], ""),
        (&["admin", "disable", "ada_lovelace"], ""),
    ] {
        let (status, said) = folder.operate(arguments, input);
        assert!(status.success(), "{arguments:?}: {said}");
    }
    let server = folder.start_with(&FLAGS);
    let login = |name: &str, password: &str| serde_json::json!({"username": name, "password": password}).to_string();
    let shut = act(&server.raw(), "act-shut", "POST", "/auth/login", &login("ada_lovelace", PASSWORD)).await;
    assert_eq!(shut.code(), "account_disabled");
    for client in 0..11 {
        let guess =
            server.raw().request("POST", "/auth/login").header("x-forwarded-for", format!("203.0.113.{client}"));
        let body = login("nobody_here", "Wrong-Password-1");
        server.raw().send(guess.header("content-type", "application/json").body(body)).await;
    }
    let (_, folder) = server.stop();
    let (status, said) = folder.operate(&["admin", "enable", "ada_lovelace"], "");
    assert!(status.success(), "{said}");
    let server = folder.start_with(&FLAGS);
    let admin = User::log_in(&server, "root_admin").await;
    let entries = trail(&admin, &AuditFilter::default()).await;
    for (action, user) in [
        ("authz_admin_created", Some("root_admin")),
        ("authz_admin_user_created", Some("ada_lovelace")),
        ("authz_admin_password_reset", Some("ada_lovelace")),
        ("authz_admin_key_rotated", None),
        ("authz_admin_restored", None),
        ("authz_admin_user_disabled", Some("ada_lovelace")),
        ("authz_admin_user_enabled", Some("ada_lovelace")),
    ] {
        let found: Vec<_> = entries.iter().filter(|entry| entry.action == action).collect();
        let [entry] = found[..] else { panic!("{action}: {found:?}") };
        let who = (entry.user.as_ref().map(ToString::to_string), entry.by.as_deref());
        assert_eq!(who, (user.map(str::to_owned), Some("operator")), "{action}");
    }
    let of_request = entries.iter().find(|entry| entry.request_id.as_deref() == Some("act-shut")).unwrap();
    assert_eq!((of_request.action.as_str(), of_request.outcome), ("authn_login_fail", AuditOutcome::Failure));
    let slowed = entries.iter().find(|entry| entry.action == "excess_rate_limit_exceeded").unwrap();
    assert_eq!((slowed.count, slowed.outcome), (1, AuditOutcome::Failure));
    // The offline backup notes itself in the data that was copied, after the copy: what was restored does not know of it.
    assert!(entries.iter().all(|entry| entry.action != "authz_admin_backup"));
}

#[tokio::test]
async fn mirrors_that_are_older_than_the_trail_are_deleted() {
    let folder = DataFolder::new();
    let logs = folder.path().join("logs");
    std::fs::create_dir(&logs).unwrap();
    std::fs::write(logs.join("audit-2020-01-01.log"), "{}\n").unwrap();
    std::fs::write(logs.join("audit-2999-01-01.log"), "").unwrap();
    let _server = folder.start();
    let gone = async || (!logs.join("audit-2020-01-01.log").exists()).then_some(());
    until("the old file is gone", gone).await;
    assert!(logs.join("audit-2999-01-01.log").exists());
}

/// The lines of the mirror, oldest first.
fn mirrored(folder: &DataFolder) -> Vec<AuditEntry> {
    let text = std::fs::read_to_string(folder.path().join("logs/audit.log")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The trail without what the ledger's own rows tell.
async fn own_entries(admin: &User) -> Vec<AuditEntry> {
    let mut entries = trail(admin, &AuditFilter::default()).await;
    entries.retain(|entry| {
        !["deposit", "withdrawal"].contains(&entry.action.as_str()) && !entry.action.starts_with("order_")
    });
    entries.reverse();
    entries
}

#[tokio::test]
async fn the_mirror_has_every_entry_once_whatever_kills_the_server() {
    let mut server = server();
    let admin = User::log_in(&server, "root_admin").await;
    for round in 0..5 {
        let user = User::funded(&server, 10).await;
        user.client.refresh().await.unwrap();
        let folder = if round % 2 == 0 { server.kill() } else { server.stop().1 };
        if round == 3 {
            // A line that a power cut left half written.
            let path = folder.path().join("logs/audit.log");
            let text = std::fs::read(&path).unwrap();
            std::fs::write(&path, &text[..text.len() - 20]).unwrap();
        }
        server = folder.start_with(&FLAGS);
    }
    let admin = admin.on(&server);
    let expected = own_entries(&admin).await;
    until("the whole mirror", async || (mirrored(server.folder()).len() >= expected.len()).then_some(())).await;
    assert_eq!(mirrored(server.folder()), expected);
    assert!(expected.len() > 20);
}

/// What the mirror says was done, oldest first.
fn mirrored_actions(folder: &DataFolder) -> Vec<String> {
    mirrored(folder).into_iter().map(|entry| entry.action).collect()
}

#[test]
fn what_is_done_while_the_server_is_stopped_is_mirrored_at_once_and_outlives_a_restore() {
    let folder = DataFolder::new().with_admin("root_admin");
    let backup = folder.path().join("backup.redb").display().to_string();
    let operate = |arguments: &[&str], input| {
        let (status, said) = folder.operate(arguments, input);
        assert!(status.success(), "{arguments:?}: {said}");
    };
    operate(&["backup", &backup], "");
    operate(&["admin", "create", "evil_admin"], PASSWORD);
    operate(&["admin", "disable", "root_admin"], "");
    let before = ["authz_admin_created", "authz_admin_backup", "authz_admin_created", "authz_admin_user_disabled"];
    assert_eq!(mirrored_actions(&folder), before);
    operate(&["restore", &backup, "--force"], "");
    folder.start_with(&FLAGS).stop();
    let then = ["authz_admin_restored", "sys_startup", "sys_shutdown"];
    assert_eq!(mirrored_actions(&folder), [&before[..], &then].concat());
}

#[test]
fn a_restore_mirrors_what_a_server_that_was_killed_had_not() {
    let folder = DataFolder::new().with_admin("root_admin");
    let backup = folder.path().join("backup.redb").display().to_string();
    assert!(folder.operate(&["backup", &backup], "").0.success());
    let folder = folder.start_with(&FLAGS).kill();
    // As if it had been killed before it came to write any line.
    for name in ["audit.log", ".audit-position"] {
        std::fs::remove_file(folder.path().join("logs").join(name)).unwrap();
    }
    let (status, said) = folder.operate(&["restore", &backup, "--force"], "");
    assert!(status.success(), "{said}");
    let whole = ["authz_admin_created", "authz_admin_backup", "sys_startup", "authz_admin_restored"];
    assert_eq!(mirrored_actions(&folder), whole);
}

#[tokio::test]
async fn a_mirror_that_was_put_aside_goes_on_in_a_new_file() {
    let server = server();
    let admin = User::log_in(&server, "root_admin").await;
    let whole = async || (mirrored(server.folder()).len() == own_entries(&admin).await.len()).then_some(());
    until("the whole mirror", whole).await;
    let logs = server.folder().path().join("logs");
    std::fs::rename(logs.join("audit.log"), logs.join("audit-2026-01-01.log")).unwrap();
    admin.client.refresh().await.unwrap();
    until("a new file", async || std::fs::metadata(logs.join("audit.log")).ok().filter(|file| file.len() > 0)).await;
    let lines = mirrored(server.folder());
    assert_eq!(lines.iter().map(|entry| entry.action.as_str()).collect::<Vec<_>>(), ["session_renewed"]);
}

#[tokio::test]
async fn a_mirror_that_was_taken_away_is_not_written_again() {
    let server = server();
    let admin = User::log_in(&server, "root_admin").await;
    let (_, folder) = server.stop();
    let logs = folder.path().join("logs");
    let taken = std::fs::read_to_string(logs.join("audit.log")).unwrap();
    std::fs::remove_file(logs.join("audit.log")).unwrap();
    let server = folder.start_with(&FLAGS);
    admin.on(&server).client.refresh().await.unwrap();
    let renewed = async || mirrored(server.folder()).into_iter().find(|entry| entry.action == "session_renewed");
    until("the new file", async || if logs.join("audit.log").exists() { renewed().await } else { None }).await;
    let new: Vec<_> = mirrored(server.folder()).into_iter().map(|entry| entry.id).collect();
    assert!(new.len() == 2 && new.iter().all(|id| !taken.contains(id)), "the start, and what came after: {new:?}");
}

#[tokio::test]
async fn tries_at_what_is_not_allowed_are_counted_by_what_was_tried() {
    let server = server();
    let admin = User::log_in(&server, "root_admin").await;
    let user = User::register(&server).await;
    let raw = user.raw(&server);
    for _ in 0..3 {
        raw.json("POST", "/admin/backup", "").await;
    }
    raw.json("PUT", "/admin/users/root_admin", r#"{"disabled": true}"#).await;
    let (_, folder) = server.stop();
    let server = folder.start_with(&FLAGS);
    let filter = AuditFilter { action: Some("authz_fail".to_owned()), ..AuditFilter::default() };
    let mut tried: Vec<_> = trail(&admin.on(&server), &filter)
        .await
        .into_iter()
        .map(|entry| (entry.detail.unwrap(), entry.count))
        .collect();
    tried.sort_unstable();
    let expected = [("POST /api/v1/admin/backup", 3), ("PUT /api/v1/admin/users/{username}", 1)];
    assert_eq!(tried, expected.map(|(what, count)| (what.to_owned(), count)));
}

/// How often the trail was asked for, as the log has it.
fn questions(server: &TestServer) -> usize {
    let log = std::fs::read_to_string(server.folder().path().join("logs/cnop-server.log")).unwrap_or_default();
    log.matches("\"list_audit_entries\"").count()
}

#[tokio::test]
async fn the_command_line_shows_filters_and_follows() {
    let server = server();
    let user = User::funded(&server, 100).await;
    let request = OrderRequest { price: Some("1".parse().unwrap()), ..User::order(OrderType::LimitBuy, "BTC", "0.01") };
    user.client.place_order(&request, &IdempotencyKey::generate()).await.unwrap();
    let cli = Cli::at(server.url());
    cli.log_in("root_admin").succeeded();
    let actions = |line: &str| -> Vec<String> {
        let page = cli.json(line);
        page["data"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
    };
    let of_user = format!("admin audit --user {}", user.username);
    assert_eq!(actions(&of_user), ["order_placed", "deposit", "authn_login_success", "user_created"]);
    assert_eq!(actions(&format!("{of_user} --action authn")), ["authn_login_success"]);
    assert_eq!(actions("admin audit --ip 203.0.113.7"), [""; 0]);
    assert_eq!(actions("admin audit --limit 1").len(), 1);
    let csv = cli.ok(&format!("{of_user} --output csv"));
    assert!(csv.starts_with("timestamp,action,user,ip,by,target,detail,count,outcome,request_id,id\n"), "{csv}");
    assert_eq!(csv.lines().count(), 5);

    let following = cli.start("admin audit --follow --action user_updated --output json");
    let raw = user.raw(&server);
    let asked = async |more: usize| {
        let since = questions(&server);
        until("the follower's questions", async || (questions(&server) >= since + more).then_some(())).await;
    };
    asked(1).await; // It has begun to follow,
    for name in ["Ada", "Augusta", "Byron"] {
        done(&raw.json("PUT", "/auth/profile", serde_json::json!({"first_name": name}).to_string()).await);
        asked(1).await;
    }
    asked(2).await; // and has asked once more after the last act was there.
    following.interrupt();
    let said = following.end();
    let followed: Vec<serde_json::Value> =
        said.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(followed.len(), 3, "{said}");
    assert!(followed.iter().all(|entry| entry["action"] == "user_updated"));
    let ids: Vec<_> = followed.iter().map(|entry| entry["id"].as_str().unwrap()).collect();
    assert!(ids.is_sorted_by(|older, newer| older < newer), "each once, oldest first: {ids:?}");
}
