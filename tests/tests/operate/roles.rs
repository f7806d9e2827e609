//! Who may use the administrators' routes.

use cnop_tests::{DataFolder, User};

const ROUTES: [(&str, &str, &str); 9] = [
    ("GET", "/admin/ip-blocks", ""),
    ("GET", "/admin/ip-blocks/203.0.113.7", ""),
    ("PUT", "/admin/ip-blocks/203.0.113.7", "{}"),
    ("DELETE", "/admin/ip-blocks/203.0.113.7", ""),
    ("GET", "/admin/audit", ""),
    ("POST", "/admin/backup", ""),
    ("GET", "/admin/verify", ""),
    ("PUT", "/admin/assets/BTC", r#"{"is_active": false}"#),
    ("PUT", "/admin/users/root_admin", r#"{"disabled": true}"#),
];

#[tokio::test]
async fn only_administrators_use_the_administrators_routes() {
    let server = DataFolder::new().with_admin("root_admin").start();
    let user = User::register(&server).await;
    let admin = User::log_in(&server, "root_admin").await;
    for (method, path, body) in ROUTES {
        let answer = server.raw().json(method, path, body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (401, "authentication_required"),
            "{method} {path}"
        );
        let answer = user.raw(&server).json(method, path, body).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "permission_denied"), "{method} {path}");
    }
    let board = user.client.asset("BTC".parse().unwrap()).await.unwrap();
    assert!(board.is_active, "nothing was done");
    assert_eq!(admin.client.ip_blocks().await.unwrap(), []);
}

#[tokio::test]
async fn a_body_that_is_wrong_is_refused_field_by_field() {
    let server = DataFolder::new().with_admin("root_admin").start();
    let admin = User::log_in(&server, "root_admin").await.raw(&server);
    for (method, path, body, status, field) in [
        ("PUT", "/admin/ip-blocks/203.0.113.700", "{}", 422, "ip"),
        ("PUT", "/admin/ip-blocks/203.0.113.7", r#"{"seconds": 0}"#, 422, "seconds"),
        ("PUT", "/admin/ip-blocks/203.0.113.7", r#"{"reason": "a\nb"}"#, 422, "reason"),
        ("DELETE", "/admin/ip-blocks/home", "", 422, "ip"),
        ("GET", "/admin/audit?since=yesterday", "", 422, "since"),
        ("GET", "/admin/audit?ip=home", "", 422, "ip"),
        ("GET", "/admin/audit?limit=101", "", 422, "limit"),
        ("PUT", "/admin/assets/BTC", "{}", 422, "is_active"),
        ("PUT", "/admin/users/x", r#"{"disabled": true}"#, 422, "username"),
        ("PUT", "/admin/users/root_admin", r#"{"disabled": true}"#, 422, "username"),
        ("PUT", "/admin/users/root_admin", "{}", 422, "disabled"),
    ] {
        let answer = admin.json(method, path, body).await;
        assert_eq!(answer.status.as_u16(), status, "{method} {path}: {}", answer.body);
        let fields: Vec<_> =
            answer.value()["errors"].as_array().unwrap().iter().map(|error| error["field"].clone()).collect();
        assert!(fields.contains(&field.into()), "{method} {path}: {fields:?}");
    }
    for (method, path, body, code) in [
        ("GET", "/admin/ip-blocks/203.0.113.7", "", "ip_block_not_found"),
        ("PUT", "/admin/assets/NOPE", r#"{"is_active": false}"#, "asset_not_found"),
        ("PUT", "/admin/users/nobody_here", r#"{"disabled": true}"#, "user_not_found"),
    ] {
        let answer = admin.json(method, path, body).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (404, code), "{method} {path}");
    }
}
