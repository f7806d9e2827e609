//! Google's `generateContent`, as <https://ai.google.dev/api/generate-content> describes it.

use std::time::Duration;

use reqwest::header::HeaderName;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, MAX_TOKENS, TEMPERATURE, TOKENS_OF_THOUGHT, Wire};
use crate::insights::prompt::Prompt;

/// Where Google answers.
pub(crate) const DEFAULT_URL: &str = "https://generativelanguage.googleapis.com/v1beta";
/// Always the newest of its kind.
pub(crate) const DEFAULT_MODEL: &str = "gemini-flash-latest";

/// The wire format.
pub(crate) struct Gemini;

impl Wire for Gemini {
    /// Thoughts are kept short by a level, by a budget of none, or of the least that there is; a model refuses what is not
    /// its own, and the oldest know no thoughts.
    const MANNERS: usize = 4;

    fn path(model: &str) -> Vec<String> {
        // As Google's own list names them.
        let model = model.strip_prefix("models/").unwrap_or(model);
        vec!["models".to_owned(), format!("{model}:generateContent")]
    }

    fn key(key: &str) -> (HeaderName, String) {
        (HeaderName::from_static("x-goog-api-key"), key.to_owned())
    }

    fn question(_model: &str, prompt: &Prompt, manner: usize) -> Value {
        // Thoughts count among the tokens of an answer.
        let tokens = if manner == 1 { MAX_TOKENS } else { MAX_TOKENS + TOKENS_OF_THOUGHT };
        let mut settings = json!({"temperature": TEMPERATURE, "maxOutputTokens": tokens});
        let thoughts = match manner {
            0 => Some(json!({"thinkingLevel": "low"})),
            1 => Some(json!({"thinkingBudget": 0})),
            2 => Some(json!({"thinkingBudget": 128})),
            _ => None,
        };
        if let Some(thoughts) = thoughts {
            settings["thinkingConfig"] = thoughts;
        }
        json!({
            "systemInstruction": {"parts": [{"text": prompt.system}]},
            "contents": [{"role": "user", "parts": [{"text": prompt.user}]}],
            "generationConfig": settings,
        })
    }

    fn wants_other_manners(refusal: &str) -> bool {
        let refusal = refusal.to_ascii_lowercase();
        refusal.contains("thinking") || refusal.contains("budget")
    }

    fn answer(body: &[u8]) -> Option<Answer> {
        let reply: Reply = serde_json::from_slice(body).ok()?;
        if reply.prompt_feedback.is_some_and(|feedback| feedback.block_reason.is_some()) {
            return Some(Answer::Withheld);
        }
        let candidate = reply.candidates.into_iter().next()?;
        let is_whole = match candidate.finish_reason.as_deref() {
            None | Some("STOP" | "FINISH_REASON_UNSPECIFIED") => true,
            Some("MAX_TOKENS") => false,
            Some("SAFETY" | "RECITATION" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII" | "LANGUAGE") => {
                return Some(Answer::Withheld);
            }
            Some(_) => return None,
        };
        let spoken = candidate.content.parts.into_iter().filter(|part| !part.thought);
        Some(Answer::Said { text: spoken.map(|part| part.text).collect(), is_whole })
    }

    fn reasons(refusal: &str) -> Vec<String> {
        let Ok(Refused { error }) = serde_json::from_str(refusal) else { return vec![] };
        let reasons = error.details.into_iter().filter_map(|detail| detail.reason);
        error.status.into_iter().chain(reasons).collect()
    }

    /// Google says it in the body: `"retryDelay": "34s"` among the details.
    fn patience(refusal: &str) -> Option<Duration> {
        let refused: Refused = serde_json::from_str(refusal).ok()?;
        let delay = refused.error.details.into_iter().find_map(|detail| detail.retry_delay)?;
        let seconds: f64 = delay.strip_suffix('s')?.parse().ok()?;
        Duration::try_from_secs_f64(seconds).ok()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reply {
    #[serde(default)]
    candidates: Vec<Candidate>,
    prompt_feedback: Option<Feedback>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Feedback {
    block_reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate {
    /// None where thoughts took all tokens.
    #[serde(default)]
    content: Content,
    finish_reason: Option<String>,
}

#[derive(Default, Deserialize)]
struct Content {
    #[serde(default)]
    parts: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    text: String,
    #[serde(default)]
    thought: bool,
}

#[derive(Deserialize)]
struct Refused {
    error: RefusedError,
}

#[derive(Deserialize)]
struct RefusedError {
    status: Option<String>,
    #[serde(default)]
    details: Vec<Detail>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    reason: Option<String>,
    retry_delay: Option<String>,
}
