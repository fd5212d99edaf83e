//! The rules about every response and every poll. They are judged on the responses and events that the check receives for other
//! rules.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use super::client::{Received, Viewer};
use super::rule::Rule;
use super::verdict::{Verdict, failed, hold, skipped};
use crate::api::poll_from;
use crate::clock;
use crate::contract::{ProblemCode, ProblemKind};
use crate::domain::poll::{Kind, MOST_OWN, OwnOptions, Poll, Says, Secrecy, Standing};
use crate::domain::time::Timestamp;
use crate::wire::{self, Id, Revision, Whole};

/// The allowed difference between two clocks, in milliseconds.
const BLUR: i64 = 5_000;

/// Judges the rules about every response.
pub(super) fn answer(answer: &Received) -> Vec<(Rule, Verdict)> {
    let told = || answer.told();
    let dated = match answer.date() {
        Some(_) => Ok(()),
        None => {
            Err(failed("Date: an HTTP date", format!("{}, Date: {:?}", answer.call, answer.header("date"))))
        }
    };
    let redirects = (300..400).contains(&answer.status) && answer.status != 304;
    let stays = hold(!redirects, "an answer, and no redirect", || {
        format!("{}: {} to {}", answer.call, answer.status, answer.header("location"))
    });
    let named = hold(answer.header("access-control-allow-origin") != "*", "an origin, or none", || {
        format!("{}: Access-Control-Allow-Origin: *", answer.call)
    });
    let mut found = vec![(Rule::Date, dated), (Rule::NoRedirect, stays), (Rule::CorsWildcard, named)];
    found.push((
        Rule::BusyRetry,
        match answer.status {
            429 | 503 => hold(answer.retry_after().is_some(), "Retry-After: seconds", told),
            _ => Err(skipped("the host was never busy")),
        },
    ));
    match answer.status {
        200 if answer.call.starts_with("OPTIONS")
            || ["text/event-stream", "text/csv"].contains(&&*answer.media_type()) => {}
        200..=299 if !answer.body.is_empty() => {
            let is_json = answer.media_type() == "application/json" && answer.json() != Value::Null;
            found.push((Rule::ContentJson, hold(is_json, "JSON as application/json", told)));
        }
        400..=599 => found.extend(problem(answer)),
        _ => {}
    }
    found
}

fn problem(answer: &Received) -> Vec<(Rule, Verdict)> {
    let told = || answer.told();
    let json = answer.json();
    let is_problem = answer.media_type() == "application/problem+json" && json.is_object();
    let content = hold(is_problem, "a problem as application/problem+json", told);
    if !is_problem {
        return vec![(Rule::ProblemContent, content)];
    }
    let kind = json["type"].as_str().and_then(ProblemKind::of);
    let known = hold(kind.is_some(), "urn:folkmoot:problem: and a word of Host API v1", told);
    let agree = match kind {
        None => Err(skipped("no refusal had a known type")),
        Some(kind) => {
            let status = kind.status();
            let agree = json["status"] == answer.status && status == answer.status;
            hold(agree, &format!("{status} in the answer and in its status"), told)
        }
    };
    let code = if json["code"].is_null() {
        Err(skipped("no refusal had a code"))
    } else if kind.is_none() {
        Err(skipped("no refusal with a code had a known type"))
    } else {
        let code = json["code"].as_str().and_then(ProblemCode::of).filter(|code| Some(code.kind()) == kind);
        let sound = Option::<wire::Params>::deserialize(&json["params"]).is_ok();
        hold(code.is_some() && sound, "a code of Host API v1 for this type, with its params", told)
    };
    vec![
        (Rule::ProblemContent, content),
        (Rule::ProblemType, known),
        (Rule::ProblemStatus, agree),
        (Rule::ProblemCode, code),
    ]
}

/// Where a state of a poll came from. A poll's revision never decreases from one response to the next, nor within one feed; but a
/// feed may be behind the responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Channel {
    /// The responses to calls.
    Answers,
    /// The feed with this number.
    Feed(u32),
}

/// The greatest revision of each poll so far, separately for each channel.
#[derive(Debug, Default)]
pub(super) struct Watch {
    revisions: HashMap<(Channel, String), u64>,
}

impl Watch {
    /// Judges each poll in the JSON: the polls in the list `polls`, and the poll in the field `poll`.
    pub(super) fn polls(
        &mut self,
        answer: &Received,
        json: &Value,
        channel: Channel,
        staff: bool,
    ) -> Vec<(Rule, Verdict)> {
        let batch = json["polls"].as_array().map(Vec::as_slice).unwrap_or_default();
        let alone = json.get("poll").filter(|poll| poll.is_object());
        let mut found = Vec::new();
        for raw in batch.iter().chain(alone) {
            found.extend(self.poll(answer, raw, channel, staff));
        }
        found
    }

    fn poll(
        &mut self,
        answer: &Received,
        raw: &Value,
        channel: Channel,
        staff: bool,
    ) -> Vec<(Rule, Verdict)> {
        let call = &answer.call;
        let came = |what: &str| format!("{call}: {what} in {raw}");
        let wire = match read(raw) {
            Err(Unread::Shape(why)) => {
                return vec![(Rule::PollShape, Err(failed("a poll", came(&why))))];
            }
            Err(Unread::Sense(why)) => Err(why),
            Ok(wire) => Ok(wire),
        };
        let mut found = vec![(Rule::PollShape, Ok(()))];
        let revision = revision(raw);
        let carried = hold(revision.is_some(), "revision: a whole number from 1", || came("none"));
        found.push((
            if channel == Channel::Answers { Rule::PollRevision } else { Rule::EventsRevision },
            carried,
        ));
        if let Some(revision) = revision {
            found.push((Rule::RevisionForwards, self.forwards(raw, revision, channel, call)));
        }
        let read = wire.and_then(|wire| {
            found.extend(tally(&wire, call));
            poll_from(raw).map_err(|malformed| malformed.to_string())
        });
        let poll = match read {
            Ok(poll) => poll,
            Err(why) => {
                found.push((Rule::PollSense, Err(failed("a valid poll", format!("{call}: {why}")))));
                return found;
            }
        };
        let few = matches!(poll.rules.kind, Kind::Choice { min, .. } if poll.options.len() < min as usize);
        found.push((Rule::PollSense, hold(!few, "at least min options", || came("fewer"))));
        found.push((Rule::PollStanding, standing(&poll, answer.viewer, &came)));
        if answer.viewer != Viewer::Member {
            let untold = raw["viewer"]["follows"].is_null();
            found.push((Rule::FollowAbsent, hold(untold, "no viewer.follows", || came("one"))));
        }
        found.push(proposed(&poll, answer.viewer, staff, &came));
        found.push((Rule::TallyHidden, hidden(&poll, raw, answer, staff)));
        let told = poll.viewer.ballot.as_ref().is_some_and(|ballot| ballot.says != Says::Unknown);
        let anonymous = match poll.rules.secrecy {
            Secrecy::Anonymous => hold(!told, "a ballot without options", || came("options")),
            Secrecy::Public | Secrecy::Secret => Err(skipped("no poll that was seen is anonymous")),
        };
        found.push((Rule::BallotAnonymous, anonymous));
        found
    }

    fn forwards(&mut self, poll: &Value, revision: u64, channel: Channel, call: &str) -> Verdict {
        let poll = poll["id"].as_str().unwrap_or_default();
        let last = self.revisions.entry((channel, poll.to_owned())).or_default();
        let verdict = hold(revision >= *last, &format!("\"{poll}\" from revision {last} on"), || {
            format!("{call}: revision {revision}")
        });
        *last = revision.max(*last);
        verdict
    }
}

fn revision(poll: &Value) -> Option<u64> {
    Some(Revision::<1>::new(poll["revision"].as_u64()?)?.get())
}

/// Why a poll cannot be read.
enum Unread {
    /// A field is missing, or of the wrong type.
    Shape(String),
    /// A field has an invalid value of the right type.
    Sense(String),
}

/// Reads a poll. Checks first that required fields are present, since `wire::Poll` would fill them with defaults.
fn read(raw: &Value) -> Result<wire::Poll, Unread> {
    let mut raw = raw.clone();
    // Another rule judges the revision.
    if revision(&raw).is_none() {
        raw.as_object_mut().map(|fields| fields.remove("revision"));
    }
    let needed = [
        ("id", raw["id"].is_string()),
        ("title", raw["title"].is_string()),
        ("options", raw["options"].as_array().is_some_and(|options| !options.is_empty())),
        ("turnout.cast", raw["turnout"]["cast"].is_u64()),
    ];
    if let Some((name, _)) = needed.iter().find(|(_, there)| !there) {
        return Err(Unread::Shape(format!("no {name}")));
    }
    serde_json::from_value(raw).map_err(|error| {
        let why = error.to_string();
        // The errors of serde that begin with these words are about types and missing fields.
        let shape = ["invalid ", "missing "].iter().any(|start| why.starts_with(start));
        if shape { Unread::Shape(why) } else { Unread::Sense(why) }
    })
}

fn standing(poll: &Poll, viewer: Viewer, came: &impl Fn(&str) -> String) -> Verdict {
    let standing = poll.viewer.standing;
    match viewer {
        _ if standing == Standing::Unsaid => Err(skipped("no poll said it")),
        Viewer::Guest | Viewer::Invited => {
            let is_guest = matches!(standing, Standing::Guest | Standing::Invited);
            let ballot = poll.viewer.ballot.is_some() && viewer == Viewer::Guest;
            hold(is_guest && !ballot, "standing guest or invited, and no ballot without a token", || {
                came("another viewer")
            })
        }
        Viewer::Member => {
            let is_member = matches!(standing, Standing::Entitled | Standing::NotEntitled);
            hold(is_member, "standing entitled or not_entitled", || came("a guest"))
        }
    }
}

/// Checks that a viewer sees no options of others that await approval. Only staff see them, with the author in `by`. A host that
/// leaves `by` out is found where there are more options than one member may add.
fn proposed(poll: &Poll, viewer: Viewer, staff: bool, came: &impl Fn(&str) -> String) -> (Rule, Verdict) {
    let none = poll.proposed.is_empty();
    match viewer {
        Viewer::Guest | Viewer::Invited if none && poll.rules.own_options != OwnOptions::Approval => {
            (Rule::ProposedGuest, Err(skipped("no poll that was seen has options wait for staff")))
        }
        Viewer::Guest | Viewer::Invited => (Rule::ProposedGuest, hold(none, "no proposed", || came("some"))),
        Viewer::Member if staff => (Rule::ProposedOwn, Err(skipped("staff see all options that wait"))),
        Viewer::Member if none => {
            (Rule::ProposedOwn, Err(skipped("no option of this member's was seen to wait")))
        }
        Viewer::Member => {
            let all = &poll.proposed;
            let own = all.len() <= MOST_OWN && all.iter().all(|proposed| proposed.by.is_none());
            let expected = "the member's own in proposed, three at most and without by";
            (Rule::ProposedOwn, hold(own, expected, || came(&format!("{} in proposed", all.len()))))
        }
    }
}

/// The fields that reveal a tally. `values` is not among them, since a ballot has a field of that name, too.
const TALLIES: [&str; 6] = ["tally", "votes", "counts", "points", "rounds", "pairs"];

/// Checks that the tally is absent if this viewer may not see it.
fn hidden(poll: &Poll, raw: &Value, answer: &Received, staff: bool) -> Verdict {
    let now = answer.date().unwrap_or_else(clock::now);
    let shows = |at: Timestamp| poll.rules.shows_tally(at, poll.has_voted(), staff);
    if shows(now) || shows(now.plus(-BLUR)) || shows(now.plus(BLUR)) {
        return Err(skipped("no poll that was seen hides its tally from this viewer"));
    }
    hold(!TALLIES.iter().any(|name| has(raw, name)), "no tally", || {
        format!("{}: a tally of \"{}\": {}", answer.call, poll.id, raw["tally"])
    })
}

/// Whether any object in a JSON value has this field.
fn has(value: &Value, name: &str) -> bool {
    match value {
        Value::Object(fields) => fields.contains_key(name) || fields.values().any(|v| has(v, name)),
        Value::Array(items) => items.iter().any(|v| has(v, name)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn tally(wire: &wire::Poll, call: &str) -> Vec<(Rule, Verdict)> {
    let Some(tally) = &wire.tally else {
        let unseen = || Err(skipped("no tally was seen"));
        return vec![(Rule::TallyOptions, unseen()), (Rule::TallyCounts, unseen())];
    };
    let own = |name: &Id| wire.options.iter().any(|o| o.id == *name);
    let names = tally.votes.iter().flatten().map(|v| &v.option);
    let names = names.chain(tally.values.iter().flatten().map(|v| &v.option));
    let mut names: Vec<&Id> = names.chain(tally.points.iter().flatten().map(|p| &p.option)).collect();
    let strange = names.iter().find(|name| !own(name)).map(|name| Id::clone(name));
    names.sort_unstable();
    let twice = names.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0].clone());
    let odd = strange.or(twice);
    let options = hold(odd.is_none(), "each option of the poll once, and no other", || {
        format!("{call}: votes for \"{}\" in \"{}\"", odd.unwrap_or_default(), wire.id)
    });
    // For each option: the number of ballots that have it, and the sum of the votes or points that they give it.
    let votes = tally.votes.iter().flatten().filter(|v| own(&v.option)).map(|v| (v.votes, v.votes));
    let values = tally.values.iter().flatten().filter(|v| own(&v.option)).map(|v| (v.counts.iter().sum(), 0));
    let points = tally.points.iter().flatten().filter(|p| own(&p.option)).map(|p| (p.voters, p.points));
    let counted: Vec<(u32, u32)> = votes.chain(values).chain(points).collect();
    let sum: u64 = counted.iter().map(|(_, n)| u64::from(*n)).sum();
    let each = wire.dots.map(Whole::get).or(wire.max.map(Whole::get)).unwrap_or(1);
    let who_spoke = tally.voters.saturating_sub(tally.abstained.unwrap_or(0));
    let most = u64::from(who_spoke) * each;
    let adds_up = counted.iter().all(|(ballots, _)| *ballots <= who_spoke) && sum <= most;
    let counts = hold(adds_up, "no more than all voters together can say", || {
        format!("{call}: {sum} votes by {who_spoke} voters in \"{}\"", wire.id)
    });
    vec![(Rule::TallyOptions, options), (Rule::TallyCounts, counts)]
}
