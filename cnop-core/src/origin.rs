//! Which server a client talks to.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use reqwest::Url;
use serde::{Deserialize, Serialize};

/// Scheme, host and port of a server, in one canonical form, such as `http://127.0.0.1:8080`.
///
/// Two spellings of one origin are equal; two names of one machine (`localhost`, `127.0.0.1`) are not.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Origin(String);

/// The text does not name a server and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be http:// or https://, a host and perhaps a port, such as http://127.0.0.1:8080")]
pub struct InvalidOrigin;

impl Origin {
    /// Its text, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a secret may travel to it unseen: over TLS, or without leaving this machine.
    pub fn is_confidential(&self) -> bool {
        self.is_https() || self.is_loopback()
    }

    pub(super) fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// Its root, to which a request adds its path.
    pub(super) fn url(&self) -> Url {
        Url::parse(&self.0).expect("an origin was parsed from a URL")
    }

    fn is_loopback(&self) -> bool {
        let url = self.url();
        let host = url.host_str().unwrap_or_default();
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        host == "localhost" || address.is_ok_and(|address| address.to_canonical().is_loopback())
    }
}

impl FromStr for Origin {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        let url = Url::parse(text).map_err(|_| InvalidOrigin)?;
        let web = matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
        // `http://127.0.0.1:8080@example.com` names example.com, whatever it looks like.
        let anonymous = url.username().is_empty() && url.password().is_none();
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        (web && anonymous && bare).then(|| Self(url.origin().ascii_serialization())).ok_or(InvalidOrigin)
    }
}

impl TryFrom<String> for Origin {
    type Error = InvalidOrigin;

    fn try_from(text: String) -> Result<Self, InvalidOrigin> {
        text.parse()
    }
}

impl From<Origin> for String {
    fn from(origin: Origin) -> Self {
        origin.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, canonical: &str, confidential: bool) {
        let origin: Origin = text.parse().unwrap();
        assert_eq!((origin.as_str(), origin.is_confidential()), (canonical, confidential), "{text}");
        assert_eq!(origin.as_str().parse(), Ok(origin));
    }

    #[test]
    fn every_spelling_of_an_origin_is_one_origin() {
        check("http://127.0.0.1:8080", "http://127.0.0.1:8080", true);
        check("HTTP://LocalHost:80/", "http://localhost", true);
        check("http://127.1:8080", "http://127.0.0.1:8080", true);
        check("http://[::1]:8080", "http://[::1]:8080", true);
        check("http://[::ffff:127.0.0.1]", "http://[::ffff:7f00:1]", true);
        check("https://cnop.example:443", "https://cnop.example", true);
    }

    #[test]
    fn plain_http_is_confidential_on_this_machine_only() {
        check("http://cnop.example", "http://cnop.example", false);
        check("http://127.0.0.1.example", "http://127.0.0.1.example", false);
        check("http://localhost.example", "http://localhost.example", false);
        check("http://10.0.0.7:8080", "http://10.0.0.7:8080", false);
        check("http://0.0.0.0:8080", "http://0.0.0.0:8080", false);
        check("http://[2001:db8::1]", "http://[2001:db8::1]", false);
    }

    #[test]
    fn what_names_more_or_less_than_a_server_is_refused() {
        for text in [
            "",
            "127.0.0.1:8080",
            "localhost:8080",
            "ftp://cnop.example",
            "file:///etc/passwd",
            "http://",
            "http://cnop.example/api/v1",
            "http://cnop.example?x=1",
            "http://cnop.example#x",
            "http://ada@cnop.example",
            "http://127.0.0.1:8080@cnop.example",
            "http://cnop.example:99999",
        ] {
            assert_eq!(text.parse::<Origin>(), Err(InvalidOrigin), "{text}");
        }
    }
}
