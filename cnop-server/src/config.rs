//! Settings: flags before environment before defaults.

mod guard;
mod insights;
mod market;

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, ValueEnum};
use cnop_core::ledger::Limits;
use cnop_core::money::{DecimalError, Usd};
use cnop_core::user::Username;
use secrecy::SecretString;

pub use guard::GuardSettings;
pub use insights::{GEMINI_KEY_VARIABLE, INSIGHTS_KEY_VARIABLE, InsightsFallback, InsightsProvider, InsightsSettings};
pub(crate) use market::MarketChoice;
pub use market::{COINGECKO_KEY_VARIABLE, MarketSettings, ReplaySpeed, Source};

use crate::ops::RequestLog;
use crate::stream::StreamLimits;

/// Where the data lies.
#[derive(Debug, Clone, Args)]
pub struct DataDir {
    /// Folder that holds the database and secrets [default: cnop/ in the platform's data folder]
    #[arg(long, env = "CNOP_DATA_DIR", value_name = "FOLDER", global = true)]
    pub data_dir: Option<PathBuf>,
}

impl DataDir {
    /// The folder.
    ///
    /// # Errors
    /// Where none was given and the user has no home.
    pub fn path(&self) -> anyhow::Result<PathBuf> {
        use etcetera::BaseStrategy;
        if let Some(folder) = &self.data_dir {
            // The link to the log of today would lead elsewhere from inside the folder.
            return std::path::absolute(folder).context("the data folder");
        }
        let strategy = etcetera::choose_base_strategy().context("no home folder is known; give --data-dir")?;
        Ok(strategy.data_dir().join("cnop"))
    }
}

/// Who may register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Registration {
    /// Everyone
    Open,
    /// Nobody
    Closed,
}

/// What `serve` can be told.
#[derive(Debug, Clone, Args)]
pub struct Settings {
    /// Address to listen on; port 0 takes a free one and prints it
    #[arg(long, env = "CNOP_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Key that signs tokens, at least 32 bytes; made on first start if not given
    #[arg(skip)]
    pub jwt_secret: Option<SecretString>,
    /// Where prices come from
    #[command(flatten)]
    pub market: MarketSettings,
    /// Who writes insights
    #[command(flatten)]
    pub insights: InsightsSettings,
    /// The most a user may deposit a UTC day, in USD
    #[arg(long, env = "DAILY_DEPOSIT_LIMIT", value_name = "USD", value_parser = limit, default_value = "10000")]
    pub daily_deposit_limit: Usd,
    /// The most a user may withdraw a UTC day, in USD
    #[arg(long, env = "DAILY_WITHDRAW_LIMIT", value_name = "USD", value_parser = limit, default_value = "5000")]
    pub daily_withdraw_limit: Usd,
    /// The most an order may be worth, in USD
    #[arg(long, env = "CNOP_MAX_ORDER_VALUE", value_name = "USD", value_parser = limit, default_value = "10000")]
    pub max_order_value: Usd,
    /// Limits, blocks, and whom to trust
    #[command(flatten)]
    pub guard: GuardSettings,
    /// Who may register
    #[arg(long, env = "CNOP_REGISTRATION", value_enum, default_value = "open")]
    pub registration: Registration,
    /// Event streams that a user may have open at a time (0: any number)
    #[arg(long, env = "CNOP_STREAMS_PER_USER", value_name = "NUMBER", default_value_t = 8)]
    pub streams_per_user: u32,
    /// Event streams that one client address may have open at a time (0: any number)
    #[arg(long, env = "CNOP_STREAMS_PER_IP", value_name = "NUMBER", default_value_t = 64)]
    pub streams_per_ip: u32,
    /// Daily files that are kept of the log in logs/ of the data folder (0: no files)
    #[arg(long, env = "CNOP_LOG_DAYS", value_name = "DAYS", default_value_t = 14)]
    pub log_days: u16,
    /// MiB of the log that a day may have; beyond that lines are dropped and counted
    #[arg(long, env = "CNOP_LOG_MIB_A_DAY", value_name = "MIB", default_value_t = 1_024)]
    pub log_mib_a_day: u32,
    /// MiB that are to stay free on the disk: below that nothing more is written, and reads go on (0: no reserve)
    #[arg(long, env = "CNOP_FREE_SPACE_RESERVE_MIB", value_name = "MIB", default_value_t = 256)]
    pub free_space_reserve_mib: u32,
    /// Where requests are noted
    #[arg(skip)]
    pub(crate) request_log: RequestLog,
    /// Administrator who is made on a start that finds none of that name; the password is in CNOP_ADMIN_PASSWORD_FILE
    #[arg(long, env = "CNOP_ADMIN_USERNAME", value_name = "USERNAME", requires = "admin_password_file")]
    pub admin_username: Option<Username>,
    /// File that holds that administrator's password
    #[arg(long, env = "CNOP_ADMIN_PASSWORD_FILE", value_name = "FILE", requires = "admin_username")]
    pub admin_password_file: Option<PathBuf>,
    /// File with the phrases of big red pockets: {"secret_words": [...], "amounts": [...]}
    #[arg(long, env = "CNOP_CNY_PHRASES", value_name = "FILE")]
    pub cny_phrases: Option<PathBuf>,
}

/// An amount of at least 0: 0 allows nothing.
fn limit(text: &str) -> Result<Usd, String> {
    let amount: Usd = text.parse().map_err(|error: DecimalError| error.to_string())?;
    if amount < Usd::ZERO { Err("must not be negative".to_owned()) } else { Ok(amount) }
}

/// The variable that holds the signing key. It is no flag: flags are seen by everyone on the machine.
pub const JWT_SECRET_VARIABLE: &str = "JWT_SECRET_KEY";

impl Settings {
    /// Bytes of the log that a day may have.
    pub(crate) fn log_bytes_a_day(&self) -> u64 {
        u64::from(self.log_mib_a_day) * 1024 * 1024
    }

    /// Bytes that are to stay free on the disk.
    pub(crate) fn reserve_bytes(&self) -> u64 {
        u64::from(self.free_space_reserve_mib) * 1024 * 1024
    }

    /// How many event streams there may be.
    pub(crate) fn stream_limits(&self) -> StreamLimits {
        StreamLimits {
            a_user: NonZeroU32::new(self.streams_per_user),
            an_address: NonZeroU32::new(self.streams_per_ip),
        }
    }

    /// The limits of the ledger.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            daily_deposit: self.daily_deposit_limit,
            daily_withdrawal: self.daily_withdraw_limit,
            max_order_value: self.max_order_value,
        }
    }
}
