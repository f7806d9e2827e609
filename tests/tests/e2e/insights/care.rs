//! A model is asked with care: seldom, once for many, and not while it is down. Nothing else waits for it.

use std::time::Duration;

use cnop_tests::{DataFolder, Reaction, User, until};

use super::{KEY, KINDS, Kind, SAID, Service, ask, ask_anew, insight};
use crate::problem::check_refused;

#[tokio::test]
async fn an_insight_is_answered_again_until_something_is_traded_also_after_a_restart() {
    let service = Service::new(Kind::Gemini.says(SAID));
    let server = service.server(Kind::Gemini, &["--registrations-per-hour", "0"]);
    let user = User::funded(&server, 1_000).await;
    let first = insight(&ask(&server, &user).await);
    assert_eq!(insight(&ask(&server, &user).await), first);
    let other = User::funded(&server, 1_000).await;
    assert_ne!(insight(&ask(&server, &other).await).generated_at, first.generated_at, "each has their own");
    assert_eq!(service.asked(), 2);
    user.deposit(1).await;
    insight(&ask(&server, &user).await);
    assert_eq!(service.asked(), 3, "what there is to spend matters too");
    user.buy("BTC", "0.001").await;
    let second = insight(&ask(&server, &user).await);
    assert!(second.generated_at > first.generated_at);
    assert_eq!(service.asked(), 4);
    let (_, folder) = server.stop();
    service.now(Reaction::HangUp);
    let server = service.server_on(&folder, Kind::Gemini, &[]);
    let user = user.on(&server);
    assert_eq!(insight(&ask(&server, &user).await), second, "and nobody was asked");
    check_refused(&ask_anew(&server, &user).await, 502, "insights_failed", &[]);
    assert_eq!(insight(&ask(&server, &user).await), second, "a failure takes nothing away");
    server.kill().assert_sound();
}

#[tokio::test]
async fn it_is_written_anew_six_times_an_hour() {
    let service = Service::new(Kind::OpenAi.says(SAID));
    let server = service.server(Kind::OpenAi, &[]);
    let user = User::funded(&server, 1_000).await;
    let mut last = insight(&ask(&server, &user).await);
    for round in 0..6 {
        let next = insight(&ask_anew(&server, &user).await);
        assert!(next.generated_at > last.generated_at, "{round}");
        last = next;
    }
    let answer = ask_anew(&server, &user).await;
    check_refused(&answer, 429, "insights_rate_limited", &[]);
    let wait: u32 = answer.header("retry-after").parse().unwrap();
    assert!((3_500..=3_600).contains(&wait), "{wait}");
    assert!(answer.body.contains("written anew too often within an hour. Ask again in "), "{}", answer.body);
    assert_eq!(insight(&ask(&server, &user).await), last, "what was said is still answered");
    assert_eq!(service.asked(), 7);
    check_refused(
        &user.raw(&server).get("/insights/portfolio?refresh=maybe").await,
        422,
        "validation_failed",
        &["refresh"],
    );
}

#[tokio::test]
async fn a_user_causes_so_many_questions_an_hour_and_no_more() {
    let service = Service::new(Kind::OpenAi.says(SAID));
    let server = service.server(Kind::OpenAi, &["--insights-per-hour", "2"]);
    let user = User::funded(&server, 1_000).await;
    for _ in 0..2 {
        user.buy("ADA", "1").await;
        insight(&ask(&server, &user).await);
    }
    user.buy("ADA", "1").await;
    let answer = ask(&server, &user).await;
    check_refused(&answer, 429, "insights_rate_limited", &[]);
    assert!(answer.header("retry-after").parse::<u32>().unwrap() > 3_500);
    let other = User::funded(&server, 1_000).await;
    insight(&ask(&server, &other).await);
    assert_eq!(service.asked(), 3);
}

#[tokio::test]
async fn a_hundred_who_ask_the_same_at_once_cause_one_question() {
    for kind in KINDS {
        let says = kind.says(SAID);
        let service = Service::reacting(move |_| {
            std::thread::sleep(Duration::from_millis(500)); // So that all of them wait.
            says.clone()
        });
        let server = service.server(kind, &[]);
        let user = User::funded(&server, 1_000).await;
        let asking = (0..100).map(|_| {
            let raw = user.raw(&server);
            tokio::spawn(async move { raw.get("/insights/portfolio").await })
        });
        let asking: Vec<_> = asking.collect();
        let mut answers = Vec::new();
        for task in asking {
            answers.push(insight(&task.await.unwrap()));
        }
        assert_eq!(service.asked(), 1);
        assert!(answers.iter().all(|answer| *answer == answers[0]));
    }
}

#[tokio::test]
async fn a_question_goes_on_where_the_one_who_asked_goes_away() {
    let says = Kind::Gemini.says(SAID);
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let service = Service::reacting(move |_| {
        let _ = wait.lock().unwrap().recv(); // Until the client has given up.
        says.clone()
    });
    let server = service.server(Kind::Gemini, &[]);
    let user = User::funded(&server, 1_000).await;
    let request = user.raw(&server).request("GET", "/insights/portfolio").timeout(Duration::from_millis(200)).send();
    assert!(request.await.unwrap_err().is_timeout());
    until("the question", async || (service.asked() == 1).then_some(())).await;
    drop(go);
    insight(&ask(&server, &user).await);
    assert_eq!(service.asked(), 1);
}

#[tokio::test]
async fn a_dead_model_is_left_alone_orders_go_on_and_it_is_found_again() {
    let service = Service::new(Reaction::HangUp);
    let server = service.server(Kind::Gemini, &[]);
    let user = User::funded(&server, 1_000).await;
    for _ in 0..3 {
        check_refused(&ask(&server, &user).await, 502, "insights_failed", &[]);
    }
    let answer = ask(&server, &user).await;
    check_refused(&answer, 502, "insights_failed", &[]);
    let wait: u32 = answer.header("retry-after").parse().unwrap();
    assert!((1..=21).contains(&wait), "{wait}");
    assert_eq!(service.asked(), 3, "nobody was asked");
    let health = server.client().health().await.unwrap();
    assert_eq!((health.status.as_str(), health.checks.insights.as_str()), ("healthy", "unavailable"));
    user.buy("BTC", "0.001").await;
    let metrics = reqwest::get(format!("{}/metrics", server.url())).await.unwrap().text().await.unwrap();
    let failed = r#"gateway_proxy_errors_total{target_service="insights",error_type="unreachable"} 3"#;
    assert!(metrics.contains(failed), "{metrics}");

    service.now(Kind::Gemini.says(SAID));
    let back = until("the model is asked again", async || {
        let answer = ask(&server, &user).await;
        (answer.status.as_u16() == 200).then_some(answer)
    });
    assert_eq!(insight(&back.await).summary, SAID);
    assert_eq!(service.asked(), 4, "one question found out");
    assert_eq!(server.client().health().await.unwrap().checks.insights, "healthy");
    assert!(!server.log().contains(KEY));
}

#[tokio::test]
async fn a_model_that_asks_for_patience_gets_it() {
    let service = Service::new(Reaction::json_with("429 Too Many Requests", "retry-after: 600\r\n", "{}"));
    let server = service.server(Kind::OpenAi, &[]);
    let user = User::funded(&server, 1_000).await;
    for _ in 0..3 {
        let answer = ask(&server, &user).await;
        check_refused(&answer, 429, "insights_rate_limited", &[]);
        assert!(answer.header("retry-after").parse::<u32>().unwrap() > 590);
    }
    assert_eq!(service.asked(), 1);
}

#[tokio::test]
async fn the_local_analyst_stands_in_where_the_settings_say_so() {
    let service = Service::new(Reaction::json("500 Internal Server Error", "{}"));
    let server = service.server(Kind::Gemini, &["--insights-fallback", "local"]);
    let user = User::funded(&server, 1_000).await;
    let said = insight(&ask(&server, &user).await);
    assert_eq!(said.model, "local-analyst");
    assert!(said.summary.contains("$1,000.00"), "{said:?}");
    service.now(Kind::Gemini.says(SAID));
    assert_eq!(insight(&ask(&server, &user).await).model, "gemini-flash-latest", "it stands in once, not for a day");
    let variables = [("CNOP_INSIGHTS_PROVIDER", "gemini"), ("CNOP_INSIGHTS_FALLBACK", "local")];
    let server = DataFolder::new().start_in(&[], &variables);
    let user = User::funded(&server, 1_000).await;
    assert_eq!(insight(&ask(&server, &user).await).model, "local-analyst", "also where nothing is set up");
}

#[tokio::test]
async fn a_provider_without_what_it_needs_is_told_and_the_rest_goes_on() {
    for variables in [
        &[("CNOP_INSIGHTS_PROVIDER", "gemini")][..],
        &[("CNOP_INSIGHTS_PROVIDER", "gemini"), ("GOOGLE_GEMINI_API_KEY", "")],
        &[("CNOP_INSIGHTS_PROVIDER", "openai")],
        &[("CNOP_INSIGHTS_PROVIDER", "openai"), ("CNOP_INSIGHTS_URL", "http://127.0.0.1:1/v1")],
    ] {
        let server = DataFolder::new().start_in(&[], variables);
        let user = User::register(&server).await;
        assert_eq!(insight(&ask(&server, &user).await).model, "local-analyst", "of nothing there is nothing to ask");
        user.deposit(1_000).await;
        check_refused(&ask(&server, &user).await, 503, "insights_not_configured", &[]);
        user.buy("BTC", "0.001").await;
        let health = server.client().health().await.unwrap();
        assert_eq!((health.status.as_str(), health.checks.insights.as_str()), ("healthy", "not configured"));
        assert!(server.log().contains("insights are not configured"), "{}", server.log());
    }
}

#[tokio::test]
async fn without_a_key_the_server_writes_itself_and_a_key_goes_over_https_only() {
    let server = DataFolder::new().start_in(&[], &[("GOOGLE_GEMINI_API_KEY", " ")]);
    let user = User::funded(&server, 1_000).await;
    assert_eq!(insight(&ask(&server, &user).await).model, "local-analyst");
    for _ in 0..6 {
        insight(&ask_anew(&server, &user).await);
    }
    check_refused(&ask_anew(&server, &user).await, 429, "insights_rate_limited", &[]);
    for (url, expected) in [
        ("http://example.com/v1", "the key is sent over https only"),
        ("example.com", "is no address"),
        ("http://ada:secret@127.0.0.1", "must not hold a password"),
    ] {
        let variables = [("GOOGLE_GEMINI_API_KEY", KEY), ("CNOP_GEMINI_URL", url)];
        let (status, said) = DataFolder::new().fail_to_start(&[], &variables);
        assert!(!status.success() && said.contains(expected) && !said.contains(KEY), "{said}");
    }
}

#[tokio::test]
async fn a_key_without_its_provider_goes_nowhere_and_is_told_of() {
    let service = Service::new(Kind::OpenAi.says(SAID));
    let url = format!("{}/v1", service.stub.url());
    let variables = [("CNOP_INSIGHTS_URL", &*url), ("CNOP_INSIGHTS_API_KEY", KEY), ("CNOP_INSIGHTS_MODEL", "")];
    let server = DataFolder::new().start_in(&[], &variables);
    let user = User::funded(&server, 1_000).await;
    assert_eq!(insight(&ask(&server, &user).await).model, "local-analyst");
    assert_eq!(service.asked(), 0);
    let log = server.log();
    for variable in ["CNOP_INSIGHTS_URL", "CNOP_INSIGHTS_API_KEY"] {
        assert!(log.contains(&format!("{variable} has no effect")) && !log.contains(KEY), "{log}");
    }
}
