//! The seam for hosts: how the widget makes requests to a kind of host, and reads its answers. One file a kind, all of them
//! pure: whoever sends the requests knows a host by [`Host`] alone.
//!
//! May use: `domain`, `api`, `sync`, `contract`.

mod call;
pub mod native;

pub use crate::api::Value;
pub use call::{Call, Method, Reply};

use crate::domain::id::PollId;
use crate::sync::{Abilities, Answer, Entity, Fault, Pending, Resource, Session, Topic};

/// A kind of host. `J` is JSON as the sender of the calls has parsed it.
pub trait Host<J> {
    /// What the reducer has to know of it.
    fn abilities(&self) -> Abilities;

    /// The response header with the host's epoch, where it has epochs: see [`Event::Epoch`](crate::sync::Event::Epoch).
    fn epoch_header(&self) -> Option<&'static str>;

    /// The calls that read these resources, which are in order, at most [`Abilities::ids`], and of one kind: see
    /// [`Resource::same_call`]. They are sent at the same time.
    fn read(&self, resources: &[Resource]) -> Vec<Call>;

    /// Reads the replies to [`Host::read`]: one to each call, in the same order.
    fn read_answer(&self, resources: &[Resource], replies: Vec<Reply<J>>) -> Result<Answer, Fault>;

    /// The calls that deliver a write. Each is sent once the one before it has succeeded.
    fn write(&self, pending: &Pending) -> Vec<Call>;

    /// Reads the replies to [`Host::write`], in the order of the calls. After a failure no more calls were sent, so that the
    /// last reply may be one.
    fn write_answer(&self, pending: &Pending, replies: Vec<Reply<J>>) -> Result<Answer, Fault>;

    /// The call that opens a stream of server-sent events about these topics: those after this position, where there is one.
    /// `None` where the host has no such stream: see [`Abilities::asked_every`].
    fn listen(&self, topics: &[Topic], after: Option<&str>) -> Option<Call>;

    /// Reads an event of that stream: its name and its data. `None` for events that this version does not know.
    fn pushed(&self, event: &str, data: &J) -> Option<Entity>;

    /// The calls that ask who is asking. They are sent at the same time.
    fn session(&self) -> Vec<Call>;

    /// Reads the replies to [`Host::session`], as [`Host::read_answer`] does.
    fn session_answer(&self, replies: Vec<Reply<J>>) -> Result<Session, Fault>;

    /// The calls that have the host make a token for a guest; none where guests cannot vote. They are sent at the same time.
    fn guest(&self) -> Vec<Call>;

    /// Reads the guest's token from the replies to [`Host::guest`].
    fn guest_answer(&self, replies: Vec<Reply<J>>) -> Option<String>;

    /// The call that reads a poll's votes as CSV. `None` where the host has no such file.
    fn export(&self, poll: &PollId) -> Option<Call>;

    /// Why a reply is a failure. `None` for a success, whatever its body.
    fn failure(&self, reply: &Reply<J>) -> Option<Fault>;
}
