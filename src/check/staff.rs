//! The rules about what only staff may do: create and edit polls, export votes, see followers.

use serde_json::{Value, json};

use super::ballots::votes_alike;
use super::client::{Call, Received, Viewer};
use super::polls::{answered, is_page, none, path, read};
use super::probe::{Probe, good, refused, status};
use super::rule::Rule;
use super::verdict::{Miss, Verdict, failed, hold, skipped};
use crate::contract::ProblemKind;
use crate::domain::id::PollId;

/// Skips the rules that this viewer's calls cannot check.
pub(super) fn untold(probe: &mut Probe<'_>, viewer: Viewer) {
    if viewer != Viewer::Member {
        return;
    }
    if probe.is_staff() {
        probe.judge(Rule::StaffReadsMember, Err(skipped("the member who asks is of the staff")));
        probe.judge(Rule::ExportSecret, none("has ballots that are not public"));
    } else {
        for rule in [Rule::ExportCsv, Rule::ExportSecret, Rule::FollowersList] {
            probe.judge(rule, Err(skipped("the member who asks is not of the staff")));
        }
    }
}

/// Checks the reads of a poll that only staff may make.
pub(super) fn check(probe: &mut Probe<'_>, id: &PollId, viewer: Viewer, poll: &Value) {
    let [export, followers] = ["/export.csv", "/followers"].map(|what| Call::get(path(id, what)).by(viewer));
    let (rule, kind) = match viewer {
        Viewer::Member if probe.is_staff() => return staffs_own(probe, poll, &export, &followers),
        Viewer::Member => (Rule::StaffReadsMember, ProblemKind::Forbidden),
        Viewer::Guest | Viewer::Invited => (Rule::StaffReadsGuest, ProblemKind::Unauthorized),
    };
    for call in [export, followers] {
        probe.look(rule, |probe| refused(&probe.ask(&call)?, kind));
    }
}

fn staffs_own(probe: &mut Probe<'_>, poll: &Value, export: &Call, followers: &Call) {
    let mut file = None;
    probe.look(Rule::ExportCsv, |probe| {
        let answer = probe.ask(export)?;
        let rows = rows(&answer)?;
        file = Some((answer, rows));
        Ok(())
    });
    if let Some((answer, rows)) = file.filter(|_| poll["secrecy"] != "public") {
        let options = poll["options"].as_array().map_or(0, Vec::len);
        let verdict = hold(rows <= options, "a row an option, since ballots are not public", || {
            format!("{}: {rows} rows of {options} options", answer.call)
        });
        probe.judge(Rule::ExportSecret, verdict);
    }
    probe.look(Rule::FollowersList, |probe| {
        let answer = probe.ask(followers)?;
        let json = good(&answer)?;
        let named = |one: &Value| one["id"].is_string() && one["name"].is_string();
        let listed = json["followers"].as_array().is_some_and(|list| list.iter().all(named));
        hold(is_page(&json) && listed, "followers with id and name, and next if there are more", || {
            answer.told()
        })
    });
}

/// The number of rows in a CSV file, without the header row.
fn rows(answer: &Received) -> Result<usize, Miss> {
    status(answer, 200)?;
    let expected = "text/csv with a head, and as many fields in each row";
    let mut reader = csv::Reader::from_reader(answer.body.as_slice());
    let headed = reader.headers().is_ok_and(|head| head.len() > 1);
    let rows = reader.records().collect::<Result<Vec<_>, _>>();
    match rows {
        Ok(rows) if headed && answer.media_type() == "text/csv" => Ok(rows.len()),
        _ => Err(failed(expected, answer.told())),
    }
}

/// Checks who may create and edit polls. The calls have an empty object as their body, so that no poll is created or changed.
pub(super) fn write(probe: &mut Probe<'_>) {
    let unknown = format!("/polls/{}", probe.nobody());
    let mut edits = vec![Call::post("/polls", &json!({}))];
    edits.extend(probe.options.polls.iter().map(|id| edit(&path(id, ""))));
    for call in edits {
        let call = probe.write(call);
        probe.look(Rule::StaffGuest, |probe| {
            refused(&probe.ask_for_refusal(&call.clone().by(Viewer::Guest))?, ProblemKind::Unauthorized)
        });
        if !probe.is_staff() {
            probe.look(Rule::StaffMember, |probe| {
                refused(&probe.ask_for_refusal(&call)?, ProblemKind::Forbidden)
            });
        }
    }
    if !probe.is_staff() {
        for rule in [Rule::StaffEdit, Rule::StaffUnknown] {
            probe.judge(rule, Err(skipped("the member who asks is not of the staff")));
        }
        return;
    }
    probe.judge(Rule::StaffMember, Err(skipped("the member who asks is of the staff")));
    probe.look(Rule::StaffUnknown, |probe| {
        let call = probe.write(edit(&unknown));
        refused(&probe.ask_for_refusal(&call)?, ProblemKind::NotFound)
    });
    for id in probe.options.polls.clone() {
        probe.look(Rule::StaffEdit, |probe| -> Verdict {
            let before = read(probe, &id, Viewer::Member)?;
            let call = probe.write(edit(&path(&id, "")));
            let answer = probe.ask(&call)?;
            let after = answered(&answer, &id)?;
            let alike = votes_alike(&before, &after) && before["options"] == after["options"];
            hold(alike, "the poll with its options and its ballots as before", || answer.told())
        });
    }
}

/// An edit that changes nothing.
fn edit(path: &str) -> Call {
    Call::patch(path, &json!({}))
}
