//! The state of a check, which all families of rules share: the client, the findings so far, and who is asking.

use std::collections::BTreeMap;
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::Options;
use super::client::{Call, Client, Received, Viewer};
use super::report::{Finding, Report};
use super::rule::Rule;
use super::verdict::{Miss, Outcome, Verdict, failed, hold};
use super::watch::{Channel, Watch};
use crate::contract::ProblemKind;
use crate::wire::{Role, SessionViewer};

/// The most times that a call is repeated while the host is busy.
const PATIENCE: usize = 3;

/// A check in progress.
pub(super) struct Probe<'a> {
    pub(super) client: Client,
    pub(super) options: &'a Options,
    /// The member in whose name calls are made, as in the response to `GET /session`.
    pub(super) member: Option<SessionViewer>,
    /// Further notes for the reader of the report.
    pub(super) notes: Vec<String>,
    found: BTreeMap<Rule, Outcome>,
    watch: Watch,
    /// Makes ids and idempotency keys unique to this check.
    nonce: String,
    keys: u32,
    feeds: u32,
}

impl<'a> Probe<'a> {
    pub(super) fn new(client: Client, options: &'a Options) -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            client,
            options,
            member: None,
            notes: Vec::new(),
            found: BTreeMap::new(),
            watch: Watch::default(),
            nonce: format!("folkmoot-check-{:x}", since.as_nanos()),
            keys: 0,
            feeds: 0,
        }
    }

    /// The viewers in whose names calls are made: a guest and, if signed in, the member.
    pub(super) fn viewers(&self) -> Vec<Viewer> {
        let member = self.member.as_ref().map(|_| Viewer::Member);
        std::iter::once(Viewer::Guest).chain(member).collect()
    }

    /// An id that no poll, member or step has.
    pub(super) fn nobody(&self) -> String {
        self.nonce.clone()
    }

    /// The text of the comments and options of this check. It tells people that a check wrote them, and no other check uses it.
    pub(super) fn mark(&self) -> String {
        format!("folkmoot check: taken back in a moment ({})", self.nonce)
    }

    /// The call, made by the member and with a new idempotency key.
    pub(super) fn write(&mut self, call: Call) -> Call {
        self.keys += 1;
        call.by(Viewer::Member).header("idempotency-key", format!("{}-{}", self.nonce, self.keys))
    }

    /// The number of a new feed.
    pub(super) fn number(&mut self) -> u32 {
        self.feeds += 1;
        self.feeds
    }

    /// Whether the member in whose name calls are made belongs to the staff.
    pub(super) fn is_staff(&self) -> bool {
        self.member.as_ref().is_some_and(|m| m.role == Role::Staff)
    }

    /// Makes a call, and repeats it if the host is busy and its `Retry-After` is at most the timeout. Judges the rules about
    /// every response and every poll.
    pub(super) fn ask(&mut self, call: &Call) -> Result<Received, Miss> {
        let mut answer = self.client.send(call)?;
        self.see(&answer);
        for _ in 0..PATIENCE {
            let Some(wait) = answer.retry_after().filter(|wait| *wait <= self.options.timeout) else { break };
            thread::sleep(wait);
            answer = self.client.send(call)?;
            self.see(&answer);
        }
        let json = answer.json();
        self.see_polls(&answer, &json, Channel::Answers);
        Ok(answer)
    }

    /// Makes a write that the host should refuse and that the check could not undo. If the host accepts it, a note says so.
    pub(super) fn ask_for_refusal(&mut self, call: &Call) -> Result<Received, Miss> {
        let answer = self.ask(call)?;
        if (200..300).contains(&answer.status) {
            let call = &answer.call;
            let note =
                format!("{call} should have been refused: look there for what it wrote, and remove that");
            self.notes.push(note);
        }
        Ok(answer)
    }

    /// Judges the rules about every response.
    pub(super) fn see(&mut self, answer: &Received) {
        for (rule, verdict) in super::watch::answer(answer) {
            self.judge(rule, verdict);
        }
    }

    /// Judges the rules about every poll, for the polls in the JSON of a response or an event.
    pub(super) fn see_polls(&mut self, answer: &Received, json: &Value, channel: Channel) {
        let staff = answer.viewer == Viewer::Member && self.is_staff();
        for (rule, verdict) in self.watch.polls(answer, json, channel, staff) {
            self.judge(rule, verdict);
        }
    }

    /// Judges a rule by the verdict of `look`.
    pub(super) fn look(&mut self, rule: Rule, look: impl FnOnce(&mut Self) -> Verdict) {
        let verdict = look(self);
        self.judge(rule, verdict);
    }

    pub(super) fn judge(&mut self, rule: Rule, verdict: Verdict) {
        let before = self.found.remove(&rule);
        let before = before.unwrap_or_else(|| Outcome::Skip { why: rule.needs().missing().into() });
        self.found.insert(rule, before.and(verdict));
    }

    pub(super) fn report(mut self) -> Report {
        let finding = |&rule: &Rule| {
            let untold = || Outcome::Skip { why: rule.needs().missing().into() };
            Finding { rule, outcome: self.found.remove(&rule).unwrap_or_else(untold) }
        };
        let findings = Rule::ALL.iter().map(finding).collect();
        let viewer = self.member.map(|m| m.id.0);
        Report { url: self.client.base().into(), viewer, findings, notes: self.notes }
    }
}

/// Checks that a response has this status.
pub(super) fn status(answer: &Received, status: u16) -> Verdict {
    hold(answer.status == status, &status.to_string(), || answer.told())
}

/// Checks that a response is a refusal with the status and the type of this problem. A body without a known problem type is
/// accepted here, since another rule judges the body.
pub(super) fn refused(answer: &Received, kind: ProblemKind) -> Verdict {
    let wanted = kind.with("");
    let expected = format!("{} {}", wanted.status, wanted.kind);
    let said = answer.json()["type"].as_str().and_then(ProblemKind::of);
    hold(answer.status == wanted.status && said.is_none_or(|said| said == kind), &expected, || answer.told())
}

/// The JSON object in a response, which must have status 200.
pub(super) fn good(answer: &Received) -> Result<Value, Miss> {
    status(answer, 200)?;
    let json = answer.json();
    if json.is_object() { Ok(json) } else { Err(failed("a JSON object", answer.told())) }
}

/// The ids in the list `name`. If `id` is given, the items are objects with an id in the field of that name; else they are ids.
pub(super) fn ids(json: &Value, name: &str, id: Option<&str>) -> Vec<String> {
    let list = json[name].as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |item: &Value| id.map_or(item, |id| &item[id]).as_str().map(String::from);
    list.iter().filter_map(text).collect()
}

/// Checks that a response lists this id as missing.
pub(super) fn names_missing(answer: &Received, id: &str) -> Verdict {
    let missing = ids(&good(answer)?, "missing", None);
    hold(missing.iter().any(|m| m == id), &format!("\"{id}\" in missing"), || answer.told())
}

/// Checks that a list has each of the ids once, and nothing else.
pub(super) fn each_once(answer: &Received, json: &Value, name: &str, asked: &[String]) -> Result<(), Miss> {
    let mut came = ids(json, name, Some("id"));
    let mut asked = asked.to_vec();
    asked.sort_unstable();
    asked.dedup();
    came.sort_unstable();
    hold(came == asked, &format!("each of {} once", asked.join(", ")), || {
        format!("{}: {}; missing {}", answer.call, came.join(", "), json["missing"])
    })
}
