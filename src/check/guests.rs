//! The rules about guests who vote: the guest's token, and the ballot that is cast with it.

use serde_json::{Value, json};

use super::ballots::{self, Booth, stands, stands_back};
use super::client::{Call, Received, Viewer};
use super::polls::{answered, none, nothing, path, read};
use super::probe::{Probe, good, refused, status};
use super::rule::Rule;
use super::verdict::{Miss, Verdict, failed, hold};
use crate::api::poll_from;
use crate::contract::ProblemKind;
use crate::domain::poll::{Phase, Poll, Secrecy, Standing};

/// Votes as a guest in polls that let guests take ballots back. Also tries to vote in polls that ask members alone.
pub(super) fn write(probe: &mut Probe<'_>) {
    let rules = [Rule::GuestToken, Rule::GuestNobody, Rule::GuestVotes, Rule::GuestElsewhere];
    nothing(probe, &rules, "is open and asks guests");
    let now = ballots::clock(probe);
    let polls: Vec<Poll> = (probe.options.polls.clone().iter())
        .filter_map(|id| poll_from(&read(probe, id, Viewer::Guest).ok()?).ok())
        .filter(|poll| poll.rules.phase(now) == Phase::Open)
        .collect();
    if !polls.iter().any(|poll| poll.viewer.standing == Standing::Invited) {
        return;
    }
    probe.judge(Rule::GuestVotes, none("asks guests, and lets them take their ballots back"));
    probe.judge(Rule::GuestElsewhere, none("is open and asks members alone"));
    let mut token = None;
    probe.look(Rule::GuestToken, |probe| {
        token = Some(welcome(probe)?);
        Ok(())
    });
    let Some(guest) = token.map(|token| Guest { token }) else { return };
    probe.look(Rule::GuestNobody, |probe| {
        let answer = probe.ask(&guest.call(Call::get("/session")))?;
        hold(good(&answer)?["viewer"].is_null(), "{\"viewer\": null}", || answer.told())
    });
    for poll in &polls {
        let Some(booth) = Booth::new(poll) else { continue };
        let kept = poll.rules.secrecy == Secrecy::Anonymous || !poll.rules.retractable;
        match poll.viewer.standing {
            Standing::Guest => probe.look(Rule::GuestElsewhere, |probe| {
                let cast = guest.cast(probe, &booth)?;
                if cast.status == 200 {
                    let _ = guest.takes_back(probe, poll, &booth, &cast);
                }
                refused(&cast, ProblemKind::Forbidden)
            }),
            Standing::Invited if !kept => probe.look(Rule::GuestVotes, |probe| {
                let cast = guest.cast(probe, &booth)?;
                let voted = guest.has_voted(probe, poll, &cast, &booth);
                voted.and(guest.takes_back(probe, poll, &booth, &cast))
            }),
            Standing::Entitled | Standing::Invited | Standing::NotEntitled | Standing::Unsaid => {}
        }
    }
}

/// Requests a guest's token.
fn welcome(probe: &mut Probe<'_>) -> Result<String, Miss> {
    let answer = probe.ask(&Call::post("/session", &json!({})))?;
    status(&answer, 201)?;
    let token = answer.json()["token"].as_str().map(str::to_owned);
    let token = token.filter(|token| token.bytes().all(|byte| byte.is_ascii_graphic()));
    token.ok_or_else(|| failed("token, as a header can have it", answer.told()))
}

/// A guest with a token.
struct Guest {
    token: String,
}

impl Guest {
    fn call(&self, call: Call) -> Call {
        call.by(Viewer::Invited).header("authorization", format!("Bearer {}", self.token))
    }

    fn cast(&self, probe: &mut Probe<'_>, booth: &Booth<'_>) -> Result<Received, Miss> {
        let call = self.call(ballots::put(probe, &booth.path, 1, &booth.first));
        probe.ask(&call)
    }

    /// Checks that the host accepted the ballot, that the guest sees the ballot in a later read, and that no other guest sees it.
    fn has_voted(&self, probe: &mut Probe<'_>, poll: &Poll, cast: &Received, booth: &Booth<'_>) -> Verdict {
        stands(cast, 1, &booth.first)?;
        let again = self.call(Call::get(path(&poll.id, "")));
        let again = probe.ask(&again)?;
        let ballot = |poll: &Value| poll["viewer"]["ballot"].clone();
        let theirs = ballot(&answered(&again, &poll.id)?);
        hold(!theirs.is_null(), "viewer.ballot, when the guest comes again", || again.told())?;
        let others = read(probe, &poll.id, Viewer::Guest)?;
        hold(ballot(&others).is_null(), "no viewer.ballot for another guest", || {
            format!("\"{}\": {}", poll.id, others["viewer"])
        })
    }

    /// Takes the ballot back, and adds a note to the report if the host accepted it and it may remain.
    fn takes_back(&self, probe: &mut Probe<'_>, poll: &Poll, booth: &Booth<'_>, cast: &Received) -> Verdict {
        let call = probe.write(Call::delete(&booth.path).json(&json!({"revision": 2})));
        let left = probe.ask(&self.call(call)).and_then(|answer| stands_back(&answer, 2));
        if left.is_err() && cast.status == 200 {
            probe.notes.push(format!("the ballot of a guest may still be in \"{}\"", poll.id));
        }
        left
    }
}
