//! The rules about ballots in an open poll.

use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Call, Received, Viewer};
use super::events::{self, Subscription};
use super::probe::{Probe, good, refused};
use super::rule::Rule;
use super::verdict::{Miss, Verdict, failed, hold, skipped};
use super::{Access, polls};
use crate::api::{KindWord, poll_from};
use crate::clock;
use crate::contract::ProblemKind;
use crate::domain::poll::{self as domain, AVAILABLE, Answer, Kind, Poll, Reasons, Secrecy};
use crate::domain::time::Timestamp;
use crate::wire::{self, BallotPut, Id, Marks, Revision};

/// The longest accepted time from a ballot to the event on the feed that has the changed poll.
const LIVE: Duration = Duration::from_secs(5);

/// A poll to vote in, and two ballots that the poll accepts.
pub(super) struct Booth<'a> {
    poll: &'a Poll,
    pub(super) path: String,
    /// A ballot that the poll accepts; if possible, not the same as the member's current ballot.
    pub(super) first: Answer,
    /// Another ballot that the poll accepts; the same as `first` where there is only one.
    second: Answer,
}

/// A request that casts or changes the member's ballot, with a new idempotency key.
pub(super) fn put(probe: &mut Probe<'_>, path: &str, revision: u64, answer: &Answer) -> Call {
    put_marks(probe, path, revision, answer.clone().into())
}

fn put_marks(probe: &mut Probe<'_>, path: &str, revision: u64, says: Marks) -> Call {
    probe.write(Call::put(path, &json!(BallotPut { revision: Revision::nearest(revision), says })))
}

fn ballot(revision: u64, answer: &Answer) -> Value {
    json!(BallotPut { revision: Revision::nearest(revision), says: answer.clone().into() })
}

/// Two ballots that the poll accepts, or the same one twice where there is only one; `None` where the poll accepts none.
fn two(poll: &Poll) -> Option<(Answer, Answer)> {
    let options: Vec<_> = poll.options.iter().map(|o| o.id.clone()).collect();
    let some =
        |start: usize, n: usize| -> Vec<_> { options.iter().cycle().skip(start).take(n).cloned().collect() };
    let value = |start: usize, value: i32| {
        let values = some(start, 1).into_iter().map(|option| domain::Value { option, value });
        Answer::Values(values.collect())
    };
    let stance = |start: usize, reasons: Reasons| {
        let why = if reasons == Reasons::Off { "" } else { "Said by folkmoot check." };
        some(start, 1).into_iter().next().map(|option| Answer::Stance(option, why.into()))
    };
    let (first, second) = match poll.rules.kind {
        Kind::Choice { min, .. } => {
            let size = min as usize;
            (Answer::Options(some(0, size)), Answer::Options(some(1, size)))
        }
        Kind::Ranked(_) => (Answer::Options(some(0, options.len())), Answer::Options(some(1, options.len()))),
        Kind::Rating(scale) => (value(0, scale.min), value(0, scale.max)),
        Kind::Allocation { .. } => (value(0, 1), value(1, 1)),
        Kind::Availability => (value(0, AVAILABLE), value(0, 0)),
        Kind::Proposal(proposal) => (stance(0, proposal.reasons)?, stance(1, proposal.reasons)?),
    };
    let first = poll.take(first).ok()?;
    Some((first.clone(), poll.take(second).unwrap_or(first)))
}

/// The time in the host's `Date` header, or this machine's time if the host sends none.
pub(super) fn clock(probe: &mut Probe<'_>) -> Timestamp {
    probe.ask(&Call::get("/session")).ok().and_then(|answer| answer.date()).unwrap_or_else(clock::now)
}

impl<'a> Booth<'a> {
    /// `None` where the poll accepts no ballot.
    pub(super) fn new(poll: &'a Poll) -> Option<Self> {
        let (mut first, mut second) = two(poll)?;
        if poll.answer() == Some(&first) {
            std::mem::swap(&mut first, &mut second);
        }
        Some(Self { poll, path: polls::path(&poll.id, "/ballot"), first, second })
    }

    pub(super) fn check(&self, probe: &mut Probe<'_>) {
        let read = Call::get(polls::path(&self.poll.id, ""));
        let tag = probe.ask(&read).ok().map(|answer| answer.header("etag").to_owned());
        self.callers(probe);
        self.bodies(probe);
        self.options(probe);
        self.twice(probe);
        self.changes(probe);
        self.order(probe);
        self.live(probe);
        self.back(probe);
        probe.look(Rule::EtagChanges, |probe| {
            let tag = tag.filter(|tag| !tag.is_empty()).ok_or_else(|| skipped("the poll had no ETag"))?;
            let answer = probe.ask(&read.header("if-none-match", tag))?;
            hold(answer.status == 200, "200, since the poll has a new revision", || answer.told())
        });
    }

    /// Reads the poll. Returns it with the revision of the member's next ballot.
    fn look(&self, probe: &mut Probe<'_>) -> Result<(wire::Poll, u64), Miss> {
        let raw = polls::read(probe, &self.poll.id, Viewer::Member)?;
        // `domain` computes the next revision, since each round of a repeated poll has its own range of revisions.
        let poll = poll_from(&raw).map_err(|error| failed("a poll", error.to_string()))?;
        let wire = serde_json::from_value(raw).map_err(|error| failed("a poll", error.to_string()))?;
        Ok((wire, poll.next_ballot()))
    }

    fn cast(&self, probe: &mut Probe<'_>, revision: u64, answer: &Answer) -> Result<Received, Miss> {
        let call = put(probe, &self.path, revision, answer);
        probe.ask(&call)
    }

    fn callers(&self, probe: &mut Probe<'_>) {
        probe.look(Rule::WriteGuest, |probe| {
            let (_, next) = self.look(probe)?;
            let call = put(probe, &self.path, next, &self.first).by(Viewer::Guest);
            refused(&probe.ask_for_refusal(&call)?, ProblemKind::Unauthorized)
        });
        probe.look(Rule::WriteKey, |probe| {
            let (_, next) = self.look(probe)?;
            let call = Call::put(&self.path, &ballot(next, &self.first)).by(Viewer::Member);
            refused(&probe.ask(&call)?, ProblemKind::Invalid)
        });
        if matches!(probe.options.access, Access::Cookie(_)) {
            probe.look(Rule::CsrfRequired, |probe| {
                let (_, next) = self.look(probe)?;
                let call = put(probe, &self.path, next, &self.first);
                let csrf = probe.client.csrf.take();
                let answer = probe.ask(&call);
                probe.client.csrf = csrf;
                refused(&answer?, ProblemKind::Csrf)
            });
        }
    }

    fn bodies(&self, probe: &mut Probe<'_>) {
        probe.look(Rule::WriteJson, |probe| {
            let (_, next) = self.look(probe)?;
            let body = ballot(next, &self.first).to_string();
            let call = put(probe, &self.path, next, &self.first).body(body, "text/plain");
            refused(&probe.ask(&call)?, ProblemKind::Invalid)
        });
        probe.look(Rule::WriteBody, |probe| {
            let call = put(probe, &self.path, 1, &self.first).body("{\"revision\":", "application/json");
            refused(&probe.ask(&call)?, ProblemKind::Invalid)
        });
    }

    /// Checks that invalid ballots are refused.
    fn options(&self, probe: &mut Probe<'_>) {
        let right: Marks = self.first.clone().into();
        let nobody = probe.nobody();
        for (rule, marks) in [
            (Rule::BallotUnknown, Some(renamed(&right, &nobody))),
            (Rule::BallotDoubled, Some(doubled(&right))),
            (Rule::BallotMany, self.too_many()),
            (Rule::BallotFew, Some(self.too_few(right.clone()))),
        ] {
            probe.look(rule, |probe| {
                let marks = marks.ok_or_else(|| skipped("no ballot of this poll could say too much"))?;
                let (_, next) = self.look(probe)?;
                let call = put_marks(probe, &self.path, next, marks);
                refused(&probe.ask(&call)?, ProblemKind::Invalid)
            });
        }
    }

    /// A ballot with one option or point too many, or with a value one above the highest. `None` if no ballot can exceed the
    /// poll's limits.
    fn too_many(&self) -> Option<Marks> {
        let options = || self.poll.options.iter().map(|o| Id::from(o.id.clone()));
        let value = |value: i32| {
            let values = options().take(1).map(|option| wire::Value { option, value });
            Marks { values: Some(values.collect()), ..Marks::default() }
        };
        match self.poll.rules.kind {
            Kind::Choice { max, .. } => {
                let max = max as usize;
                let many = || Marks { options: Some(options().take(max + 1).collect()), ..Marks::default() };
                (self.poll.options.len() > max).then(many)
            }
            Kind::Rating(scale) => scale.max.checked_add(1).map(value),
            Kind::Allocation { dots } => i32::try_from(dots).ok().map(|dots| value(dots + 1)),
            Kind::Availability => Some(value(AVAILABLE + 1)),
            Kind::Ranked(_) | Kind::Proposal(_) => None,
        }
    }

    /// The ballot with one option less than it needs.
    fn too_few(&self, mut marks: Marks) -> Marks {
        let least = if let Kind::Choice { min, .. } = self.poll.rules.kind { min as usize } else { 1 };
        marks.options.iter_mut().for_each(|options| options.truncate(least.saturating_sub(1)));
        marks.values.iter_mut().for_each(Vec::clear);
        marks
    }

    fn twice(&self, probe: &mut Probe<'_>) {
        let mut cast = None;
        probe.look(Rule::BallotCast, |probe| {
            let (_, next) = self.look(probe)?;
            let call = put(probe, &self.path, next, &self.first);
            let poll = stands(&probe.ask(&call)?, next, &self.first)?;
            cast = Some((call, next, poll));
            Ok(())
        });
        let Some((call, revision, before)) = cast else { return };
        probe.look(Rule::BallotIdempotent, |probe| {
            let answer = probe.ask(&call)?;
            let after = stands(&answer, revision, &self.first)?;
            let count = |poll: &wire::Poll| json!({"cast": poll.turnout.cast, "tally": poll.tally});
            let (before, after) = (count(&before), count(&after));
            hold(before == after, &format!("the same count: {before}"), || {
                format!("{}: {after}", answer.call)
            })
        });
        probe.look(Rule::BallotKeyReused, |probe| {
            let body = ballot(revision + 1, &self.second).to_string();
            refused(&probe.ask(&call.body(body, "application/json"))?, ProblemKind::KeyReused)
        });
    }

    fn changes(&self, probe: &mut Probe<'_>) {
        probe.look(Rule::BallotChange, |probe| {
            let (_, next) = self.look(probe)?;
            stands(&self.cast(probe, next, &self.second)?, next, &self.second).map(drop)
        });
        probe.look(Rule::UnknownFields, |probe| {
            let (_, next) = self.look(probe)?;
            let mut body = ballot(next, &self.first);
            body["folkmoot_check"] = json!({"later": [1, 2]});
            let call = put(probe, &self.path, next, &self.first).body(body.to_string(), "application/json");
            stands(&probe.ask(&call)?, next, &self.first).map(drop)
        });
    }

    fn order(&self, probe: &mut Probe<'_>) {
        // Casts a ballot, so that at least one revision is used even if the earlier rules cast none.
        let stood = self.look(probe).and_then(|(_, next)| self.cast(probe, next, &self.first));
        if stood.is_err() {
            return;
        }
        for back in [1, 0] {
            let mut refusal = None;
            probe.look(Rule::BallotOrder, |probe| {
                let (poll, next) = self.look(probe)?;
                // Revisions begin at 1, so no revision is older than that of the first ballot.
                let old = next.saturating_sub(1 + back);
                if old == 0 {
                    return Err(skipped("there was no older revision to try"));
                }
                let answer = self.cast(probe, old, &self.second)?;
                refused(&answer, ProblemKind::StaleBallot)?;
                refusal = Some((answer, poll));
                Ok(())
            });
            let Some((answer, poll)) = refusal else { continue };
            let newer = poll.viewer.and_then(|viewer| viewer.ballot).map(|ballot| json!(ballot));
            let carried = answer.json()["poll"]["viewer"]["ballot"].take();
            let expected = format!("poll with viewer.ballot {}", newer.clone().unwrap_or_default());
            let verdict = hold(newer.as_ref() == Some(&carried), &expected, || answer.told());
            probe.judge(Rule::BallotStale, verdict);
        }
    }

    fn live(&self, probe: &mut Probe<'_>) {
        let id = self.poll.id.as_str();
        let polls = std::slice::from_ref(&self.poll.id);
        let mut position = None;
        probe.look(Rule::EventsLive, |probe| {
            let mut subscription = events::subscribe(probe, polls, Viewer::Member, None)?;
            subscription.until(probe, events::FIRST, |f| f.feed.position.is_some());
            let verdict = self.reaches(probe, &mut subscription);
            position = subscription.feed.position;
            verdict
        });
        probe.look(Rule::EventsMissed, |probe| {
            let position = position.ok_or_else(|| skipped("no event had an id to resume from"))?;
            let (_, next) = self.look(probe)?;
            let revision = stands(&self.cast(probe, next, &self.second)?, next, &self.second)?.revision.get();
            let mut subscription = events::subscribe(probe, polls, Viewer::Member, Some(&position))?;
            let came = subscription.until(probe, LIVE, |f| f.has(id, revision));
            hold(came, &format!("\"{id}\" at revision {revision} within {LIVE:?}"), || {
                format!("{}: after Last-Event-ID: {position}, nothing newer", subscription.feed.answer.call)
            })
        });
    }

    fn reaches(&self, probe: &mut Probe<'_>, subscription: &mut Subscription) -> Verdict {
        let id = self.poll.id.as_str();
        let (_, next) = self.look(probe)?;
        let revision = stands(&self.cast(probe, next, &self.first)?, next, &self.first)?.revision.get();
        let came = subscription.until(probe, LIVE, |f| f.has(id, revision));
        // Reads further events, since a host may send an id only with the last event of a batch.
        subscription.until(probe, Duration::from_millis(300), |_| false);
        hold(came, &format!("\"{id}\" at revision {revision} within {LIVE:?}"), || {
            format!("{}: revisions {:?}", subscription.feed.answer.call, subscription.sent)
        })
    }

    fn back(&self, probe: &mut Probe<'_>) {
        if self.poll.rules.retractable {
            probe.look(Rule::BallotBack, |probe| {
                let (_, next) = self.look(probe)?;
                stands_back(&self.take_back(probe, next)?, next)
            });
        } else {
            probe.look(Rule::BallotFinal, |probe| {
                let (_, next) = self.look(probe)?;
                refused(&self.take_back(probe, next)?, ProblemKind::BallotFinal)
            });
        }
    }

    fn take_back(&self, probe: &mut Probe<'_>, revision: u64) -> Result<Received, Miss> {
        let call = probe.write(Call::delete(&self.path).json(&json!({"revision": revision})));
        probe.ask(&call)
    }

    /// Whether the member's ballot, or that there is none, can be put back after others were cast.
    pub(super) fn is_restorable(&self) -> bool {
        if self.poll.has_voted() { self.poll.answer().is_some() } else { self.poll.rules.retractable }
    }

    /// Restores the ballot that the member had before the check. If there was none, takes the check's ballot back.
    pub(super) fn restore(&self, probe: &mut Probe<'_>) -> Verdict {
        let (now, next) = self.look(probe)?;
        let says = now.viewer.and_then(|viewer| viewer.ballot).map(|ballot| ballot.says).unwrap_or_default();
        let own = self.poll.answer();
        let stood = own.cloned().map(Marks::from).unwrap_or_default();
        // In an anonymous poll only the revision tells one ballot from another.
        let told = self.poll.rules.secrecy != Secrecy::Anonymous;
        let ranked = matches!(self.poll.rules.kind, Kind::Ranked(_));
        if same(&says, &stood, ranked) && (told || next == self.poll.next_ballot()) {
            return Ok(());
        }
        match own {
            Some(own) => stands(&self.cast(probe, next, own)?, next, own).map(drop),
            None if self.poll.has_voted() => Err(skipped("the host did not tell what it said before")),
            None => stands_back(&self.take_back(probe, next)?, next),
        }
    }
}

/// Checks that the poll in a response has this ballot, and returns the poll.
pub(super) fn stands(reply: &Received, revision: u64, answer: &Answer) -> Result<wire::Poll, Miss> {
    says(reply, revision, &answer.clone().into())
}

/// Checks that the poll in a response shows that the ballot was taken back.
pub(super) fn stands_back(reply: &Received, revision: u64) -> Verdict {
    says(reply, revision, &Marks { options: Some(Vec::new()), ..Marks::default() }).map(drop)
}

fn says(reply: &Received, revision: u64, says: &Marks) -> Result<wire::Poll, Miss> {
    let expected = format!(
        "the poll with viewer.ballot {}",
        json!(BallotPut { revision: Revision::nearest(revision), says: says.clone() })
    );
    let read: Option<wire::PollAnswer> = serde_json::from_value(good(reply)?).ok();
    let poll = read.ok_or_else(|| failed(&expected, reply.told()))?.poll;
    let ballot = poll.viewer.as_ref().and_then(|viewer| viewer.ballot.as_ref());
    let ranked = poll.kind == Some(KindWord::Ranked);
    let is_it = ballot.is_some_and(|b| b.revision.get() == revision && same(&b.says, says, ranked));
    hold(is_it, &expected, || format!("{}: {}", reply.call, json!(poll.viewer)))?;
    Ok(poll)
}

/// Whether two ballots are equal. The order of options counts only in a ranking. A missing list and an empty one are equal.
fn same(a: &Marks, b: &Marks, ranked: bool) -> bool {
    let parts = |marks: &Marks| {
        let mut options = marks.options.clone().unwrap_or_default();
        if !ranked {
            options.sort_unstable();
        }
        let mut values: Vec<_> = marks.values.iter().flatten().map(|v| (v.option.clone(), v.value)).collect();
        values.sort_unstable();
        (options, values, marks.reason.clone().unwrap_or_default(), marks.abstain.unwrap_or(false))
    };
    parts(a) == parts(b)
}

/// The ballot with its last option replaced by this id.
fn renamed(marks: &Marks, name: &str) -> Marks {
    let mut marks = marks.clone();
    marks
        .options
        .iter_mut()
        .for_each(|options| options.last_mut().into_iter().for_each(|o| *o = name.into()));
    marks
        .values
        .iter_mut()
        .for_each(|values| values.last_mut().into_iter().for_each(|v| v.option = name.into()));
    marks
}

/// The ballot with its first option twice.
fn doubled(marks: &Marks) -> Marks {
    let mut marks = marks.clone();
    if let Some(options) = &mut marks.options {
        if options.len() > 1 {
            options.pop();
        }
        options.extend(options.first().cloned());
    }
    if let Some(values) = &mut marks.values {
        values.extend(values.first().cloned());
    }
    marks
}

/// Whether the member's ballot and the number of voters are the same in both states of a poll.
pub(super) fn votes_alike(before: &Value, after: &Value) -> bool {
    let ballot =
        |poll: &Value| serde_json::from_value::<Option<wire::Ballot>>(poll["viewer"]["ballot"].clone());
    let same = match (ballot(before), ballot(after)) {
        (Ok(None), Ok(None)) => true,
        (Ok(Some(a)), Ok(Some(b))) => {
            a.revision == b.revision && same(&a.says, &b.says, before["kind"] == "ranked")
        }
        _ => false,
    };
    same && before["turnout"]["cast"] == after["turnout"]["cast"]
}
