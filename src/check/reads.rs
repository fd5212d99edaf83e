//! The rules about the `ETag` of every read, and about reads that take a list of ids.

use super::client::{Call, Viewer};
use super::polls::path;
use super::probe::{Probe, good, ids, names_missing, refused};
use super::rule::Rule;
use super::verdict::{Verdict, failed, hold, skipped};
use crate::api::MAX_IDS;
use crate::contract::ProblemKind;
use crate::hosts::native::escape;

/// How many times a read is sent with `If-None-Match`, each time with the latest ETag, since the content may change meanwhile.
const TRIES: usize = 3;

pub(super) fn check(probe: &mut Probe<'_>, viewer: Viewer) {
    for path in paths(probe) {
        let call = Call::get(path).by(viewer);
        let mut tag = None;
        probe.look(Rule::EtagPresent, |probe| {
            let answer = probe.ask(&call)?;
            // Another rule checks that the status is 200.
            good(&answer).map_err(|_| skipped("no read was answered with 200"))?;
            tag = Some(answer.header("etag").to_owned()).filter(|tag| !tag.is_empty());
            hold(tag.is_some(), "ETag", || format!("{}: none", answer.call))
        });
        probe.look(Rule::Etag304, |probe| {
            tag.map_or_else(|| Err(skipped("no answer had an ETag")), |tag| unchanged(probe, &call, tag))
        });
    }
    if viewer == Viewer::Guest {
        lists(probe);
    }
}

/// The path of one read of each kind.
fn paths(probe: &Probe<'_>) -> Vec<String> {
    let polls = &probe.options.polls;
    let list = polls.iter().map(|id| escape(id.as_str())).collect::<Vec<_>>().join(",");
    let list = if list.is_empty() { probe.nobody() } else { list };
    let mut paths = vec!["/session".into(), "/checklist".into(), format!("/polls?ids={list}")];
    paths.extend(polls.first().map(|id| path(id, "")));
    paths.push(format!("/members?ids={}", probe.nobody()));
    paths
}

fn unchanged(probe: &mut Probe<'_>, call: &Call, mut tag: String) -> Verdict {
    let expected = "304 without a body for the ETag that was given";
    for _ in 0..TRIES {
        let answer = probe.ask(&call.clone().header("if-none-match", &tag))?;
        if answer.status == 304 {
            return hold(answer.body.is_empty(), expected, || answer.told());
        }
        let now = answer.header("etag").to_owned();
        if answer.status != 200 || now == tag || now.is_empty() {
            return Err(failed(expected, format!("If-None-Match: {tag}, {}", answer.told())));
        }
        tag = now;
    }
    Err(failed(expected, format!("{}: another ETag each time", call.name())))
}

fn lists(probe: &mut Probe<'_>) {
    for (path, rule) in [("/polls", Rule::PollsMissing), ("/members", Rule::MembersMissing)] {
        let id = probe.nobody();
        probe.look(rule, |probe| {
            let answer = probe.ask(&Call::get(format!("{path}?ids={id}")))?;
            names_missing(&answer, &id)
        });
        probe.look(Rule::IdsEscaped, |probe| {
            // Ids of members may have spaces and slashes.
            let id = if path == "/members" { format!("{id} & x/y,ü") } else { format!("{id}&x=ü") };
            let answer = probe.ask(&Call::get(format!("{path}?ids={}", escape(&id))))?;
            let missing = ids(&answer.json(), "missing", None);
            // Another rule checks that the response names the missing ids.
            if answer.status == 200 && missing.is_empty() {
                return Err(skipped("the host does not name what is missing"));
            }
            hold(missing == [id.as_str()], &format!("\"{id}\" missing"), || answer.told())
        });
        let list = |n: usize| (0..n).map(|n| format!("folkmoot-check-{n}")).collect::<Vec<_>>().join(",");
        probe.look(Rule::IdsHundred, |probe| {
            let answer = probe.ask(&Call::get(format!("{path}?ids={}", list(MAX_IDS))))?;
            good(&answer).map(drop)
        });
        probe.look(Rule::IdsLimit, |probe| {
            let answer = probe.ask(&Call::get(format!("{path}?ids={}", list(MAX_IDS + 1))))?;
            refused(&answer, ProblemKind::Invalid)
        });
    }
}
