//! Chat completions, as <https://platform.openai.com/docs/api-reference/chat> describes them and many servers speak them.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderName};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, MAX_TOKENS, TEMPERATURE, TOKENS_OF_THOUGHT, Wire};
use crate::insights::prompt::Prompt;

/// The wire format.
pub(crate) struct OpenAi;

impl Wire for OpenAi {
    /// As nearly all models take it; with room for thoughts, which models of Ollama and others have by themselves; and
    /// as OpenAI's own models take it that think, which refuse a temperature.
    const MANNERS: usize = 4;

    fn path(_model: &str) -> Vec<String> {
        vec!["chat".to_owned(), "completions".to_owned()]
    }

    fn key(key: &str) -> (HeaderName, String) {
        (AUTHORIZATION, format!("Bearer {key}"))
    }

    fn question(model: &str, prompt: &Prompt, manner: usize) -> Value {
        let mut question = json!({
            "model": model,
            "messages": [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}],
            "stream": false,
        });
        let (limit, tokens) = match manner {
            0 => ("max_tokens", MAX_TOKENS),
            1 => ("max_tokens", MAX_TOKENS + TOKENS_OF_THOUGHT),
            _ => ("max_completion_tokens", MAX_TOKENS + TOKENS_OF_THOUGHT),
        };
        question[limit] = tokens.into();
        if manner < 2 {
            question["temperature"] = TEMPERATURE.into();
        }
        if matches!(manner, 1 | 2) {
            question["reasoning_effort"] = "low".into();
        }
        question
    }

    fn wants_other_manners(refusal: &str) -> bool {
        ["max_tokens", "max_completion_tokens", "temperature", "reasoning"].iter().any(|word| refusal.contains(word))
    }

    fn answer(body: &[u8]) -> Option<Answer> {
        let reply: Reply = serde_json::from_slice(body).ok()?;
        let Choice { message, finish_reason } = reply.choices.into_iter().next()?;
        let is_whole = match finish_reason.as_deref() {
            Some("content_filter") => return Some(Answer::Withheld),
            Some("length") => false,
            _ => true,
        };
        if message.refusal.is_some_and(|refusal| !refusal.is_empty()) {
            return Some(Answer::Withheld);
        }
        match message.content {
            Some(text) => Some(Answer::Said { text, is_whole }),
            // Thoughts took all the room.
            None if !is_whole => Some(Answer::Said { text: String::new(), is_whole }),
            None => None,
        }
    }

    fn reasons(refusal: &str) -> Vec<String> {
        let refused: Option<Refused> = serde_json::from_str(refusal).ok();
        let error = refused.map(|refused| refused.error);
        error.map_or_else(Vec::new, |error| [error.code, error.kind].into_iter().flatten().collect())
    }

    /// It is in the headers.
    fn patience(_refusal: &str) -> Option<Duration> {
        None
    }
}

#[derive(Deserialize)]
struct Reply {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
    refusal: Option<String>,
}

#[derive(Deserialize)]
struct Refused {
    error: RefusedError,
}

#[derive(Deserialize)]
struct RefusedError {
    code: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}
