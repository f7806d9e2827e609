//! Which provider writes insights.

use anyhow::Context;
use secrecy::SecretString;

use super::model::{Gemini, Model, OpenAi};
use super::provider::{Local, Provider};
use crate::clock::Clock;

/// A provider as it was asked for.
#[derive(Debug, Clone)]
pub(crate) enum Wanted {
    /// The analyst of this server.
    Local,
    /// A model of Google's.
    Gemini {
        /// Where.
        url: String,
        /// Which.
        model: String,
        /// As whom; needed.
        key: Option<SecretString>,
    },
    /// A model behind chat completions.
    OpenAi {
        /// Where; needed.
        url: Option<String>,
        /// Which; needed.
        model: Option<String>,
        /// As whom.
        key: Option<SecretString>,
    },
}

/// Who writes, and how often.
pub(crate) struct Choice {
    /// `None` where it lacks what it needs.
    pub(super) provider: Option<Box<dyn Provider>>,
    /// Whether the local analyst stands in for a model that fails.
    pub(super) falls_back: bool,
    /// Questions that a user may cause an hour; 0 for any number.
    pub(super) questions_an_hour: u32,
}

impl Choice {
    /// That of the settings. What is missing is told, and no reason not to start.
    ///
    /// # Errors
    /// Where an address is none, or a key cannot be sent there.
    pub(crate) fn of(wanted: Wanted, falls_back: bool, questions_an_hour: u32, clock: &Clock) -> anyhow::Result<Self> {
        let provider = provider(wanted, clock).context("insights")?;
        match &provider {
            Ok(provider) if provider.is_dear() => tracing::info!(model = provider.model(), "insights are a model's"),
            Ok(_) => {}
            Err(missing) => tracing::warn!("insights are not configured: {missing}"),
        }
        Ok(Self { provider: provider.ok(), falls_back, questions_an_hour })
    }
}

/// The provider, or what it lacks.
fn provider(wanted: Wanted, clock: &Clock) -> anyhow::Result<Result<Box<dyn Provider>, &'static str>> {
    Ok(Ok(match wanted {
        Wanted::Local => Box::new(Local),
        Wanted::Gemini { key: None, .. } => return Ok(Err("gemini needs a key in GOOGLE_GEMINI_API_KEY")),
        Wanted::Gemini { url, model, key } => {
            Box::new(Model::<Gemini>::new(("CNOP_GEMINI_URL", &url), &model, key.as_ref(), clock.clone())?)
        }
        Wanted::OpenAi { url: None, .. } => return Ok(Err("openai needs an address in CNOP_INSIGHTS_URL")),
        Wanted::OpenAi { model: None, .. } => return Ok(Err("openai needs a model in CNOP_INSIGHTS_MODEL")),
        Wanted::OpenAi { url: Some(url), model: Some(model), key } => {
            Box::new(Model::<OpenAi>::new(("CNOP_INSIGHTS_URL", &url), &model, key.as_ref(), clock.clone())?)
        }
    }))
}
