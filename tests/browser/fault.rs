//! What can go wrong between a page and its host, on demand.

use std::time::Duration;

/// What happens to a request in place of an answer.
#[derive(Clone, Debug)]
pub enum Fault {
    /// This status, with nothing in it that the widget could read.
    Status(u16),
    /// This status, to come back after so many seconds.
    Later(u16, u32),
    /// A firewall's page of HTML with this status.
    Blocked(u16),
    /// A page of HTML in place of what was asked for, with status 200.
    Html,
    /// Another address.
    Moved(&'static str),
    /// A lasting no: this status and this problem.
    Refusal(u16, serde_json::Value),
    /// This JSON in place of what was asked for.
    Json(serde_json::Value),
    /// The head of the right answer, and nothing of its body.
    Held,
    /// The right answer, this much later.
    Slow(Duration),
    /// The connection breaks before the host hears of it.
    Dropped,
    /// The host does it, and the connection breaks before its answer.
    AnswerDropped,
    /// The answer breaks off in the middle.
    Cut,
    /// A live feed in which the poll is voted in so many times a second, for so many seconds.
    Storm(u32, u32),
    /// The same, each eight pushes in the wrong order.
    Swing(u32, u32),
}

/// Which requests, how many more of them, and what happens to those.
#[derive(Debug)]
struct Rule {
    pattern: String,
    left: usize,
    fault: Fault,
}

/// The faults that are in force.
#[derive(Debug, Default)]
pub struct Faults(Vec<Rule>);

impl Faults {
    /// From now on, for `times` requests whose `METHOD /path?query` contains `pattern`.
    pub fn add(&mut self, pattern: &str, times: usize, fault: Fault) {
        self.0.push(Rule { pattern: pattern.into(), left: times, fault });
    }

    /// No more faults.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// What is to happen to this request, if anything.
    pub fn take(&mut self, request: &str) -> Option<Fault> {
        let rule = self.0.iter_mut().find(|rule| rule.left > 0 && request.contains(&rule.pattern))?;
        rule.left -= 1;
        Some(rule.fault.clone())
    }
}
