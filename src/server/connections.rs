//! Limits on open connections, in all and per address.
//!
//! A connection costs its client next to nothing, but costs the host a file descriptor. When a limit is reached, the
//! connection that has been idle for longest is closed for a new one. A client that opens thousands and sends nothing thus
//! loses its own first.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::Notify;

/// The open connections.
#[derive(Clone)]
pub(super) struct Connections {
    open: Arc<Mutex<Open>>,
    most: usize,
    most_of_address: usize,
}

#[derive(Default)]
struct Open {
    /// Counts changes. The connection that has been idle for longest has the lowest turn.
    turn: u64,
    next_id: u64,
    all: HashMap<u64, State>,
    /// The ids of idle connections, by the turn at which they became idle.
    idle: BTreeMap<u64, u64>,
    of_address: HashMap<IpAddr, OfAddress>,
}

struct State {
    address: Option<IpAddr>,
    idle_since: Option<u64>,
    end: Arc<Notify>,
}

#[derive(Default)]
struct OfAddress {
    open: usize,
    /// The turns in [`Open::idle`] that are this address's.
    idle: BTreeSet<u64>,
}

impl Connections {
    /// Allows at most `most` connections in all, and `most_of_address` from one address.
    pub(super) fn new(most: usize, most_of_address: usize) -> Self {
        Self { open: Arc::default(), most, most_of_address }
    }

    /// Counts a new connection, and closes an idle one for it where a limit is reached; `None` where none is idle. `address` is
    /// `None` for a trusted proxy, which brings calls of many clients and has no limit of its own.
    pub(super) fn take(&self, address: Option<IpAddr>) -> Option<Connection> {
        let mut open = self.lock();
        let own = address.and_then(|address| open.of_address.get(&address));
        let oldest = match own {
            Some(own) if own.open >= self.most_of_address => Some(own.idle.first().copied()?),
            _ if open.all.len() >= self.most => Some(*open.idle.first_key_value()?.0),
            _ => None,
        };
        if let Some(id) = oldest.and_then(|turn| open.idle.get(&turn).copied()) {
            open.remove(id);
        }
        let end = Arc::new(Notify::new());
        let id = open.add(address, Arc::clone(&end));
        Some(Connection { of: self.clone(), id, end })
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn add(&mut self, address: Option<IpAddr>, end: Arc<Notify>) -> u64 {
        self.next_id += 1;
        let id = self.next_id;
        self.all.insert(id, State { address, idle_since: None, end });
        if let Some(address) = address {
            self.of_address.entry(address).or_default().open += 1;
        }
        self.set_idle(id, true);
        id
    }

    /// Closes a connection, unless it is closed already.
    fn remove(&mut self, id: u64) {
        self.set_idle(id, false);
        let Some(state) = self.all.remove(&id) else { return };
        state.end.notify_one();
        if let Some(address) = state.address
            && let Some(own) = self.of_address.get_mut(&address)
        {
            own.open -= 1;
            if own.open == 0 {
                self.of_address.remove(&address);
            }
        }
    }

    fn set_idle(&mut self, id: u64, idle: bool) {
        self.turn += 1;
        let turn = self.turn;
        let Some(state) = self.all.get_mut(&id) else { return };
        let before = std::mem::replace(&mut state.idle_since, idle.then_some(turn));
        let mut own = state.address.and_then(|address| self.of_address.get_mut(&address));
        if let Some(before) = before {
            self.idle.remove(&before);
            own.as_mut().map(|own| own.idle.remove(&before));
        }
        if idle {
            self.idle.insert(turn, id);
            own.as_mut().map(|own| own.idle.insert(turn));
        }
    }
}

/// An open connection, counted until this is dropped.
pub(super) struct Connection {
    of: Connections,
    id: u64,
    end: Arc<Notify>,
}

impl Connection {
    /// Resolves once the connection has to be closed for another.
    pub(super) async fn ended(&self) {
        self.end.notified().await;
    }

    /// A handle by which requests on this connection mark it as busy.
    pub(super) fn handle(&self) -> BusyHandle {
        BusyHandle { of: self.of.clone(), id: self.id }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.of.lock().remove(self.id);
    }
}

/// A handle by which requests mark their connection as busy.
#[derive(Clone)]
pub(super) struct BusyHandle {
    of: Connections,
    id: u64,
}

impl BusyHandle {
    /// Marks the connection as busy until the result is dropped.
    pub(super) fn busy(&self) -> Busy {
        self.of.lock().set_idle(self.id, false);
        Busy(self.clone())
    }
}

/// A request in progress, whose connection is not idle.
pub(super) struct Busy(BusyHandle);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.of.lock().set_idle(self.0.id, true);
    }
}

/// The body of a response. The connection is busy until this is dropped.
pub(super) struct Answering<B> {
    body: B,
    _busy: Busy,
}

impl<B> Answering<B> {
    pub(super) fn new(body: B, busy: Busy) -> Self {
        Self { body, _busy: busy }
    }
}

impl<B: Body + Unpin> Body for Answering<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn ip(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    fn has_ended(connection: &Connection) -> bool {
        connection.ended().now_or_never().is_some()
    }

    #[test]
    fn host_10_the_connection_that_is_idle_for_longest_makes_room() {
        let open = Connections::new(3, 9);
        let [first, second, third] = [1, 2, 3].map(|n| open.take(Some(ip(n))).unwrap());
        let busy = first.handle().busy();
        let fourth = open.take(Some(ip(4))).unwrap();
        assert_eq!([&first, &second, &third].map(has_ended), [false, true, false]);
        drop(busy);
        let _fifth = open.take(None).unwrap();
        assert_eq!([&first, &third, &fourth].map(has_ended), [false, true, false], "it has just been busy");
        drop(second);
        assert_eq!(open.lock().all.len(), 3, "what made room is not counted twice");
    }

    #[test]
    fn host_10_where_every_connection_is_busy_there_is_no_room() {
        let open = Connections::new(2, 9);
        let connections = [1, 2].map(|n| open.take(Some(ip(n))).unwrap());
        let busy = connections.each_ref().map(|connection| connection.handle().busy());
        assert!(open.take(Some(ip(3))).is_none());
        drop(busy);
        assert!(open.take(Some(ip(3))).is_some());
    }

    #[test]
    fn host_10_an_address_takes_room_from_itself_alone() {
        let open = Connections::new(9, 2);
        let [ann, bela] = [1, 2].map(|n| open.take(Some(ip(n))).unwrap());
        let anns = open.take(Some(ip(1))).unwrap();
        let _busy = anns.handle().busy();
        let third = open.take(Some(ip(1))).unwrap();
        assert_eq!([&ann, &bela, &anns].map(has_ended), [true, false, false]);
        let _busy_too = third.handle().busy();
        assert!(open.take(Some(ip(1))).is_none());
        let _proxys = [(); 3].map(|()| open.take(None).unwrap());
        drop((ann, anns, third));
        assert!(!open.lock().of_address.contains_key(&ip(1)));
    }
}
