//! The rules about reading the reasons on a proposal.

use serde_json::Value;

use super::client::{Call, Received, Viewer};
use super::polls::{is_page, path};
use super::probe::{Probe, good, ids};
use super::rule::Rule;
use super::verdict::{Miss, Verdict, failed, hold, skipped};
use crate::domain::id::PollId;
use crate::domain::poll::MAX_REASON;

/// Checks the reasons of a poll, if its ballots may have reasons.
pub(super) fn check(probe: &mut Probe<'_>, id: &PollId, viewer: Viewer, poll: &Value) {
    let takes = poll["reasons"].as_str().is_some_and(|word| word != "off");
    if poll["kind"] != "proposal" || !takes {
        return;
    }
    let call = Call::get(path(id, "/reasons")).by(viewer);
    if poll["tally"].is_null() {
        return probe.look(Rule::ReasonsHidden, |probe| {
            let answer = probe.ask(&call)?;
            hold(answer.status != 200, "a refusal, since the poll hides its tally", || answer.told())
        });
    }
    let mut reasons = None;
    probe.look(Rule::ReasonsList, |probe| {
        let answer = probe.ask(&call)?;
        let listed = listed(&answer, poll)?;
        reasons = Some((answer, listed));
        Ok(())
    });
    if let Some((answer, listed)) = reasons {
        probe.judge(Rule::ReasonsNames, names(&answer, &listed, poll["secrecy"] == "public"));
    }
}

/// The reasons in a response. Each must have one option of the poll, and a text that is not too long.
fn listed(answer: &Received, poll: &Value) -> Result<Vec<Value>, Miss> {
    let json = good(answer)?;
    let options = ids(poll, "options", Some("id"));
    let is_reason = |reason: &Value| {
        let stance = ids(reason, "options", None);
        let why = reason["reason"].as_str().is_some_and(|why| why.chars().count() <= MAX_REASON);
        why && matches!(&stance[..], [one] if options.contains(one))
    };
    let list = json["reasons"].as_array().filter(|list| is_page(&json) && list.iter().all(is_reason));
    let expected = "reasons with one option each and a reason, and next if there are more";
    list.cloned().ok_or_else(|| failed(expected, answer.told()))
}

fn names(answer: &Received, reasons: &[Value], public: bool) -> Verdict {
    if reasons.is_empty() {
        return Err(skipped("nobody has given a reason in the polls that were named"));
    }
    let is_odd = |reason: &&Value| {
        if public {
            !reason["name"].is_string()
        } else {
            !(reason["name"].is_null() && reason["id"].is_null())
        }
    };
    let odd = reasons.iter().find(is_odd);
    let expected =
        if public { "name, since the poll is public" } else { "no name, since the poll is not public" };
    hold(odd.is_none(), expected, || format!("{}: {}", answer.call, odd.cloned().unwrap_or_default()))
}
