//! Who a request comes from, when somebody we trust passes it on.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;

/// What proxies add an address to.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// What else claims to know the client. Nothing here reads them.
const OTHER_CLAIMS: [HeaderName; 2] = [HeaderName::from_static("forwarded"), HeaderName::from_static("x-real-ip")];
/// Proxies in a row that are believed: more are a header somebody made up.
const MAX_HOPS: usize = 32;

/// Who sent a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Client {
    /// The address that everything is counted for.
    pub(crate) address: IpAddr,
    /// Whether it may be somebody else's: a peer that is not trusted says that it forwards.
    pub(crate) forwarded: bool,
}

impl Client {
    /// Whether it is a program on this machine. A proxy here that nobody told us of is not who it forwards for.
    pub(crate) fn is_this_machine(self) -> bool {
        self.address.is_loopback() && !self.forwarded
    }
}

/// The networks whose word on the client's address is taken.
#[derive(Debug, Default)]
pub(crate) struct TrustedProxies {
    networks: Vec<IpNet>,
    warned: AtomicBool,
}

impl TrustedProxies {
    /// Trust in `networks` alone.
    pub(crate) fn new(networks: Vec<IpNet>) -> Self {
        if let Some(all) = networks.iter().find(|network| network.prefix_len() == 0) {
            tracing::warn!(
                "the trusted proxies are {all}: whoever connects may say that it is somebody else, and no limit or block \
                 holds. Name the address of your proxy alone."
            );
        }
        Self { networks, warned: AtomicBool::new(false) }
    }

    /// Whether an address is one of a trusted proxy.
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|network| network.contains(&address))
    }

    /// The client's address: the peer's, or, if the peer is trusted, the rightmost in `X-Forwarded-For` that is not.
    /// What stands left of that one was written by whoever we do not trust.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> Client {
        let peer = peer.to_canonical();
        if !self.trusts(peer) {
            return Client { address: peer, forwarded: self.warn_of_claims(peer, headers) };
        }
        let address = Self::forwarded_for(peer, headers, |hop| self.trusts(hop));
        // A proxy that forwards for somebody whom it does not name is not that somebody.
        Client { address, forwarded: address == peer && headers.contains_key(FORWARDED_FOR) }
    }

    fn forwarded_for(peer: IpAddr, headers: &HeaderMap, trusts: impl Fn(IpAddr) -> bool) -> IpAddr {
        let lines: Vec<_> = headers.get_all(FORWARDED_FOR).iter().map(|line| line.to_str().unwrap_or("")).collect();
        let mut client = peer;
        for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')).take(MAX_HOPS) {
            // What is no address hides whatever stands left of it.
            let Some(address) = read_hop(hop) else { break };
            client = address;
            if !trusts(client) {
                break;
            }
        }
        client
    }

    /// Whether there are claims; the first ones are warned of.
    fn warn_of_claims(&self, peer: IpAddr, headers: &HeaderMap) -> bool {
        let claims = headers.contains_key(FORWARDED_FOR) || OTHER_CLAIMS.iter().any(|name| headers.contains_key(name));
        if claims && !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "{peer} says for whom it forwards requests, and is not trusted: that is ignored, and every limit and \
                 block counts {peer} as the client. If it is your reverse proxy, start the server with \
                 --trusted-proxies {peer} (CNOP_TRUSTED_PROXIES). This is said once."
            );
        }
        claims
    }
}

/// An address, with or without a port: some proxies add it.
fn read_hop(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let address = hop.parse::<IpAddr>().or_else(|_| hop.parse::<std::net::SocketAddr>().map(|socket| socket.ip()));
    let bracketed = || hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    address.ok().or_else(bracketed).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(trusted: &[&str], peer: &str, lines: &[&str], client: &str) {
        let proxies = TrustedProxies::new(trusted.iter().map(|network| network.parse().unwrap()).collect());
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, line.parse().unwrap());
        }
        let found = proxies.client(peer.parse().unwrap(), &headers);
        assert_eq!(found.address, client.parse::<IpAddr>().unwrap(), "{lines:?}");
    }

    const PROXY: &[&str] = &["10.0.0.0/8", "fd00::/8"];

    #[test]
    fn a_peer_that_is_not_trusted_is_the_client_whatever_it_says() {
        check(&[], "203.0.113.7", &["198.51.100.1"], "203.0.113.7");
        check(PROXY, "203.0.113.7", &["198.51.100.1", "10.0.0.1"], "203.0.113.7");
        check(PROXY, "::ffff:203.0.113.7", &["198.51.100.1"], "203.0.113.7");
    }

    #[test]
    fn a_proxy_on_this_machine_that_is_not_trusted_is_not_this_machine() {
        let is_here = |trusted: &[&str], lines: &[&str]| {
            let proxies = TrustedProxies::new(trusted.iter().map(|network| network.parse().unwrap()).collect());
            let headers = lines.iter().map(|line| (FORWARDED_FOR, line.parse().unwrap())).collect();
            proxies.client("127.0.0.1".parse().unwrap(), &headers).is_this_machine()
        };
        assert!(is_here(&[], &[]));
        assert!(!is_here(&[], &["203.0.113.7"]) && !is_here(&[], &["127.0.0.1"]));
        assert!(is_here(&["127.0.0.1/32"], &[]) && !is_here(&["127.0.0.1/32"], &["unknown"]));
        assert!(!is_here(&["127.0.0.1/32"], &["203.0.113.7"]));
    }

    #[test]
    fn the_rightmost_address_that_is_no_proxy_is_the_client() {
        check(PROXY, "10.0.0.1", &["198.51.100.1"], "198.51.100.1");
        check(PROXY, "10.0.0.1", &["1.1.1.1, 198.51.100.1, 10.9.9.9"], "198.51.100.1");
        check(PROXY, "10.0.0.1", &["1.1.1.1", "198.51.100.1", "10.9.9.9"], "198.51.100.1");
        check(PROXY, "::ffff:10.0.0.1", &["::ffff:198.51.100.1"], "198.51.100.1");
        check(PROXY, "fd00::1", &["2001:db8::5"], "2001:db8::5");
        check(PROXY, "10.0.0.1", &["198.51.100.1:4711"], "198.51.100.1");
        check(PROXY, "10.0.0.1", &["[2001:db8::5]:4711"], "2001:db8::5");
        check(PROXY, "10.0.0.1", &["[2001:db8::5]"], "2001:db8::5");
    }

    #[test]
    fn without_a_client_the_proxy_farthest_away_is_the_client() {
        check(PROXY, "10.0.0.1", &[], "10.0.0.1");
        check(PROXY, "10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3");
    }

    #[test]
    fn what_is_no_address_hides_what_stands_left_of_it() {
        check(PROXY, "10.0.0.1", &["198.51.100.1, unknown"], "10.0.0.1");
        check(PROXY, "10.0.0.1", &["198.51.100.1, <script>, 10.0.0.2"], "10.0.0.2");
        check(PROXY, "10.0.0.1", &[""], "10.0.0.1");
        check(PROXY, "10.0.0.1", &["198.51.100.1,"], "10.0.0.1");
    }

    #[test]
    fn a_row_of_proxies_without_end_is_not_followed_without_end() {
        let line = ["198.51.100.1"].into_iter().chain(vec!["10.0.0.2"; 1_000]).collect::<Vec<_>>().join(",");
        check(PROXY, "10.0.0.1", &[&line], "10.0.0.2");
    }
}
