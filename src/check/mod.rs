//! `folkmoot check`: whether a host's API conforms to Host API v1, rule by rule.
//!
//! It makes the calls that the widget makes, and does not trust the answers: their size and time are limited, and what is
//! printed of them has no control characters. It only reads, unless [`Options::vote`] is set.
//! May use: `domain`, `api`, `wire`, `contract`, `clock`; of the widget, the reader of events in `sync` and the encoding of ids in `hosts`.

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
mod methods;
mod own_options;
mod polls;
mod probe;
mod proxies;
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
    /// The URL of the API, such as `https://forum.example/folkmoot/api`.
    pub url: String,
    /// Whose calls to make, besides a guest's.
    pub access: Access,
    /// The polls to read.
    pub polls: Vec<PollId>,
    /// The members to read; if empty, only the one of `access`.
    pub members: Vec<MemberId>,
    /// Whether to write, too: ballots, comments, options and following in `polls`. All of it is undone.
    pub vote: bool,
    /// The header for the CSRF token, which writes with a cookie need.
    pub csrf_header: String,
    /// The origin of a site whose pages should be allowed to call the API.
    pub origin: Option<String>,
    /// The timeout of one answer.
    pub timeout: Duration,
}

/// Whose calls to make, besides a guest's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nobody's.
    Guest,
    /// Those of the member with this token.
    Token(String),
    /// Those of the member with this `Cookie` header.
    Cookie(String),
}

/// Why nothing could be checked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The URL of the API is invalid.
    #[error("\"{0}\" is not an address of an API: write it such as https://forum.example/folkmoot/api")]
    BadUrl(String),
    /// A token, cookie, origin or header name that HTTP does not allow.
    #[error("{0} cannot be sent in a request: it has characters that a header must not have")]
    BadHeader(&'static str),
    /// No answer came.
    #[error("{url} does not answer: {why}")]
    Unreachable {
        /// The URL of the API.
        url: String,
        /// The reason.
        why: String,
    },
    /// The API redirects to another host. The token must not be sent there unasked.
    #[error("{url} redirects to {to}, which is another host: check that address if it is yours")]
    Elsewhere {
        /// The URL of the API, as given.
        url: String,
        /// The target of the redirect.
        to: String,
    },
}

/// Checks an API. Errors where the check could not begin; a rule that fails is in the report.
pub fn run(options: &Options) -> Result<Report, Error> {
    let mut probe = Probe::new(Client::new(options)?, options);
    session::connect(&mut probe)?;
    session::check(&mut probe);
    cors::check(&mut probe);
    proxies::check(&mut probe);
    methods::check(&mut probe);
    for viewer in probe.viewers() {
        reads::check(&mut probe, viewer);
        polls::check(&mut probe, viewer);
        around::check(&mut probe, viewer);
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
