//! `folkmoot check`: checks, rule by rule, whether a host's API conforms to Host API v1.
//!
//! The check does not trust the responses. It limits their size and duration, and shows them without control characters. Unless
//! [`Options::vote`] is set, it sends no write that a host should accept.
//! May use: `domain`, `api`, `wire`, `contract`, `clock`; the reader of events from `sync`, the encoding of ids from `hosts`.

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

/// The settings of a check.
#[derive(Clone, Debug)]
pub struct Options {
    /// The URL of the API, such as `https://forum.example/folkmoot/api`.
    pub url: String,
    /// The credentials of the member in whose name calls are made. Some calls are always made as a guest.
    pub access: Access,
    /// The polls to read.
    pub polls: Vec<PollId>,
    /// The members to read, besides the member of `access`.
    pub members: Vec<MemberId>,
    /// Whether to write as well: ballots, comments, options and follows in `polls`. The check undoes its writes. If it
    /// cannot, the report has a note.
    pub vote: bool,
    /// The name of the header for the CSRF token, which a write needs if a cookie authenticates it.
    pub csrf_header: String,
    /// The origin of a site whose pages should be allowed to call the API.
    pub origin: Option<String>,
    /// The timeout of each phase of a call: to connect, to send the request, to receive the headers, and to receive the body.
    pub timeout: Duration,
}

/// The credentials of the member in whose name calls are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// No credentials: every call is made as a guest.
    Guest,
    /// The member's token.
    Token(String),
    /// The value of the member's `Cookie` header.
    Cookie(String),
}

/// Why the check could not begin.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The URL of the API is invalid.
    #[error("\"{0}\" is not an address of an API: write it such as https://forum.example/folkmoot/api")]
    BadUrl(String),
    /// A token, cookie, origin or header name that HTTP does not allow.
    #[error(
        "{0} cannot be sent in a request: remove line breaks and other characters that a header must not have"
    )]
    BadHeader(&'static str),
    /// The API sent no response.
    #[error("{url} does not answer: {why}; start the host, or give the address at which it answers")]
    Unreachable {
        /// The URL of the API.
        url: String,
        /// The reason.
        why: String,
    },
    /// The API redirects to an address that the check does not follow: the token must not be sent there, or there is no API.
    #[error(
        "{url}/session redirects to {to}, which is another host or port, or is not HTTPS, or does not end in /session: give the \
         address at which the API itself answers"
    )]
    Elsewhere {
        /// The URL of the API.
        url: String,
        /// The target of the redirect.
        to: String,
    },
}

/// Checks an API. The error says why the check could not begin; failed rules are in the report.
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
