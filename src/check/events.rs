//! The rules about opening and resuming the live feed.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::client::{Call, Viewer};
use super::feed::Feed;
use super::probe::{Probe, refused};
use super::rule::Rule;
use super::verdict::{Miss, Verdict, failed, hold, skipped};
use super::watch::Channel;
use crate::contract::ProblemKind;
use crate::domain::id::PollId;
use crate::hosts::native::escape;
use crate::sync::Frame;

/// How long the check waits for the state of each poll on a feed that it has opened.
pub(super) const FIRST: Duration = Duration::from_secs(3);

/// The longest accepted silence of a feed. A feed has to send something every 15 s, at least a comment.
const SILENCE: Duration = Duration::from_secs(16);

/// How long the check waits for an event that must not come.
const QUIET: Duration = Duration::from_secs(1);

/// An open feed, and what the check knows from its events.
pub(super) struct Subscription {
    pub(super) feed: Feed,
    channel: Channel,
    polls: Vec<String>,
    /// The greatest revision that the feed has sent, for each poll.
    pub(super) sent: HashMap<String, u64>,
    /// The number of events that the feed has sent.
    events: usize,
}

/// Opens a feed of these polls and, for a member, of the topic `member:me`. If `position` is given, the feed resumes after the
/// event with this id.
pub(super) fn subscribe(
    probe: &mut Probe<'_>,
    polls: &[PollId],
    viewer: Viewer,
    position: Option<&str>,
) -> Result<Subscription, Miss> {
    let mut topics: Vec<String> = polls.iter().map(|id| format!("poll:{}", escape(id.as_str()))).collect();
    if viewer == Viewer::Member {
        topics.push("member:me".into());
    }
    let mut call = Call::get(format!("/events?topics={}", topics.join(","))).by(viewer);
    if let Some(position) = position {
        call = call.header("last-event-id", position);
    }
    let feed = Feed::open(&probe.client, call)?;
    probe.see(&feed.answer);
    let is_feed = feed.answer.status == 200 && feed.answer.media_type() == "text/event-stream";
    hold(is_feed, "200 text/event-stream", || feed.answer.told())?;
    let polls = polls.iter().map(ToString::to_string).collect();
    let channel = Channel::Feed(probe.number());
    Ok(Subscription { feed, channel, polls, sent: HashMap::new(), events: 0 })
}

impl Subscription {
    /// Reads and judges events until `enough` is true. Returns false if the time is over or the feed ends first.
    pub(super) fn until(
        &mut self,
        probe: &mut Probe<'_>,
        time: Duration,
        enough: impl Fn(&Self) -> bool,
    ) -> bool {
        let deadline = Instant::now() + time;
        while !enough(self) {
            let Some(frame) = self.feed.next(deadline) else { return false };
            self.take(probe, &frame);
        }
        true
    }

    /// Whether the feed has sent the poll with this revision or a greater one.
    pub(super) fn has(&self, poll: &str, revision: u64) -> bool {
        self.sent.get(poll).is_some_and(|sent| *sent >= revision)
    }

    fn take(&mut self, probe: &mut Probe<'_>, frame: &Frame) {
        self.events += 1;
        let json: Value = serde_json::from_str(&frame.data).unwrap_or_default();
        let came = || format!("{}: event {} with {}", self.feed.answer.call, frame.event, frame.data);
        let verdict = match frame.event.as_str() {
            "poll" => hold(json["poll"].is_object(), "{\"poll\": {…}}", came),
            "checklist" => hold(json.get("checklist").is_some(), "{\"checklist\": …}", came),
            // Other events may belong to later versions of the API, and are ignored.
            _ => return,
        };
        let readable = verdict.is_ok();
        probe.judge(Rule::EventsData, verdict);
        if !readable {
            return;
        }
        if frame.event == "checklist" {
            let carried = json["checklist"].is_null() || json["checklist"]["revision"].is_u64();
            probe.judge(Rule::EventsRevision, hold(carried, "a checklist with a revision", came));
            return;
        }
        probe.see_polls(&self.feed.answer, &json, self.channel);
        let id = json["poll"]["id"].as_str().unwrap_or_default().to_owned();
        let asked = hold(self.polls.contains(&id), &format!("polls {}", self.polls.join(", ")), came);
        probe.judge(Rule::EventsTopics, asked);
        // An event without a revision has failed another rule. It counts as the newest event here, so that no further rule fails.
        let revision = json["poll"]["revision"].as_u64().unwrap_or(u64::MAX);
        let sent = self.sent.entry(id).or_default();
        *sent = revision.max(*sent);
    }
}

pub(super) fn check(probe: &mut Probe<'_>, viewer: Viewer) {
    if viewer == Viewer::Guest {
        probe.look(Rule::EventsGuestMe, |probe| {
            let feed = Feed::open(&probe.client, Call::get("/events?topics=member:me"))?;
            // The body of an open feed does not end, so the check does not read the body.
            if feed.answer.status == 200 {
                return Err(failed("401", feed.answer.told()));
            }
            refused(&probe.ask(&Call::get("/events?topics=member:me"))?, ProblemKind::Unauthorized)
        });
    }
    let polls = probe.options.polls.clone();
    if polls.is_empty() {
        // A member can also open a feed without polls.
        if viewer == Viewer::Member {
            probe.look(Rule::EventsFlow, |probe| flows(&mut subscribe(probe, &[], viewer, None)?));
        }
        return;
    }
    let mut subscription = None;
    probe.look(Rule::EventsOpen, |probe| {
        subscription = Some(subscribe(probe, &polls, viewer, None)?);
        Ok(())
    });
    let Some(mut first) = subscription else { return untold(probe, "no feed was opened") };
    let all = polls.len();
    first.until(probe, FIRST, |f| f.sent.len() >= all && f.feed.position.is_some());
    if viewer == Viewer::Guest {
        probe.judge(Rule::EventsFlow, flows(&mut first));
    }
    if first.events == 0 {
        return untold(probe, &format!("no event came in the first {FIRST:?}"));
    }
    let call = first.feed.answer.call.clone();
    let position = first.feed.position.take();
    let came = || format!("{call}: {} events, none of them with an id", first.events);
    probe.judge(Rule::EventsId, hold(position.is_some(), "an id with the last event of a batch", came));
    let Some(position) = position else {
        return probe.judge(Rule::EventsResume, Err(skipped("no event had an id")));
    };
    probe.look(Rule::EventsResume, |probe| resumes(probe, &polls, viewer, &first, &position));
}

/// Checks that no proxy holds back the body of the feed.
fn flows(subscription: &mut Subscription) -> Verdict {
    let heard = subscription.feed.is_heard(Instant::now() + SILENCE);
    let wanted = format!("something of its body within {SILENCE:?}: no proxy may hold it back");
    hold(heard, &wanted, || format!("{}: its head alone", subscription.feed.answer.call))
}

/// Skips the rules about events, for this reason.
fn untold(probe: &mut Probe<'_>, why: &str) {
    for rule in
        [Rule::EventsData, Rule::EventsRevision, Rule::EventsId, Rule::EventsTopics, Rule::EventsResume]
    {
        probe.judge(rule, Err(skipped(why)));
    }
}

/// Checks that a resumed feed does not repeat the revisions that the first feed has sent up to `position`.
fn resumes(
    probe: &mut Probe<'_>,
    polls: &[PollId],
    viewer: Viewer,
    first: &Subscription,
    position: &str,
) -> Verdict {
    let mut second = subscribe(probe, polls, viewer, Some(position))?;
    let again = |second: &Subscription| {
        second.sent.iter().find(|(id, revision)| first.has(id, **revision)).map(|(id, _)| id.clone())
    };
    second.until(probe, QUIET, |second| again(second).is_some());
    let again = again(&second);
    hold(again.is_none(), &format!("nothing that was sent up to Last-Event-ID: {position}"), || {
        format!("{}: \"{}\" as it was sent before", second.feed.answer.call, again.unwrap_or_default())
    })
}
