//! What a poll that is open does with ballots.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::client::{Answer, Call, Viewer};
use super::events::{self, Following};
use super::probe::{Probe, good, refused};
use super::rule::Rule;
use super::verdict::{Miss, Verdict, failed, hold, skipped};
use super::{Access, polls};
use crate::api::{self, ProblemKind};
use crate::domain::poll::Poll;
use crate::domain::time::Timestamp;

/// How soon a ballot has to reach a feed.
const LIVE: Duration = Duration::from_secs(5);

/// A poll to vote in.
pub(super) struct Booth<'a> {
    poll: &'a Poll,
    path: String,
    /// A ballot that the poll takes, other than the member's own where there is another.
    pub(super) first: Vec<String>,
    /// Another, where there is one.
    second: Vec<String>,
}

/// A member's ballot under a key of its own.
pub(super) fn put(probe: &mut Probe<'_>, path: &str, revision: u64, options: &[String]) -> Call {
    let key = probe.key();
    Call::put(path, &ballot(revision, options)).by(Viewer::Member).header("idempotency-key", key)
}

fn ballot(revision: u64, options: &[String]) -> Value {
    json!({"revision": revision, "options": options})
}

/// The host's clock, or ours where it has none.
pub(super) fn clock(probe: &mut Probe<'_>) -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let here = Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
    probe.ask(&Call::get("/session")).ok().and_then(|answer| answer.date()).unwrap_or(here)
}

impl<'a> Booth<'a> {
    /// `None` where no ballot could stand.
    pub(super) fn new(poll: &'a Poll, path: String) -> Option<Self> {
        let options: Vec<String> = poll.options.iter().map(|o| o.id.to_string()).collect();
        let size = poll.rules.min as usize;
        if options.len() < size {
            return None;
        }
        let from = |start: usize| options.iter().cycle().skip(start).take(size).cloned().collect::<Vec<_>>();
        let (mut first, mut second) = (from(0), from(1));
        if options.len() == size {
            second.clone_from(&first);
        }
        let own: Vec<String> = poll.chosen().iter().map(ToString::to_string).collect();
        if own == first {
            std::mem::swap(&mut first, &mut second);
        }
        Some(Self { poll, path, first, second })
    }

    pub(super) fn check(&self, probe: &mut Probe<'_>) {
        let read = Call::get(format!("/polls/{}", self.path.split('/').nth(2).unwrap_or_default()));
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

    /// The poll as it stands, and the revision of the member's next ballot.
    fn look(&self, probe: &mut Probe<'_>) -> Result<(api::Poll, u64), Miss> {
        let raw = polls::read(probe, &self.poll.id, Viewer::Member)?;
        let wire: api::Poll =
            serde_json::from_value(raw).map_err(|error| failed("a poll", error.to_string()))?;
        let next = wire.viewer.ballot.as_ref().map_or(1, |ballot| ballot.revision + 1);
        Ok((wire, next))
    }

    fn cast(&self, probe: &mut Probe<'_>, revision: u64, options: &[String]) -> Result<Answer, Miss> {
        let call = put(probe, &self.path, revision, options);
        probe.ask(&call)
    }

    fn callers(&self, probe: &mut Probe<'_>) {
        probe.look(Rule::WriteGuest, |probe| {
            let (_, next) = self.look(probe)?;
            let call = put(probe, &self.path, next, &self.first).by(Viewer::Guest);
            refused(&probe.ask(&call)?, ProblemKind::Unauthorized)
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

    /// Ballots that the poll does not ask for.
    fn options(&self, probe: &mut Probe<'_>) {
        let rules = &self.poll.rules;
        let all: Vec<String> = self.poll.options.iter().map(|o| o.id.to_string()).collect();
        let replaced = |by: String| {
            let mut options = self.first.clone();
            options.pop();
            options.push(by);
            options
        };
        let mut doubled = replaced(self.first[0].clone());
        if doubled.len() == 1 {
            doubled.push(self.first[0].clone());
        }
        let many = (all.len() > rules.max as usize).then(|| all[..=rules.max as usize].to_vec());
        for (rule, options) in [
            (Rule::BallotUnknown, Some(replaced(probe.nobody()))),
            (Rule::BallotDoubled, Some(doubled)),
            (Rule::BallotMany, many),
            (Rule::BallotFew, Some(self.first[1..].to_vec())),
        ] {
            probe.look(rule, |probe| {
                let options = options.ok_or_else(|| skipped("the poll has no more options than max"))?;
                let (_, next) = self.look(probe)?;
                refused(&self.cast(probe, next, &options)?, ProblemKind::Invalid)
            });
        }
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
            let count = |poll: &api::Poll| {
                let votes = |t: &api::Tally| t.votes.iter().map(|v| v.votes).collect::<Vec<_>>();
                (poll.turnout.cast, poll.tally.as_ref().map(|t| (t.voters, votes(t))))
            };
            hold(count(&before) == count(&after), &format!("{:?} voters as before", count(&before).0), || {
                format!("{}: {:?} and {:?}", answer.call, count(&before), count(&after))
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
        // Something to be older than, whatever came of the rules before.
        let stood = self.look(probe).and_then(|(_, next)| self.cast(probe, next, &self.first));
        if stood.is_err() {
            return;
        }
        for back in [1, 0] {
            let mut refusal = None;
            probe.look(Rule::BallotOrder, |probe| {
                let (poll, next) = self.look(probe)?;
                // The first ballot of all has none before it.
                let old = next - 1 - back;
                if old == 0 {
                    return Err(skipped("there was no older revision to try"));
                }
                let answer = self.cast(probe, old, &self.second)?;
                refused(&answer, ProblemKind::StaleBallot)?;
                refusal = Some((answer, poll));
                Ok(())
            });
            let Some((answer, poll)) = refusal else { continue };
            let newer = poll.viewer.ballot.map(|ballot| json!(ballot));
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
            let mut following = events::follow(probe, polls, Viewer::Member, None)?;
            following.until(probe, events::FIRST, |f| f.feed.position.is_some());
            let verdict = self.reaches(probe, &mut following);
            position = following.feed.position;
            verdict
        });
        probe.look(Rule::EventsMissed, |probe| {
            let position = position.ok_or_else(|| skipped("no event had an id to resume from"))?;
            let (_, next) = self.look(probe)?;
            let revision = stands(&self.cast(probe, next, &self.second)?, next, &self.second)?.revision;
            let mut following = events::follow(probe, polls, Viewer::Member, Some(&position))?;
            let came = following.until(probe, LIVE, |f| f.has(id, revision));
            hold(came, &format!("\"{id}\" at revision {revision} within {LIVE:?}"), || {
                format!("{}: after Last-Event-ID: {position}, nothing newer", following.feed.answer.call)
            })
        });
    }

    fn reaches(&self, probe: &mut Probe<'_>, following: &mut Following) -> Verdict {
        let id = self.poll.id.as_str();
        let (_, next) = self.look(probe)?;
        let revision = stands(&self.cast(probe, next, &self.first)?, next, &self.first)?.revision;
        let came = following.until(probe, LIVE, |f| f.has(id, revision));
        // The position that goes with it may come with the last event of the batch.
        following.until(probe, Duration::from_millis(300), |_| false);
        hold(came, &format!("\"{id}\" at revision {revision} within {LIVE:?}"), || {
            format!("{}: {:?}", following.feed.answer.call, following.sent)
        })
    }

    fn back(&self, probe: &mut Probe<'_>) {
        if self.poll.rules.retractable {
            probe.look(Rule::BallotBack, |probe| {
                let (_, next) = self.look(probe)?;
                stands(&self.take_back(probe, next)?, next, &[]).map(drop)
            });
        } else {
            probe.look(Rule::BallotFinal, |probe| {
                let (_, next) = self.look(probe)?;
                refused(&self.take_back(probe, next)?, ProblemKind::BallotFinal)
            });
        }
    }

    fn take_back(&self, probe: &mut Probe<'_>, revision: u64) -> Result<Answer, Miss> {
        let key = probe.key();
        let call = Call::delete(&self.path, &json!({"revision": revision}));
        probe.ask(&call.by(Viewer::Member).header("idempotency-key", key))
    }

    /// Puts the ballot back as it was before.
    pub(super) fn restore(&self, probe: &mut Probe<'_>, before: &Poll) -> Verdict {
        let own: Vec<String> = before.chosen().iter().map(ToString::to_string).collect();
        let (now, next) = self.look(probe)?;
        let chosen = now.viewer.ballot.and_then(|ballot| ballot.options).unwrap_or_default();
        if same(&chosen, &own) {
            return Ok(());
        }
        if !own.is_empty() {
            return stands(&self.cast(probe, next, &own)?, next, &own).map(drop);
        }
        if !before.rules.retractable {
            return Err(skipped("the poll does not let a ballot be taken back"));
        }
        stands(&self.take_back(probe, next)?, next, &[]).map(drop)
    }
}

/// The poll of an answer in which this ballot stands.
fn stands(answer: &Answer, revision: u64, options: &[String]) -> Result<api::Poll, Miss> {
    let expected = format!("the poll with viewer.ballot {}", ballot(revision, options));
    let read: Option<api::PollAnswer> = serde_json::from_value(good(answer)?).ok();
    let poll = read.ok_or_else(|| failed(&expected, answer.told()))?.poll;
    let is_it = poll.viewer.ballot.as_ref().is_some_and(|ballot| {
        ballot.revision == revision && same(ballot.options.as_deref().unwrap_or_default(), options)
    });
    hold(is_it, &expected, || format!("{}: {}", answer.call, json!(poll.viewer)))?;
    Ok(poll)
}

fn same(a: &[String], b: &[String]) -> bool {
    a.len() == b.len() && a.iter().all(|option| b.contains(option))
}
