//! What browsers are told: which pages may use the API, and what may be done with an answer.

use cnop_tests::{Answer, TestServer, User};

async fn ask(server: &TestServer, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let raw = server.raw();
    let request =
        headers.iter().fold(raw.request(method, path), |request, (name, value)| request.header(*name, *value));
    raw.send(request).await
}

const HOME: &str = "http://localhost:3000";

#[tokio::test]
async fn a_configured_page_may_use_the_api_and_no_other() {
    let server = TestServer::start();
    let preflight = async |origin: &str| {
        let headers = [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "authorization,content-type,idempotency-key"),
        ];
        ask(&server, "OPTIONS", "/orders", &headers).await
    };
    let allowed = preflight(HOME).await;
    assert_eq!(allowed.status.as_u16(), 200);
    assert_eq!(allowed.header("access-control-allow-origin"), HOME);
    for method in ["GET", "POST", "PUT", "DELETE"] {
        assert!(allowed.header("access-control-allow-methods").contains(method));
    }
    for header in ["authorization", "content-type", "idempotency-key", "x-request-id", "last-event-id"] {
        assert!(allowed.header("access-control-allow-headers").contains(header), "{header}");
    }
    assert!(!allowed.header("x-request-id").is_empty() && !allowed.header("x-ratelimit-limit").is_empty());
    assert_eq!(preflight("https://evil.example").await.header("access-control-allow-origin"), "");

    for path in ["/inventory/assets", "/balance", "/nothing", "//health"] {
        let answer = ask(&server, "GET", path, &[("origin", HOME)]).await;
        assert_eq!(answer.header("access-control-allow-origin"), HOME, "{path}");
        assert!(answer.header("access-control-expose-headers").contains("x-ratelimit-remaining"), "{path}");
        let answer = ask(&server, "GET", path, &[("origin", "https://evil.example")]).await;
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
    }
}

#[tokio::test]
async fn a_page_is_told_that_it_asked_too_often() {
    let server = TestServer::start_with(&["--rate-limit-per-minute", "1"]);
    let ask_for_page = async || ask(&server, "GET", "/inventory/assets", &[("origin", HOME)]).await;
    ask_for_page().await;
    let refused = ask_for_page().await;
    assert_eq!((refused.status.as_u16(), refused.header("access-control-allow-origin")), (429, HOME));
    assert!(refused.header("access-control-expose-headers").contains("retry-after"));
    let asks = [("origin", HOME), ("access-control-request-method", "POST")];
    assert_eq!(ask(&server, "OPTIONS", "/orders", &asks).await.status.as_u16(), 200, "what a page may do it may ask");
}

#[tokio::test]
async fn other_pages_may_be_configured_and_bad_ones_are_refused() {
    let server = TestServer::start_with(&["--cors-origins", "https://trade.example.com,http://localhost:5173"]);
    for (origin, allowed) in [("https://trade.example.com", true), ("http://localhost:5173", true), (HOME, false)] {
        let answer = ask(&server, "GET", "/inventory/assets", &[("origin", origin)]).await;
        assert_eq!(answer.header("access-control-allow-origin") == origin, allowed, "{origin}");
    }
    let server = TestServer::start_with(&["--cors-origins", "*"]);
    let answer = ask(&server, "GET", "/inventory/assets", &[("origin", "https://any.example")]).await;
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let (status, said) = server.folder().fail_to_start(&["--cors-origins", "https://trade.example.com/app"], &[]);
    assert!(status.code() == Some(2) && said.contains("without a path"), "{said}");
}

#[tokio::test]
async fn every_answer_is_data_and_nothing_else() {
    let server = TestServer::start();
    let user = User::register(&server).await;
    let raw = user.raw(&server);
    for path in ["/balance", "/portfolio", "/orders", "/auth/profile", "/nothing", "//health", "/inventory/assets"] {
        let answer = raw.get(path).await;
        for (header, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ] {
            assert_eq!(answer.header(header), value, "{header} of {path}");
        }
    }
}
