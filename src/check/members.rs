//! The rules about reading members.

use serde_json::Value;

use super::client::{Call, Received, Viewer};
use super::probe::{Probe, each_once, good};
use super::rule::Rule;
use super::verdict::{Verdict, failed, hold};
use crate::api::member_from;
use crate::hosts::native::escape;

pub(super) fn check(probe: &mut Probe<'_>, viewer: Viewer) {
    let named = probe.options.members.iter().map(ToString::to_string);
    let me = probe.member.as_ref().map(|m| m.id.to_string());
    let mut asked: Vec<String> = named.chain(me).collect();
    asked.sort_unstable();
    asked.dedup();
    if asked.is_empty() {
        return;
    }
    let list: Vec<String> = asked.iter().map(|id| escape(id)).collect();
    let answer = probe.ask(&Call::get(format!("/members?ids={}", list.join(","))).by(viewer));
    probe.look(Rule::MembersBatch, |_| {
        let answer = answer.clone()?;
        each_once(&answer, &good(&answer)?, "members", &asked)
    });
    let Ok(answer) = answer else { return };
    for raw in answer.json()["members"].as_array().into_iter().flatten() {
        probe.judge(Rule::MemberShape, shape(raw, &answer));
        let own = probe.member.as_ref().is_some_and(|m| raw["id"] == m.id.0);
        let told = raw["next"].as_array().is_some_and(|next| !next.is_empty());
        if !own || viewer == Viewer::Guest {
            let verdict = hold(!told, "no next", || format!("{}: {raw}", answer.call));
            probe.judge(Rule::MemberNext, verdict);
        }
    }
}

fn shape(raw: &Value, answer: &Received) -> Verdict {
    let needed = [
        ("id", raw["id"].is_string()),
        ("name", raw["name"].is_string()),
        ("revision", raw["revision"].is_u64()),
        ("badges", raw["badges"].is_array()),
    ];
    let came = |what: &str| failed("a member", format!("{}: {what} in {raw}", answer.call));
    if let Some((name, _)) = needed.iter().find(|(_, there)| !there) {
        return Err(came(&format!("no {name}")));
    }
    member_from(raw).map(drop).map_err(|error| came(&error.to_string()))
}
