//! How much one caller may ask of the host, so that nobody can use it up.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::request::Parts;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::answer::Fault;
use super::who::Who;
use crate::api::ProblemKind;

/// Files that the host needs open for other things than live feeds.
const OTHER_FILES: u64 = 512;

/// How much the host takes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Writes of one member in a minute; `None` for any number.
    pub writes_per_minute: Option<NonZeroU32>,
    /// Reads of one member, or of a guest's address, in a minute; `None` for any number.
    pub reads_per_minute: Option<NonZeroU32>,
    /// Guests who may begin to vote from one address in an hour; `None` for any number.
    pub guests_per_hour: Option<NonZeroU32>,
    /// Writes that may wait for the disk.
    pub waiting: usize,
    /// Live feeds at the same time. The system's limit of open files may allow fewer.
    pub live: usize,
    /// How long a connection may wait for a request, or for the rest of its head. Proxies keep connections for a minute,
    /// and must not find one that was just ended.
    pub idle: Duration,
    /// How long a request's body may take to arrive.
    pub arrival: Duration,
    /// How long an answer may take to begin.
    pub answer: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            writes_per_minute: NonZeroU32::new(60),
            reads_per_minute: NonZeroU32::new(600),
            guests_per_hour: NonZeroU32::new(20),
            waiting: 8192,
            live: 20_000,
            idle: Duration::from_secs(75),
            arrival: Duration::from_secs(10),
            answer: Duration::from_secs(30),
        }
    }
}

impl Limits {
    /// As many calls as one likes.
    #[must_use]
    pub fn without_rates(self) -> Self {
        Self { writes_per_minute: None, reads_per_minute: None, guests_per_hour: None, ..self }
    }
}

/// Where a connection comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) IpAddr);

/// Who a limit is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Caller {
    Member(String),
    Address(IpAddr),
}

/// The limits at work.
pub(super) struct Guard {
    writes: Option<DefaultKeyedRateLimiter<Caller>>,
    reads: Option<DefaultKeyedRateLimiter<Caller>>,
    guests: Option<DefaultKeyedRateLimiter<Caller>>,
    live: Arc<Semaphore>,
    pub(super) limits: Limits,
}

impl Guard {
    /// Begins to count, and has the system open as many files as it lets the host.
    pub(super) fn new(limits: Limits) -> Self {
        let rate = |n: Option<NonZeroU32>| n.map(|n| RateLimiter::keyed(Quota::per_minute(n)));
        let files = rlimit::increase_nofile_limit(u64::MAX).unwrap_or(u64::MAX);
        let files = usize::try_from(files.saturating_sub(OTHER_FILES)).unwrap_or(usize::MAX);
        Self {
            writes: rate(limits.writes_per_minute),
            reads: rate(limits.reads_per_minute),
            guests: limits.guests_per_hour.map(|n| RateLimiter::keyed(Quota::per_hour(n))),
            live: Arc::new(Semaphore::new(limits.live.min(files).min(Semaphore::MAX_PERMITS))),
            limits,
        }
    }

    /// Counts a call, or says when to come back.
    pub(super) fn admit(&self, parts: &Parts, who: &Who) -> Result<(), Fault> {
        let rates = if parts.method.is_safe() { &self.reads } else { &self.writes };
        check(rates.as_ref(), caller(parts, who), "too many calls in a minute; wait a little")
    }

    /// Counts somebody who is to be known as a guest, or says when to come back: one person can be many guests.
    pub(super) fn welcome(&self, parts: &Parts) -> Result<(), Fault> {
        self.admit(parts, &Who::Guest(None))?;
        let address = caller(parts, &Who::Guest(None));
        check(self.guests.as_ref(), address, "too many guests voted from this address; sign in, or wait")
    }

    /// Takes a place among the live feeds, as long as it is held.
    pub(super) fn follow(&self) -> Result<OwnedSemaphorePermit, Fault> {
        let place = Arc::clone(&self.live).try_acquire_owned();
        place.map_err(|_| Fault::busy("as many live feeds as the host can hold are open; try again later"))
    }

    /// Forgets callers who have been quiet.
    pub(super) fn forget(&self) {
        for rates in [&self.writes, &self.reads, &self.guests].into_iter().flatten() {
            rates.retain_recent();
            rates.shrink_to_fit();
        }
    }
}

fn check(
    rates: Option<&DefaultKeyedRateLimiter<Caller>>,
    caller: Option<Caller>,
    detail: &str,
) -> Result<(), Fault> {
    let (Some(rates), Some(caller)) = (rates, caller) else { return Ok(()) };
    rates.check_key(&caller).map_err(|until| {
        let wait = until.wait_time_from(DefaultClock::default().now());
        Fault::later(ProblemKind::RateLimited.with(detail), wait)
    })
}

fn caller(parts: &Parts, who: &Who) -> Option<Caller> {
    match who.member() {
        Some(member) => Some(Caller::Member(member.id.to_string())),
        None => address(parts.extensions.get::<Peer>()?.0, &parts.headers).map(Caller::Address),
    }
}

/// The address of a guest: of the connection, or, where that is a proxy's on the same machine, what the proxy says.
/// A proxy that says nothing is everybody, and nobody's limit. A network of IPv6 counts as one address.
fn address(peer: IpAddr, headers: &HeaderMap) -> Option<IpAddr> {
    let address = if peer.to_canonical().is_loopback() {
        let forwarded = headers.get_all("x-forwarded-for").iter().next_back()?;
        forwarded.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()?
    } else {
        peer
    };
    Some(match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
        v4 @ IpAddr::V4(_) => v4,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_on_the_same_machine_says_whose_call_it_brings() {
        let mut headers = HeaderMap::new();
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        assert_eq!(address(ip("192.0.2.1"), &headers), Some(ip("192.0.2.1")));
        assert_eq!(address(ip("127.0.0.1"), &headers), None);
        headers.insert("x-forwarded-for", "203.0.113.9, 198.51.100.7".parse().unwrap());
        assert_eq!(address(ip("::ffff:127.0.0.1"), &headers), Some(ip("198.51.100.7")));
        assert_eq!(address(ip("192.0.2.1"), &headers), Some(ip("192.0.2.1")));
        assert_eq!(address(ip("2001:db8:1:2:3:4:5:6"), &headers), Some(ip("2001:db8:1:2::")));
    }
}
