//! Whom limits and blocks count as one client.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use ipnet::{IpNet, Ipv6Net};

/// The bits of an IPv6 address that a provider gives to one customer: who has one address has a whole /64 of them.
const IPV6_PREFIX: u8 = 64;

/// An IPv4 address, or a /64 of IPv6. Mapped IPv4 addresses are IPv4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ClientNetwork(IpAddr);

impl ClientNetwork {
    /// Its first address.
    pub(crate) fn address(self) -> IpAddr {
        self.0
    }

    /// As a network with its prefix.
    pub(crate) fn network(self) -> IpNet {
        match self.0 {
            IpAddr::V4(address) => IpNet::from(IpAddr::V4(address)),
            IpAddr::V6(address) => Ipv6Net::new_assert(address, IPV6_PREFIX).into(),
        }
    }
}

impl From<IpAddr> for ClientNetwork {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => address.into(),
            IpAddr::V6(address) => {
                Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (128 - u32::from(IPV6_PREFIX)))).into()
            }
        })
    }
}

impl fmt::Display for ClientNetwork {
    /// `203.0.113.7`, or `2001:db8:1:2::/64`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(address) => address.fmt(out),
            IpAddr::V6(_) => self.network().fmt(out),
        }
    }
}

/// The text is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an IP address such as 203.0.113.7 or 2001:db8::1")]
pub(crate) struct InvalidAddress;

impl FromStr for ClientNetwork {
    type Err = InvalidAddress;

    /// Takes any address of the network, and what `Display` writes.
    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        let address = text.strip_suffix("/64").filter(|address| address.contains(':')).unwrap_or(text);
        address.parse::<IpAddr>().map(Self::from).map_err(|_| InvalidAddress)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, shown: &str) {
        let network: ClientNetwork = text.parse().unwrap();
        assert_eq!(network.to_string(), shown);
        assert_eq!(shown.parse(), Ok(network), "what is shown leads back");
    }

    #[test]
    fn an_ipv4_address_is_one_client_however_it_is_written() {
        check("203.0.113.7", "203.0.113.7");
        check("::ffff:203.0.113.7", "203.0.113.7");
        check("::ffff:cb00:7107", "203.0.113.7");
    }

    #[test]
    fn a_64_of_ipv6_is_one_client() {
        check("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64");
        check("2001:db8:1:2::/64", "2001:db8:1:2::/64");
        assert_ne!("2001:db8:1:3::1".parse::<ClientNetwork>(), "2001:db8:1:2::1".parse());
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "localhost", "203.0.113.7/64", "203.0.113", "2001:db8::/63", "1.2.3.4:80", " ::1"] {
            assert_eq!(text.parse::<ClientNetwork>(), Err(InvalidAddress), "{text}");
        }
    }
}
