//! The reference and the pages of errors, as a browser without any other host sees them.

use std::collections::BTreeSet;

use cnop_tests::{Answer, TestServer};
use serde_json::Value;

/// What a page refers to: `src` and `href` of its tags.
fn references(page: &str) -> Vec<String> {
    let starts = ["src=\"", "href=\""].into_iter().flat_map(|name| page.split(name).skip(1));
    starts.filter_map(|rest| Some(rest.split('"').next()?.to_owned())).collect()
}

#[track_caller]
fn check_page(answer: &Answer) {
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.path);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{}", answer.path);
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none';") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
    // Nothing stands in the page that the policy would not let it do.
    assert!(!answer.body.contains("<script>") && !answer.body.contains("<style") && !answer.body.contains("style="));
    assert!(!answer.body.contains("://"), "no other host is named: {}", answer.body);
}

#[tokio::test]
async fn everything_is_linked_from_the_root_and_every_link_leads_somewhere() {
    let server = TestServer::start();
    let raw = server.raw();
    let (mut waiting, mut seen) = (vec!["/".to_owned()], BTreeSet::new());
    while let Some(path) = waiting.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let answer = raw.get(&format!("/{path}")).await;
        assert_eq!(answer.status.as_u16(), 200, "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        if answer.header("content-type").starts_with("text/html") {
            check_page(&answer);
            waiting.extend(references(&answer.body));
        }
    }
    for path in [
        "/docs",
        "/api/v1/openapi.json",
        "/docs/errors",
        "/health",
        "/docs/swagger-ui-bundle.js",
        "/docs/errors/rate_limited",
    ] {
        assert!(seen.contains(path), "{path}");
    }
}

#[tokio::test]
async fn the_reference_shows_this_servers_document() {
    let server = TestServer::start();
    let raw = server.raw();
    let initializer = raw.get("//docs/swagger-initializer.js").await;
    assert!(initializer.header("content-type").contains("javascript"), "{}", initializer.header("content-type"));
    assert!(initializer.body.contains("\"/api/v1/openapi.json\""), "{}", initializer.body);
    for name in ["nothing.js", "index.html", "..%2f..%2fetc%2fpasswd"] {
        assert_eq!(raw.get(&format!("//docs/{name}")).await.status.as_u16(), 404, "{name}");
    }
    let document = raw.get("//api/v1/openapi.json").await;
    assert_eq!(document.header("content-type"), "application/json");
    assert!(document.value()["openapi"].as_str().unwrap().starts_with("3.1"));
}

#[tokio::test]
async fn the_type_of_every_error_leads_to_its_page() {
    let server = TestServer::start();
    let raw = server.raw();
    let document = raw.get("//api/v1/openapi.json").await.value();
    let codes = document["components"]["schemas"]["Code"]["enum"].as_array().unwrap().clone();
    assert!(codes.len() > 40);
    for code in codes.iter().map(|code| code.as_str().unwrap()) {
        let page = raw.get(&format!("//docs/errors/{code}")).await;
        check_page(&page);
        assert!(page.body.contains(&format!("<code>{code}</code>")) && page.body.contains("What to do"), "{code}");
    }
    let problem: Value = raw.get("/balance").await.value();
    let page = raw.get(&format!("/{}", problem["type"].as_str().unwrap())).await;
    assert!(page.body.contains("Authentication required"));
    assert_eq!(raw.get("//docs/errors/no_such_error").await.code(), "route_not_found");
}
