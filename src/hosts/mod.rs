//! The interface to kinds of hosts: how the widget makes requests to a kind of host, and reads its replies. Each kind is a file
//! of its own, and pure: the sender of the requests knows a host only by [`Host`].
//!
//! May use: `domain`, `api`, `sync`, `contract`.

mod call;
pub mod native;

pub use crate::api::Value;
pub use call::{Call, HttpMethod, Reply};

use crate::domain::id::PollId;
use crate::sync::{Abilities, Decoded, Entity, Fault, Pending, Resource, Session, Topic};

/// A kind of host. `J` is JSON as the sender of the calls has parsed it.
pub trait Host<J> {
    /// The abilities of the kind of host, which the reducer has to know.
    fn abilities(&self) -> Abilities;

    /// The name of the response header with the host's epoch; `None` for a host without epochs. See
    /// [`Event::Epoch`](crate::sync::Event::Epoch).
    fn epoch_header(&self) -> Option<&'static str>;

    /// The calls that read these resources. There are at most [`Abilities::ids`] of them, sorted and of one kind: see
    /// [`Resource::same_call`]. The calls are sent at the same time.
    fn read(&self, resources: &[Resource]) -> Vec<Call>;

    /// Reads the replies to [`Host::read`]: one to each call, in the same order.
    fn read_answer(&self, resources: &[Resource], replies: Vec<Reply<J>>) -> Result<Decoded, Fault>;

    /// The calls that deliver a write. Each is sent once the one before it has succeeded.
    fn write(&self, pending: &Pending) -> Vec<Call>;

    /// Reads the replies to [`Host::write`], in the order of the calls. The last reply may be a failure, after which no more
    /// calls were sent.
    fn write_answer(&self, pending: &Pending, replies: Vec<Reply<J>>) -> Result<Decoded, Fault>;

    /// The call that opens a stream of server-sent events about these topics, after this position if there is one. `None` where
    /// the host has no such stream: see [`Abilities::asked_every`].
    fn listen(&self, topics: &[Topic], after: Option<&str>) -> Option<Call>;

    /// Reads an event of the stream from its type and its data. `None` for events that this version does not know.
    fn pushed(&self, event: &str, data: &J) -> Option<Entity>;

    /// The calls that ask the host who is asking. They are sent at the same time.
    fn session(&self) -> Vec<Call>;

    /// Reads the replies to [`Host::session`], as [`Host::read_answer`] does.
    fn session_answer(&self, replies: Vec<Reply<J>>) -> Result<Session, Fault>;

    /// The calls that request a token for a guest; none where guests cannot vote. They are sent at the same time.
    fn guest(&self) -> Vec<Call>;

    /// Reads the guest's token from the replies to [`Host::guest`].
    fn guest_answer(&self, replies: Vec<Reply<J>>) -> Option<String>;

    /// The call that reads a poll's votes as CSV. `None` where the host has no such file.
    fn export(&self, poll: &PollId) -> Option<Call>;

    /// Why a reply is a failure. `None` for a success, whatever its body.
    fn failure(&self, reply: &Reply<J>) -> Option<Fault>;
}
