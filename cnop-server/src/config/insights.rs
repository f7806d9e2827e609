//! Settings of insights: who writes them.

use clap::{Args, ValueEnum};
use secrecy::SecretString;

use crate::insights::{DEFAULT_MODEL, DEFAULT_URL, Wanted};

/// Who writes insights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InsightsProvider {
    /// A model of Google's where there is a key for it, else the server itself
    Auto,
    /// A model of Google's
    Gemini,
    /// A model behind chat completions: of OpenAI, Groq, Ollama and others
    #[value(name = "openai")]
    OpenAi,
    /// The server itself
    Local,
}

/// Who answers in the place of a model that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InsightsFallback {
    /// Nobody
    None,
    /// The server itself
    Local,
}

/// What insights can be told.
#[derive(Debug, Clone, Args)]
pub struct InsightsSettings {
    /// Who writes what is said of a portfolio
    #[arg(long, env = "CNOP_INSIGHTS_PROVIDER", value_enum, default_value = "auto")]
    pub insights_provider: InsightsProvider,
    /// Which model writes it [default: gemini-flash-latest of Google; none of others]
    #[arg(long, env = "CNOP_INSIGHTS_MODEL", value_name = "MODEL")]
    pub insights_model: Option<String>,
    /// Address of the service of openai, up to before /chat/completions
    #[arg(long, env = "CNOP_INSIGHTS_URL", hide_env_values = true, value_name = "URL")]
    pub insights_url: Option<String>,
    /// Address of Google's service, up to before /models
    #[arg(long, env = "CNOP_GEMINI_URL", hide_env_values = true, value_name = "URL", default_value = DEFAULT_URL)]
    pub gemini_url: String,
    /// Who answers in the place of a model that fails
    #[arg(long, env = "CNOP_INSIGHTS_FALLBACK", value_enum, default_value = "none")]
    pub insights_fallback: InsightsFallback,
    /// Questions to a model that one user may cause an hour (0: any number)
    #[arg(long, env = "CNOP_INSIGHTS_PER_HOUR", value_name = "NUMBER", default_value_t = 30)]
    pub insights_per_hour: u32,
    /// Key of Google
    #[arg(skip)]
    pub gemini_key: Option<SecretString>,
    /// Key of another service
    #[arg(skip)]
    pub insights_key: Option<SecretString>,
}

/// The variable that holds the key of Google. It is no flag: flags are seen by everyone on the machine.
pub const GEMINI_KEY_VARIABLE: &str = "GOOGLE_GEMINI_API_KEY";
/// The variable that holds the key of another service.
pub const INSIGHTS_KEY_VARIABLE: &str = "CNOP_INSIGHTS_API_KEY";

impl InsightsSettings {
    /// The provider with what it needs. What is set and has no effect is told: somebody meant another provider.
    pub(crate) fn wanted(&self) -> Wanted {
        let is_openai = self.insights_provider == InsightsProvider::OpenAi;
        for (name, is_set) in [
            ("CNOP_INSIGHTS_URL", given(&self.insights_url).is_some()),
            (INSIGHTS_KEY_VARIABLE, self.insights_key.is_some()),
        ] {
            if is_set && !is_openai {
                tracing::warn!("{name} has no effect without CNOP_INSIGHTS_PROVIDER=openai");
            }
        }
        match self.insights_provider {
            InsightsProvider::Local => Wanted::Local,
            InsightsProvider::Auto if self.gemini_key.is_none() => Wanted::Local,
            InsightsProvider::Auto | InsightsProvider::Gemini => Wanted::Gemini {
                url: self.gemini_url.clone(),
                model: given(&self.insights_model).unwrap_or_else(|| DEFAULT_MODEL.to_owned()),
                key: self.gemini_key.clone(),
            },
            InsightsProvider::OpenAi => Wanted::OpenAi {
                url: given(&self.insights_url),
                model: given(&self.insights_model),
                key: self.insights_key.clone(),
            },
        }
    }

    /// Whether the server itself answers in the place of a model that fails.
    pub(crate) fn falls_back(&self) -> bool {
        self.insights_fallback == InsightsFallback::Local
    }
}

/// What an empty variable is not.
fn given(value: &Option<String>) -> Option<String> {
    value.as_deref().map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned)
}
