//! `--limit` and `--expires`: what makes an order wait for its price.

use clap::Args;
use cnop_core::asset_id::AssetId;
use cnop_core::money::{OrderQuantity, Price};
use cnop_core::order::{LimitTerms, MAX_LIFE_MS};
use cnop_core::time::Timestamp;

use crate::clock;
use crate::failure::Failure;
use crate::moment::Expiry;
use crate::moves::KeyArgs;

/// What it waits for, and how long.
#[derive(Debug, Args)]
pub(super) struct LimitArgs {
    /// Wait for this price, or one that is better for you, in US dollars
    #[arg(long, value_name = "PRICE", allow_negative_numbers = true)]
    limit: Option<Price>,
    /// With --limit: give up after 90m, 12h, 7d or 2w, or at a day or a time [default: 30d]
    #[arg(long, value_name = "WHEN", requires = "limit", allow_hyphen_values = true)]
    expires: Option<Expiry>,
}

impl LimitArgs {
    /// What is asked of the server; `None` where the order takes the market price.
    pub(super) fn terms(
        &self,
        asset_id: AssetId,
        quantity: OrderQuantity,
        key: &KeyArgs,
    ) -> Result<Option<LimitTerms>, Failure> {
        let Some(price) = self.limit else { return Ok(None) };
        let expires_at = self.expires.map(|expires| expiry(expires, clock::now(), key.is_given())).transpose()?;
        Ok(Some(LimitTerms { asset_id, quantity, price, expires_at }))
    }
}

/// The server would refuse it as well, but not tell which option was meant.
fn expiry(expires: Expiry, now: Timestamp, will_be_repeated: bool) -> Result<Timestamp, Failure> {
    if will_be_repeated && matches!(expires, Expiry::After(_)) {
        return Err(usage(
            "`--expires` means another moment each time the line is repeated, and so would be another order",
            "with `--idempotency-key` give a day or a time, such as `--expires 2026-03-01`",
        ));
    }
    let moment = expires.from(now);
    if moment <= now {
        return Err(usage("`--expires` is in the past", "give a time ahead, such as `--expires 7d`"));
    }
    if moment > now.plus_millis(MAX_LIFE_MS) {
        return Err(usage("`--expires` is too far ahead", "an order waits for a year at most: `--expires 365d`"));
    }
    Ok(moment)
}

fn usage(message: &str, hint: &str) -> Failure {
    Failure::Usage { message: message.to_owned(), hint: hint.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_gives_up_within_a_year_and_at_the_same_time_however_often_it_is_sent() {
        let now: Timestamp = "2026-02-15T08:00:00Z".parse().unwrap();
        let check = |text: &str, will_be_repeated| expiry(text.parse().unwrap(), now, will_be_repeated).is_ok();
        assert!(check("1m", false) && check("365d", false) && check("2026-02-15T08:00:01Z", false));
        assert!(!check("366d", false) && !check("2026-02-15T08:00:00Z", false) && !check("2026-02-15", false));
        assert!(check("2026-03-01", true) && !check("7d", true));
    }
}
