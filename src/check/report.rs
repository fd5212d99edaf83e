//! The report: a text for people, JSON for programs.

use std::fmt;

use serde_json::{Value, json};

use super::rule::Rule;
use super::verdict::{Outcome, shown};

/// The result for one rule.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// Its outcome.
    pub outcome: Outcome,
}

/// The results for all rules. The text for people has a line for each rule, and two more lines for each failed rule.
#[derive(Clone, Debug)]
pub struct Report {
    /// The URL of the API, after redirects.
    pub url: String,
    /// The id of the member in whose name calls were made; `None` if all calls were made as a guest.
    pub viewer: Option<String>,
    /// The findings, in the order of [`Rule::ALL`].
    pub findings: Vec<Finding>,
    /// Further notes for the reader.
    pub notes: Vec<String>,
}

impl Report {
    /// How many rules passed, failed, and were skipped.
    pub fn counts(&self) -> (usize, usize, usize) {
        let count = |is: fn(&Outcome) -> bool| self.findings.iter().filter(|f| is(&f.outcome)).count();
        (
            count(|o| *o == Outcome::Pass),
            count(|o| matches!(o, Outcome::Fail { .. })),
            count(|o| matches!(o, Outcome::Skip { .. })),
        )
    }

    /// Whether no rule failed.
    pub fn conforms(&self) -> bool {
        self.counts().1 == 0
    }

    /// The report as JSON.
    pub fn json(&self) -> Value {
        let (passed, failed, skipped) = self.counts();
        let rule = |finding: &Finding| {
            let mut rule = json!(finding.outcome);
            rule["rule"] = finding.rule.name().into();
            rule["about"] = finding.rule.about().into();
            rule
        };
        json!({
            "url": self.url,
            "viewer": self.viewer,
            "passed": passed,
            "failed": failed,
            "skipped": skipped,
            "rules": self.findings.iter().map(rule).collect::<Vec<_>>(),
            "notes": self.notes,
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let member = self.viewer.as_ref().map(|id| format!(" and as \"{}\"", shown(id)));
        writeln!(f, "Host API v1 at {}, as a guest{}\n", self.url, member.unwrap_or_default())?;
        let width = Rule::ALL.iter().map(|rule| rule.name().len()).max().unwrap_or(0);
        for Finding { rule, outcome } in &self.findings {
            let (word, text) = match outcome {
                Outcome::Pass => ("pass", rule.about()),
                Outcome::Fail { .. } => ("FAIL", rule.about()),
                Outcome::Skip { why } => ("skip", why.as_str()),
            };
            writeln!(f, "  {word}  {:width$}  {text}", rule.name())?;
            if let Outcome::Fail { expected, came } = outcome {
                writeln!(f, "        expected  {expected}\n        came      {came}")?;
            }
        }
        writeln!(f)?;
        for note in &self.notes {
            writeln!(f, "Note: {note}.")?;
        }
        let (passed, failed, skipped) = self.counts();
        let verdict = if self.conforms() { "What was looked at conforms" } else { "Does not conform" };
        writeln!(f, "{verdict}: {passed} passed, {failed} failed, {skipped} skipped.")
    }
}
