//! Models on somebody's server: one question, one answer, over JSON. Each wire format has a file beside this one.

mod gemini;
mod openai;

use std::marker::PhantomData;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Context;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Response, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::facts::Facts;
use super::prompt::Prompt;
use super::provider::{Provider, Writing};
use super::wording::tidied;
use crate::clock::Clock;
use crate::ops::OutsideError;
use crate::outside::{self, Trouble};

pub(crate) use gemini::{DEFAULT_MODEL, DEFAULT_URL, Gemini};
pub(crate) use openai::OpenAi;

/// Of an answer: 80 words and some to spare.
const MAX_TOKENS: u32 = 150;
/// What thoughts take that are paid like words and count among them.
const TOKENS_OF_THOUGHT: u32 = 1_024;
const TEMPERATURE: f64 = 0.7;
/// An answer of so many tokens has some 2 KiB.
const MAX_BYTES: usize = 256 * 1024;
/// Whoever asks gives up before.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A wire format.
pub(crate) trait Wire: Send + Sync + 'static {
    /// Ways of asking, since models of one service take and refuse different settings; the first is tried first.
    const MANNERS: usize;

    /// What is asked for below the service's address.
    fn path(model: &str) -> Vec<String>;
    /// How a key is shown.
    fn key(key: &str) -> (HeaderName, String);
    /// The body of the question.
    fn question(model: &str, prompt: &Prompt, manner: usize) -> Value;
    /// Whether a refusal means that the model wants to be asked in the next manner.
    fn wants_other_manners(refusal: &str) -> bool;
    /// What an answer says; `None` where it is not what the service documents.
    fn answer(body: &[u8]) -> Option<Answer>;
    /// Why it refused, in the words that its documents list.
    fn reasons(refusal: &str) -> Vec<String>;
    /// For how long a refusal asks to be left alone, where its headers do not say.
    fn patience(refusal: &str) -> Option<Duration>;
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Words, and whether the model came to its end with them.
    Said {
        /// They.
        text: String,
        /// Whether it did.
        is_whole: bool,
    },
    /// The service's filters keep it.
    Withheld,
}

/// A model.
pub(crate) struct Model<W> {
    http: Client,
    url: Url,
    name: String,
    clock: Clock,
    /// The manner that it took last.
    manner: AtomicUsize,
    wire: PhantomData<W>,
}

impl<W: Wire> Model<W> {
    /// The model of this name at a service, whose address stands in the variable `named`.
    ///
    /// # Errors
    /// Where the address is none, or the key cannot be sent or would be in clear text.
    pub(crate) fn new(
        (named, base): (&str, &str),
        name: &str,
        key: Option<&SecretString>,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        let base = base.trim_end_matches('/');
        let is_whole = base.ends_with("/completions") || base.contains(":generateContent");
        anyhow::ensure!(!is_whole, "{named} must end before /chat/completions or /models");
        let mut url = outside::address(named, base, key.is_some())?;
        if outside::is_open_to_others(&url) {
            tracing::warn!("{named} is no https: others on the way can read figures of portfolios");
        }
        url.path_segments_mut()
            .map_err(|()| anyhow::anyhow!("{named} is no address"))?
            .pop_if_empty()
            .extend(W::path(name));
        let headers = key.map(header::<W>).transpose()?;
        let http = outside::client(&url, HeaderMap::from_iter(headers), TIMEOUT)
            .context("setting up the client of insights")?;
        Ok(Self { http, url, name: name.to_owned(), clock, manner: AtomicUsize::new(0), wire: PhantomData })
    }

    /// Asks in the manner that was taken last, and in every other one while the model refuses: there may be another model
    /// behind the name than before.
    async fn ask(&self, prompt: &Prompt) -> Result<String, Trouble> {
        let begin = self.manner.load(Ordering::Relaxed);
        let mut last = None;
        for manner in (begin..begin + W::MANNERS).map(|manner| manner % W::MANNERS) {
            match self.ask_in(manner, prompt).await {
                Ok(text) => {
                    self.manner.store(manner, Ordering::Relaxed);
                    return Ok(text);
                }
                Err(Refusal { trouble, is_about_settings: false }) => return Err(trouble),
                Err(Refusal { trouble, .. }) => last = Some(trouble),
            }
        }
        Err(last.expect("there is a manner"))
    }

    async fn ask_in(&self, manner: usize, prompt: &Prompt) -> Result<String, Refusal> {
        let question = W::question(&self.name, prompt, manner);
        let post = self.http.post(self.url.clone()).header(CONTENT_TYPE, "application/json");
        let asked = post.body(question.to_string()).send().await;
        let response = asked.map_err(|error| outside::failed(&error))?;
        match response.status() {
            StatusCode::OK => read::<W>(&outside::body(response, MAX_BYTES).await?),
            _ => Err(self.refusal(response).await),
        }
    }

    async fn refusal(&self, response: Response) -> Refusal {
        let (status, asked) = (response.status(), outside::retry_after(response.headers(), self.clock.now()));
        // What it says beside its status may be anything, and need not come to an end.
        let body = outside::body(response, MAX_BYTES).await.unwrap_or_default();
        let body = String::from_utf8_lossy(&body);
        let mut trouble = outside::refused(status);
        trouble.retry_after = asked.or_else(|| W::patience(&body));
        if status == StatusCode::NOT_FOUND {
            trouble.reason = format!("there is no model {} there, or the address is another (404)", self.name);
        }
        let reasons: Vec<_> = W::reasons(&body).into_iter().filter(|reason| is_word(reason)).collect();
        if reasons.iter().any(|reason| reason == "content_filter") {
            trouble.error = OutsideError::Withheld;
        }
        if !reasons.is_empty() {
            trouble.reason = format!("{}: {}", trouble.reason, reasons.join(", "));
        }
        let is_about_settings = status == StatusCode::BAD_REQUEST && W::wants_other_manners(&body);
        Refusal { trouble, is_about_settings }
    }
}

struct Refusal {
    trouble: Trouble,
    /// Whether another manner of asking may help.
    is_about_settings: bool,
}

impl From<Trouble> for Refusal {
    fn from(trouble: Trouble) -> Self {
        Self { trouble, is_about_settings: false }
    }
}

/// Whether it is such as `API_KEY_INVALID`; a sentence could quote a key.
fn is_word(reason: &str) -> bool {
    reason.len() <= 64 && reason.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
}

fn header<W: Wire>(key: &SecretString) -> anyhow::Result<(HeaderName, HeaderValue)> {
    let (name, value) = W::key(key.expose_secret());
    let mut value = HeaderValue::from_str(&value).context("the key of the insights is no visible ASCII")?;
    value.set_sensitive(true);
    Ok((name, value))
}

fn read<W: Wire>(body: &[u8]) -> Result<String, Refusal> {
    let invalid = |reason: &str| Trouble::new(OutsideError::Invalid, reason);
    match W::answer(body).ok_or_else(|| invalid("the answer is not what the service documents"))? {
        Answer::Withheld => Err(Trouble::new(OutsideError::Withheld, "the answer was withheld by its filters").into()),
        Answer::Said { text, is_whole } => tidied(&text, is_whole).ok_or_else(|| Refusal {
            trouble: invalid("the answer says nothing"),
            is_about_settings: !is_whole, // Thoughts took all the room that there was.
        }),
    }
}

impl<W: Wire> Provider for Model<W> {
    fn model(&self) -> &str {
        &self.name
    }

    fn is_dear(&self) -> bool {
        true
    }

    fn write<'a>(&'a self, facts: &'a Facts) -> Writing<'a> {
        Box::pin(async { self.ask(&Prompt::of(facts)).await })
    }
}
