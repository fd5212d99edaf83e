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

/// How many times a call is repeated when the host is busy.
const PATIENCE: usize = 3;

/// A check in progress.
pub(super) struct Probe<'a> {
    pub(super) client: Client,
    pub(super) options: &'a Options,
    /// The member who makes the calls, as `GET /session` has them.
    pub(super) member: Option<SessionViewer>,
    /// What else the reader of the report should know.
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

    /// Whose calls to make: a guest's and, where one is signed in, the member's.
    pub(super) fn viewers(&self) -> Vec<Viewer> {
        let member = self.member.as_ref().map(|_| Viewer::Member);
        std::iter::once(Viewer::Guest).chain(member).collect()
    }

    /// An id that no poll, member or step has.
    pub(super) fn nobody(&self) -> String {
        self.nonce.clone()
    }

    /// A text for comments and options that explains itself to people and identifies those of this check.
    pub(super) fn mark(&self) -> String {
        format!("folkmoot check: taken back in a moment ({})", self.nonce)
    }

    /// The call as a write of the member's, with a new idempotency key.
    pub(super) fn write(&mut self, call: Call) -> Call {
        self.keys += 1;
        call.by(Viewer::Member).header("idempotency-key", format!("{}-{}", self.nonce, self.keys))
    }

    /// A new feed's number.
    pub(super) fn number(&mut self) -> u32 {
        self.feeds += 1;
        self.feeds
    }

    /// Whether the member who makes the calls belongs to the staff.
    pub(super) fn is_staff(&self) -> bool {
        self.member.as_ref().is_some_and(|m| m.role == Role::Staff)
    }

    /// Makes a call, and repeats it where the host is busy and sent `Retry-After`. Judges the rules about every answer.
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

    /// Judges the rules about every answer.
    pub(super) fn see(&mut self, answer: &Received) {
        for (rule, verdict) in super::watch::answer(answer) {
            self.judge(rule, verdict);
        }
    }

    /// Judges the rules about every poll, for those in the JSON of an answer or event.
    pub(super) fn see_polls(&mut self, answer: &Received, json: &Value, channel: Channel) {
        let staff = answer.viewer == Viewer::Member && self.is_staff();
        for (rule, verdict) in self.watch.polls(answer, json, channel, staff) {
            self.judge(rule, verdict);
        }
    }

    /// Judges a rule by what `look` finds.
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

/// Checks that an answer has this status.
pub(super) fn status(answer: &Received, status: u16) -> Verdict {
    hold(answer.status == status, &status.to_string(), || answer.told())
}

/// Checks that an answer is a refusal with the status of this problem. A body without a known problem type is accepted here,
/// since a rule of its own judges it.
pub(super) fn refused(answer: &Received, kind: ProblemKind) -> Verdict {
    let wanted = kind.with("");
    let expected = format!("{} {}", wanted.status, wanted.kind);
    let said = answer.json()["type"].as_str().and_then(ProblemKind::of);
    hold(answer.status == wanted.status && said.is_none_or(|said| said == kind), &expected, || answer.told())
}

/// The JSON of an answer, which must have status 200.
pub(super) fn good(answer: &Received) -> Result<Value, Miss> {
    status(answer, 200)?;
    let json = answer.json();
    if json.is_object() { Ok(json) } else { Err(failed("a JSON object", answer.told())) }
}

/// The ids in the list `name`, whose items are ids, or objects that have theirs in the field `id`.
pub(super) fn ids(json: &Value, name: &str, id: Option<&str>) -> Vec<String> {
    let list = json[name].as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |item: &Value| id.map_or(item, |id| &item[id]).as_str().map(String::from);
    list.iter().filter_map(text).collect()
}

/// Checks that an answer lists this id as missing.
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
