//! What goes out to each service, and what each of its answers means.

use cnop_tests::{Reaction, User};
use serde_json::{Value, json};

use super::{KEY, KINDS, Kind, SAID, Service, ask, insight};
use crate::problem::check_refused;

/// The one question that a service got, as path and body; its key is checked.
#[track_caller]
fn question(service: &Service, kind: Kind, user: &User) -> (String, Value) {
    let requests = service.stub.requests();
    let [request] = &requests[..] else { panic!("{} requests", requests.len()) };
    let (header, shown) = match kind {
        Kind::Gemini => ("x-goog-api-key", KEY.to_owned()),
        Kind::OpenAi => ("authorization", format!("Bearer {KEY}")),
    };
    assert_eq!(request.header(header), Some(&*shown));
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.text().matches(KEY).count(), 1, "the key is nowhere else");
    // What the user typed when they registered.
    for typed in [user.username.as_str(), "example.com", "Trader"] {
        assert!(!request.text().contains(typed), "{}", request.text());
    }
    (request.route().to_owned(), serde_json::from_str(request.body()).unwrap())
}

/// The parts of a prompt: none holds what the user typed.
#[track_caller]
fn check_prompt(system: &Value, content: &Value) {
    let (system, content) = (system.as_str().unwrap(), content.as_str().unwrap());
    assert!(system.contains("2 to 4 sentences") && system.contains("Advise nothing"), "{system}");
    assert!(content.starts_with("Account: 0 days old, cash ") && content.contains("\nBTC "), "{content}");
    assert!(content.contains("Orders in 7 days: 1.") && content.contains("\n0 buy BTC "), "{content}");
    assert!(!content.contains('@'), "{content}");
}

#[tokio::test]
async fn gemini_is_asked_as_google_documents_it() {
    let service = Service::new(Kind::Gemini.says(SAID));
    let server = service.server(Kind::Gemini, &[]);
    let user = User::funded(&server, 1_000).await;
    user.buy("BTC", "0.001").await;
    let insight = insight(&ask(&server, &user).await);
    assert_eq!((insight.summary.as_str(), insight.model.as_str()), (SAID, "gemini-flash-latest"));
    let (route, body) = question(&service, Kind::Gemini, &user);
    assert_eq!(route, "POST /v1beta/models/gemini-flash-latest:generateContent");
    check_prompt(&body["systemInstruction"]["parts"][0]["text"], &body["contents"][0]["parts"][0]["text"]);
    assert_eq!(body["contents"][0]["role"], "user");
    assert_eq!(
        body["generationConfig"],
        json!({"temperature": 0.7, "maxOutputTokens": 1_174, "thinkingConfig": {"thinkingLevel": "low"}})
    );
    let mut fields: Vec<_> = body.as_object().unwrap().keys().collect();
    fields.sort();
    assert_eq!(fields, ["contents", "generationConfig", "systemInstruction"]);
}

#[tokio::test]
async fn chat_completions_are_asked_as_openai_documents_them() {
    let service = Service::new(Kind::OpenAi.says(SAID));
    let server = service.server(Kind::OpenAi, &[]);
    let user = User::funded(&server, 1_000).await;
    user.buy("BTC", "0.001").await;
    let insight = insight(&ask(&server, &user).await);
    assert_eq!((insight.summary.as_str(), insight.model.as_str()), (SAID, "a-model"));
    let (route, body) = question(&service, Kind::OpenAi, &user);
    assert_eq!(route, "POST /v1/chat/completions");
    let [system, content] = &body["messages"].as_array().unwrap()[..] else { panic!("{body}") };
    assert_eq!((&system["role"], &content["role"]), (&json!("system"), &json!("user")));
    check_prompt(&system["content"], &content["content"]);
    let rest: Vec<_> = ["model", "temperature", "max_tokens", "stream"].map(|field| body[field].clone()).into();
    assert_eq!(rest, [json!("a-model"), json!(0.7), json!(150), json!(false)]);
    assert_eq!(body.as_object().unwrap().len(), 5, "{body}");
}

#[tokio::test]
async fn a_service_on_this_machine_needs_no_key() {
    let service = Service::new(Kind::OpenAi.says(SAID));
    let url = format!("{}/v1", service.stub.url());
    let flags = ["--insights-provider", "openai", "--insights-model", "llama3.2", "--insights-url", &url];
    let server = cnop_tests::TestServer::start_with(&flags);
    let user = User::funded(&server, 1_000).await;
    assert_eq!(insight(&ask(&server, &user).await).model, "llama3.2");
    assert_eq!(service.stub.requests()[0].header("authorization"), None);
}

/// Models of one service take different settings; each is asked as it likes it, and not in vain again.
#[tokio::test]
async fn a_model_that_refuses_a_setting_is_asked_without_it() {
    let refusal = |message: &str| {
        let body = json!({"error": {"code": 400, "message": message, "status": "INVALID_ARGUMENT"}});
        Reaction::json("400 Bad Request", &body.to_string())
    };
    for (kind, refused, message, settings) in [
        (
            Kind::Gemini,
            "thinkingConfig",
            "Thinking level is not supported for this model.",
            json!({"temperature": 0.7, "maxOutputTokens": 1_174}),
        ),
        (
            Kind::OpenAi,
            "max_tokens",
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
            json!(1_174),
        ),
    ] {
        let (refusal, says) = (refusal(message), kind.says(SAID));
        let service = Service::reacting(move |request| match request.body().contains(refused) {
            true => refusal.clone(),
            false => says.clone(),
        });
        let server = service.server(kind, &[]);
        let user = User::funded(&server, 1_000).await;
        assert_eq!(insight(&ask(&server, &user).await).summary, SAID);
        let asked = service.asked();
        let last: Value = serde_json::from_str(service.stub.requests()[asked - 1].body()).unwrap();
        match kind {
            Kind::Gemini => assert_eq!(last["generationConfig"], settings),
            Kind::OpenAi => {
                assert_eq!(last["max_completion_tokens"], settings);
                assert_eq!(last.get("temperature"), None);
            }
        }
        user.buy("ADA", "1").await;
        insight(&ask(&server, &user).await);
        assert_eq!(service.asked(), asked + 1, "it is known by now");
    }
}

#[tokio::test]
async fn every_answer_that_is_none_has_its_code() {
    let limited = json!({"error": {
        "code": 429, "message": "Quota exceeded", "status": "RESOURCE_EXHAUSTED",
        "details": [{"@type": "type.googleapis.com/google.rpc.Help"},
                    {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34.2s"}],
    }});
    let blocked = json!({"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 9}});
    let refused = json!({"choices": [{"message": {"role": "assistant", "content": null, "refusal": "I can't."}}]});
    let only_thoughts = json!({"candidates": [{"content": {"role": "model"}, "finishReason": "MAX_TOKENS"}]});
    let elsewhere = cnop_tests::Stub::always(Reaction::HangUp);
    let ok = |body: &Value| Reaction::json("200 OK", &body.to_string());
    let of_both = |kind: Kind| {
        vec![
            (Reaction::json_with("429 Too Many", "retry-after: 77\r\n", "{}"), 429, "insights_rate_limited", "77"),
            (Reaction::json("429 Too Many Requests", "{}"), 429, "insights_rate_limited", ""),
            (Reaction::json("500 Internal Server Error", "{}"), 502, "insights_failed", ""),
            (Reaction::json_with("503 Busy", "retry-after: 9\r\n", "{}"), 502, "insights_failed", "9"),
            (Reaction::json("401 Unauthorized", "{}"), 502, "insights_failed", ""),
            (Reaction::json("404 Not Found", "{}"), 502, "insights_failed", ""),
            (
                Reaction::json_with("302 Found", &format!("location: {}/\r\n", elsewhere.url()), ""),
                502,
                "insights_failed",
                "",
            ),
            (Reaction::html("200 OK"), 502, "insights_failed", ""),
            (Reaction::json("200 OK", ""), 502, "insights_failed", ""),
            (Reaction::json("200 OK", "{}"), 502, "insights_failed", ""),
            (Reaction::HangUp, 502, "insights_failed", ""),
            (ok(&kind.answer(" \n", None)), 502, "insights_failed", ""),
            (
                Reaction::Endless("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{".to_owned()),
                502,
                "insights_failed",
                "",
            ),
        ]
    };
    let of_gemini = vec![
        (Reaction::json("429 Too Many Requests", &limited.to_string()), 429, "insights_rate_limited", "35"),
        (ok(&blocked), 429, "insights_rate_limited", ""),
        (ok(&Kind::Gemini.answer("Half", Some("SAFETY"))), 429, "insights_rate_limited", ""),
        (ok(&Kind::Gemini.answer("Broken off in", Some("MAX_TOKENS"))), 502, "insights_failed", ""),
        (ok(&only_thoughts), 502, "insights_failed", ""),
    ];
    let of_openai = vec![
        (ok(&Kind::OpenAi.answer("", Some("content_filter"))), 429, "insights_rate_limited", ""),
        (ok(&refused), 429, "insights_rate_limited", ""),
    ];
    for kind in KINDS {
        let own = if kind == Kind::Gemini { &of_gemini } else { &of_openai };
        for (reaction, status, code, retry_after) in of_both(kind).iter().chain(own) {
            // A server of its own: one failure more would have it left alone.
            let service = Service::new(reaction.clone());
            let server = service.server(kind, &[]);
            let user = User::funded(&server, 1_000).await;
            let answer = ask(&server, &user).await;
            check_refused(&answer, *status, code, &[]);
            assert_eq!(answer.header("retry-after"), *retry_after, "{kind:?}: {reaction:?}");
            // Where the room was too small, every manner of asking is tried.
            let questions = if format!("{reaction:?}").contains("MAX_TOKENS") { 4 } else { 1 };
            assert_eq!(service.asked(), questions, "nothing else is asked twice: {reaction:?}");
            assert!(!answer.body.contains(KEY) && !server.log().contains(KEY), "{}", server.log());
        }
    }
    assert!(elsewhere.requests().is_empty(), "nobody was sent there");
}

/// Models of Ollama and others think unless told otherwise, and thoughts take the room of an answer.
#[tokio::test]
async fn a_model_whose_thoughts_took_all_the_room_is_given_more() {
    for kind in KINDS {
        let room = if kind == Kind::Gemini { "thinkingLevel" } else { "\"max_tokens\":150," };
        let ended = if kind == Kind::Gemini { "MAX_TOKENS" } else { "length" };
        let (thinking, says) = (kind.answer("", Some(ended)).to_string(), kind.says(SAID));
        let service = Service::reacting(move |request| match request.body().contains(room) {
            true => Reaction::json("200 OK", &thinking),
            false => says.clone(),
        });
        let server = service.server(kind, &[]);
        let user = User::funded(&server, 1_000).await;
        assert_eq!(insight(&ask(&server, &user).await).summary, SAID);
        assert_eq!(service.asked(), 2);
    }
}

/// `gemini-flash-latest` is another model from time to time.
#[tokio::test]
async fn a_model_that_is_another_one_by_now_is_asked_as_that_one_likes_it() {
    let is_new = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let (changed, says) = (std::sync::Arc::clone(&is_new), Kind::Gemini.says(SAID));
    let refusal =
        r#"{"error":{"code":400,"message":"This thinkingConfig is not for me.","status":"INVALID_ARGUMENT"}}"#;
    let service = Service::reacting(move |request| {
        let wanted = if changed.load(std::sync::atomic::Ordering::SeqCst) { "thinkingLevel" } else { "Budget\":0}" };
        match request.body().contains(wanted) {
            true => says.clone(),
            false => Reaction::json("400 Bad Request", refusal),
        }
    });
    let server = service.server(Kind::Gemini, &[]);
    let user = User::funded(&server, 1_000).await;
    insight(&ask(&server, &user).await);
    assert_eq!(service.asked(), 2);
    is_new.store(true, std::sync::atomic::Ordering::SeqCst);
    user.buy("ADA", "1").await;
    assert_eq!(insight(&ask(&server, &user).await).summary, SAID);
    user.buy("ADA", "1").await;
    let asked = service.asked();
    insight(&ask(&server, &user).await);
    assert_eq!(service.asked(), asked + 1, "it is known by now");
}

#[tokio::test]
async fn the_log_says_why_in_the_words_of_the_service_and_under_the_id_of_the_request() {
    let invalid = json!({"error": {
        "code": 400, "message": format!("API key not valid: {KEY}"), "status": "INVALID_ARGUMENT",
        "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}],
    }});
    let service = Service::new(Reaction::json("400 Bad Request", &invalid.to_string()));
    let server = service.server(Kind::Gemini, &[]);
    let user = User::funded(&server, 1_000).await;
    let answer = ask(&server, &user).await;
    check_refused(&answer, 502, "insights_failed", &[]);
    let id = answer.header("x-request-id").to_owned();
    let file = server.folder().path().join("logs/cnop-server.log");
    let line = cnop_tests::until("the reason", async || {
        let text = std::fs::read_to_string(&file).unwrap();
        text.lines().find(|line| line.contains("API_KEY_INVALID")).map(str::to_owned)
    });
    let line = line.await;
    assert!(line.contains(&id) && !line.contains(KEY), "{line}");
}

#[tokio::test]
async fn an_answer_is_cut_to_whole_sentences_of_plain_text() {
    for kind in KINDS {
        let long = if kind == Kind::Gemini { "MAX_TOKENS" } else { "length" };
        let answer = kind.answer("**One**\u{1b}[31m is.\nTwo is U.S. $3.5! Three breaks o", Some(long));
        let service = Service::new(Reaction::json("200 OK", &answer.to_string()));
        let server = service.server(kind, &[]);
        let user = User::funded(&server, 1_000).await;
        assert_eq!(insight(&ask(&server, &user).await).summary, "One is. Two is U.S. $3.5!");
    }
}

#[tokio::test]
async fn a_model_that_does_not_answer_is_given_up_after_thirty_seconds() {
    let service = Service::new(Reaction::Hold);
    let server = service.server(Kind::OpenAi, &[]);
    let user = User::funded(&server, 1_000).await;
    let begun = std::time::Instant::now();
    let raw = user.raw(&server);
    let asking = tokio::spawn(async move { raw.get("/insights/portfolio").await });
    cnop_tests::until("the question", async || (service.asked() == 1).then_some(())).await;
    // Nothing else waits meanwhile.
    for _ in 0..20 {
        user.buy("ADA", "1").await;
        assert_eq!(server.client().health().await.unwrap().status, "healthy");
    }
    assert!(begun.elapsed().as_secs() < 20 && !asking.is_finished(), "{:?}", begun.elapsed());
    let answer = asking.await.unwrap();
    check_refused(&answer, 504, "insights_timeout", &[]);
    assert!((29..33).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}
