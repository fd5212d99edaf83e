//! Who may vote in a poll.

use crate::domain::member::Stage;

/// Who may vote in a poll. The default is every member and no guest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asks {
    /// Only members in one of these groups of the forum may vote; empty for members of any group.
    pub groups: Vec<String>,
    /// Only members in one of these stages may vote; empty for members in any stage.
    pub stages: Vec<Stage>,
    /// Whether guests may vote, too.
    pub guests: bool,
}

impl Asks {
    /// Whether a member in these groups and in this stage may vote. An unknown stage is none of the named ones.
    pub fn member(&self, groups: &[String], stage: Option<Stage>) -> bool {
        let in_group = self.groups.is_empty() || self.groups.iter().any(|group| groups.contains(group));
        let in_stage = self.stages.is_empty() || stage.is_some_and(|stage| self.stages.contains(&stage));
        in_group && in_stage
    }

    /// Whether some members may not vote.
    pub fn is_narrow(&self) -> bool {
        !self.groups.is_empty() || !self.stages.is_empty()
    }
}
