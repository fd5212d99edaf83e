//! The client's state: a pure reducer `(state, event, moment) → effects`.
//!
//! The reducer is the only writer of what the widget knows. Everything from outside comes in as an [`Event`] (time and
//! randomness with it, as a [`Moment`]), everything it wants done goes out as an [`Effect`], so the ports to the world
//! are data and any history can be replayed in a native test.
//! May use: `domain`, `api`, `contract`.

mod abilities;
mod backoff;
mod begun;
mod clock;
mod feed;
mod identity;
mod outbox;
mod pace;
mod parts;
mod reads;
mod record;
mod reducer;
mod resources;
mod saves;
mod send;
mod sse;
mod state;
mod tell;
mod topic;
mod viewer;
mod writes;

pub use abilities::Abilities;
pub use identity::{Ask, Claim, Session, Source, Viewer};
pub use outbox::{Act, Decision, Pending, Stage};
pub use parts::{Missing, PartState};
pub use record::{Note, Record};
pub use reducer::{apply, apply_for};
pub use sse::{Frame, FrameReader};
pub use state::{Saving, State, Unsent, Waiting};
pub use topic::{Entity, Known, PageOf, Resource, Topic};

use crate::contract::code;
use crate::domain::id::{OptionId, PollId};
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
    /// An element shows this resource now.
    Watch(Resource),
    /// An element no longer shows this resource.
    Unwatch(Resource),
    /// Everything that belongs together has been said: what is wanted can be asked for in one call.
    TurnEnded,
    /// A read was answered, or could not be.
    Read {
        /// What was asked for.
        resources: Vec<Resource>,
        /// What came.
        answer: Result<Answer, Fault>,
    },
    /// The member asks for something once more that had failed.
    Retry(Resource),
    /// The member decided something.
    Decide(Decision),
    /// The member does not want what they decided about this topic, as far as that can still be helped.
    Undo(Topic),
    /// The member has begun something at a poll and not sent it, as texts; or no longer has, where there are none.
    Begun(PollId, Vec<String>),
    /// What the viewer had begun at a poll before the element or the page came.
    Recalled(PollId, Vec<String>),
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
    /// The page was asked who is asking: what it says, or why it says nothing.
    Claimed(Result<Claim, String>),
    /// The host was asked who is asking.
    Session(Result<Session, Fault>),
    /// The host was asked to know a guest: by this token, if it does.
    Welcomed(Option<String>),
    /// The page's script asks to ask anew.
    Identify,
    /// The page has changed.
    PageChanged {
        /// Whether its tag or its body did, and not its address alone.
        swapped: bool,
    },
    /// Another tab has come to know who is asking: this member, or nobody where it is empty.
    Introduced(String),
    /// A member opened something that needs a part, in an element that shows this.
    Need(Part, Topic),
    /// A part is here, or did not come.
    PartFetched(Part, Result<(), Missing>),
    /// A file was asked for.
    Save(PollId),
    /// It came, or could not.
    Saved(PollId, Result<(), Fault>),
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
    /// The live feed said something, be it only that it lives. What it brought comes as [`Event::Pushed`].
    LiveHeard,
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
    /// An answer of the host, or its feed, belongs to this epoch: a name for the history that revisions are counted in.
    /// Comes before the answer itself.
    Epoch(String),
    /// A wake-up that was asked for.
    Woke(Timer),
}

/// A module of the widget that a page fetches once it needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All kinds of polls but choice, the past of polls that come back, what is in panels, and what somebody had begun.
    Kinds,
    /// What is in the card that opens at a member's badges.
    Card,
}

impl Part {
    /// All parts.
    pub const ALL: [Self; 2] = [Self::Kinds, Self::Card];

    /// What its functions are marked with, and its file is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kinds => "kinds",
            Self::Card => "card",
        }
    }
}

/// What a host answered, decoded.
#[derive(Debug, Default)]
pub struct Answer {
    /// The entities it brought.
    pub found: Vec<Entity>,
    /// What was asked for and is not there.
    pub missing: Vec<Resource>,
    /// What was there but cannot be, with the reason.
    pub malformed: Vec<(Resource, String)>,
    /// The host's clock when it answered.
    pub host_time: Option<Timestamp>,
    /// [`State::order`] when the read went out, which orders the states of a host without revisions. The reducer gives one to
    /// the answer to a write.
    pub order: u64,
}

/// Why a call brought nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing came, or not what a host would say: it may work the next time.
    Unreachable,
    /// Something between says no in words that are not the API's, such as a firewall: it may work the next time.
    Foreign {
        /// The answer's HTTP status.
        status: u16,
    },
    /// The host is busy and says when to come back.
    Busy {
        /// Milliseconds to wait, if it said.
        retry_after: Option<u32>,
    },
    /// The host says no, and will say so again.
    Refused(Refusal),
}

/// The statuses that say that a method is not let through: 405 Method Not Allowed and 501 Not Implemented.
pub(crate) const NO_METHOD: u16 = 405;
pub(crate) const NO_SUCH_METHOD: u16 = 501;

impl Fault {
    /// Whether something before the API does not let the method through.
    pub(crate) fn is_blocked(&self) -> bool {
        matches!(self, Self::Foreign { status: NO_METHOD | NO_SUCH_METHOD })
    }

    /// A code and a sentence for the page.
    pub(crate) fn told(&self) -> (&'static str, String) {
        match self {
            Self::Unreachable | Self::Busy { .. } => (code::UNREACHABLE, String::new()),
            // What members cast is sent by PUT and taken back by DELETE, or by POST where those do not pass.
            Self::Foreign { status: NO_METHOD | NO_SUCH_METHOD } => (
                code::BLOCKED,
                "the site lets no votes through: something before the API refuses PUT and POST".into(),
            ),
            Self::Foreign { status } => {
                let message =
                    ["the site refused it: ", &status.to_string(), ", and not in the words of the API"];
                (code::SITE_REFUSED, message.concat())
            }
            Self::Refused(refusal) => (refusal.reason.code(), refusal.detail.clone()),
        }
    }
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
    /// The host wants a fresh proof of who is asking: its CSRF token has changed.
    Unverified,
    /// The poll does not take ballots now.
    PollClosed,
    /// A newer ballot of the same member stands.
    Superseded,
    /// Not allowed, or not possible.
    NotPossible,
}

impl Reason {
    /// What the page is told.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::SignedOut => code::UNAUTHORIZED,
            Self::Unverified => code::CSRF,
            Self::PollClosed | Self::Superseded | Self::NotPossible => code::REFUSED,
        }
    }
}

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub enum Effect {
    /// Say [`Event::TurnEnded`] when the current turn is over.
    EndTurn,
    /// Read these, all of one kind, in one call.
    Read(Vec<Resource>),
    /// Put this decision into the browser's storage, over what is there under its key, and say [`Event::Kept`].
    Keep(Pending),
    /// Take the decision with this key out of the browser's storage.
    Forget(String),
    /// Send this write.
    Write(Pending),
    /// Ask who is asking, and say [`Event::Claimed`], [`Event::Session`] or [`Event::Welcomed`].
    Ask(Ask),
    /// Tell the page and the other tabs who is asking: this member, or nobody.
    Introduce(Option<String>),
    /// Hide the elements, or show them again.
    Veil(bool),
    /// Say [`Event::Restored`] with what earlier visits of this viewer left.
    Restore,
    /// Give the viewer a poll's votes as a file, and say [`Event::Saved`].
    Save(PollId),
    /// Keep what the viewer has begun at a poll, in place of what was kept before.
    KeepBegun(PollId, Vec<String>),
    /// Say [`Event::Recalled`] with what was kept of it, if there is something.
    Recall(PollId),
    /// Fetch this part, and say [`Event::PartFetched`].
    FetchPart(Part),
    /// Load the page anew.
    Reload,
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
    /// Tell who made the page, on the console.
    Warn(String),
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
    /// A list to read anew.
    Read(Resource),
    /// Reads that are to be tried again by then.
    Reads(Timestamp),
    /// The live feed to open again.
    Live,
    /// Who is asking, to ask again.
    Ask,
    /// A look at everything, where the live feed cannot be had.
    Look,
    /// Whether anything was heard of the live feed meanwhile.
    Silence,
    /// A poll opens or closes, or its countdown moves on.
    Clock,
}
