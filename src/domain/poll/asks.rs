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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_member_is_asked_unless_groups_or_stages_are_named() {
        let (cooks, board) = (vec!["cooks".to_owned()], vec!["board".to_owned()]);
        let everybody = Asks::default();
        assert!(everybody.member(&[], None) && everybody.member(&cooks, Some(Stage::Lurker)));
        let group = Asks { groups: vec!["cooks".into(), "waiters".into()], ..Asks::default() };
        assert!(group.member(&cooks, None) && !group.member(&board, None) && !group.member(&[], None));
        let stages = Asks { stages: vec![Stage::Contributor, Stage::Leader], ..Asks::default() };
        assert!(stages.member(&[], Some(Stage::Leader)) && !stages.member(&[], Some(Stage::Engaged)));
        assert!(!stages.member(&[], None), "unknown is none of those asked");
        let both = Asks { groups: cooks.clone(), ..stages };
        assert!(both.member(&cooks, Some(Stage::Leader)) && !both.member(&board, Some(Stage::Leader)));
        assert!(!both.member(&cooks, Some(Stage::Lurker)));
    }
}
