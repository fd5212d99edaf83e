//! The rules about reading polls, and helpers for rules about one poll.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::client::{Call, Received, Viewer};
use super::probe::{Probe, each_once, good, ids, names_missing, refused, status};
use super::rule::Rule;
use super::verdict::{Miss, Verdict, failed, hold, skipped};
use crate::contract::{LANGUAGE_QUERY, PAINT_QUERY, ProblemKind};
use crate::domain::id::PollId;
use crate::hosts::native::escape;
use crate::wire::Paint;

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
    probe.look(Rule::PollsPaint, |probe| {
        let escaped: Vec<String> = asked.iter().map(|id| escape(id)).collect();
        let path = format!("/polls?ids={}&{PAINT_QUERY}=en,0", escaped.join(","));
        let answer = probe.ask(&Call::get(path).by(viewer))?;
        let body = good(&answer)?;
        let trees = Option::<BTreeMap<String, Paint>>::deserialize(&body["paints"]);
        let is_of_poll =
            |(id, tree): (&String, &Paint)| asked.contains(id) && matches!(tree, Paint::Element(..));
        let sound = trees.is_ok_and(|trees| trees.iter().flatten().all(is_of_poll));
        hold(sound, "paints: an element for an id that was asked for, or no paints", || {
            body["paints"].to_string()
        })?;
        // Another rule checks that these are the right polls.
        let came = |body: &Value| ids(body, "polls", Some("id"));
        let as_ever = good(&batch.clone()?)?;
        hold(came(&body) == came(&as_ever), "the polls that come without paint=", || answer.told())
    });
    probe.look(Rule::PollsMissing, |_| names_missing(&batch?, &nobody));
    for id in &polls {
        probe.look(Rule::PollsOne, |probe| {
            let poll = read(probe, id, viewer)?;
            voters(probe, id, viewer, &poll);
            Ok(())
        });
        probe.look(Rule::LanguageAny, |probe| {
            // Another rule checks that the poll can be read.
            read(probe, id, viewer).map_err(|_| skipped("no poll that was named can be read alone"))?;
            let path = path(id, &format!("?{LANGUAGE_QUERY}={NOBODYS_LANGUAGE}"));
            answered(&probe.ask(&Call::get(path).by(viewer))?, id).map(drop)
        });
        probe.look(Rule::LanguageVary, |probe| varies(probe, id, viewer));
    }
}

/// A language that nobody writes polls in: its tag is for private use.
const NOBODYS_LANGUAGE: &str = "qaa";

/// Languages in one of which a poll in several languages may be.
const LANGUAGES: [&str; 4] = ["en", "de", "es", "ja"];

/// Whether `Vary` names `Accept-Language`, if it makes a difference.
fn varies(probe: &mut Probe<'_>, id: &PollId, viewer: Viewer) -> Verdict {
    let mut read: Vec<(Received, Vec<Value>)> = Vec::new();
    for language in LANGUAGES {
        let call = Call::get(path(id, "")).by(viewer).header("accept-language", language);
        let answer = probe.ask(&call)?;
        let cannot = |_| skipped("no poll that was named can be read alone");
        let mut poll = answered(&answer, id).map_err(cannot)?;
        let labels =
            poll["options"].as_array_mut().into_iter().flatten().map(|option| option["label"].take());
        let mut texts: Vec<Value> = labels.collect();
        texts.extend(["title", "description"].map(|field| poll[field].take()));
        read.push((answer, texts));
    }
    if read.iter().all(|(_, texts)| *texts == read[0].1) {
        return Err(skipped("no poll that was named is in several of the languages that were asked for"));
    }
    let silent = read.iter().map(|(answer, _)| answer).find(|answer| {
        let vary = answer.list("vary").to_ascii_lowercase();
        !vary.split(',').any(|name| matches!(name.trim(), "accept-language" | "*"))
    });
    silent.map_or(Ok(()), |answer| {
        Err(failed("Vary: accept-language", format!("{}: Vary: {:?}", answer.call, answer.list("vary"))))
    })
}

/// The path of a poll, with `below` appended, such as `/ballot`.
pub(super) fn path(id: &PollId, below: &str) -> String {
    ["/polls/", &escape(id.as_str()), below].concat()
}

/// Reads one poll.
pub(super) fn read(probe: &mut Probe<'_>, id: &PollId, viewer: Viewer) -> Result<Value, Miss> {
    let answer = probe.ask(&Call::get(path(id, "")).by(viewer))?;
    answered(&answer, id)
}

/// The poll in a response, which must have this id.
pub(super) fn answered(answer: &Received, id: &PollId) -> Result<Value, Miss> {
    let poll = good(answer)?["poll"].take();
    if poll["id"] == id.as_str() {
        return Ok(poll);
    }
    Err(failed(format!("the poll \"{id}\" under poll"), answer.told()))
}

fn voters(probe: &mut Probe<'_>, id: &PollId, viewer: Viewer, poll: &Value) {
    let path = path(id, "/voters");
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
            // The list of voters would reveal a hidden tally.
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
    if is_page(json) && voters.iter().all(good) { Ok(()) } else { Err(()) }
}

/// Whether `next`, the cursor of a list's next page, is absent or a string.
pub(super) fn is_page(json: &Value) -> bool {
    json["next"].is_null() || json["next"].is_string()
}

/// Skips these rules, unless they pass or fail later. `what` describes the poll that the rules need.
pub(super) fn nothing(probe: &mut Probe<'_>, rules: &[Rule], what: &str) {
    for &rule in rules {
        probe.judge(rule, none(what));
    }
}

/// The verdict if no poll that was given to the check fits the description `what`.
pub(super) fn none(what: &str) -> Verdict {
    Err(skipped(format!("no poll that was named {what}")))
}
