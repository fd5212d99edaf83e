//! What is wrong with a poll that staff write.

use std::fmt;

use crate::domain::poll::BadRules;

/// What is wrong with a poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub rules: BadRules,
    /// The language of the text that is wrong, where it is named.
    pub language: Option<String>,
}

impl From<BadRules> for Fault {
    fn from(rules: BadRules) -> Self {
        Self { rules, language: None }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rules.fmt(f)?;
        match &self.language {
            Some(language) => write!(f, " (in \"{language}\")"),
            None => Ok(()),
        }
    }
}
