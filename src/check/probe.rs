//! What all families of rules share: the client, what was found so far, and who asks.

use std::collections::BTreeMap;
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::Options;
use super::client::{Answer, Call, Client, Viewer};
use super::report::{Finding, Report};
use super::rule::Rule;
use super::verdict::{Miss, Outcome, Verdict, failed, hold};
use super::watch::{Place, Watch};
use crate::api::{Problem, ProblemKind, SessionViewer};

/// How often a busy host is asked again.
const PATIENCE: usize = 3;

/// A check in progress.
pub(super) struct Probe<'a> {
    pub(super) client: Client,
    pub(super) options: &'a Options,
    /// The member who asks, as the host names them.
    pub(super) member: Option<SessionViewer>,
    /// What the reader should know besides.
    pub(super) notes: Vec<String>,
    found: BTreeMap<Rule, Outcome>,
    watch: Watch,
    /// Makes names that no host has.
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

    /// Those as whom to ask.
    pub(super) fn viewers(&self) -> Vec<Viewer> {
        let member = self.member.as_ref().map(|_| Viewer::Member);
        std::iter::once(Viewer::Guest).chain(member).collect()
    }

    /// An id that nothing has.
    pub(super) fn nobody(&self) -> String {
        self.nonce.clone()
    }

    /// A text that says what it is to whoever comes upon it, and that nobody else has written.
    pub(super) fn mark(&self) -> String {
        format!("folkmoot check: taken back in a moment ({})", self.nonce)
    }

    /// That call as the member's own, under a key that was never used.
    pub(super) fn write(&mut self, call: Call) -> Call {
        self.keys += 1;
        call.by(Viewer::Member).header("idempotency-key", format!("{}-{}", self.nonce, self.keys))
    }

    /// A feed's number.
    pub(super) fn number(&mut self) -> u32 {
        self.feeds += 1;
        self.feeds
    }

    /// Whether the member who asks is of the staff.
    pub(super) fn is_staff(&self) -> bool {
        self.member.as_ref().is_some_and(|m| m.role == "staff")
    }

    /// Makes a call, again where the host is busy and says until when; what holds for every answer is judged here.
    pub(super) fn ask(&mut self, call: &Call) -> Result<Answer, Miss> {
        let mut answer = self.client.send(call)?;
        self.see(&answer);
        for _ in 0..PATIENCE {
            let Some(wait) = answer.retry_after().filter(|wait| *wait <= self.options.timeout) else { break };
            thread::sleep(wait);
            answer = self.client.send(call)?;
            self.see(&answer);
        }
        let json = answer.json();
        self.see_polls(&answer, &json, Place::Answers);
        Ok(answer)
    }

    /// Judges the head of an answer, and its body where that is read already.
    pub(super) fn see(&mut self, answer: &Answer) {
        for (rule, verdict) in super::watch::answer(answer) {
            self.judge(rule, verdict);
        }
    }

    /// Judges the polls in an answer's or an event's JSON.
    pub(super) fn see_polls(&mut self, answer: &Answer, json: &Value, place: Place) {
        let staff = answer.viewer == Viewer::Member && self.is_staff();
        for (rule, verdict) in self.watch.polls(answer, json, place, staff) {
            self.judge(rule, verdict);
        }
    }

    /// A look at a rule.
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
        let viewer = self.member.map(|m| m.id);
        Report { url: self.client.base().into(), viewer, findings, notes: self.notes }
    }
}

/// Whether an answer has this status.
pub(super) fn status(answer: &Answer, status: u16) -> Verdict {
    hold(answer.status == status, &status.to_string(), || answer.told())
}

/// Whether an answer refuses for this reason. Its form is judged elsewhere: a refusal that says nothing is one.
pub(super) fn refused(answer: &Answer, kind: ProblemKind) -> Verdict {
    let wanted = kind.with("");
    let expected = format!("{} {}", wanted.status, wanted.kind);
    let problem: Problem = serde_json::from_slice(&answer.body).unwrap_or_default();
    let said = ProblemKind::of(&problem.kind);
    hold(answer.status == wanted.status && said.is_none_or(|said| said == kind), &expected, || answer.told())
}

/// The JSON of an answer that has to be 200.
pub(super) fn good(answer: &Answer) -> Result<Value, Miss> {
    status(answer, 200)?;
    match answer.json() {
        json @ Value::Object(_) => Ok(json),
        _ => Err(failed("a JSON object", answer.told())),
    }
}

/// The entities under a name, by their ids.
pub(super) fn ids(json: &Value, name: &str, id: Option<&str>) -> Vec<String> {
    let list = json[name].as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |item: &Value| id.map_or(item, |id| &item[id]).as_str().map(String::from);
    list.iter().filter_map(text).collect()
}
