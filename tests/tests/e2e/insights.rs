//! Insights that a model writes: a stub stands in for its service and speaks its wire format.

mod care;
mod services;

use std::sync::{Arc, Mutex};

use cnop_core::api::Insight;
use cnop_tests::{Answer, DataFolder, Reaction, Request, Stub, TestServer, User};
use serde_json::{Value, json};

/// What a good model says.
const SAID: &str = "Half of it is cash. Bitcoin is the rest.";
const KEY: &str = "the-key-of-the-model";

/// A service outside, whose answers can be changed.
struct Service {
    stub: Stub,
    reaction: Arc<Mutex<Reaction>>,
}

/// Which wire format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Gemini,
    OpenAi,
}

const KINDS: [Kind; 2] = [Kind::Gemini, Kind::OpenAi];

impl Kind {
    /// A whole answer in its format.
    fn says(self, text: &str) -> Reaction {
        Reaction::json("200 OK", &self.answer(text, None).to_string())
    }

    /// The body of an answer, and why it ended.
    fn answer(self, text: &str, ended: Option<&str>) -> Value {
        match self {
            Self::Gemini => json!({
                "candidates": [{
                    "content": {"parts": [{"text": text}], "role": "model"},
                    "finishReason": ended.unwrap_or("STOP"), "index": 0,
                }],
                "usageMetadata": {"promptTokenCount": 210, "candidatesTokenCount": 40, "totalTokenCount": 250},
                "modelVersion": "gemini-flash-latest", "responseId": "kQ0",
            }),
            Self::OpenAi => json!({
                "id": "chatcmpl-1", "object": "chat.completion", "created": 1_771_156_800, "model": "a-model",
                "choices": [{
                    "index": 0, "message": {"role": "assistant", "content": text, "refusal": null}, "logprobs": null,
                    "finish_reason": ended.unwrap_or("stop"),
                }],
                "usage": {"prompt_tokens": 210, "completion_tokens": 40, "total_tokens": 250},
            }),
        }
    }
}

impl Service {
    fn new(reaction: Reaction) -> Self {
        let reaction = Arc::new(Mutex::new(reaction));
        let current = Arc::clone(&reaction);
        Self { stub: Stub::start(move |_| current.lock().unwrap().clone()), reaction }
    }

    /// One that looks at each request.
    fn reacting(react: impl Fn(&Request) -> Reaction + Send + Sync + 'static) -> Self {
        Self { stub: Stub::start(react), reaction: Arc::new(Mutex::new(Reaction::HangUp)) }
    }

    fn now(&self, reaction: Reaction) {
        *self.reaction.lock().unwrap() = reaction;
    }

    fn asked(&self) -> usize {
        self.stub.requests().len()
    }

    /// A server that asks it.
    fn server(&self, kind: Kind, flags: &[&str]) -> TestServer {
        self.server_on(&DataFolder::new(), kind, flags)
    }

    fn server_on(&self, folder: &DataFolder, kind: Kind, flags: &[&str]) -> TestServer {
        let base = self.stub.url().to_owned();
        let of_kind = match kind {
            Kind::Gemini => vec![("GOOGLE_GEMINI_API_KEY", KEY)],
            Kind::OpenAi => vec![
                ("CNOP_INSIGHTS_PROVIDER", "openai"),
                ("CNOP_INSIGHTS_MODEL", "a-model"),
                ("CNOP_INSIGHTS_API_KEY", KEY),
            ],
        };
        let (variable, url) = match kind {
            Kind::Gemini => ("CNOP_GEMINI_URL", format!("{base}/v1beta")),
            Kind::OpenAi => ("CNOP_INSIGHTS_URL", format!("{base}/v1/")),
        };
        folder.start_in(flags, &[of_kind, vec![(variable, &*url)]].concat())
    }
}

async fn ask(server: &TestServer, user: &User) -> Answer {
    user.raw(server).get("/insights/portfolio").await
}

async fn ask_anew(server: &TestServer, user: &User) -> Answer {
    user.raw(server).get("/insights/portfolio?refresh=true").await
}

#[track_caller]
fn insight(answer: &Answer) -> Insight {
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    serde_json::from_value(answer.value()["data"].clone()).unwrap()
}
