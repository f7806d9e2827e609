//! Candles: how a price went, one interval after the other.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::money::{Figure, Number, Price};
use crate::time::Timestamp;

/// How long a candle lasts. Each begins at a whole multiple of its length since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Interval {
    /// A minute.
    M1,
    /// Five minutes.
    M5,
    /// A quarter of an hour.
    M15,
    /// An hour.
    H1,
    /// Four hours.
    H4,
    /// A UTC day.
    D1,
}

/// How a price went in one interval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Candle {
    /// When it begins.
    pub time: Timestamp,
    /// The first price.
    pub open: Number<Price>,
    /// The highest.
    pub high: Number<Price>,
    /// The lowest.
    pub low: Number<Price>,
    /// The last.
    pub close: Number<Price>,
    /// How much was traded, in USD; `None` where the source does not say.
    pub volume: Option<Figure>,
}

/// `GET /inventory/assets/{asset_id}/candles`, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CandleList {
    /// The candles.
    pub data: Vec<Candle>,
    /// How long each lasts.
    pub interval: Interval,
}

impl Interval {
    /// Every length, the shortest first.
    pub const ALL: [Self; 6] = [Self::M1, Self::M5, Self::M15, Self::H1, Self::H4, Self::D1];

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::M1 => "1m",
            Self::M5 => "5m",
            Self::M15 => "15m",
            Self::H1 => "1h",
            Self::H4 => "4h",
            Self::D1 => "1d",
        }
    }

    /// Its length in milliseconds.
    pub fn as_millis(self) -> i64 {
        let minutes = match self {
            Self::M1 => 1,
            Self::M5 => 5,
            Self::M15 => 15,
            Self::H1 => 60,
            Self::H4 => 240,
            Self::D1 => 1_440,
        };
        minutes * 60 * Timestamp::SECOND_MS
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

impl FromStr for Interval {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|interval| interval.as_str() == text);
        known.ok_or_else(|| "must be one of 1m, 5m, 15m, 1h, 4h, 1d".to_owned())
    }
}

impl TryFrom<String> for Interval {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Interval> for &'static str {
    fn from(interval: Interval) -> Self {
        interval.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_interval_has_its_word_and_its_length() {
        for (text, minutes) in [("1m", 1), ("5m", 5), ("15m", 15), ("1h", 60), ("4h", 240), ("1d", 1_440)] {
            let interval: Interval = text.parse().unwrap();
            assert_eq!((interval.to_string().as_str(), interval.as_millis()), (text, minutes * 60_000));
            assert_eq!(serde_json::to_string(&interval).unwrap(), format!("\"{text}\""));
        }
        assert_eq!("2m".parse::<Interval>(), Err("must be one of 1m, 5m, 15m, 1h, 4h, 1d".to_owned()));
        assert_eq!(Interval::ALL.map(Interval::as_str).join(", "), "1m, 5m, 15m, 1h, 4h, 1d");
    }

    #[test]
    fn a_candle_keeps_every_digit() {
        let json = r#"{"time":"2026-02-15T08:00:00.000Z","open":0.000012967312,"high":0.00002,"low":0.00001,"close":0.0000125,"volume":null}"#;
        let candle: Candle = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&candle).unwrap(), json);
    }
}
