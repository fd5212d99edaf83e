//! The live feed: server-sent events that carry the whole state, as this viewer may see it, so that an event that is
//! lost, doubled or late does no harm.
//!
//! What a poll says to everybody is read once for all; of a viewer's own there is only their ballot, which is read again
//! when it changed. Only the last event of a batch has an id: a connection that breaks
//! in the middle of one is resumed from before it.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, HeaderName};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, sleep, sleep_until};

use super::{AskedQuery, asked, invalid, list};
use crate::api::{ChecklistAnswer, PollAnswer, ProblemKind};
use crate::domain::id::PollId;
use crate::server::answer::Fault;
use crate::server::app::{App, now};
use crate::server::store::{Due, Following, Own, StoreError, Topic};
use crate::server::who::Who;

/// When a page that lost the connection tries again.
const RETRY: Duration = Duration::from_secs(2);

/// How often an idle connection shows that it lives.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// The least time between two batches to one viewer: a poll that a crowd votes in is sent ten times a second, not a
/// thousand times.
const PACE: Duration = Duration::from_millis(100);

/// `GET /events?topics=poll:a,member:me`
pub(super) async fn follow(
    State(app): State<App>,
    who: Who,
    query: AskedQuery,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let place = app.guard.follow()?;
    let topics = list("topics", &asked(query)?.topics, |text| topic(text, &who))?;
    // Following starts before the first look, so that nothing can change unseen between the two.
    let following = app.store.follow(&topics, who.voter().map(|v| v.id.clone()));
    let last = headers.get("last-event-id").and_then(|v| v.to_str().ok()?.parse().ok());
    let due = match last {
        Some(position) => app.store.changed_since(&topics, position).await?,
        None => topics,
    };
    for topic in due {
        following.mark(&topic);
    }
    let ready = VecDeque::from([Event::default().retry(RETRY)]);
    let follower =
        Follower { app, who, _place: place, following, own: HashMap::new(), ready, rest: Instant::now() };
    let events = Sse::new(stream::unfold(follower, Follower::next));
    let mut response = events.keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

fn topic(text: &str, who: &Who) -> Result<Topic, Fault> {
    match text.split_once(':') {
        Some(("poll", id)) => Ok(Topic::Poll(PollId::new(id).map_err(|e| invalid(e.to_string()))?)),
        Some(("member", "me")) => match who.member() {
            Some(member) => Ok(Topic::Member(member.id.clone())),
            None => Err(ProblemKind::Unauthorized.with("a guest has no member:me to follow").into()),
        },
        _ => Err(invalid(format!("\"{text}\" is not a topic: there are poll:ID and member:me"))),
    }
}

/// One viewer's connection.
struct Follower {
    app: App,
    who: Who,
    _place: OwnedSemaphorePermit,
    following: Following,
    /// What is the viewer's own of the polls that were sent.
    own: HashMap<PollId, Own>,
    ready: VecDeque<Event>,
    /// Nothing is sent before.
    rest: Instant,
}

impl Follower {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some((Ok(event), self));
            }
            self.wait().await?;
            // Before it is taken what is due: what changes meanwhile is sent once more.
            let position = self.app.store.position();
            let due = self.following.take();
            self.rest = Instant::now() + PACE;
            // A page whose connection ends comes back, and gets what it missed.
            let events = self.render(&due, position).await;
            self.ready = events.map_err(|error| eprintln!("folkmoot: {error}")).ok()?;
        }
    }

    /// Returns once something is due; `None` when the connection is to end.
    async fn wait(&mut self) -> Option<()> {
        let mut stopping = self.app.stopping.clone();
        tokio::select! {
            _ = stopping.wait_for(|stop| *stop) => return None,
            () = expiry(&self.who) => return None,
            () = self.following.wait() => {}
        }
        sleep_until(self.rest).await;
        Some(())
    }

    /// The state of what is due, as of a position that was read first.
    async fn render(
        &mut self,
        due: &BTreeMap<Topic, Due>,
        position: u64,
    ) -> Result<VecDeque<Event>, StoreError> {
        let store = self.app.store.clone();
        let mut polls = Vec::new();
        for id in due.keys().filter_map(poll_of) {
            polls.extend(store.state(id).await?);
        }
        // After the polls: none may count a ballot that does not come with it.
        self.read_own(due).await?;
        let mut events: Vec<(&str, String)> = Vec::with_capacity(due.len());
        for state in polls {
            let own = self.own.get(state.id()).cloned().unwrap_or_default();
            let poll = state.seen_by(self.who.voter(), own, now()).into();
            events.extend(json(&PollAnswer { poll }).map(|data| ("poll", data)));
        }
        for topic in due.keys() {
            if let Topic::Member(id) = topic {
                let checklist = store.checklist(id).await?.map(Into::into);
                events.extend(json(&ChecklistAnswer { checklist }).map(|data| ("checklist", data)));
            }
        }
        let last = events.len().saturating_sub(1);
        let event = |(i, (name, data)): (usize, (&str, String))| {
            let event = Event::default().event(name).data(data);
            if i == last { event.id(position.to_string()) } else { event }
        };
        Ok(events.into_iter().enumerate().map(event).collect())
    }

    /// Reads what of the viewer's own is not known, or not any more.
    async fn read_own(&mut self, due: &BTreeMap<Topic, Due>) -> Result<(), StoreError> {
        let Some(voter) = self.who.voter() else { return Ok(()) };
        let old = due.iter().filter_map(|(topic, due)| {
            let id = poll_of(topic)?;
            let old = due.own || self.following.is_old(topic) || !self.own.contains_key(id);
            old.then(|| id.clone())
        });
        let old: Vec<PollId> = old.collect();
        if !old.is_empty() {
            let mut own = self.app.store.own(&voter.id, &old).await?;
            self.own.extend(old.into_iter().map(|id| {
                let own = own.remove(&id).unwrap_or_default();
                (id, own)
            }));
        }
        Ok(())
    }
}

fn poll_of(topic: &Topic) -> Option<&PollId> {
    match topic {
        Topic::Poll(id) => Some(id),
        Topic::Member(_) => None,
    }
}

/// Resolves when the viewer's token ends; never where they have none.
async fn expiry(who: &Who) {
    match who.voter() {
        Some(voter) => {
            let left = u64::try_from(voter.expires.0 - now().0).unwrap_or(0);
            sleep(Duration::from_millis(left)).await;
        }
        None => std::future::pending().await,
    }
}

fn json(value: &impl serde::Serialize) -> Option<String> {
    serde_json::to_string(value).ok()
}
