//! The live feed: server-sent events. Each event has the whole state of a thing, as this viewer may see it, so events that
//! are lost, repeated or late do no harm.
//!
//! What a poll shows to everybody is read once for all viewers; what it shows to one viewer alone, such as their ballot, is
//! read for each, and again when it changed. Only the last event of a batch has an id, so that a feed which breaks within a
//! batch is resumed from before it.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Extension, RawQuery, State};
use axum::http::header::{CACHE_CONTROL, HeaderName};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::time::{Instant, sleep, sleep_until};
use tracing::error;

use super::{invalid, named, plain_texts};
use crate::clock::now;
use crate::contract::ProblemKind;
use crate::domain::id::PollId;
use crate::server::answer::Failure;
use crate::server::app::App;
use crate::server::headers::LAST_EVENT_ID;
use crate::server::languages::{Answer, Languages};
use crate::server::limits::{OpenFeed, Peer};
use crate::server::store::{Due, Own, StoreError, Subscription, Topic};
use crate::server::who::Who;
use crate::wire::{ChecklistAnswer, PollAnswer, PollDeleted};

/// The topic of what concerns the viewer alone.
const MEMBER: &str = "member:me";

/// How long a page waits before it reconnects.
const RETRY: Duration = Duration::from_secs(2);

/// How often an idle feed sends a comment, to keep the connection alive.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// The least time between two batches to one viewer: a poll in which a crowd votes is sent ten times a second, not a thousand
/// times.
const PACE: Duration = Duration::from_millis(100);

/// `GET /events?topics=poll:a,member:me`
pub(super) async fn open(
    State(app): State<App>,
    who: Who,
    Extension(peer): Extension<Peer>,
    query: RawQuery,
    languages: Languages,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let open = app.guard.open_feed(peer, &headers, &who)?;
    let topics = topics(&query, &who)?;
    // The subscription starts before the first read, so that no change between the two is missed.
    let subscription = app.store.subscribe(&topics, who.voter().map(|v| v.id.clone()));
    let last = headers.get(LAST_EVENT_ID).and_then(|v| v.to_str().ok());
    let due = match last {
        Some(position) => app.store.changed_since(&topics, position).await?,
        None => topics,
    };
    for topic in due {
        subscription.mark(&topic);
    }
    let ready = VecDeque::from([Event::default().retry(RETRY)]);
    let (texts, own, rest) = (languages.answer(), HashMap::new(), Instant::now());
    let feed = Feed { app, who, texts, _open: open, subscription, own, ready, rest };
    let events = Sse::new(stream::unfold(feed, Feed::next));
    let mut response = events.keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

/// The topics to follow. Invalid ones are left out; an error where all are invalid.
fn topics(query: &RawQuery, who: &Who) -> Result<Vec<Topic>, Failure> {
    let texts = plain_texts(query, "topics");
    if who.member().is_none() && texts.iter().any(|text| text == MEMBER) {
        return Err(ProblemKind::Unauthorized.with("a guest has no member:me to follow").into());
    }
    let topics = named("topics", texts, |text| match text.split_once(':')? {
        ("poll", id) => PollId::new(id).ok().map(Topic::Poll),
        _ => who.member().filter(|_| text == MEMBER).map(|member| Topic::Member(member.id.clone())),
    })?;
    match topics.bad.first() {
        Some(bad) if topics.found.is_empty() => {
            Err(invalid(format!("\"{bad}\" is not a topic: there are poll:ID and {MEMBER}")))
        }
        _ => Ok(topics.found),
    }
}

/// One viewer's connection.
struct Feed {
    app: App,
    who: Who,
    /// The texts in the language that was asked for when the feed was opened.
    texts: Answer,
    _open: OpenFeed,
    subscription: Subscription,
    /// What concerns the viewer alone, of the polls that were sent.
    own: HashMap<PollId, Own>,
    ready: VecDeque<Event>,
    /// When the next batch may be sent.
    rest: Instant,
}

impl Feed {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some((Ok(event), self));
            }
            self.wait().await?;
            // The position is read before the due topics are taken: a change in between is sent twice rather than not at all.
            let position = self.app.store.position();
            let due = self.subscription.take();
            self.rest = Instant::now() + PACE;
            // After an error the feed ends. The page reconnects, and gets what it missed.
            let events = self.render(&due, &position).await;
            self.ready = events.map_err(|error| error!("{error}")).ok()?;
        }
    }

    /// Waits until something is due; `None` when the feed has to end.
    async fn wait(&mut self) -> Option<()> {
        let mut stopping = self.app.stopping.clone();
        tokio::select! {
            _ = stopping.wait_for(|stop| *stop) => return None,
            () = expiry(&self.who) => return None,
            () = self.subscription.wait() => {}
        }
        sleep_until(self.rest).await;
        Some(())
    }

    /// Events with the state of the due topics. `position` must have been read before they were taken.
    async fn render(
        &mut self,
        due: &BTreeMap<Topic, Due>,
        position: &str,
    ) -> Result<VecDeque<Event>, StoreError> {
        let store = self.app.store.clone();
        let (mut polls, mut absent) = (Vec::new(), Vec::new());
        for id in due.keys().filter_map(poll_of) {
            match store.state(id).await? {
                Some(state) => polls.push(state),
                None => absent.push(id.clone()),
            }
        }
        // The viewer's ballots are read after the polls, so that no poll counts a ballot of theirs that does not come with it.
        self.read_own(due).await?;
        let mut events: Vec<(&str, String)> = Vec::with_capacity(due.len());
        for state in polls {
            let own = self.own.get(state.id()).cloned().unwrap_or_default();
            let poll = self.texts.poll(state.seen_by(self.who.voter(), own, now()));
            events.extend(json(&PollAnswer { poll }).map(|data| ("poll", data)));
        }
        if !absent.is_empty() {
            for id in store.deleted(&absent).await? {
                events.extend(json(&PollDeleted { deleted: id.into() }).map(|data| ("deleted", data)));
            }
        }
        for topic in due.keys() {
            if let Topic::Member(id) = topic {
                let checklist = store.checklist(id).await?;
                let checklist = checklist.map(|list| self.texts.checklist(list));
                events.extend(
                    json(&ChecklistAnswer { checklist, paint: None }).map(|data| ("checklist", data)),
                );
            }
        }
        let last = events.len().saturating_sub(1);
        let event = |(i, (name, data)): (usize, (&str, String))| {
            let event = Event::default().event(name).data(data);
            if i == last { event.id(position) } else { event }
        };
        Ok(events.into_iter().enumerate().map(event).collect())
    }

    /// Reads what concerns the viewer alone, where it is unknown or has changed.
    async fn read_own(&mut self, due: &BTreeMap<Topic, Due>) -> Result<(), StoreError> {
        let Some(voter) = self.who.voter() else { return Ok(()) };
        let old = due.iter().filter_map(|(topic, due)| {
            let id = poll_of(topic)?;
            let old = due.own || self.subscription.is_old(topic) || !self.own.contains_key(id);
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

/// Resolves when the viewer's token expires; never for a viewer without one.
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
