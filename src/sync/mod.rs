//! The client's state: a pure reducer `(state, event, moment) → effects`.
//!
//! The reducer is the only writer of what the widget knows. Everything from outside comes in as an [`Event`] (time and
//! randomness with it, as a [`Moment`]), everything it wants done goes out as an [`Effect`], so the ports to the world
//! are data and any history can be replayed in a native test.
//! May use: `domain`, `api`.

mod backoff;
mod feed;
mod outbox;
mod record;
mod reducer;
mod sse;
mod state;
mod writes;

pub use outbox::{Act, Pending, Stage, Write};
pub use record::Note;
pub use sse::{Frame, FrameReader};
pub use state::{Entity, Known, PageOf, Saving, State, Topic, Waiting};

use crate::domain::id::{OptionId, PollId, StepId};
use crate::domain::poll;
use crate::domain::time::Timestamp;

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
    /// The member does not want what they decided about this, as far as that can still be helped. The key is for the
    /// write that this may take.
    Undo {
        /// What.
        topic: Topic,
        /// Idempotency key, unique to this decision.
        key: String,
    },
    /// A decision is in the browser's storage, or cannot be.
    Kept {
        /// The decision's key.
        key: String,
        /// Whether it is.
        kept: bool,
    },
    /// What earlier visits left in the browser's storage.
    Restored(Vec<Pending>),
    /// A write was answered, or could not be: to this tab, or to another.
    Written {
        /// The decision's key.
        key: String,
        /// What came.
        answer: Result<Answer, Fault>,
        /// Whether this tab sent it.
        here: bool,
    },
    /// The host was asked anew who is asking.
    Renewed(Renewal),
    /// Another tab of the same viewer said something.
    Heard {
        /// Which.
        tab: String,
        /// What.
        note: Note,
    },
    /// This tab may lead: send what is queued and hold the live feed.
    Led,
    /// The network went, or came back.
    Online(bool),
    /// The page went out of sight, or came back.
    InSight(bool),
    /// The page is being left: what is not sent now waits for the next visit.
    Leaving,
    /// The live feed stands.
    LiveOpened,
    /// The live feed broke off, or could not be opened.
    LiveLost {
        /// Whether that is because the host does not know who is asking.
        signed_out: bool,
    },
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
    /// To vote like this in a poll; without an answer, to take the ballot back.
    Ballot(PollId, Option<poll::Answer>),
    /// To do something else to a poll.
    Act(PollId, Act),
    /// That a step of the checklist is done.
    Step(StepId),
}

/// What came of asking anew who is asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// The same member, who can go on.
    Same,
    /// Another member, or a member in place of a guest.
    Other,
    /// Nobody: they have to sign in.
    Nobody,
    /// Nobody could say: it is to be asked again.
    Unanswered,
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
    /// The host wants a fresh proof of who is asking: its CSRF token has changed, or it says no without saying why.
    Unverified,
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
    /// Put this decision into the browser's storage, over what is there under its key, and say [`Event::Kept`].
    Keep(Pending),
    /// Take the decision with this key out of the browser's storage.
    Forget(String),
    /// Send this write.
    Write(Pending),
    /// Ask anew who is asking, and say [`Event::Renewed`].
    Renew {
        /// Whether somebody without an account may vote as a guest.
        guest: bool,
    },
    /// Take the guest to where they sign in.
    SignIn,
    /// Say this to the viewer's other tabs.
    Share(Note),
    /// Become the one tab that leads, and say [`Event::Led`] when that is so; or leave that to others.
    Lead(bool),
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
    /// Writes that are due then.
    Outbox(Timestamp),
    /// A read to try again.
    Read(Topic),
    /// The live feed to open again.
    Live,
    /// A look at everything, where the live feed cannot be had.
    Look,
    /// A poll opens or closes, or its countdown moves on.
    Clock,
}
