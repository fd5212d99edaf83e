//! The client's state: a pure reducer `(state, event, moment) → effects`.
//!
//! The reducer is the only writer of the client's state. Everything from outside comes in as an [`Event`], with the time and a
//! random number as its [`Moment`]. Everything that has to be done goes out as an [`Effect`]. Both are data, so that a native
//! test can replay any sequence of events.
//!
//! May use: `domain`, `api`, `contract`.

mod abilities;
mod answers;
mod backoff;
mod begun;
mod clock;
mod feed;
mod identity;
mod keep;
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

/// The time of an event, and a random number: all that the reducer knows about clocks and chance.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The time on the browser's clock.
    pub now: Timestamp,
    /// A random number for jitter, evenly distributed over all values.
    pub random: u32,
}

/// Something that happened in an element, on the page, at the host or in another tab.
#[derive(Debug)]
pub enum Event {
    /// An element shows this resource now.
    Watch(Resource),
    /// An element no longer shows this resource.
    Unwatch(Resource),
    /// The turn of the browser's event loop in which [`Effect::EndTurn`] was requested is over. All resources that became wanted
    /// in it are now read together.
    TurnEnded,
    /// A read was answered, or it failed.
    Read {
        /// The resources that were read.
        resources: Vec<Resource>,
        /// The host's answer, or why there is none.
        answer: Result<Decoded, Fault>,
    },
    /// The member presses a retry button of an element that shows this resource.
    Retry(Resource),
    /// The member made this decision.
    Decide(Decision),
    /// The member takes back their last decision about this topic, if that is still possible, or dismisses a refusal or a draft.
    Undo(Topic),
    /// The viewer's unsent input at a poll has changed. It is a list of texts, which is empty where there is no input any more.
    Begun(PollId, Vec<String>),
    /// The browser's answer to [`Effect::Recall`]: the viewer's unsent input from before the element or the page was loaded.
    Recalled(PollId, Vec<String>),
    /// A new idempotency key, for the next decision.
    KeyMade(String),
    /// The browser has stored a decision, or could not store it.
    Kept {
        /// The decision's idempotency key.
        key: String,
        /// Whether the decision is stored.
        kept: bool,
    },
    /// The decisions that earlier visits left in the browser's storage.
    Restored(Vec<Pending>),
    /// A write of this tab or of another one was answered, or it failed.
    Written {
        /// The decision's idempotency key.
        key: String,
        /// The host's answer, or why there is none.
        answer: Result<Decoded, Fault>,
        /// Whether this tab sent the write.
        here: bool,
    },
    /// The page's claim of who is asking, or why the page makes none.
    Claimed(Result<Claim, String>),
    /// The host's statement of who is asking, or why there is none.
    Session(Result<Session, Fault>),
    /// The token by which the host knows the guest from now on; `None` if the host gave none.
    Welcomed(Option<String>),
    /// The page's script says that somebody else may be asking, and wants the page to be asked for a new claim.
    Identify,
    /// The page has changed.
    PageChanged {
        /// Whether the script tag, its token or the page's body has changed, and not only the page's address.
        swapped: bool,
    },
    /// Another tab has learned who is asking: the member with this id; an empty string means that no member is signed in.
    Introduced(String),
    /// A member opened something that needs a part, in an element of this topic.
    Need(Part, Topic),
    /// A part was fetched, or could not be fetched.
    PartFetched(Part, Result<(), Missing>),
    /// The viewer wants to save a poll's votes as a file.
    Save(PollId),
    /// The file of a poll's votes was saved, or could not be saved.
    Saved(PollId, Result<(), Fault>),
    /// Another tab of the same viewer sent a note.
    Heard {
        /// The name of the other tab.
        tab: String,
        /// The note.
        note: Note,
    },
    /// This tab leads from now on: it sends queued writes and holds the live feed.
    Led,
    /// The browser came online (`true`) or went offline (`false`).
    Online(bool),
    /// The page became visible (`true`) or hidden (`false`).
    InSight(bool),
    /// The viewer is leaving the page. A write that is not sent now waits for the next visit.
    Leaving,
    /// The live feed sent something, perhaps only a comment that keeps the connection open. The content of an event also
    /// comes as [`Event::Pushed`].
    LiveHeard,
    /// The live feed broke off, or could not be opened.
    LiveLost {
        /// Whether the host refused the feed because it does not know who is asking.
        signed_out: bool,
    },
    /// The live feed brought a new state of a resource.
    Pushed {
        /// The position in the feed from which it can be resumed; empty where the host gave none.
        id: String,
        /// The new state.
        entity: Entity,
    },
    /// The epoch of an answer or of the live feed. Revisions of different epochs cannot be compared. The event comes before the
    /// answer itself.
    Epoch(String),
    /// A timer fired, which [`Effect::Wake`] had set.
    Woke(Timer),
}

/// A module of the widget that a page fetches once it needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All kinds of polls except choice, the past rounds of polls that repeat, links in descriptions, the content of panels, and
    /// unsent input from before.
    Kinds,
    /// The content of the card that opens at a member's badges.
    Card,
}

impl Part {
    /// All parts.
    pub const ALL: [Self; 2] = [Self::Kinds, Self::Card];

    /// The name in the part's `#[wasm_split]` attribute, and of its file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kinds => "kinds",
            Self::Card => "card",
        }
    }
}

/// A host's answer, decoded.
#[derive(Debug, Default)]
pub struct Decoded {
    /// The states of resources that the answer brought.
    pub found: Vec<Entity>,
    /// The resources that were read and do not exist.
    pub missing: Vec<Resource>,
    /// The resources whose state is invalid, with the reason.
    pub malformed: Vec<(Resource, String)>,
    /// The time on the host's clock when it answered.
    pub host_time: Option<Timestamp>,
    /// [`State::order`] when the read was sent, which orders the states of a host without revisions. The reducer sets it in the
    /// answer to a write.
    pub order: u64,
}

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There was no answer, or a server error, or a body that no host would send. A retry may succeed.
    Unreachable,
    /// Something between the page and the API, such as a firewall, refused the call: the answer is not in the API's format. A
    /// retry may succeed.
    Foreign {
        /// The answer's HTTP status.
        status: u16,
    },
    /// The host is busy. A retry may succeed.
    Busy {
        /// The milliseconds to wait before the retry, if the host said so.
        retry_after: Option<u32>,
    },
    /// The host refused the call, and would refuse it again.
    Refused(Refusal),
}

/// The HTTP statuses that refuse a method: 405 Method Not Allowed and, below, 501 Not Implemented.
pub(crate) const NO_METHOD: u16 = 405;
pub(crate) const NO_SUCH_METHOD: u16 = 501;

impl Fault {
    /// Whether something before the API refused the HTTP method.
    pub(crate) fn is_blocked(&self) -> bool {
        matches!(self, Self::Foreign { status: NO_METHOD | NO_SUCH_METHOD })
    }

    /// An error code and a sentence for the page.
    pub(crate) fn told(&self) -> (&'static str, String) {
        match self {
            Self::Unreachable | Self::Busy { .. } => (code::UNREACHABLE, String::new()),
            // Ballots are cast with PUT and taken back with DELETE. Where these methods are refused, POST is tried for both.
            Self::Foreign { status: NO_METHOD | NO_SUCH_METHOD } => (
                code::BLOCKED,
                "the site lets no votes through: something before the API refuses PUT and POST".into(),
            ),
            Self::Foreign { status } => {
                let message =
                    ["the site refused it: ", &status.to_string(), ", and not in the words of the API"];
                (code::SITE_REFUSED, message.concat())
            }
            Self::Refused(refusal) => (refusal.kind.code(), refusal.detail.clone()),
        }
    }
}

/// A host's refusal of a call. A retry would be refused, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The reason.
    pub kind: RefusalKind,
    /// The host's explanation; may be empty.
    pub detail: String,
    /// The code of the reason, such as `option-gone`, and behind a space its limit, such as `too-many-options 3`; empty where the
    /// host gives none. The part [`Part::Kinds`] has the words for it.
    pub code: String,
    /// The state that the host has instead, if it was in the answer.
    pub instead: Option<Entity>,
}

impl Refusal {
    /// The code of what the widget refuses itself: somebody else is signed in than when it was decided. A ballot would be offered to
    /// them.
    pub const NOT_THEIRS: &'static str = "not-theirs";

    /// A refusal without a code and without another state.
    pub fn without_code(kind: RefusalKind, detail: String) -> Self {
        Self { kind, detail, code: String::new(), instead: None }
    }

    /// Whether the code is shown: there is one, and a ballot was refused for another reason than those with a sentence of their own.
    pub(crate) fn is_coded(&self, of: &Decision) -> bool {
        !self.code.is_empty() && (self.kind == RefusalKind::NotPossible || !of.is_ballot())
    }
}

/// The reason of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// Nobody is signed in, or the proof has expired.
    SignedOut,
    /// The host wants a fresh proof, since its CSRF token has changed.
    Unverified,
    /// The poll accepts no ballots now.
    PollClosed,
    /// The host has a newer ballot of the same member.
    Superseded,
    /// Any other reason: the call is not allowed, or not possible.
    NotPossible,
}

impl RefusalKind {
    /// The error code for the page.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::SignedOut => code::UNAUTHORIZED,
            Self::Unverified => code::CSRF,
            Self::PollClosed | Self::Superseded | Self::NotPossible => code::REFUSED,
        }
    }
}

/// An action that the reducer wants done.
#[derive(Debug, PartialEq, Eq)]
pub enum Effect {
    /// Dispatch [`Event::TurnEnded`] when the current turn of the event loop is over.
    EndTurn,
    /// Read these resources, which one call can read (see [`Resource::same_call`]), and dispatch [`Event::Read`].
    Read(Vec<Resource>),
    /// Store this decision in the browser, in place of the one with the same key, and dispatch [`Event::Kept`].
    Keep(Pending),
    /// Remove the decision with this key from the browser's storage.
    Forget(String),
    /// Send this write, and dispatch [`Event::Written`].
    Write(Pending),
    /// Find out who is asking, and dispatch [`Event::Claimed`], [`Event::Session`] or [`Event::Welcomed`].
    Ask(Ask),
    /// Tell the page and the other tabs who is asking: the member with this id; `None` means that no member is signed in.
    Introduce(Option<String>),
    /// Hide all elements (`true`), or show them again (`false`).
    Veil(bool),
    /// Load the decisions that earlier visits of this viewer left, and dispatch [`Event::Restored`].
    Restore,
    /// Save a poll's votes as a file for the viewer, and dispatch [`Event::Saved`].
    Save(PollId),
    /// Store the viewer's unsent input at a poll, in place of the input that was stored before.
    KeepBegun(PollId, Vec<String>),
    /// Load the viewer's unsent input at a poll, and dispatch [`Event::Recalled`].
    Recall(PollId),
    /// Make an idempotency key of random bits alone, and dispatch [`Event::KeyMade`]. From a key with something in common with
    /// others, whoever reads the host's database could tell between which other decisions a member voted anonymously.
    MakeKey,
    /// Fetch this part, and dispatch [`Event::PartFetched`].
    FetchPart(Part),
    /// Reload the page.
    Reload,
    /// Take the guest to the site's sign-in page.
    SignIn,
    /// Send this note to the viewer's other tabs.
    Share(Note),
    /// Wait to become the one tab that leads, and dispatch [`Event::Led`] then (`true`); or leave the lead to other tabs
    /// (`false`).
    Lead(bool),
    /// Open the live feed for these topics, in place of an open one.
    Listen {
        /// The topics; an empty list only closes the open feed.
        topics: Vec<Topic>,
        /// The position after which the feed is to resume; `None` for the whole state.
        after: Option<String>,
    },
    /// Set this timer: dispatch [`Event::Woke`] after so many milliseconds.
    Wake(Timer, u32),
    /// Draw the elements of this topic again.
    Show(Topic),
    /// Tell the page this news of a topic.
    Tell(Topic, News),
    /// Warn the page's developer on the console.
    Warn(String),
}

/// News of an element, which the page receives as a DOM event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// The host acknowledged a ballot with these options.
    Voted(Vec<OptionId>),
    /// The step with this id of the checklist was done.
    StepDone(String),
    /// A call failed: an error code and a sentence.
    Failed(&'static str, String),
}

/// The purpose of a timer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Timer {
    /// Send the writes that are due by this time.
    Outbox(Timestamp),
    /// Read this page of a list again.
    Read(Resource),
    /// Read the resources whose reads were put off until this time.
    Reads(Timestamp),
    /// Open the live feed again.
    Live,
    /// Ask again who is asking.
    Ask,
    /// Read every live topic again, since the live feed is unavailable.
    Look,
    /// Check whether the live feed sent anything since the timer was set.
    Silence,
    /// Draw polls again: one of them opens or closes, or a countdown advances.
    Clock,
}
