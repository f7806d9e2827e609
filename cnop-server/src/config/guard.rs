//! Settings of what keeps strangers from hurting the server, and of what it keeps of them.

use std::net::IpAddr;
use std::num::NonZeroU32;

use axum::http::HeaderValue;
use clap::Args;
use cnop_core::time::Timestamp;
use ipnet::IpNet;

use crate::connections::ConnectionLimits;
use crate::guard::LoginLimits;

/// Limits, blocks, and whom to trust.
#[derive(Debug, Clone, Args)]
pub struct GuardSettings {
    /// Requests that one client address may send a minute (0: any number)
    #[arg(long, env = "CNOP_RATE_LIMIT_PER_MINUTE", value_name = "NUMBER", default_value_t = 10_000)]
    pub rate_limit_per_minute: u32,
    /// Requests that change something that one user may send a minute (0: any number)
    #[arg(long, env = "CNOP_USER_WRITES_PER_MINUTE", value_name = "NUMBER", default_value_t = 3_000)]
    pub user_writes_per_minute: u32,
    /// Users that may be registered from one client address an hour, this machine excepted (0: any number)
    #[arg(long, env = "CNOP_REGISTRATIONS_PER_HOUR", value_name = "NUMBER", default_value_t = 60)]
    pub registrations_per_hour: u32,
    /// Failed logins from one client address that block it (0: never)
    #[arg(long, env = "CNOP_FAILED_LOGIN_LIMIT", value_name = "NUMBER", default_value_t = 5)]
    pub failed_login_limit: u32,
    /// The span in which failed logins count together
    #[arg(long, env = "CNOP_FAILED_LOGIN_WINDOW_SECONDS", value_name = "SECONDS", default_value_t = 86_400,
        value_parser = clap::value_parser!(u32).range(1..=31_536_000))]
    pub failed_login_window_seconds: u32,
    /// How long an address is blocked after that
    #[arg(long, env = "CNOP_BLOCK_SECONDS", value_name = "SECONDS", default_value_t = 300,
        value_parser = clap::value_parser!(u32).range(1..=31_536_000))]
    pub block_seconds: u32,
    /// Reverse proxies whose X-Forwarded-For is believed: addresses or networks, with commas between them [default: none]
    #[arg(long, env = "CNOP_TRUSTED_PROXIES", value_name = "NETWORKS", value_delimiter = ',', value_parser = network)]
    pub trusted_proxies: Vec<IpNet>,
    /// Web pages whose scripts may use the API: origins, with commas between them, or * for all
    #[arg(long, env = "CNOP_CORS_ORIGINS", value_name = "ORIGINS", value_delimiter = ',', value_parser = origin,
        default_value = "http://localhost:3000")]
    pub cors_origins: Vec<HeaderValue>,
    /// Who may read /metrics beside this machine: addresses or networks, with commas between them [default: nobody]
    #[arg(long, env = "CNOP_METRICS_ALLOW", value_name = "NETWORKS", value_delimiter = ',', value_parser = network)]
    pub metrics_allow: Vec<IpNet>,
    /// Connections at a time (0: any number)
    #[arg(long, env = "CNOP_MAX_CONNECTIONS", value_name = "NUMBER", default_value_t = 10_000)]
    pub max_connections: u32,
    /// Connections that one address may have at a time, trusted proxies excepted (0: any number)
    #[arg(long, env = "CNOP_CONNECTIONS_PER_IP", value_name = "NUMBER", default_value_t = 1_000)]
    pub connections_per_ip: u32,
    /// Days that the audit trail is kept
    #[arg(long, env = "CNOP_AUDIT_RETENTION_DAYS", value_name = "DAYS", default_value_t = 365,
        value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub audit_retention_days: u32,
}

impl GuardSettings {
    /// How many connections there may be.
    pub(crate) fn connection_limits(&self) -> ConnectionLimits {
        ConnectionLimits { all: NonZeroU32::new(self.max_connections), each: NonZeroU32::new(self.connections_per_ip) }
    }

    /// When logins are stopped.
    pub(crate) fn login_limits(&self) -> LoginLimits {
        let ms = |seconds: u32| i64::from(seconds) * Timestamp::SECOND_MS;
        LoginLimits {
            failures: self.failed_login_limit,
            window_ms: ms(self.failed_login_window_seconds),
            block_ms: ms(self.block_seconds),
        }
    }
}

/// A network, or an address alone.
fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let address = || text.parse::<IpAddr>().ok().map(|address| IpNet::from(address.to_canonical()));
    let network = address().or_else(|| text.parse().ok()).map(|network: IpNet| canonical(network.trunc()));
    network.ok_or_else(|| "must be an address such as 10.0.0.1 or a network such as 10.0.0.0/8".to_owned())
}

/// A network of mapped IPv4 addresses as that of IPv4: peers are looked at so.
fn canonical(network: IpNet) -> IpNet {
    let IpNet::V6(mapped) = network else { return network };
    let prefix = mapped.prefix_len().checked_sub(96);
    let inner = mapped.network().to_ipv4_mapped().zip(prefix);
    inner.and_then(|(address, prefix)| IpNet::new(address.into(), prefix).ok()).unwrap_or(network)
}

/// An origin as browsers send it: scheme and host, perhaps a port, nothing after it.
fn origin(text: &str) -> Result<HeaderValue, String> {
    let text = text.trim();
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let good =
        text == "*" || host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ', '*']));
    let value = HeaderValue::from_str(&text.to_ascii_lowercase()).ok().filter(|_| good);
    value.ok_or_else(|| "must be * or an origin such as https://trade.example.com, without a path".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_addresses_or_prefixes() {
        let read = |text: &str| network(text).map(|network| network.to_string());
        assert_eq!(read("10.0.0.1"), Ok("10.0.0.1/32".to_owned()));
        assert_eq!(read(" 10.1.2.3/8 "), Ok("10.0.0.0/8".to_owned()));
        assert_eq!(read("::ffff:10.0.0.1"), Ok("10.0.0.1/32".to_owned()));
        assert_eq!(read("::ffff:10.0.0.0/104"), Ok("10.0.0.0/8".to_owned()));
        assert_eq!(read("fd00::/8"), Ok("fd00::/8".to_owned()));
        assert_eq!(read("::/0"), Ok("::/0".to_owned()));
        for text in ["", "proxy", "10.0.0.0/33", "10.0.0"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn origins_have_no_path() {
        assert_eq!(origin("https://Trade.example.com").unwrap(), "https://trade.example.com");
        assert_eq!(origin("*").unwrap(), "*");
        for text in ["", "trade.example.com", "https://", "https://a/", "https://a/b", "ftp://a", "https://*.a", "null"]
        {
            assert!(origin(text).is_err(), "{text}");
        }
    }
}
