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
    /// As nearly all models take it, and as those that think before they speak.
    const MANNERS: usize = 2;

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
        if manner == 0 {
            question["temperature"] = TEMPERATURE.into();
            question["max_tokens"] = MAX_TOKENS.into();
        } else {
            question["max_completion_tokens"] = (MAX_TOKENS + TOKENS_OF_THOUGHT).into();
        }
        question
    }

    fn wants_other_manners(refusal: &str) -> bool {
        refusal.contains("max_completion_tokens") || refusal.contains("temperature")
    }

    fn answer(body: &[u8]) -> Option<Answer> {
        let reply: Reply = serde_json::from_slice(body).ok()?;
        let Choice { message, finish_reason } = reply.choices.into_iter().next()?;
        let is_whole = match finish_reason.as_deref() {
            Some("content_filter") => return Some(Answer::Withheld),
            Some("length") => false,
            _ => true,
        };
        match (message.content, message.refusal) {
            (Some(text), None) => Some(Answer::Said { text, is_whole }),
            (_, Some(_)) => Some(Answer::Withheld),
            (None, None) => None,
        }
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
