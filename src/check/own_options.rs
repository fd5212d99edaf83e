//! The rules about members' options that await approval by staff. The check adds such options and takes them back.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::ballots;
use super::client::{Call, Received, Viewer};
use super::polls::{self, answered, read};
use super::probe::{Probe, ids, refused};
use super::rule::Rule;
use super::verdict::{Miss, Verdict, hold, skipped};
use crate::api::poll_from;
use crate::contract::ProblemKind;
use crate::domain::id::PollId;
use crate::domain::poll::{Kind, MAX_OPTIONS, MOST_OWN, OwnOptions, Phase, Poll, Standing, When};
use crate::domain::time::Date;
use crate::hosts::native::escape;

/// The time from the latest start in an availability poll to the start of the added option, in milliseconds.
const LATER: i64 = 24 * 3_600_000;
/// The duration of the added option, in milliseconds.
const LASTS: i64 = 3_600_000;

/// Adds an option and takes it back, if the poll is open to this member and members' options need approval. The check could not
/// take back an option that is published at once.
pub(super) fn write(probe: &mut Probe<'_>, id: &PollId) {
    let Ok(raw) = read(probe, id, Viewer::Member) else { return };
    let Ok(poll) = poll_from(&raw) else { return };
    let takes = poll.rules.own_options == OwnOptions::Approval
        && poll.rules.phase(ballots::clock(probe)) == Phase::Open
        && poll.viewer.standing != Standing::NotEntitled;
    // The check does not stop where as many options await approval as one member may add. If the host accepts one more, the
    // member sees options of others, which the rules about every poll then find.
    if !takes || poll.options.len() >= MAX_OPTIONS {
        return;
    }
    let path = polls::path(id, "/options");
    let trial = OptionTrial { id, path, body: body(&poll, &probe.mark()), before: raw };
    trial.guest(probe);
    trial.adds(probe);
    trial.restore(probe);
}

/// The request body for an option that the poll does not have.
fn body(poll: &Poll, label: &str) -> Value {
    let mut body = json!({"label": label});
    if poll.rules.kind == Kind::Availability {
        let whens = || poll.options.iter().filter_map(|option| option.when);
        let days = whens().map(|when| if let When::Day(day) = when { Some(day) } else { None });
        if let Some(Some(days)) = days.collect::<Option<Vec<Date>>>().map(|days| days.into_iter().max()) {
            body["date"] = Date(days.0 + 1).to_string().into();
            return body;
        }
        let starts =
            whens().filter_map(|when| if let When::Time(slot) = when { Some(slot.starts_at) } else { None });
        let starts_at = starts.max().unwrap_or_default().plus(LATER);
        body["starts_at"] = starts_at.to_string().into();
        body["ends_at"] = starts_at.plus(LASTS).to_string().into();
    }
    body
}

/// The option that this check adds to one poll.
struct OptionTrial<'a> {
    id: &'a PollId,
    path: String,
    body: Value,
    /// The poll before the check.
    before: Value,
}

impl OptionTrial<'_> {
    fn add(&self, probe: &mut Probe<'_>, body: &Value) -> Call {
        probe.write(Call::post(&self.path, body))
    }

    fn take(&self, probe: &mut Probe<'_>, option: &str) -> Result<Received, Miss> {
        let call = probe.write(Call::delete(format!("{}/{}", self.path, escape(option))));
        probe.ask(&call)
    }

    /// The ids of those options that have the label of the added option. `list` is `proposed` or `options`.
    fn called(&self, poll: &Value, list: &str) -> Vec<String> {
        let options = poll[list].as_array().into_iter().flatten();
        let own = options.filter(|option| option["label"] == self.body["label"]);
        own.map(|option| option["id"].as_str().unwrap_or_default().to_owned()).collect()
    }

    fn guest(&self, probe: &mut Probe<'_>) {
        probe.look(Rule::OptionGuest, |probe| {
            let mut body = self.body.clone();
            body["label"] = format!("{} by a guest", body["label"].as_str().unwrap_or_default()).into();
            let call = self.add(probe, &body).by(Viewer::Guest);
            refused(&probe.ask_for_refusal(&call)?, ProblemKind::Unauthorized)
        });
    }

    fn adds(&self, probe: &mut Probe<'_>) {
        let call = self.add(probe, &self.body);
        let mut own = None;
        probe.look(Rule::OptionWaits, |probe| {
            let answer = probe.ask(&call)?;
            // The member may have reached the limit: approved options count, too, and the poll does not say who added them.
            if refused(&answer, ProblemKind::Conflict).is_ok() {
                return Err(skipped("this member can add no more to the polls that were named"));
            }
            let poll = answered(&answer, self.id)?;
            own = self.called(&poll, "proposed").pop();
            let waits = own.is_some() && self.called(&poll, "options").is_empty();
            hold(waits, "the poll with the option in proposed, and not in options", || told(&answer, &poll))
        });
        let Some(own) = own else {
            for rule in [Rule::OptionIdempotent, Rule::OptionDoubled, Rule::OptionBack] {
                probe.judge(rule, Err(skipped("the host took no option to wait")));
            }
            return;
        };
        // The rules about every poll are judged on this response as well. One of them is that a guest does not see the option.
        let _ = read(probe, self.id, Viewer::Guest);
        probe.look(Rule::OptionIdempotent, |probe| {
            let answer = probe.ask(&call)?;
            let poll = answered(&answer, self.id)?;
            hold(self.called(&poll, "proposed").len() == 1, "the option in proposed, once", || {
                told(&answer, &poll)
            })
        });
        for body in std::iter::once(self.body.clone()).chain(self.there()) {
            probe.look(Rule::OptionDoubled, |probe| {
                let call = self.add(probe, &body);
                refused(&probe.ask(&call)?, ProblemKind::Conflict)
            });
        }
        probe.look(Rule::OptionBack, |probe| self.takes_back(probe, &own));
    }

    /// The request body that would add the poll's first option again.
    fn there(&self) -> Option<Value> {
        let mut option = self.before["options"][0].clone();
        let fields = option.as_object_mut()?;
        fields.retain(|name, text| {
            ["label", "date", "starts_at", "ends_at"].contains(&&**name) && text.is_string()
        });
        Some(option).filter(|option| {
            option["label"] != "" || ["date", "starts_at"].iter().any(|field| option[*field].is_string())
        })
    }

    fn takes_back(&self, probe: &mut Probe<'_>, own: &str) -> Verdict {
        let answer = self.take(probe, own)?;
        let poll = answered(&answer, self.id)?;
        let left = |poll: &Value| ids(poll, "proposed", Some("id")).iter().any(|id| id == own);
        hold(!left(&poll), "the poll without it", || told(&answer, &poll))?;
        let poll = read(probe, self.id, Viewer::Member)?;
        hold(!left(&poll), "no such option any more", || told(&answer, &poll))
    }

    /// Takes back the options that await approval now but not before, and adds a note to the report if one may remain.
    fn restore(&self, probe: &mut Probe<'_>) {
        let new = |poll: &Value, list: &str| {
            let before: HashSet<String> = ids(&self.before, list, Some("id")).into_iter().collect();
            let now = ids(poll, list, Some("id")).into_iter();
            now.filter(|id| !before.contains(id)).take(MOST_OWN).collect::<Vec<_>>()
        };
        let left = read(probe, self.id, Viewer::Member).and_then(|poll| {
            let waiting = new(&poll, "proposed");
            for option in &waiting {
                self.take(probe, option)?;
            }
            let poll = if waiting.is_empty() { poll } else { read(probe, self.id, Viewer::Member)? };
            Ok(["proposed", "options"].iter().any(|list| !new(&poll, list).is_empty()))
        });
        if left.unwrap_or(true) {
            probe.notes.push(format!("an option of this check may still be in \"{}\"", self.id));
        }
    }
}

/// A description of the poll's options for a report.
fn told(answer: &Received, poll: &Value) -> String {
    format!("{}: proposed {}, options {}", answer.call, poll["proposed"], poll["options"])
}
