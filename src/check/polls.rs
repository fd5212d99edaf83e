//! Reading polls.

use serde_json::Value;

use super::client::{Answer, Call, Viewer};
use super::probe::{Probe, good, ids, refused, status};
use super::reads::{each_once, names_missing};
use super::rule::Rule;
use super::verdict::{Miss, Verdict, failed, hold, skipped};
use crate::api::ProblemKind;
use crate::domain::id::PollId;
use crate::hosts::native::escape;

pub(super) fn check(probe: &mut Probe<'_>, viewer: Viewer) {
    probe.look(Rule::PollsUnknown, |probe| {
        let path = format!("/polls/{}", probe.nobody());
        refused(&probe.ask(&Call::get(path).by(viewer))?, ProblemKind::NotFound)
    });
    let polls = probe.options.polls.clone();
    if polls.is_empty() {
        return;
    }
    let asked: Vec<String> = polls.iter().map(ToString::to_string).collect();
    let nobody = probe.nobody();
    let list: Vec<String> = asked.iter().chain([&nobody]).map(|id| escape(id)).collect();
    let batch = probe.ask(&Call::get(format!("/polls?ids={}", list.join(","))).by(viewer));
    probe.look(Rule::PollsBatch, |_| {
        let answer = batch.clone()?;
        each_once(&answer, &good(&answer)?, "polls", &asked)
    });
    probe.look(Rule::PollsMissing, |_| names_missing(&batch?, &nobody));
    for id in &polls {
        probe.look(Rule::PollsOne, |probe| {
            let poll = read(probe, id, viewer)?;
            voters(probe, id, viewer, &poll);
            Ok(())
        });
    }
}

/// A poll read alone.
pub(super) fn read(probe: &mut Probe<'_>, id: &PollId, viewer: Viewer) -> Result<Value, Miss> {
    let answer = probe.ask(&Call::get(format!("/polls/{}", escape(id.as_str()))).by(viewer))?;
    answered(&answer, id)
}

/// The poll of an answer that has to be that poll.
pub(super) fn answered(answer: &Answer, id: &PollId) -> Result<Value, Miss> {
    let poll = good(answer)?["poll"].take();
    if poll["id"] == id.as_str() {
        return Ok(poll);
    }
    Err(failed(format!("the poll \"{id}\" under poll"), answer.told()))
}

fn voters(probe: &mut Probe<'_>, id: &PollId, viewer: Viewer, poll: &Value) {
    let path = format!("/polls/{}/voters", escape(id.as_str()));
    if poll["secrecy"] != "public" {
        probe.look(Rule::VotersPublic, |probe| {
            let answer = probe.ask(&Call::get(path).by(viewer))?;
            hold(answer.status != 200, "a refusal, since the poll is not public", || answer.told())
        });
        probe.judge(Rule::VotersList, Err(skipped("no poll that was named is public")));
        return;
    }
    probe.judge(Rule::VotersPublic, Err(skipped("every poll that was named is public")));
    let options = ids(poll, "options", Some("id"));
    for option in std::iter::once(None).chain(options.iter().map(Some)) {
        probe.look(Rule::VotersList, |probe| {
            let path = option.map_or(path.clone(), |option| format!("{path}?option={}", escape(option)));
            let answer = probe.ask(&Call::get(path).by(viewer))?;
            // Voters would give a hidden tally away.
            if poll["tally"].is_null() && answer.status != 200 {
                return Err(skipped("the poll hides its tally, so its voters too"));
            }
            status(&answer, 200)?;
            listed(&good(&answer)?, option).map_err(|()| {
                failed("voters with id, name and options, and next if there are more", answer.told())
            })
        });
    }
}

fn listed(json: &Value, option: Option<&String>) -> Result<(), ()> {
    let voters = json["voters"].as_array().ok_or(())?;
    let good = |voter: &Value| {
        let chosen = voter["options"].as_array();
        let named = voter["id"].is_string() && voter["name"].is_string();
        named && chosen.is_some_and(|all| option.is_none_or(|one| all.iter().any(|o| o == one.as_str())))
    };
    let next = json["next"].is_null() || json["next"].is_string();
    if next && voters.iter().all(good) { Ok(()) } else { Err(()) }
}

/// That nothing of the kind was among the polls named.
pub(super) fn none(what: &str) -> Verdict {
    Err(skipped(format!("no poll that was named {what}")))
}
