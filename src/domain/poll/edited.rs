//! Texts of a poll that staff changed after votes were cast.

/// What a text said before staff changed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// How many members had voted when the text was last changed.
    pub after: u32,
    /// The text before the last change.
    pub before: String,
    /// The text when the first vote was cast, where that is not `before`: the text was changed more than once.
    pub first: Option<String>,
}

impl Edited {
    /// The new history of a text whose history was `known`, after a change from `before` to `now` when `votes` members had
    /// voted. Changes before the first vote mislead nobody and are not recorded.
    pub fn of(known: Option<&Self>, before: &str, now: &str, votes: u32) -> Option<Self> {
        if before == now || votes == 0 {
            return known.cloned();
        }
        let first = known.map(|known| known.first.as_ref().unwrap_or(&known.before));
        let first = first.filter(|first| *first != before).cloned();
        Some(Self { after: votes, before: before.into(), first })
    }
}
