//! Settings of the market: where prices come from, and how old they may get.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use anyhow::Context;
use clap::{Args, ValueEnum};
use cnop_core::time::Timestamp;
use secrecy::SecretString;

use crate::market::{DEFAULT_URL, ReplaySettings, moment};

/// Where prices come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Source {
    /// A market of its own, the same path after every restart
    Simulated,
    /// History played again, from a folder of CSV files
    Replay,
    /// The prices of coingecko.com
    Coingecko,
}

/// What the market can be told.
#[derive(Debug, Clone, Args)]
pub struct MarketSettings {
    /// Where prices come from
    #[arg(long, env = "CNOP_MARKET", value_enum, default_value = "simulated")]
    pub market: Source,
    /// Which path the simulated market takes; another seed than before begins anew
    #[arg(long, env = "CNOP_MARKET_SEED", value_name = "NUMBER", default_value_t = 20_250_304)]
    pub market_seed: u64,
    /// Age in seconds beyond which a price is stale and nothing trades on it [default: ten intervals of the source]
    #[arg(long, env = "CNOP_MAX_PRICE_AGE_SECONDS", value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_price_age_seconds: Option<u32>,
    /// Folder of the replay: a file an asset, such as BTC.csv, with date|time,open,high,low,close,volume
    #[arg(long, env = "CNOP_REPLAY_FOLDER", value_name = "FOLDER")]
    pub replay_folder: Option<PathBuf>,
    /// Seconds of the replay in a second, such as 86400 for a day; or max: as fast as orders are executed
    #[arg(long, env = "CNOP_REPLAY_SPEED", value_name = "NUMBER", default_value = "3600")]
    pub replay_speed: ReplaySpeed,
    /// Day or time at which the replay begins, such as 2025-03-04 [default: where the files begin]
    #[arg(long, env = "CNOP_REPLAY_FROM", value_name = "TIME", value_parser = moment)]
    pub replay_from: Option<Timestamp>,
    /// Address of CoinGecko's API
    #[arg(long, env = "CNOP_COINGECKO_URL", hide_env_values = true, value_name = "URL", default_value = DEFAULT_URL)]
    pub coingecko_url: String,
    /// Seconds from one question to CoinGecko to the next
    #[arg(long, env = "CNOP_COINGECKO_INTERVAL_SECONDS", value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    pub coingecko_interval_seconds: u32,
    /// Key of a CoinGecko account
    #[arg(skip)]
    pub coingecko_key: Option<SecretString>,
}

/// The variable that holds the key of CoinGecko. It is no flag: flags are seen by everyone on the machine.
pub const COINGECKO_KEY_VARIABLE: &str = "CNOP_COINGECKO_KEY";

/// How fast history is played.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ReplaySpeed {
    /// So many times as fast as it was.
    Times(f64),
    /// As fast as what each price triggers is done.
    Max,
}

impl FromStr for ReplaySpeed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "max" {
            return Ok(Self::Max);
        }
        let times = text.parse().ok().filter(|times: &f64| (0.001..=1e9).contains(times));
        times.map(Self::Times).ok_or_else(|| "must be max, or a number from 0.001 to 1000000000".to_owned())
    }
}

/// A source with what it needs.
pub(crate) enum MarketChoice {
    /// The market's own.
    Simulated {
        /// Which path.
        seed: u64,
    },
    /// Files.
    Replay(ReplaySettings),
    /// A service.
    Coingecko {
        /// Where.
        url: String,
        /// How often.
        interval: Duration,
        /// As whom.
        key: Option<SecretString>,
    },
}

impl MarketSettings {
    /// The source.
    ///
    /// # Errors
    /// Where something that it needs is missing.
    pub(crate) fn choice(&self) -> anyhow::Result<MarketChoice> {
        Ok(match self.market {
            Source::Simulated => MarketChoice::Simulated { seed: self.market_seed },
            Source::Replay => MarketChoice::Replay(ReplaySettings {
                folder: self.replay_folder.clone().context("a replay needs --replay-folder")?,
                speed: self.replay_speed,
                from: self.replay_from,
            }),
            Source::Coingecko => MarketChoice::Coingecko {
                url: self.coingecko_url.clone(),
                interval: Duration::from_secs(self.coingecko_interval_seconds.into()),
                key: self.coingecko_key.clone(),
            },
        })
    }

    /// How old a price may be, where it was said.
    pub(crate) fn max_price_age(&self) -> Option<Duration> {
        self.max_price_age_seconds.map(|seconds| Duration::from_secs(seconds.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_are_numbers_or_max() {
        assert_eq!("max".parse(), Ok(ReplaySpeed::Max));
        assert_eq!("86400".parse(), Ok(ReplaySpeed::Times(86_400.0)));
        assert_eq!("0.5".parse(), Ok(ReplaySpeed::Times(0.5)));
        for text in ["", "0", "-1", "NaN", "inf", "1e10", "fast"] {
            assert!(text.parse::<ReplaySpeed>().is_err(), "{text}");
        }
    }
}
