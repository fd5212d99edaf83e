//! The address of the client behind proxies.
//!
//! A proxy appends the address of its client to `X-Forwarded-For`; what stands left of that came from the client, who may
//! have made it up. So the list is read from the right, as far as proxies that the operator trusts have written it.
//! `Forwarded` (RFC 7239) is not read, since a proxy that writes the one header passes on a client's other unchanged.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::HeaderMap;
use ipnet::{IpNet, Ipv4Net};
use tracing::warn;

/// The header in which proxies forward their client's address.
const FORWARDED: &str = "x-forwarded-for";

/// The trusted proxies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies {
    /// Addresses in these networks are trusted.
    pub networks: Vec<IpNet>,
    /// Whether loopback addresses are not trusted. By default they are.
    pub not_loopback: bool,
}

/// Reads a network in CIDR notation, or a single address.
pub fn network(text: &str) -> Result<IpNet, String> {
    let net = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    let net: IpNet = net.map_err(|_| "not a network: write an address, or CIDR such as 172.16.0.0/12")?;
    Ok(match net {
        IpNet::V4(_) => net,
        IpNet::V6(v6) => match (v6.addr().to_ipv4_mapped(), v6.prefix_len().checked_sub(96)) {
            (Some(v4), Some(bits)) => Ipv4Net::new(v4, bits).map_or(net, IpNet::V4),
            _ => net,
        },
    })
}

/// Where a call came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CallSource {
    /// The client's address; `None` where a trusted proxy did not forward it.
    pub(super) address: Option<IpAddr>,
    /// The address at the other end of the connection.
    pub(super) peer: IpAddr,
    /// Whether the peer is a trusted proxy.
    pub(super) trusted: bool,
    /// Whether the call has `X-Forwarded-For`.
    pub(super) forwarded: bool,
}

impl Proxies {
    /// Whether this is the address of a trusted proxy.
    pub(super) fn trust(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        (!self.not_loopback && address.is_loopback())
            || self.networks.iter().any(|net| net.contains(&address))
    }

    /// Where a call with these headers came from, over a connection from this peer.
    pub(super) fn source(&self, peer: IpAddr, headers: &HeaderMap) -> CallSource {
        let peer = peer.to_canonical();
        let trusted = self.trust(peer);
        let address = if trusted { self.client(headers) } else { Some(peer) };
        CallSource { address, peer, trusted, forwarded: headers.contains_key(FORWARDED) }
    }

    /// The client's address in `X-Forwarded-For`: the first one from the right that is not a trusted proxy's or, if all are,
    /// the leftmost one that is well formed.
    fn client(&self, headers: &HeaderMap) -> Option<IpAddr> {
        let mut client = None;
        for line in headers.get_all(FORWARDED).iter().rev() {
            let Ok(line) = line.to_str() else { return client };
            for hop in line.rsplit(',').map(str::trim).filter(|hop| !hop.is_empty()) {
                let Some(address) = address(hop) else { return client };
                client = Some(address);
                if !self.trust(address) {
                    return client;
                }
            }
        }
        client
    }
}

/// Reads an address as proxies write it: possibly with a port, brackets, quotation marks or an IPv6 zone.
fn address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim_matches('"');
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|digit| digit.is_ascii_digit());
    let host = match hop.strip_prefix('[').map(|rest| rest.split_once(']')) {
        Some(Some((host, port))) => {
            (port.is_empty() || port.strip_prefix(':').is_some_and(is_port)).then_some(host)?
        }
        Some(None) => return None,
        None => match hop.split_once(':') {
            Some((host, port)) if is_port(port) => host,
            _ => hop,
        },
    };
    let host = host.split_once('%').map_or(host, |(host, _)| host);
    host.parse().ok().map(|address: IpAddr| address.to_canonical())
}

/// Warnings to the operator about proxies. Each is given once.
#[derive(Debug, Default)]
pub(super) struct Warnings {
    stranger: AtomicBool,
    silent: AtomicBool,
}

impl Warnings {
    /// Warns where other machines can reach the host, and no proxy was named.
    pub(super) fn at_start(addr: SocketAddr, proxies: &Proxies) {
        if !addr.ip().is_loopback() && proxies.networks.is_empty() {
            warn!(
                "{addr} is open to other machines. Where calls come through a proxy on one of them (a container, \
                 a load balancer), say so with --trusted-proxy CIDR; else all guests count as one address"
            );
        }
    }

    /// Warns about a call with `X-Forwarded-For` from a proxy that is not trusted.
    pub(super) fn of(&self, source: &CallSource) {
        let CallSource { peer, trusted, forwarded, .. } = source;
        if *forwarded && !trusted && !self.stranger.swap(true, Ordering::Relaxed) {
            warn!(
                "a call from {peer} has X-Forwarded-For, which is not believed, since {peer} is no trusted proxy. \
                 If it is yours, start with --trusted-proxy {peer}; else all its guests count as one address"
            );
        }
    }

    /// Warns about a new guest whose address a trusted proxy did not forward.
    pub(super) fn of_guest(&self, source: &CallSource) {
        if source.address.is_none() && !self.silent.swap(true, Ordering::Relaxed) {
            warn!(
                "a guest's call from {} has no X-Forwarded-For. If a proxy sends it, have the proxy set the header \
                 to its client's address (the README has nginx and Caddy); else all guests count as one address",
                source.peer
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn proxies(networks: &[&str]) -> Proxies {
        Proxies { networks: networks.iter().map(|net| network(net).unwrap()).collect(), not_loopback: false }
    }

    /// The client's address of a call from this peer, with these lines of `X-Forwarded-For`.
    fn found(proxies: &Proxies, peer: &str, lines: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED, line.parse().unwrap());
        }
        proxies.source(ip(peer), &headers).address.map(|address| address.to_string())
    }

    #[test]
    fn embedding_17_the_caller_is_found_from_the_right_past_trusted_proxies() {
        let cdn = proxies(&["198.51.100.0/24", "2001:db8:cd::/48", "172.17.0.1"]);
        for (peer, lines, caller) in [
            ("192.0.2.1", &[][..], "192.0.2.1"),
            ("192.0.2.1", &["203.0.113.9"], "192.0.2.1"),
            ("127.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            ("::1", &["203.0.113.9"], "203.0.113.9"),
            ("::ffff:127.0.0.1", &["10.0.0.1, 203.0.113.9"], "203.0.113.9"),
            ("172.17.0.1", &["made up, 203.0.113.9"], "203.0.113.9"),
            ("127.0.0.1", &["8.8.8.8, 203.0.113.9, 198.51.100.7"], "203.0.113.9"),
            ("127.0.0.1", &["8.8.8.8", "203.0.113.9", "198.51.100.7, 2001:db8:cd::1"], "203.0.113.9"),
            ("127.0.0.1", &["203.0.113.9:4711"], "203.0.113.9"),
            ("127.0.0.1", &["[2001:db8::9]:4711"], "2001:db8::9"),
            ("127.0.0.1", &["\"[2001:db8::9]\""], "2001:db8::9"),
            ("127.0.0.1", &["2001:db8::9"], "2001:db8::9"),
            ("127.0.0.1", &["fe80::1%eth0"], "fe80::1"),
            ("127.0.0.1", &["203.0.113.9, ::ffff:198.51.100.7"], "203.0.113.9"),
            ("127.0.0.1", &["203.0.113.9,, "], "203.0.113.9"),
            // Only trusted proxies: the first of them is the client.
            ("127.0.0.1", &["198.51.100.8, 198.51.100.7"], "198.51.100.8"),
            ("127.0.0.1", &["unknown, 198.51.100.7"], "198.51.100.7"),
        ] {
            assert_eq!(found(&cdn, peer, lines).as_deref(), Some(caller), "{peer} {lines:?}");
        }
    }

    #[test]
    fn forums_7_a_proxy_that_says_no_address_says_none() {
        for lines in [
            &[][..],
            &[""],
            &["unknown"],
            &["203.0.113.9, unknown"],
            &["203.0.113.9, _hidden"],
            &["203.0.113.9, 203.0.113.10:http"],
            &["203.0.113.9, [2001:db8::1"],
            &["203.0.113.9, 999.1.1.1"],
            &["203.0.113.9 198.51.100.1"],
        ] {
            assert_eq!(found(&Proxies::default(), "127.0.0.1", lines), None, "{lines:?}");
        }
    }

    #[test]
    fn embedding_17_programs_on_this_machine_need_not_be_trusted() {
        let none = Proxies { not_loopback: true, ..proxies(&["127.0.0.2"]) };
        assert_eq!(found(&none, "127.0.0.1", &["203.0.113.9"]).as_deref(), Some("127.0.0.1"));
        assert_eq!(found(&none, "127.0.0.2", &["203.0.113.9"]).as_deref(), Some("203.0.113.9"));
    }

    #[test]
    fn embedding_17_networks_are_written_as_operators_write_them() {
        for (text, address) in [
            ("172.16.0.0/12", "172.31.255.255"),
            ("10.1.2.3/8", "10.9.9.9"),
            ("192.0.2.7", "::ffff:192.0.2.7"),
            ("::ffff:10.0.0.0/104", "10.1.1.1"),
            ("2001:db8::/32", "2001:db8:ffff::1"),
            ("::1", "::1"),
        ] {
            assert!(network(text).unwrap().contains(&ip(address).to_canonical()), "{text}");
        }
        for text in ["", "nginx", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/", "*"] {
            assert!(network(text).unwrap_err().starts_with("not a network: "), "{text}");
        }
    }
}
