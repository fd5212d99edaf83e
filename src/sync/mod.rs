//! The client's state: a pure reducer `(state, event, moment) → effects`.
//!
//! The reducer is the only writer of what the widget knows. Everything from outside comes in as an [`Event`] (time and
//! randomness with it, as a [`Moment`]), everything it wants done goes out as an [`Effect`], so the ports to the world
//! are data and any history can be replayed in a native test. The one port that is a trait is [`Body`]: an answer that
//! has arrived but is not read yet.
//! May use: `domain`, `api`.

mod backoff;
mod outbox;
mod reducer;
mod sse;
mod state;

pub use outbox::{Pending, Write};
pub use sse::{Frame, FrameReader};
pub use state::{Entity, Known, Live, Outcome, Saving, State, Topic};

use serde::de::DeserializeOwned;

use crate::domain::id::{OptionId, PollId, StepId};
use crate::domain::time::Timestamp;

/// An answer's JSON, before anybody knows whether it has the right shape.
pub trait Body: Sized {
    /// Reads it as `T`; the error says what did not fit.
    fn read<T: DeserializeOwned>(self) -> Result<T, String>;
}

/// When an event came, and a die to go with it: all the reducer knows of clocks and chance.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The browser's clock.
    pub now: Timestamp,
    /// Evenly distributed over all values, for jitter.
    pub random: u32,
}

/// What happened.
#[derive(Debug)]
pub enum Event {
    /// An element shows this now.
    Watch(Topic),
    /// An element shows it no more.
    Unwatch(Topic),
    /// Everything that belongs together has been said: what is wanted can be asked for in one call.
    TurnEnded,
    /// A read was answered, or could not be.
    Read {
        /// What was asked for.
        topics: Vec<Topic>,
        /// What came.
        answer: Result<Answer, Fault>,
    },
    /// The member asks for something once more that had failed.
    Retry(Topic),
    /// The member decided something. The key marks it once and for all, however often it is sent.
    Decide {
        /// What.
        decision: Decision,
        /// Idempotency key, unique to this decision.
        key: String,
    },
    /// A write was answered, or could not be.
    Written {
        /// The decision's key.
        key: String,
        /// What came.
        answer: Result<Answer, Fault>,
    },
    /// The page went out of sight, or came back.
    InSight(bool),
    /// The live feed stands.
    LiveOpened,
    /// The live feed broke off.
    LiveLost,
    /// The live feed brought something.
    Pushed {
        /// The feed's position, to resume from; empty where it is not to be resumed from here.
        id: String,
        /// What it brought.
        entity: Entity,
    },
    /// A wake-up that was asked for.
    Woke(Timer),
}

/// What a member decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// To vote like this in a poll; without options, to take the ballot back.
    Ballot(PollId, Vec<OptionId>),
    /// That a step of the checklist is done.
    Step(StepId),
}

/// What a host answered, decoded.
#[derive(Debug, Default)]
pub struct Answer {
    /// The entities it brought.
    pub found: Vec<Entity>,
    /// What was asked for and is not there.
    pub missing: Vec<Topic>,
    /// What was there but cannot be, with the reason.
    pub malformed: Vec<(Topic, String)>,
    /// The host's clock when it answered.
    pub host_time: Option<Timestamp>,
}

/// Why a call brought nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing came, or not what a host would say: it may work the next time.
    Unreachable,
    /// The host is busy and says when to come back.
    Busy {
        /// Milliseconds to wait, if it said.
        retry_after: Option<u32>,
    },
    /// The host says no, and will say so again.
    Refused(Refusal),
}

/// A host's lasting no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What kind of no.
    pub reason: Reason,
    /// The host's own words; may be empty.
    pub detail: String,
    /// What stands instead, where the host said.
    pub instead: Option<Entity>,
}

/// Kinds of no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Not signed in (any more).
    SignedOut,
    /// The poll does not take ballots now.
    PollClosed,
    /// A newer ballot of the same member stands.
    Superseded,
    /// Not allowed, or not possible.
    NotPossible,
}

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub enum Effect {
    /// Say [`Event::TurnEnded`] when the current turn is over.
    EndTurn,
    /// Read these, all of one kind, in one call.
    Read(Vec<Topic>),
    /// Send this write.
    Write(Pending),
    /// Follow these live, from this position on if there is one; instead of what was followed before.
    Listen {
        /// What to follow; nothing ends the feed.
        topics: Vec<Topic>,
        /// The last position seen.
        after: Option<String>,
    },
    /// Say [`Event::Woke`] after so many milliseconds.
    Wake(Timer, u32),
    /// What elements show of this has changed.
    Show(Topic),
    /// Tell the page.
    Tell(Topic, News),
}

/// What a page may want to hear about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// A ballot was acknowledged.
    Voted(Vec<OptionId>),
    /// A step of the checklist was done.
    StepDone(String),
    /// Something failed for good: a code and a sentence.
    Failed(&'static str, String),
}

/// What a wake-up is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Timer {
    /// Writes to send again.
    Outbox,
    /// A read to try again.
    Read(Topic),
    /// The live feed to open again.
    Live,
    /// A poll opens or closes, or its countdown moves on.
    Clock,
}
