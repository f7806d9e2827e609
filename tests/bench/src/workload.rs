//! What is sent, and what must come back.

use anyhow::ensure;

use crate::connection::Answer;

/// One kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Workload {
    /// `POST /orders`, each trader in turn.
    PlaceOrder,
    /// `GET /portfolio` of traders with holdings.
    Portfolio,
    /// `GET /orders?limit=50` of traders with a history.
    Orders,
    /// `GET /inventory/assets`.
    Assets,
}

/// A small order: a trader's day of deposits pays for hundreds of thousands.
const ORDER: &str = r#"{"order_type":"market_buy","asset_id":"SHIB","quantity":"1000"}"#;

impl Workload {
    /// The request of one user.
    pub(crate) fn request(self, host: &str, token: &str) -> Vec<u8> {
        let line = match self {
            Self::PlaceOrder => "POST /api/v1/orders",
            Self::Portfolio => "GET /api/v1/portfolio",
            Self::Orders => "GET /api/v1/orders?limit=50",
            Self::Assets => "GET /api/v1/inventory/assets",
        };
        let head = format!("{line} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n");
        let rest = match self {
            Self::PlaceOrder => {
                format!("content-type: application/json\r\ncontent-length: {}\r\n\r\n{ORDER}", ORDER.len())
            }
            _ => "\r\n".to_owned(),
        };
        (head + &rest).into_bytes()
    }

    /// Whether the answer is what it must be. Cheap, or the check would be measured too.
    pub(crate) fn check(self, answer: &Answer<'_>) -> anyhow::Result<()> {
        let (status, beginning, end): (u16, &[u8], &[u8]) = match self {
            Self::PlaceOrder => (201, b"{\"data\":{\"order_id\":\"order_", b"}}"),
            Self::Portfolio => (200, b"{\"assets\":[{\"asset_id\":", b"Z\"}"),
            Self::Orders => (200, b"{\"data\":[{\"order_id\":\"order_", b"}"),
            Self::Assets => (200, b"{\"data\":[{\"asset_id\":\"BTC\"", b"}"),
        };
        let good = answer.status == status && answer.body.starts_with(beginning) && answer.body.ends_with(end);
        ensure!(good, "{self:?} was answered {}: {}", answer.status, String::from_utf8_lossy(answer.body));
        Ok(())
    }
}
