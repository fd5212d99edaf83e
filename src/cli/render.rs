//! `folkmoot render`: a poll as plain HTML.

use std::rc::Rc;

use clap::Args;
use folkmoot::api::poll_from;
use folkmoot::domain::id::PollId;
use folkmoot::domain::poll::Standing;
use folkmoot::domain::time::Timestamp;
use folkmoot::render;
use folkmoot::staff::{CallError, Host};
use folkmoot::sync::{Entity, Known, Topic};
use jiff::tz::TimeZone;

use super::{address, poll_id, time_zone};

/// `folkmoot render`.
#[derive(Debug, Args)]
pub struct Render {
    /// The poll's id.
    #[arg(long, value_name = "ID", value_parser = poll_id)]
    pub poll: PollId,
    /// Where the host's API answers.
    #[arg(long, value_name = "URL", env = "FOLKMOOT_API")]
    #[arg(default_value = "http://127.0.0.1:8080/folkmoot/api", value_parser = address)]
    pub api: String,
    /// The language, such as `de` or `pt-BR`; English where the widget does not speak it.
    #[arg(long, value_name = "TAG", default_value = "en")]
    pub lang: String,
    /// The zone by whose clocks times are written.
    #[arg(long, value_name = "ZONE", default_value = "UTC", value_parser = time_zone)]
    pub time_zone: TimeZone,
}

/// Why a poll could not be drawn.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The call failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The host's answer is no poll.
    #[error("{api} answers with no poll of Host API v1: {reason}; `folkmoot check` says more")]
    Malformed {
        /// The URL of the API.
        api: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl Render {
    /// What a guest sees of the poll, as plain HTML.
    pub fn run(&self, now: Timestamp) -> Result<String, RenderError> {
        let host = Host::new(&self.api, None);
        let malformed = |reason: String| RenderError::Malformed { api: self.api.clone(), reason };
        let mut poll = poll_from(&host.show_in(&self.poll, &self.lang)?)
            .map_err(|reason| malformed(reason.to_string()))?;
        if poll.id != self.poll {
            return Err(malformed(format!("it is poll \"{}\"", poll.id)));
        }
        // Nobody votes in a newsletter, so the ballot of a guest who may vote is not printed.
        poll.viewer.standing = Standing::Guest;
        let words = render::words(&self.lang);
        let locale = render::locale(words.clone(), host.clock_or(now), self.time_zone.clone());
        let known = Known::Here(Entity::Poll(Rc::new(poll)));
        let drawn = render::draw(Topic::Poll(self.poll.clone()), render::scene(known, locale));
        Ok(render::plain(&drawn, &words, &origin(&self.api)))
    }
}

/// The origin of an address, without a user name or a password.
fn origin(address: &str) -> String {
    let Ok(uri) = address.parse::<ureq::http::Uri>() else { return String::new() };
    let port = uri.port().map(|port| [":", port.as_str()].concat()).unwrap_or_default();
    [uri.scheme_str().unwrap_or_default(), "://", uri.host().unwrap_or_default(), &port].concat()
}
