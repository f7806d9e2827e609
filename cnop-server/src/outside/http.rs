//! The HTTP that all questions share.

use std::net::IpAddr;
use std::time::Duration;

use anyhow::Context;
use cnop_core::time::Timestamp;
use reqwest::header::{ACCEPT, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};

use super::Trouble;
use crate::ops::OutsideError;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The address of a service, from the variable `named`. `has_key` is whether a key is shown there, which is not to be read
/// on the way.
///
/// # Errors
/// Where it is none, holds a password or a query, or would carry a key in clear text. What it says repeats nothing of it:
/// a password may stand in it.
pub(crate) fn address(named: &str, text: &str, has_key: bool) -> anyhow::Result<Url> {
    let url: Url = text.parse().with_context(|| format!("{named} is no address"))?;
    anyhow::ensure!(matches!(url.scheme(), "https" | "http"), "{named} must begin with https:// or http://");
    anyhow::ensure!(url.username().is_empty() && url.password().is_none(), "{named} must not hold a password");
    anyhow::ensure!(url.query().is_none() && url.fragment().is_none(), "{named} must end with a path: no ? and no #");
    anyhow::ensure!(
        !has_key || !is_open_to_others(&url),
        "{named}: the key is sent over https only, or to this machine"
    );
    Ok(url)
}

/// Whether others on the way can read along.
pub(crate) fn is_open_to_others(url: &Url) -> bool {
    !is_https(url) && !is_loopback(url)
}

fn is_https(url: &Url) -> bool {
    url.scheme() == "https"
}

/// Whether it does not leave this machine.
fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// A client for one service. `timeout` is for a whole answer.
///
/// # Errors
/// Where https cannot be set up.
pub(crate) fn client(url: &Url, mut headers: HeaderMap, timeout: Duration) -> reqwest::Result<Client> {
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let mut client = Client::builder()
        .user_agent(concat!("cnop-server/", env!("CARGO_PKG_VERSION")))
        .default_headers(headers)
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(timeout)
        .redirect(Policy::none())
        // Questions are far between: a connection that is kept would be closed at the other end by then.
        .pool_max_idle_per_host(0);
    if !is_https(url) {
        client = client.tls_certs_only([]).no_proxy(); // Needs no certificates, and no proxy is to read along.
    }
    client.build()
}

/// The whole body of an answer.
///
/// # Errors
/// [`Trouble`] where it breaks off, or is longer than `most` bytes.
pub(crate) async fn body(mut response: Response, most: usize) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))? {
        if bytes.len() + chunk.len() > most {
            let reason = format!("the answer is longer than {} KiB", most / 1024);
            return Err(Trouble::new(OutsideError::Invalid, reason));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// What an answer of this status means, which is not 200.
pub(crate) fn refused(status: StatusCode) -> Trouble {
    let (error, reason) = match status {
        StatusCode::TOO_MANY_REQUESTS => (OutsideError::RateLimited, "asked too often (429)".to_owned()),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            (OutsideError::Status, format!("refused with {status}; is the key right?"))
        }
        status if status.is_redirection() => {
            (OutsideError::Status, format!("redirected with {status}, which is not followed"))
        }
        status => (OutsideError::Status, format!("answered {status}")),
    };
    Trouble::new(error, reason)
}

/// For how long a service wants to be left alone: seconds or a date (RFC 9110 §10.2.3).
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?;
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX))); // Beyond all numbers is long too.
    }
    let millis = Timestamp::from_http_date(text)?.as_millis() - now.as_millis();
    Some(Duration::from_millis(millis.try_into().unwrap_or(0)))
}

/// What went wrong on the way: the innermost reason, which is what can be acted on; never the address, which the operator knows.
pub(crate) fn failed(error: &reqwest::Error) -> Trouble {
    // Who cannot even be reached is at the wrong address rather than slow.
    if error.is_timeout() && !error.is_connect() {
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
    fn an_address_is_http_and_holds_no_password() {
        for text in [
            "",
            "secret.example.com",
            "ftp://secret.example.com",
            "file:///secret",
            "http://ada:secret@example.com",
            "http://ada:secret@",
            "ada:secret@example.com/v1",
            "https://example.com/v1?key=secret",
            "https://example.com/v1#secret",
        ] {
            let said = format!("{:#}", address("CNOP_A_URL", text, true).unwrap_err());
            assert!(said.contains("CNOP_A_URL") && !said.contains("secret"), "{text}: {said}");
        }
        assert_eq!(address("CNOP_A_URL", "http://example.com/v1", false).unwrap().as_str(), "http://example.com/v1");
    }

    #[test]
    fn a_key_goes_over_https_or_stays_on_this_machine() {
        for (base, is_sent) in [
            ("https://example.com", true),
            ("http://127.0.0.1:1", true),
            ("http://[::1]:1", true),
            ("http://localhost", true),
            ("http://api.coingecko.com", false),
            ("http://127.0.0.1.example.com", false),
        ] {
            assert_eq!(address("CNOP_A_URL", base, true).is_ok(), is_sent, "{base}");
            assert!(address("CNOP_A_URL", base, false).is_ok(), "{base}");
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
