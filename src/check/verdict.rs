//! How a rule is judged. The check may look at a rule many times: each look gives a verdict, and all verdicts together give the
//! outcome.

use serde::Serialize;

use crate::domain::text::for_terminal;

/// The outcome for a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// The host met the rule each time that it could be checked.
    Pass,
    /// The host broke the rule at least once.
    Fail {
        /// What the rule requires.
        expected: String,
        /// What the host did instead.
        came: String,
    },
    /// There was no occasion to check the rule.
    Skip {
        /// The reason.
        why: String,
    },
}

/// Why one look at a rule did not pass.
#[derive(Clone, Debug)]
pub(super) enum Miss {
    /// The host broke the rule.
    Failed { expected: String, came: String },
    /// The rule could not be checked this time.
    Skipped(String),
}

/// The result of one look at a rule.
pub(super) type Verdict = Result<(), Miss>;

pub(super) fn failed(expected: impl Into<String>, came: impl Into<String>) -> Miss {
    Miss::Failed { expected: shown(&expected.into()), came: shown(&came.into()) }
}

pub(super) fn skipped(why: impl Into<String>) -> Miss {
    Miss::Skipped(why.into())
}

/// Passes if `holds`, and fails otherwise.
pub(super) fn hold(holds: bool, expected: &str, came: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(failed(expected, came())) }
}

impl Outcome {
    /// Combines the outcome so far with one more verdict. A rule fails if any verdict fails, else passes if any verdict passes.
    pub(super) fn and(self, verdict: Verdict) -> Self {
        match (self, verdict) {
            (failed @ Self::Fail { .. }, _) => failed,
            (Self::Pass | Self::Skip { .. }, Err(Miss::Failed { expected, came })) => {
                Self::Fail { expected, came }
            }
            (Self::Pass, Ok(()) | Err(Miss::Skipped(_))) | (Self::Skip { .. }, Ok(())) => Self::Pass,
            (Self::Skip { .. }, Err(Miss::Skipped(why))) => Self::Skip { why },
        }
    }
}

/// The most characters of a host's text that are shown.
const SHOWN: usize = 300;

/// A host's text, made safe for a terminal and cut to a limited length.
pub(super) fn shown(text: &str) -> String {
    let mut shown = for_terminal(text);
    if let Some((end, _)) = shown.char_indices().nth(SHOWN) {
        shown.replace_range(end.., "…");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failure_is_a_failure_and_one_pass_is_a_look() {
        let untold = Outcome::Skip { why: "never looked at".into() };
        let passed = untold.clone().and(Ok(()));
        assert_eq!(passed.clone().and(Err(skipped("no occasion"))), Outcome::Pass);
        let failure = passed.and(Err(failed("a", "b")));
        assert_eq!(failure.clone().and(Ok(())), failure);
        assert_eq!(untold.and(Err(skipped("why"))), Outcome::Skip { why: "why".into() });
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(shown(&"é".repeat(500)), "é".repeat(SHOWN) + "…");
    }
}
