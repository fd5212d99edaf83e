//! The rules about reading the checklist.

use serde_json::Value;

use super::client::{Call, Received, Viewer};
use super::probe::{Probe, good};
use super::rule::Rule;
use super::verdict::{Verdict, failed, hold, skipped};
use crate::api::checklist_from;

pub(super) fn check(probe: &mut Probe<'_>, viewer: Viewer) {
    let rule = if viewer == Viewer::Guest { Rule::ChecklistGuest } else { Rule::ChecklistShape };
    probe.look(rule, |probe| {
        let answer = probe.ask(&Call::get("/checklist").by(viewer))?;
        let list = good(&answer)?["checklist"].take();
        match viewer {
            Viewer::Guest | Viewer::Invited => {
                hold(list.is_null(), "{\"checklist\": null}", || answer.told())
            }
            Viewer::Member if list.is_null() => Err(skipped("the member has no checklist")),
            Viewer::Member => shape(&list, &answer),
        }
    });
}

/// Checks that a JSON value is a well-formed checklist.
pub(super) fn shape(raw: &Value, answer: &Received) -> Verdict {
    let came = |what: &str| failed("a checklist", format!("{}: {what} in {raw}", answer.call));
    for (name, there) in [("revision", raw["revision"].is_u64()), ("steps", raw["steps"].is_array())] {
        if !there {
            return Err(came(&format!("no {name}")));
        }
    }
    checklist_from(raw).map(drop).map_err(|error| came(&error.to_string()))
}
