//! The check: whether an API conforms to Host API v1, rule by rule, for those who write one.
//!
//! It asks as the widget asks and trusts nothing that comes back: answers are bounded in size and time, and what is
//! printed of them is plain. It reads only, unless it is told to vote.
//! May use: `domain`, `api`, and of the widget's own the reader of events in `sync` and the writing of ids in `hosts`.

mod around;
mod ballots;
mod checklist;
mod client;
mod comments;
mod cors;
mod events;
mod feed;
mod guests;
mod members;
mod own_options;
mod polls;
mod probe;
mod reads;
mod reasons;
mod report;
mod rule;
mod session;
mod staff;
mod verdict;
mod votes;
mod watch;

pub use report::{Finding, Report};
pub use rule::Rule;
pub use verdict::Outcome;

use std::time::Duration;

use crate::domain::id::{MemberId, PollId};
use client::Client;
use probe::Probe;

/// What to check, and as whom.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the API answers, such as `https://forum.example/folkmoot/api`.
    pub url: String,
    /// As whom, besides a guest.
    pub access: Access,
    /// The polls to look at.
    pub polls: Vec<PollId>,
    /// The members to look at; the viewer alone when empty.
    pub members: Vec<MemberId>,
    /// Whether to write in the polls named: a ballot, a comment, an option, whether it is followed; put back afterwards.
    pub vote: bool,
    /// The header in which a session's cookie needs its CSRF token.
    pub csrf_header: String,
    /// A site whose pages are meant to call the API.
    pub origin: Option<String>,
    /// Longest wait for one answer.
    pub timeout: Duration,
}

/// As whom to ask, besides a guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// As nobody else.
    Guest,
    /// As the member of this token.
    Token(String),
    /// As the member of this `Cookie` header.
    Cookie(String),
}

/// Why nothing could be checked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not an address.
    #[error("\"{0}\" is not an address of an API: write it such as https://forum.example/folkmoot/api")]
    BadUrl(String),
    /// A token, cookie, origin or header's name that no request can carry.
    #[error("{0} cannot be sent in a request: it has characters that a header must not have")]
    BadHeader(&'static str),
    /// Nobody answers there.
    #[error("{url} does not answer: {why}")]
    Unreachable {
        /// Where.
        url: String,
        /// What happened.
        why: String,
    },
    /// The API is at another host, which a token must not be sent to unasked.
    #[error("{url} redirects to {to}, which is another host: check that address if it is yours")]
    Elsewhere {
        /// What was given.
        url: String,
        /// Where it leads.
        to: String,
    },
}

/// Checks an API.
pub fn run(options: &Options) -> Result<Report, Error> {
    let mut probe = Probe::new(Client::new(options)?, options);
    session::connect(&mut probe)?;
    session::check(&mut probe);
    cors::check(&mut probe);
    for viewer in probe.viewers() {
        reads::check(&mut probe, viewer);
        polls::check(&mut probe, viewer);
        around::check(&mut probe, viewer);
        staff::check(&mut probe, viewer);
        members::check(&mut probe, viewer);
        checklist::check(&mut probe, viewer);
        events::check(&mut probe, viewer);
    }
    if options.vote && probe.member.is_some() {
        votes::check(&mut probe);
        around::write(&mut probe);
        guests::write(&mut probe);
        staff::write(&mut probe);
    }
    Ok(probe.report())
}
