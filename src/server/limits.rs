//! Limits on calls and live feeds per caller, so that nobody can use up the host.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::request::Parts;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::answer::Failure;
use super::proxies::{CallSource, Proxies, Warnings};
use super::who::Who;
use crate::contract::ProblemKind;

/// How many file descriptors are kept for other things than live feeds.
const OTHER_FILES: usize = 512;

/// The default number of connections besides live feeds.
const SPARE_CONNECTIONS: usize = 5000;

/// The host's limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Writes per minute of one member; `None` for no limit.
    pub writes_per_minute: Option<NonZeroU32>,
    /// Reads per minute of one member, or of guests at one address; `None` for no limit.
    pub reads_per_minute: Option<NonZeroU32>,
    /// New guests' tokens per hour for one address; `None` for no limit.
    pub guests_per_hour: Option<NonZeroU32>,
    /// Writes that may wait for the disk.
    pub waiting: usize,
    /// Open live feeds. The operating system's limit on open files may allow fewer.
    pub live: usize,
    /// Open live feeds of one member; `None` for a tenth of `live`, at most 20.
    pub live_per_member: Option<usize>,
    /// Open live feeds of guests at one address; `None` for a tenth of `live`, at most 512.
    pub live_per_address: Option<usize>,
    /// Open connections; `None` for 5,000 more than `live`. The operating system's limit on open files may allow fewer.
    pub connections: Option<usize>,
    /// Open connections from one address, unless it is a trusted proxy's.
    pub connections_per_address: usize,
    /// How long a connection may wait for a request, or for the rest of its head. It is longer than the minute for which
    /// proxies keep idle connections, so that they do not use one that was just closed.
    pub idle: Duration,
    /// How long the body of a request may take to arrive.
    pub arrival: Duration,
    /// How long a client may read nothing of what it is sent.
    pub unread: Duration,
    /// How long a response may take to begin.
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
            live_per_member: None,
            live_per_address: None,
            connections: None,
            connections_per_address: 1024,
            idle: Duration::from_secs(75),
            arrival: Duration::from_secs(10),
            unread: Duration::from_secs(30),
            answer: Duration::from_secs(30),
        }
    }
}

impl Limits {
    /// These limits without those on calls.
    #[must_use]
    pub fn without_rates(self) -> Self {
        Self { writes_per_minute: None, reads_per_minute: None, guests_per_hour: None, ..self }
    }
}

/// The address at the other end of the connection that a request came over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) IpAddr);

/// Whose calls and feeds are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum CallerKey {
    Member(String),
    /// Guests at one address, or in one IPv6 network.
    Address(IpAddr),
    /// All guests whose address a trusted proxy did not forward.
    Unknown,
}

/// Counts calls and live feeds, and enforces the limits.
pub(super) struct Guard {
    writes: Option<DefaultKeyedRateLimiter<CallerKey>>,
    reads: Option<DefaultKeyedRateLimiter<CallerKey>>,
    guests: Option<DefaultKeyedRateLimiter<CallerKey>>,
    live: Arc<LiveFeeds>,
    files: usize,
    proxies: Proxies,
    warnings: Warnings,
    pub(super) limits: Limits,
}

impl Guard {
    /// Raises the process's limit on open files as far as the operating system allows.
    pub(super) fn new(limits: Limits, proxies: Proxies) -> Self {
        let rate = |n: Option<NonZeroU32>| n.map(|n| RateLimiter::keyed(Quota::per_minute(n)));
        let files = rlimit::increase_nofile_limit(u64::MAX).unwrap_or(u64::MAX);
        let files = usize::try_from(files).unwrap_or(usize::MAX);
        Self {
            writes: rate(limits.writes_per_minute),
            reads: rate(limits.reads_per_minute),
            guests: limits.guests_per_hour.map(|n| RateLimiter::keyed(Quota::per_hour(n))),
            live: Arc::new(LiveFeeds::new(&limits, files.saturating_sub(OTHER_FILES))),
            files,
            proxies,
            warnings: Warnings::default(),
            limits,
        }
    }

    /// How many connections may be open, within the limit on open files.
    pub(super) fn connections(&self) -> usize {
        let wanted = self.limits.connections.unwrap_or(self.limits.live.saturating_add(SPARE_CONNECTIONS));
        wanted.min(self.files.saturating_sub(OTHER_FILES / 2))
    }

    /// The address that a connection from this peer counts for; `None` for a trusted proxy, which has no such limit.
    pub(super) fn share_of(&self, peer: IpAddr) -> Option<IpAddr> {
        (!self.proxies.trust(peer)).then(|| network_of(peer))
    }

    /// Whether a peer is a trusted proxy.
    pub(super) fn trusts(&self, peer: Peer) -> bool {
        self.proxies.trust(peer.0)
    }

    /// Where a call came from; warns the operator where a proxy seems misconfigured.
    pub(super) fn source(&self, peer: Peer, headers: &HeaderMap) -> CallSource {
        let source = self.proxies.source(peer.0, headers);
        self.warnings.of(&source);
        source
    }

    /// Counts a call, or rejects it with `Retry-After`.
    pub(super) fn admit(&self, parts: &Parts, who: &Who) -> Result<(), Failure> {
        let rates = if parts.method.is_safe() { &self.reads } else { &self.writes };
        let caller = self.caller(parts, who);
        // They share one count, so a few of them would use up the limit of all.
        if caller == CallerKey::Unknown {
            return Ok(());
        }
        check(rates.as_ref(), &caller, "too many calls in a minute; wait a little")
    }

    /// Counts a new guest's token, or rejects the call with `Retry-After`, since one person could be many guests.
    pub(super) fn welcome(&self, parts: &Parts) -> Result<(), Failure> {
        self.admit(parts, &Who::Guest(None))?;
        if let (Some(peer), Some(_)) = (parts.extensions.get::<Peer>(), &self.guests) {
            self.warnings.of_guest(&self.source(*peer, &parts.headers));
        }
        let caller = self.caller(parts, &Who::Guest(None));
        check(self.guests.as_ref(), &caller, "too many guests voted from this address; sign in, or wait")
    }

    /// Counts an open live feed until the result is dropped, or rejects it.
    pub(super) fn open_feed(&self, peer: Peer, headers: &HeaderMap, who: &Who) -> Result<OpenFeed, Failure> {
        let caller = caller(who, || self.source(peer, headers).address);
        self.live.take(caller)
    }

    /// Forgets callers who have not called lately.
    pub(super) fn forget(&self) {
        for rates in [&self.writes, &self.reads, &self.guests].into_iter().flatten() {
            rates.retain_recent();
            rates.shrink_to_fit();
        }
    }

    fn caller(&self, parts: &Parts, who: &Who) -> CallerKey {
        caller(who, || self.source(*parts.extensions.get()?, &parts.headers).address)
    }
}

fn check(
    rates: Option<&DefaultKeyedRateLimiter<CallerKey>>,
    caller: &CallerKey,
    detail: &str,
) -> Result<(), Failure> {
    let Some(rates) = rates else { return Ok(()) };
    rates.check_key(caller).map_err(|until| {
        let wait = until.wait_time_from(DefaultClock::default().now());
        Failure::later(ProblemKind::RateLimited.with(detail), wait)
    })
}

fn caller(who: &Who, address: impl FnOnce() -> Option<IpAddr>) -> CallerKey {
    match who.member() {
        Some(member) => CallerKey::Member(member.id.to_string()),
        None => address().map_or(CallerKey::Unknown, |address| CallerKey::Address(network_of(address))),
    }
}

/// The address that a caller is counted by: for IPv6 its /64 network, since everybody has at least one.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// The open live feeds.
struct LiveFeeds {
    places: Arc<Semaphore>,
    of_caller: Mutex<HashMap<CallerKey, usize>>,
    of_member: usize,
    of_address: usize,
    of_unknown: usize,
}

impl LiveFeeds {
    fn new(limits: &Limits, files: usize) -> Self {
        let all = limits.live.min(files).min(Semaphore::MAX_PERMITS);
        let share = |of: usize, most: usize| (all / of).clamp(1, most);
        Self {
            places: Arc::new(Semaphore::new(all)),
            of_caller: Mutex::default(),
            of_member: limits.live_per_member.unwrap_or(share(10, 20)),
            of_address: limits.live_per_address.unwrap_or(share(10, 512)),
            of_unknown: share(2, all.max(1)),
        }
    }

    fn take(self: &Arc<Self>, caller: CallerKey) -> Result<OpenFeed, Failure> {
        let share = match caller {
            CallerKey::Member(_) => self.of_member,
            CallerKey::Address(_) => self.of_address,
            CallerKey::Unknown => self.of_unknown,
        };
        let mut of_caller = self.of_caller();
        let open = of_caller.get(&caller).copied().unwrap_or(0);
        if open >= share {
            let whose = if matches!(caller, CallerKey::Member(_)) { "member" } else { "address" };
            return Err(Failure::busy(&format!(
                "{open} live feeds of this {whose} are open; try again later"
            )));
        }
        let permit = Arc::clone(&self.places).try_acquire_owned().map_err(|_| {
            Failure::busy("as many live feeds as the host can hold are open; try again later")
        })?;
        of_caller.insert(caller.clone(), open + 1);
        drop(of_caller);
        Ok(OpenFeed { live: Arc::clone(self), caller, _permit: permit })
    }

    fn of_caller(&self) -> MutexGuard<'_, HashMap<CallerKey, usize>> {
        self.of_caller.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An open live feed, counted until this is dropped.
pub(super) struct OpenFeed {
    live: Arc<LiveFeeds>,
    caller: CallerKey,
    _permit: OwnedSemaphorePermit,
}

impl Drop for OpenFeed {
    fn drop(&mut self) {
        let mut of_caller = self.live.of_caller();
        if let Some(open) = of_caller.get_mut(&self.caller) {
            *open -= 1;
            if *open == 0 {
                of_caller.remove(&self.caller);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_of_ipv6_counts_as_one_address() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        assert_eq!(network_of(ip("2001:db8:1:2:3:4:5:6")), ip("2001:db8:1:2::"));
        assert_eq!(network_of(ip("::ffff:192.0.2.1")), ip("192.0.2.1"));
    }

    #[test]
    fn host_7_nobody_takes_every_live_feed() {
        for live in [2, 10, 100, 20_000] {
            let feeds = Arc::new(LiveFeeds::new(&Limits { live, ..Limits::default() }, usize::MAX));
            for caller in [
                CallerKey::Member("ann".into()),
                CallerKey::Address(IpAddr::from([192, 0, 2, 1])),
                CallerKey::Unknown,
            ] {
                let mut places = Vec::new();
                while let Ok(place) = feeds.take(caller.clone()) {
                    places.push(place);
                }
                assert!((1..live).contains(&places.len()), "{caller:?}: {} of {live}", places.len());
                assert!(feeds.take(CallerKey::Member("bela".into())).is_ok());
                places.pop();
                assert!(feeds.take(caller.clone()).is_ok(), "what ends makes room");
            }
            assert!(feeds.of_caller().is_empty());
        }
    }
}
