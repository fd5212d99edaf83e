//! The live feed: server-sent events that carry the whole state, as this viewer may see it, so that an event that is
//! lost, doubled or late does no harm.
//!
//! State is read for each viewer when it is sent. Only the last event of a batch has an id: a connection that breaks
//! in the middle of one is resumed from before it.

use std::collections::{BTreeSet, VecDeque};
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, HeaderName};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::time::{Instant, sleep, sleep_until};

use super::{AskedQuery, asked, invalid, list};
use crate::api::{ChecklistAnswer, PollAnswer, ProblemKind};
use crate::domain::id::PollId;
use crate::server::answer::Fault;
use crate::server::app::{App, now};
use crate::server::store::{Change, StoreError, Topic};
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
    let topics = list("topics", &asked(query)?.topics, |text| topic(text, &who))?;
    // Listening starts before the first look, so that nothing can change unseen between the two.
    let changes = app.store.changes();
    let last = headers.get("last-event-id").and_then(|v| v.to_str().ok()?.parse().ok());
    let due = match last {
        Some(position) => app.store.changed_since(&topics, position).await?,
        None => topics.clone(),
    };
    let follower = Follower {
        app,
        who,
        topics: topics.into_iter().collect(),
        changes,
        due: due.into_iter().collect(),
        ready: VecDeque::from([Event::default().retry(RETRY)]),
        rest: Instant::now(),
    };
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
    topics: BTreeSet<Topic>,
    changes: Receiver<Change>,
    /// What changed and was not sent yet.
    due: BTreeSet<Topic>,
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
            let due = std::mem::take(&mut self.due);
            self.rest = Instant::now() + PACE;
            // A page whose connection ends comes back, and gets what it missed.
            self.ready = self.render(&due).await.map_err(|error| eprintln!("folkmoot: {error}")).ok()?;
        }
    }

    /// Returns once something is due; `None` when the connection is to end.
    async fn wait(&mut self) -> Option<()> {
        let mut stopping = self.app.stopping.clone();
        while self.due.is_empty() {
            let expiry = expiry(&self.who);
            tokio::select! {
                _ = stopping.wait_for(|stop| *stop) => return None,
                () = expiry => return None,
                change = self.changes.recv() => match change {
                    Ok(change) => self.mark(change.topic),
                    Err(RecvError::Lagged(_)) => self.due.clone_from(&self.topics),
                    Err(RecvError::Closed) => return None,
                },
            }
        }
        sleep_until(self.rest).await;
        loop {
            match self.changes.try_recv() {
                Ok(change) => self.mark(change.topic),
                Err(TryRecvError::Lagged(_)) => self.due.clone_from(&self.topics),
                Err(TryRecvError::Empty | TryRecvError::Closed) => return Some(()),
            }
        }
    }

    fn mark(&mut self, topic: Topic) {
        if self.topics.contains(&topic) {
            self.due.insert(topic);
        }
    }

    /// The state of what is due, as of a position that is read first: what changes meanwhile is sent once more.
    async fn render(&self, due: &BTreeSet<Topic>) -> Result<VecDeque<Event>, StoreError> {
        let store = &self.app.store;
        let position = store.position().await?;
        let polls: Vec<PollId> = due
            .iter()
            .filter_map(|topic| match topic {
                Topic::Poll(id) => Some(id.clone()),
                Topic::Member(_) => None,
            })
            .collect();
        let mut events: Vec<(&str, String)> = Vec::with_capacity(due.len());
        for poll in store.polls(&polls, &self.who, now()).await? {
            events.extend(json(&PollAnswer { poll: poll.into() }).map(|data| ("poll", data)));
        }
        for topic in due {
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
}

/// Resolves when the viewer's token ends; never for a guest.
async fn expiry(who: &Who) {
    match who.member() {
        Some(member) => {
            let left = u64::try_from(member.expires.0 - now().0).unwrap_or(0);
            sleep(Duration::from_millis(left)).await;
        }
        None => std::future::pending().await,
    }
}

fn json(value: &impl serde::Serialize) -> Option<String> {
    serde_json::to_string(value).ok()
}
