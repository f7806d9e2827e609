//! Reads an answer of `/coins/markets`, whole or not at all.

use cnop_core::money::Figure;
use cnop_core::time::Timestamp;
use serde::{Deserialize, Deserializer};

use crate::ops::OutsideError;
use crate::outside::Trouble;

/// So much of a bad answer is shown in the log.
const SHOWN: usize = 60;

/// A coin as it stands in the answer. What is `null` is unknown; the first few fields must be there.
#[derive(Debug, Deserialize)]
pub(super) struct Coin {
    pub(super) id: String,
    pub(super) symbol: String,
    pub(super) name: String,
    #[serde(deserialize_with = "nullable")]
    pub(super) current_price: Option<Figure>,
    #[serde(deserialize_with = "nullable")]
    pub(super) market_cap_rank: Option<u32>,
    #[serde(deserialize_with = "nullable")]
    pub(super) total_volume: Option<Figure>,
    pub(super) image: Option<String>,
    pub(super) high_24h: Option<Figure>,
    pub(super) low_24h: Option<Figure>,
    pub(super) price_change_percentage_24h: Option<Figure>,
    pub(super) price_change_percentage_7d_in_currency: Option<Figure>,
    pub(super) price_change_percentage_30d_in_currency: Option<Figure>,
    pub(super) circulating_supply: Option<Figure>,
    pub(super) total_supply: Option<Figure>,
    pub(super) max_supply: Option<Figure>,
    pub(super) ath: Option<Figure>,
    pub(super) ath_date: Option<Timestamp>,
    pub(super) atl: Option<Figure>,
    pub(super) atl_date: Option<Timestamp>,
    pub(super) last_updated: Option<Timestamp>,
}

/// A field that must be there, if only as `null`: the deriving macro takes an absent one for `null` otherwise.
fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

/// The coins of an answer, at least one.
///
/// # Errors
/// [`Trouble`] saying what is wrong with it, and how it begins.
pub(super) fn read_answer(text: &str) -> Result<Vec<Coin>, Trouble> {
    let begins = || text.chars().take(SHOWN).collect::<String>();
    let coins: Vec<Coin> = serde_json::from_str(text).map_err(|error| {
        Trouble::new(
            OutsideError::Invalid,
            format!("the answer is not a list of coins ({error}); it begins {:?}", begins()),
        )
    })?;
    let zero = Figure::from_units(0, 0);
    if let Some(coin) = coins.iter().find(|coin| coin.current_price < zero && coin.current_price.is_some()) {
        return Err(Trouble::new(OutsideError::Invalid, format!("the answer has a negative price, of {:?}", coin.id)));
    }
    if coins.is_empty() { Err(Trouble::new(OutsideError::Invalid, "the answer has no coins")) } else { Ok(coins) }
}
