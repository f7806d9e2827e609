//! Asks the service: one host, no redirects, bounded in time and size.

use std::net::IpAddr;
use std::time::Duration;

use anyhow::Context;
use cnop_core::time::Timestamp;
use reqwest::header::{ACCEPT, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};

use crate::market::provider::Trouble;
use crate::ops::OutsideError;

/// The public service.
pub(crate) const DEFAULT_URL: &str = "https://api.coingecko.com/api/v3";
/// The host that paid keys belong to; all others take the key of a free account.
const PAID_HOST: &str = "pro-api.coingecko.com";
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
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
        let mut url: Url = base.parse().with_context(|| format!("{base:?} is no address"))?;
        anyhow::ensure!(matches!(url.scheme(), "https" | "http"), "{base:?} must begin with https:// or http://");
        anyhow::ensure!(url.username().is_empty() && url.password().is_none(), "the address must not hold a password");
        let is_private = url.scheme() == "https" || is_loopback(&url);
        anyhow::ensure!(key.is_none() || is_private, "the key is sent over https only, not to {base:?}");
        url.set_query(None);
        url.path_segments_mut()
            .map_err(|()| anyhow::anyhow!("{base:?} is no address"))?
            .pop_if_empty()
            .extend(["coins", "markets"]);
        let mut http = Client::builder()
            .user_agent(concat!("cnop-server/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers(&url, key)?)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .redirect(Policy::none());
        if url.scheme() == "http" {
            http = http.tls_certs_only([]).no_proxy(); // Needs no certificates, and no proxy is to read along.
        }
        url.query_pairs_mut().extend_pairs(QUERY);
        Ok(Self { http: http.build().context("setting up the client of CoinGecko")?, url })
    }

    /// The body of a good answer.
    ///
    /// # Errors
    /// [`Trouble`] for every other.
    pub(super) async fn fetch(&self, now: Timestamp) -> Result<String, Trouble> {
        let response = self.http.get(self.url.clone()).send().await.map_err(|error| failed(&error))?;
        let status = response.status();
        if status != StatusCode::OK {
            let limited = status == StatusCode::TOO_MANY_REQUESTS;
            let error = if limited { OutsideError::RateLimited } else { OutsideError::Status };
            return Err(Trouble {
                retry_after: retry_after(response.headers(), now),
                ..Trouble::new(error, refusal(status))
            });
        }
        String::from_utf8(body(response).await?)
            .map_err(|_| Trouble::new(OutsideError::Invalid, "the answer is not text"))
    }
}

/// Whether it does not leave this machine.
fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

fn headers(url: &Url, key: Option<&SecretString>) -> anyhow::Result<HeaderMap> {
    let mut headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
    if let Some(key) = key {
        let name = if url.host_str() == Some(PAID_HOST) { "x-cg-pro-api-key" } else { "x-cg-demo-api-key" };
        let mut value =
            HeaderValue::from_str(key.expose_secret()).context("the key of CoinGecko is no visible ASCII")?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(headers)
}

async fn body(mut response: Response) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))? {
        if bytes.len() + chunk.len() > MAX_BYTES {
            return Err(Trouble::new(
                OutsideError::Invalid,
                format!("the answer is longer than {} MiB", MAX_BYTES / 1024 / 1024),
            ));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn refusal(status: StatusCode) -> String {
    match status {
        StatusCode::TOO_MANY_REQUESTS => "asked too often (429)".to_owned(),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => format!("refused with {status}; is the key right?"),
        status if status.is_redirection() => format!("redirected with {status}, which is not followed"),
        status => format!("answered {status}"),
    }
}

/// Seconds or a date (RFC 9110 §10.2.3).
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?;
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX))); // Beyond all numbers is long too.
    }
    let millis = Timestamp::from_http_date(text)?.as_millis() - now.as_millis();
    Some(Duration::from_millis(millis.try_into().unwrap_or(0)))
}

/// The innermost reason, which is what can be acted on; never the address, which the operator knows.
fn failed(error: &reqwest::Error) -> Trouble {
    if error.is_timeout() {
        return Trouble::new(OutsideError::Timeout, "no answer in time");
    }
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    Trouble::new(OutsideError::Unreachable, format!("not reached: {innermost}"))
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
        for base in ["", "example.com", "ftp://example.com", "file:///etc", "http://ada:secret@example.com"] {
            assert!(Service::new(base, None).is_err(), "{base}");
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
        for (base, is_sent) in [
            ("http://127.0.0.1:1", true),
            ("http://[::1]:1", true),
            ("http://localhost", true),
            ("http://api.coingecko.com", false),
            ("http://127.0.0.1.example.com", false),
        ] {
            assert_eq!(Service::new(base, Some(&key)).is_ok(), is_sent, "{base}");
            assert!(Service::new(base, None).is_ok(), "{base}");
        }
    }

    #[test]
    fn a_time_to_come_back_is_seconds_or_a_date() {
        let now = "1994-11-06T08:49:00Z".parse().unwrap();
        let read = |text: &'static str| {
            retry_after(&HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(text))]), now)
        };
        assert_eq!(read("120"), Some(Duration::from_secs(120)));
        assert_eq!(read("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::from_secs(37)));
        assert_eq!(read("Sun, 06 Nov 1994 08:48:37 GMT"), Some(Duration::ZERO));
        assert_eq!(read("99999999999999999999"), Some(Duration::from_secs(u64::MAX)));
        assert_eq!((read("soon"), read(""), read("-1")), (None, None, None));
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }
}
