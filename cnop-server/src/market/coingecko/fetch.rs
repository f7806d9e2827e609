//! Asks the service for its coins.

use std::time::Duration;

use anyhow::Context;
use cnop_core::time::Timestamp;
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Client, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};

use crate::ops::OutsideError;
use crate::outside::{self, Trouble};

/// The public service.
pub(crate) const DEFAULT_URL: &str = "https://api.coingecko.com/api/v3";
/// The host that paid keys belong to; all others take the key of a free account.
const PAID_HOST: &str = "pro-api.coingecko.com";
/// For a whole answer.
const TIMEOUT: Duration = Duration::from_secs(20);
/// 250 coins are some 250 KiB.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// The largest coins by what all of each is worth, with what the contract shows of them.
const QUERY: &[(&str, &str)] = &[
    ("vs_currency", "usd"),
    ("order", "market_cap_desc"),
    ("per_page", "250"),
    ("page", "1"),
    ("price_change_percentage", "7d,30d"),
];

/// Where coins are asked for.
pub(crate) struct Service {
    http: Client,
    url: Url,
}

impl Service {
    /// `base` is such as [`DEFAULT_URL`].
    ///
    /// # Errors
    /// Where it is no http address, the key cannot be sent or would be in clear text, or https cannot be set up.
    pub(crate) fn new(base: &str, key: Option<&SecretString>) -> anyhow::Result<Self> {
        let mut url = outside::address("CNOP_COINGECKO_URL", base, key.is_some())?;
        url.path_segments_mut()
            .map_err(|()| anyhow::anyhow!("CNOP_COINGECKO_URL is no address"))?
            .pop_if_empty()
            .extend(["coins", "markets"]);
        let http = outside::client(&url, headers(&url, key)?, TIMEOUT).context("setting up the client of CoinGecko")?;
        url.query_pairs_mut().extend_pairs(QUERY);
        Ok(Self { http, url })
    }

    /// The body of a good answer.
    ///
    /// # Errors
    /// [`Trouble`] for every other.
    pub(super) async fn fetch(&self, now: Timestamp) -> Result<String, Trouble> {
        let response = self.http.get(self.url.clone()).send().await.map_err(|error| outside::failed(&error))?;
        let status = response.status();
        if status != StatusCode::OK {
            let retry_after = outside::retry_after(response.headers(), now);
            return Err(Trouble { retry_after, ..outside::refused(status) });
        }
        String::from_utf8(outside::body(response, MAX_BYTES).await?)
            .map_err(|_| Trouble::new(OutsideError::Invalid, "the answer is not text"))
    }
}

fn headers(url: &Url, key: Option<&SecretString>) -> anyhow::Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    if let Some(key) = key {
        let name = if url.host_str() == Some(PAID_HOST) { "x-cg-pro-api-key" } else { "x-cg-demo-api-key" };
        let mut value =
            HeaderValue::from_str(key.expose_secret()).context("the key of CoinGecko is no visible ASCII")?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_that_of_the_coins() {
        let expected = "https://example.com/api/v3/coins/markets?vs_currency=usd&order=market_cap_desc&per_page=250&page=1\
                        &price_change_percentage=7d%2C30d";
        for base in ["https://example.com/api/v3", "https://example.com/api/v3/"] {
            let url: Url = Service::new(&base.replace("https", "http"), None).unwrap().url;
            assert_eq!(url.as_str(), expected.replace("https", "http"));
        }
    }

    #[test]
    fn a_key_goes_where_it_belongs_and_into_no_message() {
        let key = "CG-secret".to_owned().into();
        let name = |base: &str| {
            let headers = headers(&base.parse().unwrap(), Some(&key)).unwrap();
            assert!(!format!("{headers:?}").contains("secret"));
            headers.keys().map(|name| name.to_string()).find(|name| name.starts_with("x-cg")).unwrap()
        };
        assert_eq!(name(DEFAULT_URL), "x-cg-demo-api-key");
        assert_eq!(name("https://pro-api.coingecko.com/api/v3"), "x-cg-pro-api-key");
    }
}
